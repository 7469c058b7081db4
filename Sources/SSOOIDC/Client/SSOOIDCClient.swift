//  SSOOIDCClient.swift - the OIDC service for Swift programs: typed calls.
//
//  Knows: the typed inputs and outputs, and how they stand on the wire. All else is ServiceClient's.

/// Registers clients, starts device logins and fetches tokens.
///
/// ```swift
/// let client = SSOOIDCClient(try .init(endpoint: .resolve(.oidc, region: "us-east-1")), …)
/// let registration = try await client.registerClient(
///   RegisterClientRequest(clientName: "laptop", scopes: ["sso:account:access"]))
/// let authorization = try await client.startDeviceAuthorization(
///   StartDeviceAuthorizationRequest(registration, startURL: "https://example.awsapps.com/start"))
/// print("Open \(authorization.verificationURI) and enter \(authorization.userCode)")
/// let token = try await client.pollForToken(registration, authorization)
/// ```
public struct SSOOIDCClient: Sendable {
  /// The client behind the types, for calls by name.
  public let service: ServiceClient

  /// Makes a client that asks through `service`.
  public init(_ service: ServiceClient) { self.service = service }

  /// Makes a client.
  ///
  /// - Parameters:
  ///   - configuration: Endpoint, retries, limits.
  ///   - transport: Sends the requests.
  ///   - clock: Measures, waits, and dates signatures.
  ///   - randomness: Seeds invocation ids and jitter, once.
  public init(
    _ configuration: ClientConfiguration, transport: any HTTPTransport, clock: any WorldClock,
    randomness: any WorldRandomness
  ) {
    self.init(
      ServiceClient(configuration, transport: transport, clock: clock, randomness: randomness))
  }

  /// Registers a client; the answer is good for 90 days and for many logins.
  ///
  /// - Parameter request: Name, type and scopes of the client.
  /// - Returns: Id and secret of the client, with their end.
  /// - Throws: ``SSOError``.
  /// - SeeAlso: [RegisterClient](https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html)
  public func registerClient(
    _ request: RegisterClientRequest
  ) async throws(SSOError) -> RegisterClientResponse {
    RegisterClientResponse(try await service.call(.registerClient, request.members))
  }

  /// Starts a login on another device.
  ///
  /// - Parameter request: The client and the start URL of the access portal.
  /// - Returns: The code to show, the page to open, and the code to poll with.
  /// - Throws: ``SSOError``; ``SSOError/Code/invalidRequest`` often means that the start URL
  ///   belongs to another region.
  /// - SeeAlso: [StartDeviceAuthorization](https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html)
  public func startDeviceAuthorization(
    _ request: StartDeviceAuthorizationRequest
  ) async throws(SSOError) -> StartDeviceAuthorizationResponse {
    StartDeviceAuthorizationResponse(
      try await service.call(.startDeviceAuthorization, request.members))
  }

  /// Exchanges a grant for an access token.
  ///
  /// An authorization code or a refresh token is sent again only if it never left this machine.
  ///
  /// - Parameter request: The client and the grant.
  /// - Returns: The token.
  /// - Throws: ``SSOError``: ``SSOError/Code/authorizationPending`` and
  ///   ``SSOError/Code/slowDown`` mean "ask again later"; other codes of the service are final.
  /// - SeeAlso: [CreateToken](https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html)
  public func createToken(
    _ request: CreateTokenRequest
  ) async throws(SSOError) -> CreateTokenResponse {
    CreateTokenResponse(try await service.call(.createToken, request.members))
  }

  /// Exchanges a grant for an access token as an IAM principal.
  ///
  /// - Parameter request: The application and the grant.
  /// - Returns: The token.
  /// - Throws: ``SSOError``; ``SSOError/Code/noCredentials`` without
  ///   ``ClientConfiguration/credentials``.
  /// - SeeAlso: [CreateTokenWithIAM](https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateTokenWithIAM.html)
  public func createTokenWithIAM(
    _ request: CreateTokenWithIAMRequest
  ) async throws(SSOError) -> CreateTokenWithIAMResponse {
    CreateTokenWithIAMResponse(try await service.call(.createTokenWithIAM, request.members))
  }
}
