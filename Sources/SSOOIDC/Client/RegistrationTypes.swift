//  RegistrationTypes.swift - RegisterClient and StartDeviceAuthorization as Swift types.

internal import StrictJSON

/// What ``SSOOIDCClient/registerClient(_:)`` asks.
public struct RegisterClientRequest: Sendable, Equatable {
  /// A name that people will see.
  public var clientName: String
  /// Always `public` today.
  public var clientType: String
  /// The scopes; without `sso:account:access` there is no refresh token.
  public var scopes: [String]?
  /// Where the authorization code may be sent; loopback without a port.
  public var redirectURIs: [String]?
  /// The grants the client will use; device codes and refresh tokens unless told.
  public var grantTypes: [GrantType]?
  /// The start URL, for the authorization code grant.
  public var issuerURL: String?
  /// An application the client acts for.
  public var entitledApplicationARN: String?

  /// Makes a request of a public client; the other members can be set afterwards.
  public init(clientName: String, scopes: [String]? = nil) {
    self.clientName = clientName
    clientType = "public"
    self.scopes = scopes
  }

  var members: JSONObject {
    var members: JSONObject = ["clientName": .string(clientName)]
    members.set("clientType", clientType)
    members.set("scopes", scopes)
    members.set("redirectUris", redirectURIs)
    members.set("grantTypes", grantTypes?.map(\.rawValue))
    members.set("issuerUrl", issuerURL)
    members.set("entitledApplicationArn", entitledApplicationARN)
    return members
  }
}

/// A registered client.
public struct RegisterClientResponse: Sendable, Equatable {
  /// Who the client is.
  public let clientID: String
  /// What proves it.
  public let clientSecret: Secret
  /// When both were issued.
  public let clientIDIssuedAt: Timestamp?
  /// When both end; register again before.
  public let clientSecretExpiresAt: Timestamp?
  /// Where a person grants access, when the service tells.
  public let authorizationEndpoint: String?
  /// Where tokens are fetched, when the service tells.
  public let tokenEndpoint: String?

  init(_ members: JSONObject) {
    clientID = members.string("clientId")
    clientSecret = members.secret("clientSecret")
    clientIDIssuedAt = members.time("clientIdIssuedAt")
    clientSecretExpiresAt = members.time("clientSecretExpiresAt")
    authorizationEndpoint = members["authorizationEndpoint"]?.asString
    tokenEndpoint = members["tokenEndpoint"]?.asString
  }
}

/// What ``SSOOIDCClient/startDeviceAuthorization(_:)`` asks.
public struct StartDeviceAuthorizationRequest: Sendable, Equatable {
  /// Who the client is.
  public var clientID: String
  /// What proves it.
  public var clientSecret: Secret
  /// The access portal, `https://example.awsapps.com/start`.
  public var startURL: String

  /// Makes a request of its members.
  public init(clientID: String, clientSecret: Secret, startURL: String) {
    self.clientID = clientID
    self.clientSecret = clientSecret
    self.startURL = startURL
  }

  /// Makes a request of a registered client.
  public init(_ registration: RegisterClientResponse, startURL: String) {
    self.init(
      clientID: registration.clientID, clientSecret: registration.clientSecret,
      startURL: startURL)
  }

  var members: JSONObject {
    [
      "clientId": .string(clientID), "clientSecret": .string(clientSecret.reveal()),
      "startUrl": .string(startURL),
    ]
  }
}

/// A login that a person has to confirm.
public struct StartDeviceAuthorizationResponse: Sendable, Equatable {
  /// What to poll with.
  public let deviceCode: Secret
  /// What the person compares or types, printable.
  public let userCode: String
  /// The page to open; https, or http on loopback.
  public let verificationURI: String
  /// The same page with the code filled in.
  public let verificationURIComplete: String?
  /// How long the codes live; `nil` when the service does not say.
  public let expiresIn: Duration?
  /// The least time between two polls; 5 s when the service names none, 1 s at least.
  public let interval: Duration

  init(_ members: JSONObject) {
    deviceCode = members.secret("deviceCode")
    userCode = members.string("userCode")
    verificationURI = members.string("verificationUri")
    verificationURIComplete = members["verificationUriComplete"]?.asString
    expiresIn = members.seconds("expiresIn")
    interval = members.seconds("interval") ?? DevicePoll.usualInterval
  }
}
