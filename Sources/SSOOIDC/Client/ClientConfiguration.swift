//  ClientConfiguration.swift - what one client is made of, besides the doors.

/// Where a client's requests go and how they are sent.
public struct ClientConfiguration: Sendable {
  /// This library, with its release.
  package static let ownProduct = "ssoscript/0.1.0"

  /// Where they go.
  public var endpoint: Endpoint
  /// How failures are repeated.
  public var retry = RetryPolicy()
  /// Times, sizes and trust of each request.
  public var http = HTTPOptions()
  /// The keys for ``Operation/createTokenWithIAM``.
  public var credentials: AWSCredentials?
  /// Name and version of the program, for the user agent.
  public var product = Self.ownProduct
  /// `AWS_SDK_UA_APP_ID`, for the user agent.
  public var applicationID: String?
  /// Whether a token is taken from an answer that does not call itself JSON (H24).
  public var isLenient = false

  /// Makes a configuration for `endpoint`, with the defaults named on each member.
  public init(endpoint: Endpoint) { self.endpoint = endpoint }

  /// Makes a configuration out of resolved settings.
  ///
  /// - Parameters:
  ///   - settings: Endpoint, retries, CA file and application id.
  ///   - service: Which of the two is asked.
  /// - Throws: ``SSOError`` when no endpoint can be found.
  public init(settings: ClientSettings, service: Service) throws(SSOError) {
    self.init(endpoint: try settings.endpoint(service))
    retry = settings.retry
    http.caBundle = settings.caBundle
    applicationID = settings.applicationID
  }
}
