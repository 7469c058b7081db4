//  SignInTarget.swift - what a profile or an SSO session says about signing in.
//
//  Knows: `sso_session` and the older keys in the profile itself, and what must agree. Pure.
//  Does not know: where the file is, or what is cached.

internal import StrictJSON

/// An Identity Center, the name its login is kept under, and the role that is wanted there.
public struct SignInTarget: Sendable, Hashable {
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
  /// A key that stands in the profile and in its session must have one value in both: each key where the
  /// profile names account or role, which then may stand in the session; else start URL and region.
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
    // For AWS's tools a profile that names neither is none of a role, whatever its session says.
    if section.namesRole {
      let session = section["sso_session"].flatMap(config.session)
      target.accountID = section["sso_account_id"] ?? session?["sso_account_id"]
      target.roleName = section["sso_role_name"] ?? session?["sso_role_name"]
    }
    return target
  }

  /// What is wrong with a profile that says other things than its session; `nil` when they agree.
  static func disagreement(
    of profile: AWSConfig.Section, with session: AWSConfig.Section
  ) -> SSOError? {
    let shared = session.values.keys.filter { key in
      profile.namesRole || key == "sso_start_url" || key == "sso_region"
    }.sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
    let torn = shared.first { key in
      guard let own = profile.values[key], let other = session.values[key] else { return false }
      return !own.hasSameBytes(as: other)
    }
    return torn.map {
      wrong("\(place(of: profile)) and its session disagree about \($0.text.escaped(limit: 60))")
    }
  }

  private static func place(of profile: AWSConfig.Section) -> String {
    "profile \"\(profile.name.escaped(limit: 60))\""
  }

  private static func base(
    of profile: AWSConfig.Section, _ config: AWSConfig
  ) throws(SSOError) -> SignInTarget {
    let place = place(of: profile)
    guard let name = profile["sso_session"] else {
      return try SignInTarget(profile, sessionName: nil, place: place)
    }
    guard let section = config.session(name) else {
      throw wrong("\(place): \(config.noSession(name).message)")
    }
    let target = try session(name, in: config)
    if let error = disagreement(of: profile, with: section) { throw error }
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
    let scopes = text.unicodeScalars.split(separator: ",").map { Substring($0).stripped }
      .filter { !$0.isEmpty }
    return scopes.isEmpty ? nil : scopes
  }

  private static func wrong(_ message: String) -> SSOError {
    SSOError(.invalidConfiguration, .validation, message)
  }
}

extension AWSConfig.Section {
  /// Whether it names an account or a role, which makes it a profile of a role.
  fileprivate var namesRole: Bool {
    values["sso_account_id"] != nil || values["sso_role_name"] != nil
  }
}

extension AWSConfig.Value {
  fileprivate func hasSameBytes(as other: Self) -> Bool {
    switch (self, other) {
    case (.text(let text), .text(let other)): text.hasSameBytes(as: other)
    case (.block(let lines), .block(let others)):
      lines.count == others.count
        && lines.allSatisfy { key, text in others[key]?.hasSameBytes(as: text) == true }
    default: false
    }
  }
}
