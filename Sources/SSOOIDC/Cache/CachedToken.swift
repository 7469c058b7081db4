//  CachedToken.swift - a token as AWS's tools keep it in `~/.aws/sso/cache`.
//
//  Knows: the members and dates of AWS CLI, botocore and the SDKs (which differ in details).
//  Does not know: files, locks, or when to renew (TokenState).

/// A token file's content.
public struct CachedToken: Sendable, Equatable {
  private var members: CachedMembers

  /// Reads a file.
  ///
  /// - Parameter bytes: The whole file.
  /// - Throws: ``CacheDamage`` when it is no JSON object, or lacks `accessToken` or a date in
  ///   `expiresAt`.
  public init(_ bytes: [UInt8]) throws(CacheDamage) {
    members = try CachedMembers(bytes)
    try members.check(texts: ["accessToken"], date: "expiresAt")
  }

  /// Makes a file's content from a new token.
  ///
  /// - Parameters:
  ///   - token: What the service gave.
  ///   - target: Where it belongs.
  ///   - registration: With which client; renewing needs it.
  ///   - now: From when `expiresIn` counts.
  ///   - old: What was there before: members we do not know are kept, and its refresh token if the
  ///     service gave no new one.
  public init(
    _ token: CreateTokenResponse, target: SignInTarget, registration: CachedRegistration,
    now: Timestamp, replacing old: CachedToken? = nil
  ) {
    members = old?.members ?? CachedMembers()
    members["startUrl"] = target.startURL
    members["region"] = target.region
    members[secret: "accessToken"] = token.accessToken
    let lifetime = token.expiresIn ?? Self.unknownLifetime
    members[date: "expiresAt"] = now + lifetime
    members["clientId"] = registration.clientID
    members[secret: "clientSecret"] = registration.clientSecret
    members[date: "registrationExpiresAt"] = registration.expiresAt
    if let refreshToken = token.refreshToken { members[secret: "refreshToken"] = refreshToken }
    // AWS's tools have no such member: it is written where it matters, or is there already.
    if lifetime < TokenState.window * 2 || receivedAt != nil { members[date: "receivedAt"] = now }
  }

  /// The same without what renews it: a login gets a refresh token of its own, or none.
  var withoutRefreshToken: CachedToken {
    var token = self
    token.members["refreshToken"] = nil
    return token
  }

  /// How long a token is trusted whose lifetime the service did not tell (H14).
  public static let unknownLifetime = Duration.seconds(300)

  /// The token.
  public var accessToken: Secret { members[secret: "accessToken"] ?? "" }
  /// When it ends.
  public var expiresAt: Timestamp { members[date: "expiresAt"] ?? Timestamp(seconds: 0) }
  /// When it was given, if the file tells; aws-sso-util's name for it.
  var receivedAt: Timestamp? { members[date: "receivedAt"] }
  /// The start URL as it was configured.
  public var startURL: String? { members["startUrl"] }
  /// The region of the Identity Center.
  public var region: String? { members["region"] }
  /// What renews it.
  public var refreshToken: Secret? { members[secret: "refreshToken"] }
  /// The client it was given to.
  public var registration: CachedRegistration? { CachedRegistration(besideToken: members) }

  /// The members without which no AWS tool renews a token, and that are not there, or are no date.
  public var missingForRefresh: [String] {
    let end = "registrationExpiresAt"
    return ["refreshToken", "clientId", "clientSecret"].filter { members[$0]?.isEmpty ?? true }
      + (members[date: end] == nil ? [end] : [])
  }

  /// The file, one line.
  public var bytes: [UInt8] { members.bytes }
}
