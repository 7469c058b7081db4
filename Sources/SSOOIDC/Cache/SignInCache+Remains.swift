//  SignInCache+Remains.swift - what a program that was killed, or a damaged file, has left of a login.
//
//  Knows: a token stands in it whole, as often as not, and opens as much as one that is kept.

extension SignInCache {
  /// The tokens of `target` that stand in what is left beside its own.
  func remainingTokens(of target: SignInTarget) async -> [CachedToken] {
    await store.remains(in: .token).filter { $0.name == target.tokenFileName }
      .compactMap { try? CachedToken($0.bytes) }.filter { $0.startURL == target.startURL }
  }

  /// Whether there is anything in the place of the token of `target`, or beside it.
  func hasTraces(of target: SignInTarget) async -> Bool {
    if let bytes = try? await store.read(target.tokenItem) { return !Self.isEncrypted(bytes) }
    return await store.remains(in: .token).contains { $0.name == target.tokenFileName }
  }

  /// Removes what is left of things that are not there, whosever it is.
  ///
  /// - Returns: What is still there.
  public func removeRemains() async -> [ClosedItem] {
    var items: [ClosedItem] = []
    for layer in [CacheLayer.token, .credentials] {
      for name in Set(await store.remains(in: layer).map(\.name)).sorted() {
        guard case .nothing = await look(name, in: layer) else { continue }
        let nobody = SignInTarget(startURL: "", region: "")
        guard let reason = await remove(CacheItem(layer, name: name, target: nobody)) else {
          continue
        }
        items.append(ClosedItem(name: name, reason: reason))
      }
    }
    return items
  }
}
