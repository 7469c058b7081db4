//  PolicyReportTests.swift - what `ssoscript policy explain` and `check` say.

import EventLoop
import SSOOIDC
import SSOScript
import Testing

/// A browser that cannot open anything.
private struct Hindered: WorldBrowser {
  var obstacle: String?

  func open(_ url: String) async throws(DoorError) { throw DoorError(obstacle ?? "") }
}

@Suite struct `A report on policies` {
  private func report(
    _ policies: [(PolicyLevel, String)], _ target: SignInTarget?, config: AWSConfig = AWSConfig(),
    obstacle: String? = nil
  ) async throws -> PolicyReport {
    var stage = try Stage()
    stage.variables = ["HOME": "/home/me"]
    var world = stage.world
    if let obstacle { world.browser = Hindered(obstacle: obstacle) }
    let doors = world
    let sources = policies.map { level, text in
      PolicySource(path: "/\(level.rawValue).lua", text: Array(text.utf8), level: level)
    }
    let loop = stage.loop
    let thread = try EventLoop.runOnThread(stackSize: 16 << 20, name: "lua") { loop.run() }
    let work = Task(executorPreference: loop.taskExecutor) {
      try await PolicyReport.make(sources, for: target, config: config, doors, loop)
    }
    let result = await work.result
    loop.stop()
    thread.join()
    return try result.get()
  }

  @Test func `says for each question which line decides`() async throws {
    var target = SignInTarget(
      sessionName: "dev", startURL: "https://example.awsapps.com/start", region: "eu-west-1")
    target.roleName = "Admin"
    let report = try await report(
      [
        (.user, "return { allow = {\n roles = { 'ReadOnly' },\n max_lifetime = 1800 } }"),
        (.system, "return { allow = { flows = { 'device' } },\n on_token = print }"),
      ], target)
    #expect(
      report.text == """
        policies, the outermost first:
          system: /system.lua
            asks on_token at /system.lua:2
          user: /user.lua
        this sign-in:
          allowed  start URL https://example.awsapps.com/start  by no rule
          allowed  region eu-west-1  by no rule
          REFUSED  role Admin  by /user.lua:2 (allow.roles)
          allowed  flow device  by /system.lua:1 (allow.flows)
          REFUSED  flow pkce  by /system.lua:1 (allow.flows)
          allowed  cache files  by no rule
          allowed  lifetime at most 1800 s  by /user.lua:3 (allow.max_lifetime)
        """)
    #expect(!report.isAllowed)
  }

  @Test(arguments: ["\\z\n   ", "\\z\r\n\r\n\t", "\\\r\n"])
  func `finds the line of a rule behind a string of several lines`(gap: String) async throws {
    let target = SignInTarget(startURL: "https://example.awsapps.com/start", region: "eu-west-1")
    let policy =
      "return { allow = {\n start_urls = { \"https://exam\(gap)ple.com/start\" },"
      + " max_lifetime = 1800 } }"
    let report = try await report([(.user, policy)], target)
    let line = policy.utf8.count { $0 == UInt8(ascii: "\n") } + 1
    let lifetime = report.decisions.first { $0.subject == "lifetime" }
    #expect(lifetime?.rules == ["/user.lua:\(line) (allow.max_lifetime)"])
  }

  @Test func `judges the store that would be used, each part of it`() async throws {
    let target = SignInTarget(startURL: "https://example.awsapps.com/start", region: "eu-west-1")
    let report = try await report(
      [
        (.system, "return { allow = { cache = { 'memory' } } }"),
        (
          .user,
          """
          return { cache = function()
            return sso.cache.layered(sso.cache.memory(), sso.cache.files {}) end }
          """.requiringSSO
        ),
      ], target)
    let decisions = report.decisions.filter { $0.subject == "cache" }
    #expect(decisions.map(\.value) == ["memory", "files"])
    #expect(decisions.map(\.isAllowed) == [true, false])
  }

  @Test func `tells of a store that cannot be opened, beside everything else`() async throws {
    let target = SignInTarget(startURL: "https://example.awsapps.com/start", region: "eu-west-1")
    let policy = "return { cache = function() error 'no passphrase' end }"
    let report = try await report([(.user, policy)], target)
    let cache = report.decisions.first { $0.subject == "cache" }
    #expect(!report.isAllowed && report.decisions.count > 4)
    #expect(cache?.value.contains("no passphrase") == true)
    #expect(cache?.rules == ["/user.lua:1 (cache)"])
  }

  @Test func `ends at a function that gives no store, as a sign-in would`() async throws {
    let target = SignInTarget(startURL: "https://example.awsapps.com/start", region: "eu-west-1")
    let error = await #expect(throws: SSOError.self) {
      try await report([(.user, "return { cache = function() return 5 end }")], target)
    }
    #expect(error?.code == .invalidConfiguration)
    #expect(error?.message.hasPrefix("the policy /user.lua:1: cache must be") == true)
  }

  @Test func `lets policies read the config file`() async throws {
    let report = try await report(
      [
        (
          .user,
          "return { allow = { regions = { sso.config.target { session = 'my-sso' }.region } } }"
            .requiringSSO
        )
      ], SignInTarget(startURL: "https://example.awsapps.com/start", region: "eu-west-1"),
      config: try AWSConfig.parse(`sso.ensure`.session))
    #expect(report.isAllowed)
  }

  @Test func `one flow is enough`() async throws {
    let target = SignInTarget(startURL: "https://example.awsapps.com/start", region: "eu-west-1")
    let one = try await report([(.user, "return { allow = { flows = { 'device' } } }")], target)
    let none = try await report([(.user, "return { allow = { flows = {} } }")], target)
    #expect(one.isAllowed && !none.isAllowed)
  }

  @Test(
    arguments: [
      ("dev", nil, true, ""),
      ("dev", "no display", false, ", but not taken: no display"),
      (nil, nil, false, ", but not taken: without a session a code is used"),
    ] as [(String?, String?, Bool, String)])
  func `a flow that login would not take is not enough`(
    session: String?, obstacle: String?, isAllowed: Bool, words: String
  ) async throws {
    let target = SignInTarget(
      sessionName: session, startURL: "https://example.awsapps.com/start", region: "eu-west-1")
    let policy = "return { allow = { flows = { 'pkce' } } }"
    let report = try await report([(.user, policy)], target, obstacle: obstacle)
    #expect(report.isAllowed == isAllowed)
    #expect(
      report.text.contains("  allowed  flow pkce  by /user.lua:1 (allow.flows)\(words)\n"),
      "\(report.text)")
  }
}
