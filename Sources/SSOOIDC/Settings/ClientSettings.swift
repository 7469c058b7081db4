//  ClientSettings.swift - which endpoint, retries and trust, from environment and config file.
//
//  Knows: the names and the order of AWS's settings. Pure: environment and file are handed in.
//  Does not know: how files and variables are read, or whether they may be.

/// What configures one client, resolved.
public struct ClientSettings: Sendable, Equatable {
  /// The profile the config file was read by.
  public var profile = "default"
  /// The region; `nil` when nobody named one.
  public var region: String?
  /// A custom endpoint; `nil` for AWS's own.
  public var endpointURL: String?
  /// FIPS and dual-stack endpoints.
  public var variants: Endpoint.Variants = []
  /// How failures are repeated.
  public var retry = RetryPolicy()
  /// A PEM file that replaces the system's roots.
  public var caBundle: String?
  /// `AWS_SDK_UA_APP_ID` or `sdk_ua_app_id`, for the user agent.
  public var applicationID: String?

  /// The defaults named on each member.
  public init() {}

  /// What a caller names itself; it goes before environment and file.
  public struct Explicit: Sendable, Equatable {
    /// The profile.
    public var profile: String?
    /// The region.
    public var region: String?
    /// The endpoint.
    public var endpointURL: String?
    /// Whether the FIPS endpoint is used.
    public var usesFIPS: Bool?
    /// Whether the dual-stack endpoint is used.
    public var usesDualStack: Bool?
    /// The retry mode, `standard` or `legacy`.
    public var retryMode: String?
    /// Attempts in all, at least 1.
    public var maximumAttempts: Int?
    /// A PEM file.
    public var caBundle: String?
    /// Whether an endpoint that the profile names counts; not for what is about many profiles.
    public var usesProfileEndpoint = true

    /// Names nothing.
    public init() {}
  }

  /// Resolves the settings for `service`.
  ///
  /// Profile and region variables are read as by AWS CLI v2: `AWS_PROFILE` before
  /// `AWS_DEFAULT_PROFILE`, `AWS_REGION` before `AWS_DEFAULT_REGION`. Endpoints: `explicit`, then
  /// `AWS_ENDPOINT_URL_SSO_OIDC` or `AWS_ENDPOINT_URL_SSO`, `AWS_ENDPOINT_URL`, the profile's
  /// `services` section, its `endpoint_url`.
  ///
  /// - Parameters:
  ///   - service: Which service's endpoint is looked for.
  ///   - explicit: What the caller names itself.
  ///   - environment: Gives the value of a variable; empty counts as unset.
  ///   - config: The config file.
  /// - Returns: The settings.
  /// - Throws: ``SSOError/Code/invalidConfiguration`` that names the wrong setting, or a profile that is
  ///   not there: the caller's, or the environment's where nothing else tells the region.
  public static func resolve(
    _ service: Service, explicit: Explicit = Explicit(), environment: @escaping (String) -> String?,
    config: AWSConfig = AWSConfig()
  ) throws(SSOError) -> ClientSettings {
    let source = try SettingsSource(
      profile: explicit.profile, environment: environment, config: config)
    var settings = ClientSettings()
    settings.profile = source.profileName
    settings.region =
      explicit.region ?? source.text(["AWS_REGION", "AWS_DEFAULT_REGION"], key: "region")
    settings.endpointURL = try source.endpointURL(service, explicit)
    guard source.isThere || settings.region != nil || settings.endpointURL != nil else {
      throw config.noProfile(source.profileName)
    }
    settings.variants = try source.variants(explicit)
    settings.retry = try source.retry(explicit)
    settings.caBundle = explicit.caBundle ?? source.caBundle
    settings.applicationID = source.text(["AWS_SDK_UA_APP_ID"], key: "sdk_ua_app_id")
    return settings
  }

  /// Finds the endpoint these settings mean.
  ///
  /// - Parameter service: Which service's.
  /// - Returns: The endpoint.
  /// - Throws: ``SSOError`` as ``Endpoint/resolve(_:region:custom:variants:)``.
  public func endpoint(_ service: Service) throws(SSOError) -> Endpoint {
    try Endpoint.resolve(service, region: region, custom: endpointURL, variants: variants)
  }
}
