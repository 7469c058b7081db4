//  IAMTokenTypes.swift - CreateTokenWithIAM as Swift types.

internal import StrictJSON

/// What ``SSOOIDCClient/createTokenWithIAM(_:)`` asks.
public struct CreateTokenWithIAMRequest: Sendable, Equatable {
  /// The ARN of the application.
  public var clientID: String
  /// What a token is given for.
  public var grantType: GrantType
  /// For ``GrantType/authorizationCode``.
  public var code: Secret?
  /// For ``GrantType/refreshToken``.
  public var refreshToken: Secret?
  /// For ``GrantType/jwtBearer``.
  public var assertion: Secret?
  /// The scopes asked for.
  public var scope: [String]?
  /// The redirect URI the code came by.
  public var redirectURI: String?
  /// For ``GrantType/tokenExchange``.
  public var subjectToken: Secret?
  /// The kind of ``subjectToken``.
  public var subjectTokenType: String?
  /// The kind of token wanted.
  public var requestedTokenType: String?
  /// The PKCE verifier the challenge was made of.
  public var codeVerifier: Secret?

  /// Makes a request; the members of the grant are set afterwards.
  public init(clientID: String, grantType: GrantType) {
    self.clientID = clientID
    self.grantType = grantType
  }

  var members: JSONObject {
    var members: JSONObject = ["clientId": .string(clientID)]
    members.set("grantType", grantType.rawValue)
    members.set("code", code)
    members.set("refreshToken", refreshToken)
    members.set("assertion", assertion)
    members.set("scope", scope)
    members.set("redirectUri", redirectURI)
    members.set("subjectToken", subjectToken)
    members.set("subjectTokenType", subjectTokenType)
    members.set("requestedTokenType", requestedTokenType)
    members.set("codeVerifier", codeVerifier)
    return members
  }
}

/// An access token for an IAM principal.
public struct CreateTokenWithIAMResponse: Sendable, Equatable {
  /// The token, as of ``SSOOIDCClient/createToken(_:)``.
  public let token: CreateTokenResponse
  /// The kind of token.
  public let issuedTokenType: String?
  /// The scopes granted.
  public let scope: [String]?
  /// A trusted identity context for AWS calls.
  public let identityContext: Secret?

  init(_ members: JSONObject) {
    token = CreateTokenResponse(members)
    issuedTokenType = members["issuedTokenType"]?.asString
    scope = members.strings("scope")
    identityContext =
      members["awsAdditionalDetails"]?.asObject?.optionalSecret("identityContext")
  }
}
