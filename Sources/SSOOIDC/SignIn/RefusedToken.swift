//  RefusedToken.swift - a token that looks good and that the portal does not take: one more try.

extension SSOPortalClient {
  /// Does something with a token, and once more with another one if the portal refuses the first.
  ///
  /// - Parameters:
  ///   - token: Gives a valid token; the second time it gets the one that was refused.
  ///   - body: What to do with it.
  /// - Returns: What `body` returned.
  /// - Throws: What `token` or `body` throws; the second ``SSOError/Code/unauthorized``.
  public static func withToken<Value>(
    _ token: (_ refused: Secret?) async throws(SSOError) -> Secret,
    _ body: (Secret) async throws(SSOError) -> Value
  ) async throws(SSOError) -> Value {
    let first = try await token(nil)
    do throws(SSOError) {
      return try await body(first)
    } catch {
      guard error.code == .unauthorized else { throw error }
    }
    return try await body(try await token(first))
  }
}
