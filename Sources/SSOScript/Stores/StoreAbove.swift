//  StoreAbove.swift - a store that stands on another one.

import SSOOIDC

/// A store that changes some of what passes, and hands everything else to the one below.
protocol StoreAbove: SignInStore {
  /// The one below.
  var store: any SignInStore { get }
}

extension StoreAbove {
  var isBorrowed: Bool { store.isBorrowed }

  func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    try await store.read(item)
  }

  func write(
    _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
  ) async throws(CacheFolderError) {
    try await store.write(item, bytes, expires: expires)
  }

  func remove(_ item: CacheItem) async throws(CacheFolderError) { try await store.remove(item) }

  func holds(_ item: CacheItem) async throws(CacheFolderError) -> Bool {
    try await store.holds(item)
  }

  func setAside(_ item: CacheItem) async throws(CacheFolderError) -> String {
    try await store.setAside(item)
  }

  func lock(
    _ item: CacheItem, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock {
    try await store.lock(item, onWait: onWait)
  }

  func place(of layer: CacheLayer) -> String? { store.place(of: layer) }

  func names(in layer: CacheLayer) async throws(CacheFolderError) -> [String] {
    try await store.names(in: layer)
  }

  func remains(in layer: CacheLayer) async -> [CacheRemains] { await store.remains(in: layer) }

  func note(beside item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    try await store.note(beside: item)
  }

  func setNote(_ bytes: [UInt8]?, beside item: CacheItem) async throws(CacheFolderError) {
    try await store.setNote(bytes, beside: item)
  }
}
