//  MemoryStore.swift - logins kept for the life of the process.

internal import Synchronization

/// Bytes that several stores may keep in memory together.
package final class MemoryBudget: Sendable {
  private let limit: Int
  private let used = Mutex(0)

  /// Nothing is used yet.
  package init(limit: Int) { self.limit = limit }

  /// Takes bytes, or gives them back where there are less than none.
  ///
  /// - Throws: ``CacheFolderError/Code/full``; nothing was taken.
  func take(_ bytes: Int) throws(CacheFolderError) {
    let isTaken = used.withLock { used in
      guard bytes <= 0 || bytes <= limit - used else { return false }
      used += bytes
      return true
    }
    guard !isTaken else { return }
    throw CacheFolderError(.full, "what is kept in memory would be more than \(limit) bytes")
  }
}

/// Keeps logins in memory; its locks hold among the tasks of this process.
public final class MemoryStore: SignInStore {
  private struct CacheKey: Hashable {
    /// What keeping a thing costs beside its bytes and its name.
    static let overhead = 256

    let layer: CacheLayer
    let name: String
    let isNote: Bool

    init(_ item: CacheItem, isNote: Bool = false) {
      (layer, name) = (item.layer, item.name)
      self.isNote = isNote
    }

    func cost(of bytes: [UInt8]?) -> Int {
      bytes.map { $0.count + name.utf8.count + Self.overhead } ?? 0
    }
  }

  private let kept = Mutex<[CacheKey: [UInt8]]>([:])
  private let locks = TaskLocks()
  private let budget: MemoryBudget?

  /// Makes an empty store.
  public convenience init() { self.init(budget: nil) }

  /// Makes an empty store that may keep what the budget has left; nil for any number of bytes.
  package init(budget: MemoryBudget?) { self.budget = budget }

  deinit {
    let size = kept.withLock { $0.reduce(0) { $0 + $1.key.cost(of: $1.value) } }
    try? budget?.take(-size)
  }

  private func set(_ key: CacheKey, _ bytes: [UInt8]?) throws(CacheFolderError) {
    try kept.withLock { kept throws(CacheFolderError) in
      try budget?.take(key.cost(of: bytes) - key.cost(of: kept[key]))
      kept[key] = bytes
    }
  }

  /// Gives what is kept.
  public func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    kept.withLock { $0[CacheKey(item)] }
  }

  /// The names, in order.
  public func names(in layer: CacheLayer) async throws(CacheFolderError) -> [String] {
    kept.withLock { kept in
      kept.keys.filter { $0.layer == layer && !$0.isNote }.map(\.name).sorted()
    }
  }

  /// Keeps something.
  public func write(
    _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
  ) async throws(CacheFolderError) {
    try set(CacheKey(item), bytes)
  }

  /// Forgets something.
  public func remove(_ item: CacheItem) async throws(CacheFolderError) {
    try set(CacheKey(item), nil)
  }

  /// Forgets what is damaged.
  public func setAside(_ item: CacheItem) async throws(CacheFolderError) -> String {
    try set(CacheKey(item), nil)
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
    kept.withLock { $0[CacheKey(item, isNote: true)] }
  }

  /// Keeps a note, or drops it.
  public func setNote(_ bytes: [UInt8]?, beside item: CacheItem) async throws(CacheFolderError) {
    try set(CacheKey(item, isNote: true), bytes)
  }
}
