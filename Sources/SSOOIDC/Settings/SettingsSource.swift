//  SettingsSource.swift - one setting: from the environment, else from the profile.

/// Looks settings up for one profile.
struct SettingsSource {
  let profileName: String
  /// Whether the config file has the profile, or nobody named one.
  let isThere: Bool
  private let environment: (String) -> String?
  private let profile: AWSConfig.Section
  private let config: AWSConfig

  init(
    profile: String?, environment: @escaping (String) -> String?, config: AWSConfig
  ) throws(SSOError) {
    let named =
      profile ?? environment("AWS_PROFILE").nonEmpty
      ?? environment("AWS_DEFAULT_PROFILE").nonEmpty
    profileName = named ?? "default"
    let section = config.profile(profileName)
    isThere = section != nil || named == nil
    // The environment's profile may stand in AWS's credentials file alone, and say nothing about this.
    guard isThere || profile == nil else { throw config.noProfile(profileName) }
    self.environment = environment
    self.profile = section ?? .empty
    self.config = config
  }

  /// The variable `name`, unless it is unset or empty.
  func variable(_ name: String) -> String? { environment(name).nonEmpty }

  /// The first of `variables` that is set, else the profile's `key`.
  func text(_ variables: [String], key: String) -> String? {
    for name in variables {
      if let text = variable(name) { return text }
    }
    return profile[key].nonEmpty
  }

  /// A setting that is `true` or `false`; absent is `false`.
  func flag(_ name: String, key: String) throws(SSOError) -> Bool {
    guard let text = text([name], key: key) else { return false }
    switch text.lowercased() {
    case "true": return true
    case "false": return false
    default: throw Self.wrong("\(name) / \(key) must be true or false")
    }
  }

  /// The PEM file, with the home in full.
  var caBundle: String? {
    let path = text(["AWS_CA_BUNDLE"], key: "ca_bundle") ?? variable("REQUESTS_CA_BUNDLE")
    return path.map { PathExpansion.withHome($0, environment: environment) }
  }

  /// FIPS and dual-stack; `explicit` goes first.
  func variants(_ explicit: ClientSettings.Explicit) throws(SSOError) -> Endpoint.Variants {
    var variants: Endpoint.Variants = []
    let fips = try flag("AWS_USE_FIPS_ENDPOINT", key: "use_fips_endpoint")
    let dualStack = try flag("AWS_USE_DUALSTACK_ENDPOINT", key: "use_dualstack_endpoint")
    if explicit.usesFIPS ?? fips { variants.insert(.fips) }
    if explicit.usesDualStack ?? dualStack { variants.insert(.dualStack) }
    return variants
  }

  /// The endpoint named by `explicit`, else the configured one, unless ignoring those is on.
  func endpointURL(
    _ service: Service, _ explicit: ClientSettings.Explicit
  ) throws(SSOError) -> String? {
    if let url = explicit.endpointURL { return url }
    let isIgnored = try flag(
      "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", key: "ignore_configured_endpoint_urls")
    if isIgnored { return nil }
    let name = service == .oidc ? "SSO_OIDC" : "SSO"
    for variable in ["AWS_ENDPOINT_URL_\(name)", "AWS_ENDPOINT_URL"] {
      if let url = self.variable(variable) { return url }
    }
    guard explicit.usesProfileEndpoint else { return nil }
    let ofService = try services()?[block: name.lowercased(), key: "endpoint_url"]
    return ofService.nonEmpty ?? profile["endpoint_url"].nonEmpty
  }

  /// Mode and attempts; `explicit` goes first.
  func retry(_ explicit: ClientSettings.Explicit) throws(SSOError) -> RetryPolicy {
    let word = explicit.retryMode ?? text(["AWS_RETRY_MODE"], key: "retry_mode") ?? "standard"
    guard let mode = RetryPolicy.Mode(rawValue: word.lowercased()) else {
      let modes = RetryPolicy.Mode.allCases.map(\.rawValue).joined(separator: ", ")
      throw Self.wrong(
        "the retry mode \"\(word.escaped(limit: 40))\" is not supported (supported: \(modes))")
    }
    var policy = RetryPolicy(mode: mode)
    if let attempts = try attempts(explicit) { policy.maximumAttempts = attempts }
    return policy
  }

  private func attempts(_ explicit: ClientSettings.Explicit) throws(SSOError) -> Int? {
    let text =
      explicit.maximumAttempts.map(String.init)
      ?? text(["AWS_MAX_ATTEMPTS"], key: "max_attempts")
    guard let text else { return nil }
    guard let attempts = Int(text), (1...100).contains(attempts) else {
      throw Self.wrong("AWS_MAX_ATTEMPTS / max_attempts must be a number from 1 to 100")
    }
    return attempts
  }

  private func services() throws(SSOError) -> AWSConfig.Section? {
    guard let name = profile["services"].nonEmpty else { return nil }
    guard let section = config.services(name) else {
      throw Self.wrong(
        "the profile names the services section \"\(name.escaped(limit: 60))\", "
          + "which does not exist")
    }
    return section
  }

  private static func wrong(_ message: String) -> SSOError {
    SSOError(.invalidConfiguration, .validation, message)
  }
}

extension AWSConfig.Section {
  /// The profile of a user who has none.
  fileprivate static let empty = Self(name: "default")
}

extension String? {
  /// `nil` for an empty text.
  fileprivate var nonEmpty: String? {
    guard let self, !self.isEmpty else { return nil }
    return self
  }
}
