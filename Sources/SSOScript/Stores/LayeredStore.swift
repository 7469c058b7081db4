//  LayeredStore.swift - several stores, the quick ones before the lasting one.
//
//  Knows: the last is the one that counts: its locks and notes hold, and what is about to end in an
//  earlier one may have been renewed there by somebody else.

import SSOOIDC

/// Reads from the first store that has something, and writes to all.
struct LayeredStore: SignInStore {
  let upper: [any SignInStore]
  let last: any SignInStore
  let clock: any WorldClock

  func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    var empty: [any SignInStore] = []
    for store in upper {
      // One that fails is as good as empty: there is another.
      if let bytes = try? await store.read(item), isFresh(bytes, item) { return bytes }
      empty.append(store)
    }
    guard let bytes = try await last.read(item) else { return nil }
    let expires = item.layer.end(of: bytes)
    for store in empty { try? await store.write(item, bytes, expires: expires) }
    return bytes
  }

  private func isFresh(_ bytes: [UInt8], _ item: CacheItem) -> Bool {
    guard let end = item.layer.end(of: bytes) else { return false }
    return end > clock.now + TokenState.window
  }

  /// What the last one took is kept, whatever the others did.
  func write(
    _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
  ) async throws(CacheFolderError) {
    try await last.write(item, bytes, expires: expires)
    for store in upper {
      do throws(CacheFolderError) {
        try await store.write(item, bytes, expires: expires)
      } catch {
        // What it had is no longer true.
        try? await store.remove(item)
      }
    }
  }

  /// From all of them, also when one fails.
  func remove(_ item: CacheItem) async throws(CacheFolderError) {
    var failure: CacheFolderError?
    for store in upper + [last] {
      do throws(CacheFolderError) { try await store.remove(item) } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  func setAside(_ item: CacheItem) async throws(CacheFolderError) -> String {
    for store in upper { try await store.remove(item) }
    return try await last.setAside(item)
  }

  func lock(
    _ item: CacheItem, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock {
    try await last.lock(item, onWait: onWait)
  }

  func note(beside item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    try await last.note(beside: item)
  }

  func setNote(_ bytes: [UInt8]?, beside item: CacheItem) async throws(CacheFolderError) {
    try await last.setNote(bytes, beside: item)
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
