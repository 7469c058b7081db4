//  TargetNames.swift - which Identity Center a caller means. Pure.

/// What a caller names, at most one of profile, session and start URL.
public struct TargetNames: Sendable, Equatable {
  /// A profile of the config file.
  public var profile: String?
  /// An SSO session of the config file.
  public var session: String?
  /// A start URL, with ``region``.
  public var startURL: String?
  /// The region of ``startURL``.
  public var region: String?
  /// The scopes to register for, in place of the configured ones.
  public var scopes: [String]?
  /// The account, in place of the profile's.
  public var accountID: String?
  /// The role, in place of the profile's.
  public var roleName: String?

  /// Names nothing: the profile of the environment, or `default`.
  public init() {}

  /// Whether profile, session and start URL are all left out.
  public var isEmpty: Bool { profile == nil && session == nil && startURL == nil }

  /// Finds what is meant.
  ///
  /// - Parameters:
  ///   - environment: Gives the value of a variable.
  ///   - config: The config file.
  /// - Returns: The target.
  /// - Throws: ``SSOError/Code/invalidConfiguration`` that names what is missing and where;
  ///   ``SSOError/Code/invalidParameter`` when the names do not go together.
  public func target(
    environment: (String) -> String?, config: AWSConfig
  ) throws(SSOError) -> SignInTarget {
    var target = try base(environment, config)
    if let scopes { target.scopes = scopes }
    if let accountID { target.accountID = accountID }
    if let roleName { target.roleName = roleName }
    return target
  }

  private func base(
    _ environment: (String) -> String?, _ config: AWSConfig
  ) throws(SSOError) -> SignInTarget {
    guard [profile, session, startURL].count(where: { $0 != nil }) <= 1 else {
      throw Self.misuse("name one of profile, session and start_url")
    }
    if let startURL {
      guard let region else {
        throw Self.misuse(
          "start_url needs the region of the Identity Center: region = \"us-east-1\"")
      }
      return SignInTarget(startURL: startURL, region: region)
    }
    guard region == nil else {
      throw Self.misuse("region goes with start_url; profiles and sessions have their own")
    }
    if let session { return try .session(session, in: config) }
    if let profile { return try .profile(profile, in: config) }
    return try Self.unnamed(Self.profile(of: environment), config)
  }

  /// The profile that the environment names.
  ///
  /// - Parameter environment: Gives the value of a variable.
  /// - Returns: Its name, or `nil`.
  public static func profile(of environment: (String) -> String?) -> String? {
    ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].compactMap { environment($0) }.first { !$0.isEmpty }
  }

  /// The usual profile; a config file with one session leaves no doubt either.
  private static func unnamed(
    _ profile: String?, _ config: AWSConfig
  ) throws(SSOError) -> SignInTarget {
    let name = profile ?? "default"
    let isSSO = config.profile(name).flatMap { $0["sso_session"] ?? $0["sso_start_url"] } != nil
    if profile != nil || isSSO { return try .profile(name, in: config) }
    guard config.sessions.count == 1 else {
      let known = config.sessions.map(\.name).joined(separator: ", ")
      throw wrong(
        "nobody said where to sign in: name a profile, a session or a start URL"
          + (known.isEmpty ? "" : " (sessions: \(known.escaped(limit: 200)))"))
    }
    return try .session(config.sessions[0].name, in: config)
  }

  private static func misuse(_ message: String) -> SSOError {
    SSOError(.invalidParameter, .validation, message)
  }

  private static func wrong(_ message: String) -> SSOError {
    SSOError(.invalidConfiguration, .validation, message)
  }
}

extension AWSConfig {
  /// Everything one can sign in to: the sessions, then start URLs of profiles without one, each once.
  public var signInTargets: [SignInTarget] {
    var targets: [SignInTarget] = []
    var seen: Set<SignInTarget> = []
    for case .success(var target) in signIns {
      target.accountID = nil
      target.roleName = nil
      if target.sessionName != nil || seen.insert(target).inserted { targets.append(target) }
    }
    return targets
  }

  /// What is wrong with the sessions that one cannot sign in to, and with profiles that have a start URL
  /// of their own, name a session that is not there or disagree with it; each message names its section.
  public var signInProblems: [SSOError] {
    signIns.compactMap { signIn in
      if case .failure(let error) = signIn { error } else { nil }
    }
  }

  private var signIns: [Result<SignInTarget, SSOError>] {
    sessions.map { section in
      Result { () throws(SSOError) in try SignInTarget.session(section.name, in: self) }
    } + profiles.compactMap(signIn)
  }

  /// What a profile adds to the sessions: its own start URL, or what is wrong with it alone.
  private func signIn(by profile: Section) -> Result<SignInTarget, SSOError>? {
    let name = profile["sso_session"]
    if let session = name.flatMap(session) {
      return SignInTarget.disagreement(of: profile, with: session).map(Result.failure)
    }
    guard name != nil || profile["sso_start_url"] != nil else { return nil }
    return Result { () throws(SSOError) in try SignInTarget.profile(profile.name, in: self) }
  }
}
