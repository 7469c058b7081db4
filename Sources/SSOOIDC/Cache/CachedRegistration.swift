//  CachedRegistration.swift - a client registration as the AWS CLI keeps it.

/// A registration file's content.
public struct CachedRegistration: Sendable, Equatable {
  private var members: CachedMembers

  /// Reads a file.
  ///
  /// - Parameter bytes: The whole file.
  /// - Throws: ``CacheDamage`` when it is no JSON object or lacks a member.
  public init(_ bytes: [UInt8]) throws(CacheDamage) {
    members = try CachedMembers(bytes)
    try members.check(texts: ["clientId", "clientSecret"], date: "expiresAt")
  }

  /// Makes a file's content from a new registration.
  ///
  /// - Parameters:
  ///   - registration: What the service gave.
  ///   - flow: What it is good for; PKCE says so in `grantTypes`.
  ///   - scopes: What was asked for.
  ///   - now: When; a secret whose end the service did not tell is trusted for a day.
  public init(
    _ registration: RegisterClientResponse, flow: SignInFlow, scopes: [String]?, now: Timestamp
  ) {
    members = CachedMembers()
    members["clientId"] = registration.clientID
    members[secret: "clientSecret"] = registration.clientSecret
    members[date: "expiresAt"] =
      registration.clientSecretExpiresAt ?? now + .seconds(86_400)
    members[list: "scopes"] = scopes
    if flow == .authorizationCode {
      members[list: "grantTypes"] = [
        GrantType.authorizationCode.rawValue, GrantType.refreshToken.rawValue,
      ]
    }
  }

  /// The copy that stands in a token's file; `nil` when a member is missing or is no date.
  init?(besideToken token: CachedMembers) {
    guard let id = token["clientId"], let secret = token["clientSecret"],
      let end = token["registrationExpiresAt"], token[date: "registrationExpiresAt"] != nil
    else { return nil }
    members = CachedMembers()
    members["clientId"] = id
    members["clientSecret"] = secret
    members["expiresAt"] = end
  }

  /// The client's id.
  public var clientID: String { members["clientId"] ?? "" }
  /// The client's secret.
  public var clientSecret: Secret { members[secret: "clientSecret"] ?? "" }
  /// When the secret ends.
  public var expiresAt: Timestamp { members[date: "expiresAt"] ?? Timestamp(seconds: 0) }
  /// The flow it was made for.
  public var flow: SignInFlow {
    let grants = members[list: "grantTypes"] ?? []
    return grants.contains(GrantType.authorizationCode.rawValue) ? .authorizationCode : .device
  }

  /// Whether a flow may begin with it: made for that flow, and good for 15 minutes more, as the
  /// AWS CLI has it.
  public func serves(_ flow: SignInFlow, at now: Timestamp) -> Bool {
    self.flow == flow && expiresAt > now + .seconds(900)
  }

  /// The file, one line.
  public var bytes: [UInt8] { members.bytes }
}

/// How a person signs in.
public enum SignInFlow: String, Sendable, CaseIterable {
  /// A code confirmed on any device (RFC 8628).
  case device
  /// A browser on this machine that comes back (RFC 8252, with PKCE).
  case authorizationCode = "pkce"
}
