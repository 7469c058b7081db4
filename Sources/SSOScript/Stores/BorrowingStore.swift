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
  var isBorrowed: Bool { true }

  var own: any SignInStore { store.own }

  var lasting: any SignInStore { Self(store: store.lasting, lender: lender.lasting) }

  /// Whichever ends later; one that fails is as good as empty where there is another.
  func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    var best: [UInt8]?
    var failure: CacheFolderError?
    for part in [store, lender] {
      do throws(CacheFolderError) {
        guard let bytes = try await part.read(item) else { continue }
        best = best.map { Self.later(of: $0, bytes, in: item.layer) } ?? bytes
      } catch {
        failure = failure ?? error
      }
    }
    if best == nil, let failure { throw failure }
    return best
  }

  /// What is damaged, or another key's, has no end.
  private static func later(
    of own: [UInt8], _ lent: [UInt8], in layer: CacheLayer
  ) -> [UInt8] {
    guard let lentEnd = layer.end(of: lent) else { return own }
    return layer.end(of: own).map { $0 < lentEnd } ?? true ? lent : own
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

  func place(of layer: CacheLayer) -> String? { lender.place(of: layer) ?? store.place(of: layer) }

  func names(in layer: CacheLayer) async throws(CacheFolderError) -> [String] {
    let (own, lent) = (try await store.names(in: layer), try await lender.names(in: layer))
    return own + lent.filter { !own.contains($0) }
  }

  /// Of both, and what the better one hides: it lives as well.
  func remains(in layer: CacheLayer) async -> [CacheRemains] {
    await store.remains(in: layer) + lender.remains(in: layer) + hidden(in: layer)
  }

  /// One that cannot list what it has is asked for what the other one lists.
  private func hidden(in layer: CacheLayer) async -> [CacheRemains] {
    let (listed, lent) = (try? await store.names(in: layer), try? await lender.names(in: layer))
    var hidden: [CacheRemains] = []
    for name in Set((listed ?? []) + (lent ?? [])).sorted() {
      if let entry = await worse(of: CacheItem(layer, name: name, target: Self.nobody)) {
        hidden.append(CacheRemains(name: name, bytes: entry))
      }
    }
    return hidden
  }

  private static let nobody = SignInTarget(startURL: "", region: "")

  /// What is in both and is not the better one.
  private func worse(of item: CacheItem) async -> [UInt8]? {
    guard let own = try? await store.read(item), let lent = try? await lender.read(item),
      own != lent
    else { return nil }
    return Self.later(of: own, lent, in: item.layer) == lent ? own : lent
  }

  func note(beside item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    if let own = try await store.note(beside: item) { return own }
    return try await lender.note(beside: item)
  }
}
