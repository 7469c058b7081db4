//  SignInTarget.swift - what a profile or an SSO session says about signing in.
//
//  Knows: `sso_session` and the older keys in the profile itself, and what must agree. Pure.
//  Does not know: where the file is, or what is cached.

/// An Identity Center, the name its login is kept under, and the role that is wanted there.
public struct SignInTarget: Sendable, Equatable {
  /// The name of the `[sso-session]`; `nil` for a profile that names the start URL itself, whose
  /// tokens no AWS tool renews.
  public var sessionName: String?
  /// The start URL exactly as configured: its letters decide under which name a login is kept.
  public var startURL: String
  /// The region of the Identity Center.
  public var region: String
  /// The scopes to register for; `nil` when nobody configured any.
  public var scopes: [String]?
  /// The account whose role is wanted.
  public var accountID: String?
  /// The role that is wanted.
  public var roleName: String?
  /// Where the token is, when the session was found by it and nobody knows the session's name.
  public internal(set) var tokenFile: String?

  /// Whether a login that may choose uses the browser of this machine, where there is one: for profiles
  /// without a session it takes a code, as the AWS CLI does.
  public var mayUseBrowser: Bool { sessionName != nil }

  /// Names a target.
  public init(sessionName: String? = nil, startURL: String, region: String) {
    self.sessionName = sessionName
    self.startURL = startURL
    self.region = region
  }

  /// Reads the session called `name`.
  ///
  /// - Parameters:
  ///   - name: As in `[sso-session NAME]`.
  ///   - config: The config file.
  /// - Returns: The target, without account and role.
  /// - Throws: ``SSOError/Code/invalidConfiguration`` that names what is missing.
  public static func session(
    _ name: String, in config: AWSConfig
  ) throws(SSOError) -> SignInTarget {
    guard let section = config.session(name) else {
      throw config.noSession(name)
    }
    var target = try SignInTarget(
      section, sessionName: name, place: "[sso-session \(name.escaped(limit: 60))]")
    target.scopes = scopes(section["sso_registration_scopes"])
    return target
  }

  /// Reads the profile called `name`.
  ///
  /// A key that stands in the profile and in its session must have one value in both.
  ///
  /// - Parameters:
  ///   - name: As in `[profile NAME]`, or `default`.
  ///   - config: The config file.
  /// - Returns: The target.
  /// - Throws: ``SSOError/Code/invalidConfiguration`` that names the profile and the key.
  public static func profile(
    _ name: String, in config: AWSConfig
  ) throws(SSOError) -> SignInTarget {
    guard let section = config.profile(name) else { throw config.noProfile(name) }
    var target = try base(of: section, config)
    target.accountID = section["sso_account_id"]
    target.roleName = section["sso_role_name"]
    return target
  }

  private static func base(
    of profile: AWSConfig.Section, _ config: AWSConfig
  ) throws(SSOError) -> SignInTarget {
    let place = "profile \"\(profile.name.escaped(limit: 60))\""
    guard let name = profile["sso_session"] else {
      return try SignInTarget(profile, sessionName: nil, place: place)
    }
    guard config.session(name) != nil else {
      throw wrong("\(place): \(config.noSession(name).message)")
    }
    let target = try session(name, in: config)
    for (key, value) in [("sso_start_url", target.startURL), ("sso_region", target.region)] {
      guard profile[key] ?? value == value else {
        throw wrong("\(place) and its session disagree about \(key)")
      }
    }
    return target
  }

  /// What `section` says; a person is led to its URL, and its region becomes part of a host name.
  private init(
    _ section: AWSConfig.Section, sessionName: String?, place: String
  ) throws(SSOError) {
    self.init(
      sessionName: sessionName, startURL: try Self.required("sso_start_url", section, place),
      region: try Self.required("sso_region", section, place))
    guard URLParts(startURL)?.isForBrowsers == true else {
      throw Self.wrong(
        "\(place): sso_start_url must be an https URL, or http on this machine")
    }
    do throws(SSOError) {
      try Endpoint.check(region: region)
    } catch {
      throw Self.wrong("\(place): \(error.message)")
    }
  }

  private static func required(
    _ key: String, _ section: AWSConfig.Section, _ place: String
  ) throws(SSOError) -> String {
    guard let value = section[key], !value.isEmpty else {
      throw wrong("\(place) has no \(key)")
    }
    return value
  }

  /// A list with commas; blanks around and empty ones are dropped.
  private static func scopes(_ text: String?) -> [String]? {
    guard let text else { return nil }
    let scopes = text.split(separator: ",").map { part in
      String(part.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }.filter { !$0.isEmpty }
    return scopes.isEmpty ? nil : scopes
  }

  private static func wrong(_ message: String) -> SSOError {
    SSOError(.invalidConfiguration, .validation, message)
  }
}
