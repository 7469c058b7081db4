//  SettingsTests.swift - the config file against botocore's reader; the order of the settings.

import StrictJSON
import Testing

@testable import SSOOIDC

@Suite struct `The config file` {
  @Test func `is read as botocore reads it`() throws {
    let cases = try fixture("config")["cases"].elements
    #expect(cases.count == 43)

    for row in cases {
      let name = Comment(rawValue: row["name"].text)
      if row["error"].isNull {
        let config = try AWSConfig.parse(row["text"].text)
        #expect(JSON(config.profiles) == row["profiles"].sortedKeys, name)
        #expect(JSON(config.sessions) == row["sessions"].sortedKeys, name)
        #expect(JSON(config.services) == row["services"].sortedKeys, name)
      } else {
        #expect(throws: SSOError.self, name) { try AWSConfig.parse(row["text"].text) }
      }
    }
  }

  @Test(arguments: [
    ("[profile a]\nx=1\nhunter2\n", "config file, line 3: neither a section nor `key = value`"),
    ("[profile a]\n\n[profile a]\n", "config file, line 3: a section named twice"),
    ("# x\nkey = hunter2\n", "config file, line 2: a key before the first section"),
    (
      "\u{FEFF}[sso-session hunter2]\n",
      "config file, line 1: a byte order mark before the text; save the file as UTF-8 without one"
    ),
    ("[sso-session hunter2\n", "config file, line 1: a section without the bracket at its end"),
    ("[hunter2 = x\n", "config file, line 1: a section without the bracket at its end"),
    ("[a]\n[hunter2\n", "config file, line 2: a section without the bracket at its end"),
  ])
  func `in disorder is refused by the line, not by its content`(text: String, message: String) {
    let error = #expect(throws: SSOError.self) { try AWSConfig.parse(text) }

    #expect(error?.message == message)
    #expect(error?.code == .invalidConfiguration)
  }

  @Test func `is told by scalars, whatever accent stands behind them`() throws {
    let config = try AWSConfig.parse(
      "#\u{FE0F}\u{20E3} ours\n;\u{301} too\n[\u{301}]\n[profile dev]\nregion=eu-west-1\n")
    #expect(config.profile("dev")?["region"] == "eu-west-1")
  }

  @Test(arguments: [
    ("/etc/aws", "/etc/aws"), ("~/cfg", "/home/me/cfg"), ("~", "/home/me"),
    ("$HOME/cfg", "/home/me/cfg"), ("${SITE}/cfg", "/srv/$HOME/cfg"), ("$SITE_X/c", "$SITE_X/c"),
    ("${NONE}/$", "${NONE}/$"), ("${SITE", "${SITE"), ("$TILDE/c", "/home/me/c"),
    ("~other/cfg", "~other/cfg"), ("/a/~/b", "/a/~/b"), ("a$SITE-$EMPTY.", "a/srv/$HOME-."),
    ("", "/home/me/.aws/config"),
  ])
  func `is looked for where its variable says, as botocore reads it`(text: String, path: String) {
    let variables = [
      "AWS_CONFIG_FILE": text, "HOME": "/home/me", "SITE": "/srv/$HOME", "TILDE": "~", "EMPTY": "",
    ]
    #expect(AWSConfig.path { variables[$0] } == path)
  }

  @Test func `gives the last of profiles that have one name, which is its bytes`() throws {
    let config = try AWSConfig.parse(
      """
      [profile a]
      region = first
      [profile "a"]
      region = second
      [profile \u{E9}]
      region = third
      """)
    #expect(config.profiles.map(\.name) == ["a", "a", "\u{E9}"])
    #expect(config.profile("a")?["region"] == "second")
    #expect(config.profile("\u{E9}")?["region"] == "third")
    #expect(config.profile("e\u{301}") == nil)
  }

  @Test(arguments: [nil, "", "home", "./home"])
  func `is nowhere, and stays below a home that nobody knows`(home: String?) {
    #expect(AWSConfig.path { ["AWS_CONFIG_FILE": "~/cfg", "HOME": home][$0] ?? nil } == "~/cfg")
    #expect(AWSConfig.path { ["HOME": home][$0] ?? nil } == nil)
  }

  @Test(
    arguments: [
      ("a b", ["a", "b"]), (" a\t 'b c' ", ["a", "b c"]), (#""a \" b" c"#, ["a \" b", "c"]),
      (#"a\ b"#, ["a b"]), (#"'a\b'"#, [#"a\b"#]), (#""a\b""#, [#"a\b"#]), ("''", [""]), ("", []),
      ("a'b'\"c\"", ["abc"]), ("'a", nil), (#"a\"#, nil),
      ("a\u{A0}b\u{B}c d", ["a\u{A0}b\u{B}c", "d"]),
      ("a\u{301} \u{302}b '\u{303}c'\u{304}", ["a\u{301}", "\u{302}b", "\u{303}c\u{304}"]),
    ] as [(String, [String]?)])
  func `splits names as a shell does`(line: String, words: [String]?) {
    #expect(ShellWords.split(line) == words)
  }
}

@Suite struct `The settings of a client` {
  static let file = """
    [default]
    region = eu-central-1
    [profile dev]
    region = us-west-2
    endpoint_url = http://profile
    services = local
    use_fips_endpoint = true
    retry_mode = legacy
    max_attempts = 7
    ca_bundle = /ca.pem
    sdk_ua_app_id = app
    [profile plain]
    endpoint_url = http://profile
    [profile lost]
    services = nowhere
    [services local]
    sso_oidc =
      endpoint_url = http://service-oidc
    sso =
      endpoint_url = http://service-portal
    """

  @Test func `come from the profile`() throws {
    let settings = try resolve(["AWS_PROFILE": "dev"])

    #expect(settings.profile == "dev")
    #expect(settings.region == "us-west-2")
    #expect(settings.variants == .fips)
    #expect(settings.retry.mode == .legacy)
    #expect(settings.retry.maximumAttempts == 7)
    #expect(settings.caBundle == "/ca.pem")
    #expect(settings.applicationID == "app")
  }

  @Test func `come from the environment before the profile`() throws {
    let settings = try resolve([
      "AWS_PROFILE": "dev", "AWS_REGION": "a", "AWS_DEFAULT_REGION": "b",
      "AWS_USE_FIPS_ENDPOINT": "False", "AWS_USE_DUALSTACK_ENDPOINT": "TRUE",
      "AWS_RETRY_MODE": "standard", "AWS_MAX_ATTEMPTS": "2", "AWS_CA_BUNDLE": "/env.pem",
    ])

    #expect(settings.region == "a")
    #expect(settings.variants == .dualStack)
    #expect(settings.retry.mode == .standard)
    #expect(settings.retry.maximumAttempts == 2)
    #expect(settings.caBundle == "/env.pem")
  }

  @Test(arguments: [
    ("~/ca.pem", "/home/me/ca.pem"), ("~", "/home/me"), ("$HOME/ca.pem", "$HOME/ca.pem"),
    ("~other/ca.pem", "~other/ca.pem"), ("/a/~/ca.pem", "/a/~/ca.pem"),
  ])
  func `find a CA bundle in the home, as urllib3 does`(text: String, path: String) throws {
    for variable in ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"] {
      #expect(try resolve([variable: text, "HOME": "/home/me"]).caBundle == path)
      #expect(try resolve([variable: text]).caBundle == text)
      #expect(try resolve([variable: text, "HOME": "home"]).caBundle == text)
    }
    let config = try AWSConfig.parse("[default]\nca_bundle = \(text)\n")
    let settings = try ClientSettings.resolve(
      .oidc, environment: { ["HOME": "/home/me"][$0] }, config: config)
    #expect(settings.caBundle == path)
    var explicit = ClientSettings.Explicit()
    explicit.caBundle = text
    #expect(try resolve(["HOME": "/home/me"], explicit).caBundle == text)
  }

  @Test func `come from the caller before all`() throws {
    var explicit = ClientSettings.Explicit()
    explicit.profile = "dev"
    explicit.region = "x"
    explicit.usesFIPS = false
    explicit.retryMode = "standard"
    explicit.maximumAttempts = 1
    explicit.caBundle = "/own.pem"
    explicit.endpointURL = "http://own"

    let settings = try resolve(
      ["AWS_REGION": "a", "AWS_ENDPOINT_URL": "http://env", "AWS_PROFILE": "nobody"], explicit)

    #expect(settings.region == "x")
    #expect(settings.variants == [])
    #expect(
      settings.retry
        == {
          var policy = RetryPolicy(); policy.maximumAttempts = 1; return policy
        }())
    #expect(settings.caBundle == "/own.pem")
    #expect(settings.endpointURL == "http://own")
  }

  @Test(
    arguments: [
      (
        .oidc,
        [
          "AWS_ENDPOINT_URL_SSO_OIDC": "http://e1", "AWS_ENDPOINT_URL_SSO": "http://e2",
          "AWS_ENDPOINT_URL": "http://e3", "AWS_PROFILE": "dev",
        ], "http://e1"
      ),
      (
        .portal, ["AWS_ENDPOINT_URL_SSO_OIDC": "http://e1", "AWS_ENDPOINT_URL_SSO": "http://e2"],
        "http://e2"
      ),
      (.oidc, ["AWS_ENDPOINT_URL": "http://e3", "AWS_PROFILE": "dev"], "http://e3"),
      (.oidc, ["AWS_ENDPOINT_URL": "", "AWS_PROFILE": "dev"], "http://service-oidc"),
      (.portal, ["AWS_PROFILE": "dev"], "http://service-portal"),
      (.oidc, ["AWS_PROFILE": "plain"], "http://profile"), (.oidc, [:], nil),
      (
        .oidc,
        [
          "AWS_PROFILE": "dev", "AWS_ENDPOINT_URL": "http://e3",
          "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        ], nil
      ),
    ] as [(Service, [String: String], String?)])
  func `name the endpoint in AWS's order`(
    service: Service, environment: [String: String], url: String?
  ) throws {
    #expect(try resolve(environment, service: service).endpointURL == url)
  }

  @Test(arguments: [
    (["AWS_PROFILE": "nobody"], #"there is no profile "nobody""#),
    (
      ["AWS_PROFILE": "lost"],
      #"the profile names the services section "nowhere", which does not exist"#
    ),
    (
      ["AWS_RETRY_MODE": "adaptive"],
      #"the retry mode "adaptive" is not supported (supported: standard, legacy)"#
    ),
    (["AWS_MAX_ATTEMPTS": "0"], "AWS_MAX_ATTEMPTS / max_attempts must be a number from 1 to 100"),
    (
      ["AWS_USE_FIPS_ENDPOINT": "yes"],
      "AWS_USE_FIPS_ENDPOINT / use_fips_endpoint must be true or false"
    ),
  ])
  func `that cannot be used are refused by name`(environment: [String: String], message: String) {
    let error = #expect(throws: SSOError.self) { try resolve(environment) }

    #expect(error?.code == .invalidConfiguration)
    #expect(error?.message == message)
  }

  @Test func `do without a profile of the environment that the file has not`() throws {
    for variable in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
      let named = try resolve([variable: "work", "AWS_REGION": "us-west-2"])
      #expect(named.profile == "work")
      #expect(named.region == "us-west-2")
      #expect(named.endpointURL == nil)
      #expect(try resolve([variable: "work", "AWS_ENDPOINT_URL": "http://e"]).region == nil)
    }
    var explicit = ClientSettings.Explicit()
    explicit.region = "us-east-1"
    #expect(try resolve(["AWS_PROFILE": "work"], explicit).region == "us-east-1")
    explicit.profile = "work"
    #expect(throws: SSOError.self) { try resolve([:], explicit) }
  }

  @Test func `make a client's configuration`() throws {
    var settings = ClientSettings()
    settings.region = "us-gov-west-1"
    settings.variants = .fips
    settings.caBundle = "/ca.pem"

    let configuration = try ClientConfiguration(settings: settings, service: .portal)

    #expect(configuration.endpoint.url == "https://portal.sso.us-gov-west-1.amazonaws.com")
    #expect(configuration.http.caBundle == "/ca.pem")
  }

  private func resolve(
    _ environment: [String: String], _ explicit: ClientSettings.Explicit = .init(),
    service: Service = .oidc
  ) throws -> ClientSettings {
    try ClientSettings.resolve(
      service, explicit: explicit, environment: { environment[$0] },
      config: try AWSConfig.parse(Self.file))
  }
}

extension JSON {
  /// Sections as botocore shows them, sorted by name; of two with one name the later counts.
  fileprivate init(_ sections: [AWSConfig.Section]) {
    let members = sections.map { section in
      (
        section.name,
        JSON.object(
          JSONObject(
            section.values.mapValues { value in
              switch value {
              case .text(let text): JSON.string(text)
              case .block(let lines): .object(JSONObject(lines.map { ($0.text, .string($1)) }))
              }
            }.map { ($0.text, $1) }))
      )
    }
    self = JSON.object(JSONObject(members)).sortedKeys
  }

  fileprivate var sortedKeys: JSON {
    guard let object = asObject else { return self }
    return .object(
      JSONObject(
        object.map { ($0, $1.sortedKeys) }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
      ))
  }
}
