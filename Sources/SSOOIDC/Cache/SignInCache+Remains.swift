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
  /// - Parameter clock: By which one who is at work there is waited for.
  /// - Returns: What is still there.
  public func removeRemains(by clock: any WorldClock) async -> [ClosedItem] {
    var items: [ClosedItem] = []
    for layer in [CacheLayer.token, .credentials] {
      for name in Set(await store.remains(in: layer).map(\.name)).sorted() {
        let nobody = SignInTarget(startURL: "", region: "")
        let item = CacheItem(layer, name: name, target: nobody)
        guard let reason = await removeRemains(of: item, clock) else { continue }
        items.append(ClosedItem(name: name, reason: reason))
      }
    }
    return items
  }

  /// Under the lock of whoever writes the thing: it may come at this moment, and would go with the rest.
  private func removeRemains(of item: CacheItem, _ clock: any WorldClock) async -> String? {
    guard case .nothing = await look(item.name, in: item.layer) else { return nil }
    let waiting: Waiting
    do throws(SSOError) {
      waiting = try await lock(item, within: Self.patience, of: clock, onWait: {})
    } catch {
      return error.message
    }
    guard case .over(let lock) = waiting else {
      return "\(item.name) is being written by another process"
    }
    var reason: String?
    if case .nothing = await look(item.name, in: item.layer) { reason = await remove(item) }
    await lock?.release()
    return reason
  }

  private static let patience = Duration.seconds(1)
}
