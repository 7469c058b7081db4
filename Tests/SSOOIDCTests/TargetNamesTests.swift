//  TargetNamesTests.swift - which Identity Center a caller means.

import Testing

@testable import SSOOIDC

@Suite struct `Naming an Identity Center` {
  static let session =
    "[sso-session s]\nsso_start_url = https://s.example/start\nsso_region = eu-west-1\n"
  static let profile =
    "[profile dev]\nsso_start_url = https://p.example/start\nsso_region = us-east-1\n"
  static let standard =
    "[default]\nsso_start_url = https://d.example/start\nsso_region = us-east-1\n"

  static func target(
    _ config: String, _ variables: [String: String] = [:],
    _ name: (inout TargetNames) -> Void = { _ in }
  ) throws -> String {
    var names = TargetNames()
    name(&names)
    return try names.target(environment: { variables[$0] }, config: AWSConfig.parse(config))
      .startURL
  }

  @Test func `takes the default profile when nothing is named`() throws {
    #expect(try Self.target(Self.session + Self.standard) == "https://d.example/start")
  }

  @Test func `takes the profile of the environment before that`() throws {
    let found = try Self.target(Self.standard + Self.profile, ["AWS_PROFILE": "dev"])
    #expect(found == "https://p.example/start")
  }

  @Test func `takes the only session when there is no such profile`() throws {
    #expect(try Self.target(Self.session) == "https://s.example/start")
  }

  @Test func `does not choose among sessions, and lists them`() throws {
    let two = Self.session + Self.session.replacing("sso-session s", with: "sso-session t")
    do {
      _ = try Self.target(two)
      Issue.record("one was chosen")
    } catch let error as SSOError {
      #expect(error.message.contains("(sessions: s, t)"))
    }
  }

  @Test(arguments: [
    ("dve", "profile \"dve\" (did you mean \"dev\"?)"), ("other", "profile \"other\""),
  ])
  func `says what a misspelt profile was meant to be`(name: String, words: String) {
    #expect(throws: SSOError(.invalidConfiguration, .validation, "there is no \(words)")) {
      try Self.target(Self.profile) { $0.profile = name }
    }
  }

  @Test(
    arguments: [
      (.file("/home/me/config"), " in /home/me/config (did you mean \"dev\"?)"),
      (.absent("/nowhere/config"), ": /nowhere/config was not found (did you mean \"dev\"?)"),
      (.homeless, ": HOME names no folder, so no config file was read (did you mean \"dev\"?)"),
    ] as [(AWSConfig.Origin, String)])
  func `says where it looked for a profile`(origin: AWSConfig.Origin, words: String) throws {
    var config = try AWSConfig.parse(Self.profile)
    config.origin = origin
    var names = TargetNames()
    names.profile = "dve"
    #expect(
      throws: SSOError(.invalidConfiguration, .validation, "there is no profile \"dve\"\(words)")
    ) { try names.target(environment: { _ in nil }, config: config) }
  }

  @Test func `refuses two names at once, and a region without its start URL`() {
    #expect(throws: SSOError.self) {
      try Self.target(Self.session) { ($0.session, $0.profile) = ("s", "dev") }
    }
    #expect(throws: SSOError.self) { try Self.target(Self.session) { $0.startURL = "https://a" } }
  }

  @Test func `leaves out sections that cannot be used, and says what is wrong with each`() throws {
    let config = try AWSConfig.parse(
      Self.session + Self.profile + """
        [sso-session old]
        sso_start_url = https://o.example/start
        sso_region = eu_west_1
        [sso-session none]
        sso_region = eu-west-1
        [profile script]
        sso_start_url = javascript:alert(1)
        sso_region = eu-west-1
        [profile plain]
        sso_start_url = http://p.example/start
        sso_region = eu-west-1
        [profile other]
        region = eu-west-1
        [profile lost]
        sso_session = olds
        [profile torn]
        sso_session = s
        sso_region = us-east-1
        [profile both]
        sso_session = old
        sso_region = us-east-1
        [profile sound]
        sso_session = s
        sso_region = eu-west-1
        [profile unsound]
        sso_session = none
        """)
    #expect(
      config.signInTargets.map(\.startURL) == [
        "https://s.example/start", "https://p.example/start",
      ])
    #expect(
      config.signInProblems.map(\.message) == [
        "[sso-session old]: the region \"eu_west_1\" is no valid host label",
        "[sso-session none] has no sso_start_url",
        "profile \"script\": sso_start_url must be an https URL, or http on this machine",
        "profile \"plain\": sso_start_url must be an https URL, or http on this machine",
        "profile \"lost\": there is no [sso-session olds] (did you mean \"old\"?)",
        "profile \"torn\" and its session disagree about sso_region",
        "profile \"both\" and its session disagree about sso_region",
      ])
  }

  @Test func `tells names apart by their bytes, of which AWS's tools make file names`() throws {
    let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
    let section = "sso_region =\u{301}eu-west-1\nsso_start_url = https://s.example/start\n"
    let both = try AWSConfig.parse(
      "[sso-session \(composed)]\n\(section)[sso-session \(decomposed)]\n\(section)")
    #expect(both.sessions.count == 2)
    #expect(both.session(decomposed)?["sso_region"] == "\u{301}eu-west-1")
    let one = try AWSConfig.parse("[sso-session \(composed)]\n\(section)")
    #expect(one.session(composed) != nil && one.session(decomposed) == nil)
  }

  @Test func `tells the blocks of two such sessions apart`() throws {
    var text = ""
    for (session, name) in [("caf\u{E9}", "one"), ("cafe\u{301}", "two")] {
      let profile = ProfileSections.Profile(name: name, accountID: "1", roleName: "Admin")
      let target = SignInTarget(sessionName: session, startURL: "https://s/", region: "eu-west-1")
      text = try ProfileSections([profile], of: target).inserted(into: text)
    }
    #expect(text.contains("[profile one]") && text.contains("[profile two]"))
  }

  @Test(arguments: ["javascript:alert(1)", "http://p.example/start", "file:///start", "start"])
  func `leads nobody to what is no https URL`(url: String) {
    #expect(throws: SSOError.self) {
      try Self.target("[default]\nsso_start_url = \(url)\nsso_region = us-east-1\n")
    }
  }
}
