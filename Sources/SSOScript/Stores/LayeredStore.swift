//  LayeredStore.swift - several stores, the quick ones before the lasting one.
//
//  Knows: the last is the one that counts: its locks and notes hold, and what is about to end in an
//  earlier one may have been renewed there by somebody else.

import SSOOIDC

/// Reads from the first store that has something, and writes to all.
struct LayeredStore: StoreAbove {
  let upper: [any SignInStore]
  /// The last one.
  let store: any SignInStore
  let clock: any WorldClock
  /// Whether what an earlier one has is good as long as it does not end.
  private(set) var trustsUpper = true

  init(upper: [any SignInStore], store: any SignInStore, clock: any WorldClock) {
    self.upper = upper
    self.store = store
    self.clock = clock
  }

  var lasting: any SignInStore {
    var lasting = Self(upper: upper, store: store.lasting, clock: clock)
    lasting.trustsUpper = false
    return lasting
  }

  func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    var open: [(layer: any SignInStore, found: [UInt8]?)] = []
    for layer in upper {
      let (found, closed) = await look(into: layer, item)
      if trustsUpper, let found, isFresh(found, item) { return found }
      if closed == nil { open.append((layer, found)) }
    }
    guard let bytes = try await store.read(item) else { return nil }
    let behind = open.filter { $0.found != bytes }.map(\.layer)
    return behind.isEmpty ? bytes : await copy(bytes, of: item, to: behind)
  }

  /// Fills earlier ones, unless somebody forgets or replaces the thing meanwhile: that begins with the
  /// last one, so what still stands there afterwards was copied in time to be cleared or replaced as well.
  ///
  /// - Returns: What counts by now.
  private func copy(
    _ bytes: [UInt8], of item: CacheItem, to layers: [any SignInStore]
  ) async -> [UInt8]? {
    let expires = item.layer.end(of: bytes)
    var filled: [any SignInStore] = []
    for layer in layers where (try? await layer.write(item, bytes, expires: expires)) != nil {
      filled.append(layer)
    }
    guard !filled.isEmpty else { return bytes }
    var now: [UInt8]? = bytes
    do throws(CacheFolderError) {
      now = try await store.lasting.read(item)
      if now == bytes { return bytes }
    } catch {
      // What cannot be looked at again is not copied.
    }
    for layer in filled { try? await clear(layer, item) }
    return now
  }

  private func isFresh(_ bytes: [UInt8], _ item: CacheItem) -> Bool {
    guard let end = item.layer.end(of: bytes) else { return false }
    return end > clock.now + TokenState.window
  }

  /// What the last one took is kept, whatever the others did; it comes first, as for ``remove(_:)``.
  func write(
    _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
  ) async throws(CacheFolderError) {
    try await store.write(item, bytes, expires: expires)
    for layer in upper {
      guard await look(into: layer, item).closed == nil else { continue }
      do throws(CacheFolderError) {
        try await layer.write(item, bytes, expires: expires)
      } catch {
        // What it had is no longer true.
        try? await layer.remove(item)
      }
    }
  }

  /// From all of them, also when one fails; from the last one first, as whoever reads fills the others from it.
  func remove(_ item: CacheItem) async throws(CacheFolderError) {
    var failure: CacheFolderError?
    for layer in [store] + upper {
      do throws(CacheFolderError) { try await clear(layer, item) } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  /// What is left in an earlier one is left.
  func holds(_ item: CacheItem) async throws(CacheFolderError) -> Bool {
    for layer in upper + [store] {
      if try await layer.holds(item) { return true }
    }
    return false
  }

  /// Of all of them: a logout that removes what is left goes through all.
  func remains(in layer: CacheLayer) async -> [CacheRemains] {
    var found: [CacheRemains] = []
    for store in upper + [store] { found += await store.remains(in: layer) }
    return found
  }

  func setAside(_ item: CacheItem) async throws(CacheFolderError) -> String {
    // What counts has to make room, also where an earlier one fails.
    for layer in upper { try? await clear(layer, item) }
    return try await store.setAside(item)
  }

  /// Forgets something, but not what only somebody with another key can read.
  private func clear(
    _ layer: any SignInStore, _ item: CacheItem
  ) async throws(CacheFolderError) {
    if let closed = await look(into: layer, item).closed { throw closed }
    try await layer.remove(item)
  }

  /// What a layer has, or why only somebody with another key can read it; one that fails otherwise is as
  /// good as empty, as there is another.
  private func look(
    into layer: any SignInStore, _ item: CacheItem
  ) async -> (found: [UInt8]?, closed: CacheFolderError?) {
    do throws(CacheFolderError) {
      guard let bytes = try await layer.read(item) else { return (nil, nil) }
      return (bytes, SignInCache.isEncrypted(bytes) ? SignInCache.encrypted(item.name) : nil)
    } catch {
      return (nil, error.code == .encrypted ? error : nil)
    }
  }
}

extension CacheLayer {
  /// When what is in AWS's file ends; nil for a damaged one.
  func end(of bytes: [UInt8]) -> Timestamp? {
    switch self {
    case .registration: try? CachedRegistration(bytes).expiresAt
    case .token: try? CachedToken(bytes).expiresAt
    case .credentials: try? CachedCredentials(bytes).expiration
    }
  }
}
