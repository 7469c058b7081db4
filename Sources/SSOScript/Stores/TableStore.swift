//  TableStore.swift - logins kept in a database of keys and values.

import SSOOIDC

/// Keeps logins as rows; locks are files beside the database, so that what is kept shows at once.
///
/// The folder must be as trusted as AWS's: who can write to it can put a journal there, which SQLite
/// takes for what it has left half done itself.
struct TableStore: SignInStore {
  let table: any WorldTable
  /// Where the database lies, for locks, and its name there.
  let folder: any CacheFolder
  let name: String

  private static let aside = "bad/"

  private func key(_ item: CacheItem) -> String { "\(item.layer.rawValue)/\(item.name)" }
  private func asideKey(_ item: CacheItem) -> String { "\(Self.aside)\(key(item))" }
  private func noteKey(_ item: CacheItem) -> String { "note/\(key(item))" }

  func place(of layer: CacheLayer) -> String? { folder.place.map { "\($0)/\(name)" } }

  func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    try await get(key(item))
  }

  func write(
    _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
  ) async throws(CacheFolderError) {
    try await put(key(item), bytes)
  }

  func remove(_ item: CacheItem) async throws(CacheFolderError) {
    try await put(key(item), nil)
    do throws(CacheFolderError) { try await put(asideKey(item), nil) } catch {
      throw CacheFolderError(.remains, error.message)
    }
  }

  func setAside(_ item: CacheItem) async throws(CacheFolderError) -> String {
    let bytes = try await get(key(item))
    try await put(asideKey(item), bytes)
    try await put(key(item), nil)
    return "\(asideKey(item)) in \(name)"
  }

  func lock(
    _ item: CacheItem, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock {
    try requireTrust()
    return try await folder.lock("\(name).\(item.name).lock", onWait: onWait)
  }

  func names(in layer: CacheLayer) async throws(CacheFolderError) -> [String] {
    try await names(after: "\(layer.rawValue)/")
  }

  private func names(after prefix: String) async throws(CacheFolderError) -> [String] {
    try requireTrust()
    do throws(DoorError) {
      return try await table.keys(startingWith: prefix).map { String($0.dropFirst(prefix.count)) }
    } catch {
      throw CacheFolderError(.unwritable, error.message)
    }
  }

  /// What was set aside.
  func remains(in layer: CacheLayer) async -> [CacheRemains] {
    let prefix = "\(Self.aside)\(layer.rawValue)/"
    var found: [CacheRemains] = []
    for name in (try? await names(after: prefix)) ?? [] where CacheItem.isPlain(name) {
      let bytes = try? await get(prefix + name)
      found.append(CacheRemains(name: name, bytes: (bytes ?? nil) ?? []))
    }
    return found
  }

  func note(beside item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    try await get(noteKey(item))
  }

  func setNote(_ bytes: [UInt8]?, beside item: CacheItem) async throws(CacheFolderError) {
    try await put(noteKey(item), bytes)
  }

  /// In words of its own: a folder that others share, as /tmp, is not the user's to change.
  private func requireTrust() throws(CacheFolderError) {
    do throws(CacheFolderError) { try folder.requireTrust() } catch {
      let place = folder.place.map { "\($0)/\(name)" } ?? name
      throw CacheFolderError(
        error.code,
        "\(place) is not used: others can change what is in its folder (put it into one of your own)"
      )
    }
  }

  private func get(_ key: String) async throws(CacheFolderError) -> [UInt8]? {
    try requireTrust()
    do throws(DoorError) { return try await table.get(key) } catch {
      throw CacheFolderError(.unwritable, error.message)
    }
  }

  private func put(_ key: String, _ bytes: [UInt8]?) async throws(CacheFolderError) {
    try requireTrust()
    do throws(DoorError) {
      if let bytes { try await table.put(key, bytes) } else { try await table.remove(key) }
    } catch {
      throw CacheFolderError(.unwritable, error.message)
    }
  }
}
