//  TokenTypes.swift - CreateToken as Swift types.

internal import StrictJSON

/// What ``SSOOIDCClient/createToken(_:)`` asks.
public struct CreateTokenRequest: Sendable, Equatable {
  /// Who the client is.
  public var clientID: String
  /// What proves it.
  public var clientSecret: Secret
  /// What a token is given for.
  public var grantType: GrantType
  /// For ``GrantType/deviceCode``.
  public var deviceCode: Secret?
  /// For ``GrantType/authorizationCode``.
  public var code: Secret?
  /// For ``GrantType/refreshToken``.
  public var refreshToken: Secret?
  /// Fewer scopes than registered; the service takes no notice today.
  public var scope: [String]?
  /// The redirect URI the code came by, with its port.
  public var redirectURI: String?
  /// The PKCE verifier the challenge was made of.
  public var codeVerifier: Secret?

  /// Makes a request; the members of the grant are set afterwards.
  public init(clientID: String, clientSecret: Secret, grantType: GrantType) {
    self.clientID = clientID
    self.clientSecret = clientSecret
    self.grantType = grantType
  }

  /// Asks whether the person has confirmed.
  public static func deviceCode(
    _ deviceCode: Secret, client: RegisterClientResponse
  ) -> Self {
    var request = Self(client, .deviceCode)
    request.deviceCode = deviceCode
    return request
  }

  /// Renews a token.
  public static func refreshToken(
    _ refreshToken: Secret, client: RegisterClientResponse
  ) -> Self {
    var request = Self(client, .refreshToken)
    request.refreshToken = refreshToken
    return request
  }

  /// Redeems the code a browser came back with.
  public static func authorizationCode(
    _ code: Secret, verifier: Secret, redirectURI: String, client: RegisterClientResponse
  ) -> Self {
    var request = Self(client, .authorizationCode)
    request.code = code
    request.codeVerifier = verifier
    request.redirectURI = redirectURI
    return request
  }

  private init(_ client: RegisterClientResponse, _ grantType: GrantType) {
    self.init(
      clientID: client.clientID, clientSecret: client.clientSecret, grantType: grantType)
  }

  var members: JSONObject {
    var members: JSONObject = ["clientId": .string(clientID)]
    members.set("clientSecret", clientSecret)
    members.set("grantType", grantType.rawValue)
    members.set("deviceCode", deviceCode)
    members.set("code", code)
    members.set("refreshToken", refreshToken)
    members.set("scope", scope)
    members.set("redirectUri", redirectURI)
    members.set("codeVerifier", codeVerifier)
    return members
  }
}

/// An access token.
public struct CreateTokenResponse: Sendable, Equatable {
  /// What opens the portal.
  public let accessToken: Secret
  /// `Bearer`, when the service says so.
  public let tokenType: String?
  /// How long it lives from now; `nil` when the service does not say.
  public let expiresIn: Duration?
  /// What renews it, if it can be renewed.
  public let refreshToken: Secret?
  /// Who the user is; not sent today.
  public let idToken: Secret?

  init(_ members: JSONObject) {
    accessToken = members.secret("accessToken")
    tokenType = members["tokenType"]?.asString
    expiresIn = members.seconds("expiresIn")
    refreshToken = members.optionalSecret("refreshToken")
    idToken = members.optionalSecret("idToken")
  }
}
