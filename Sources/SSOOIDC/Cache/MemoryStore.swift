//  MemoryStore.swift - logins kept for the life of the process.

internal import Synchronization

/// Keeps logins in memory; its locks hold among the tasks of this process.
public final class MemoryStore: SignInStore {
  private struct Kept {
    var bytes: [CacheKey: [UInt8]] = [:]
    var notes: [CacheKey: [UInt8]] = [:]
  }

  private struct CacheKey: Hashable {
    let layer: CacheLayer
    let name: String

    init(_ item: CacheItem) { (layer, name) = (item.layer, item.name) }
  }

  private let kept = Mutex(Kept())
  private let locks = TaskLocks()

  /// Makes an empty store.
  public init() {}

  /// Gives what is kept.
  public func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    kept.withLock { $0.bytes[CacheKey(item)] }
  }

  /// The names, in order.
  public func names(in layer: CacheLayer) async throws(CacheFolderError) -> [String] {
    kept.withLock { $0.bytes.keys.filter { $0.layer == layer }.map(\.name).sorted() }
  }

  /// Keeps something.
  public func write(
    _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
  ) async throws(CacheFolderError) {
    kept.withLock { $0.bytes[CacheKey(item)] = bytes }
  }

  /// Forgets something.
  public func remove(_ item: CacheItem) async throws(CacheFolderError) {
    kept.withLock { $0.bytes[CacheKey(item)] = nil }
  }

  /// Forgets what is damaged.
  public func setAside(_ item: CacheItem) async throws(CacheFolderError) -> String {
    kept.withLock { $0.bytes[CacheKey(item)] = nil }
    return "nowhere"
  }

  /// Waits for the other tasks of this process.
  public func lock(
    _ item: CacheItem, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock {
    try await locks.lock("\(item.layer.rawValue)/\(item.name)", onWait: onWait)
  }

  /// Gives a note.
  public func note(beside item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    kept.withLock { $0.notes[CacheKey(item)] }
  }

  /// Keeps a note, or drops it.
  public func setNote(_ bytes: [UInt8]?, beside item: CacheItem) async throws(CacheFolderError) {
    kept.withLock { $0.notes[CacheKey(item)] = bytes }
  }
}
