//  BorrowingStore.swift - a store of one's own beside one that is only read.
//
//  Knows: what was obtained here is in the own one only, so that its locks and notes hold; what others
//  keep is used as long as it is the better one, and never copied.

import SSOOIDC

/// Uses what others keep, and keeps what is new.
struct BorrowingStore: StoreAbove {
  /// The own one.
  let store: any SignInStore
  /// What others keep.
  let lender: any SignInStore

  /// A refresh token may be the others'.
  var isReadOnly: Bool { true }

  var lasting: any SignInStore { Self(store: store.lasting, lender: lender.lasting) }

  /// Whichever ends later; where the own one fails, there is another.
  func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    guard let own = try? await store.read(item) else { return try await lender.read(item) }
    guard let lent = try? await lender.read(item), let lentEnd = item.layer.end(of: lent),
      item.layer.end(of: own).map({ $0 < lentEnd }) ?? true
    else { return own }
    return lent
  }

  /// From both, also when one fails.
  func remove(_ item: CacheItem) async throws(CacheFolderError) {
    var failure: CacheFolderError?
    do throws(CacheFolderError) { try await store.remove(item) } catch { failure = error }
    try await lender.remove(item)
    if let failure { throw failure }
  }

  func holds(_ item: CacheItem) async throws(CacheFolderError) -> Bool {
    if try await store.holds(item) { return true }
    return try await lender.holds(item)
  }

  func setAside(_ item: CacheItem) async throws(CacheFolderError) -> String {
    let isOwn = (try? await store.holds(item)) == true
    return try await (isOwn ? store : lender).setAside(item)
  }

  func place(of layer: CacheLayer) -> String? { lender.place(of: layer) ?? store.place(of: layer) }

  func names(in layer: CacheLayer) async throws(CacheFolderError) -> [String] {
    let (own, lent) = (try await store.names(in: layer), try await lender.names(in: layer))
    return own + lent.filter { !own.contains($0) }
  }

  func remains(in layer: CacheLayer) async -> [CacheRemains] { await lender.remains(in: layer) }

  func note(beside item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    if let own = try await store.note(beside: item) { return own }
    return try await lender.note(beside: item)
  }
}
