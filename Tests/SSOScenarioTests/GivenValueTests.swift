//  GivenValueTests.swift - what a command line gives: variables, secrets, a profile, faults.

import SSOScript
import Testing

@testable import SSOScenario

@Suite struct `Values of a command line` {
  private func values(
    _ kind: GivenValues.Kind = .variable, options: [String] = [], files: [String] = [],
    environment: [String: String] = [:]
  ) throws(GivenValueError) -> [String: String] {
    var values = GivenValues(kind)
    try values.add(environment: environment)
    for option in options { try values.add(option: option) }
    for file in files { try values.add(file: Array(file.utf8), "f") }
    return try values.all()
  }

  @Test func `come from an option before a file, from a file before the environment`() throws {
    let all = try values(
      options: ["a=option", "a=last=one"], files: ["a=file\nb=file", "{\"b\": \"second\"}"],
      environment: [
        "SSOSCRIPT_VAR_a": "e", "SSOSCRIPT_VAR_b": "e", "SSOSCRIPT_VAR_c": "e",
        "SSOSCRIPT_VAR_empty": "", "SSOSCRIPT_SECRET_d": "other",
      ])
    #expect(all == ["a": "last=one", "b": "second", "c": "e"])
  }

  @Test func `are lines with comments, or one JSON object`() throws {
    #expect(
      try values(files: ["# one\n\n  a = 1 = 2 \r\nb=\"quoted\""])
        == ["a": "1 = 2", "b": "\"quoted\""])
    #expect(
      try values(files: ["\n {\"a\": 1, \"b\": true, \"c\": \"x y\", \"d\": 1.5}"])
        == ["a": "1", "b": "true", "c": "x y", "d": "1.5"])
    #expect(
      try values(files: ["\u{FEFF}{\"a\": 1}", "\u{FEFF}b=2"]) == ["a": "1", "b": "2"])
  }

  @Test(arguments: [
    ("a=1\nb", "--vars: f:2: write NAME=VALUE, or # before a comment"),
    ("a=1\n\na=2", "--vars: f:3: \"a\" is there twice"),
    ("1=x", "--vars: f:1: the name \"1\" is not made of letters"),
    (
      "{\"a\": 1,\n \"b\": []}",
      "--vars: f:2: b: expected a string, a number or a boolean, got array"
    ),
    ("{\"a\": 1,\n \"a\": 2}", "--vars: f:2: duplicate key"),
    ("{\"a\":\n\n", "--vars: f:3: unexpected end"),
  ])
  func `that are wrong are named with file and line`(file: String, words: String) {
    let error = #expect(throws: GivenValueError.self) { try values(files: [file]) }
    #expect(error?.message.hasPrefix(words) == true, "\(error?.message ?? "")")
  }

  @Test func `that are not UTF-8 are named with their line`() {
    var values = GivenValues(.variable)
    let error = #expect(throws: GivenValueError.self) {
      try values.add(file: [97, 61, 49, 10, 255], "f")
    }
    #expect(error?.message == "--vars: f:2: not UTF-8")
  }

  @Test(arguments: ["xyzzy-value", "1xyzzy=xyzzy-value", "a=xyz"])
  func `S39 that are secret are in no error`(option: String) {
    let error = #expect(throws: GivenValueError.self) { try values(.secret, options: [option]) }
    #expect(error?.message.contains("xyz") == false)
    let inFile = #expect(throws: GivenValueError.self) {
      try values(.secret, files: ["# x\n\(option)\nxyzzy line"])
    }
    #expect(inFile?.message.contains("xyz") == false)
    #expect(inFile?.message.hasPrefix("--secrets: f:") == true)
  }

  @Test func `that are secret may be named alone, and come from elsewhere`() throws {
    let environment = ["SSOSCRIPT_SECRET_token": "from outside"]
    #expect(
      try values(.secret, options: ["token"], environment: environment) == ["token": "from outside"]
    )
    let error = #expect(throws: GivenValueError.self) { try values(.secret, options: ["token"]) }
    #expect(error?.message.contains("SSOSCRIPT_SECRET_NAME or --secrets FILE") == true)
  }
}

@Suite struct `A scenario that is given something` {
  private func run(
    _ text: String, _ settings: ScenarioSettings, recording: Recording? = nil, flow: String = ""
  ) -> ScenarioFileReport {
    var playground = Playground(flow: flow)
    playground.files["a_spec.lua"] = text
    var sources = playground.sources
    sources.settings = settings
    sources.pages = recording?.pages(of: "a_spec.lua", settings)
    return ScenarioFile("a_spec.lua", sources).run(ScenarioRunOptions())
  }

  private func settings(
    variables: [String: String] = [:], secrets: [String: String] = [:], faults: [String] = []
  ) -> ScenarioSettings {
    var settings = ScenarioSettings()
    (settings.variables, settings.secrets, settings.faults) = (variables, secrets, faults)
    return settings
  }

  @Test func `reads variables and secrets, while it is loaded, too`() throws {
    let report = run(
      """
      local region = sim.var "region"
      it("in " .. region, function()
        assert.same("eu-1", region)
        assert.same("x", sim.var("missing", "x"))
        assert.same(7, sim.secret("missing", 7))
        assert.same(12, #sim.secret "token")
      end)
      """,
      settings(variables: ["region": "eu-1", "unused": "u"], secrets: ["token": "abcdefghijkl"]))
    let scenario = try #require(report.scenarios.first)
    #expect(scenario.outcome == .passed, "\(scenario.failure?.message ?? "")")
    #expect(scenario.used.variables == ["region": "eu-1"])
    #expect(
      scenario.replayCommand.hasSuffix("\(scenario.replay) --var region=eu-1 --secret token"))
  }

  @Test func `is told how to give what is missing`() throws {
    let report = run(
      "it('x', function() sim.var 'regoin' end) it('y', function() sim.var 'token' end)",
      settings(variables: ["region": "r"], secrets: ["token": "12345"]))
    let words = report.scenarios.compactMap(\.failure?.message)
    #expect(words.count == 2)
    #expect(
      words[0].contains(
        "no variable \"regoin\" (did you mean \"region\"?): give --var regoin=VALUE, --vars FILE or "
          + "SSOSCRIPT_VAR_regoin"))
    #expect(words[1].contains("it is a secret: sim.secret"))
    #expect(run("sim.secret 'a'", settings()).loadFailure?.contains("--secrets FILE") == true)
  }

  @Test func `S39 shows no secret that it was given`() throws {
    let report = run(
      """
      local token = sim.secret "token"
      it("has " .. token, function()
        print(token)
        sim.run("flow.lua", { args = { token } })
        error("failed with " .. token)
      end)
      """, settings(secrets: ["token": "abcdefghijkl"]), flow: "io.stderr:write(arg[1])")
    let scenario = try #require(report.scenarios.first)
    #expect(scenario.name == "has <secret>")
    #expect(scenario.leaks.count == 2)
    var suite = SuiteReport()
    suite.files = [report]
    #expect(suite.exitStatus(SuiteDemands()) == 8)
    for kind in ReportKind.allCases {
      #expect(!kind.writer().text(of: suite).contains("abcdefghijkl"))
    }
    #expect(!SavedFailure.text(scenario, source: "/a").contains("abcdefghijkl"))
    #expect(!TraceText.text(scenario).contains("abcdefghijkl"))
    let broken = run("error(sim.secret 'token')", settings(secrets: ["token": "abcdefghijkl"]))
    #expect(broken.loadFailure?.contains("<secret>") == true)
    #expect(broken.loadFailure?.contains("abcdefghijkl") == false)
  }

  @Test func `S39 has no secret in its tags`() throws {
    let report = run(
      "it('x #' .. sim.secret 'token' .. ' #slow', function() end)",
      settings(secrets: ["token": "abcdefghijkl"]))
    #expect(report.scenarios.first?.tags == ["<secret>", "slow"])
  }

  private static let registers = """
    it("registers", function()
      local run = sim.run("flow.lua", { service = sim.service {}, args = { sim.secret "name" } })
      assert.exit(run, 0)
    end)
    """
  private static let flow =
    "require 'sso'.client {}:register_client { clientName = arg[1], clientType = 'public' }"

  @Test func `S39 is recorded without its secrets, and held against that`() throws {
    let given = settings(secrets: ["name": "abcdefghijkl"])
    let recording = Recording()
    #expect(
      run(Self.registers, given, recording: recording, flow: Self.flow).scenarios[0].outcome
        == .passed)
    #expect(recording.text.contains("<secret>") && !recording.text.contains("abcdefghijkl"))
    let kept = try #require(Recording(Array(recording.text.utf8)))
    #expect(
      run(Self.registers, given, recording: kept, flow: Self.flow).scenarios[0].outcome == .passed)
  }

  @Test func `is saved with what it was given, but for secrets`() throws {
    var given = settings(
      variables: ["region": "eu"], secrets: ["token": "abcdefghijkl"], faults: ["F08"])
    given.profile = "rfc"
    let text = """
      it("fails", function()
        sim.service {}
        sim.secret "token"
        assert.same("x", sim.var "region")
      end)
      """
    let failed = try #require(run(text, given).scenarios.first)
    #expect(
      failed.replayCommand.hasSuffix(
        "--service-profile rfc --faults F08 --var region=eu --secret token"))
    var playground = Playground()
    playground.files["a_spec.lua"] = text
    playground.files["saved_spec.lua"] = SavedFailure.text(failed, source: "/project/a_spec.lua")
    var sources = playground.sources
    let missing = ScenarioFile("saved_spec.lua", sources).run(ScenarioRunOptions())
    #expect(missing.loadFailure?.contains("it needs the secret \"token\"") == true)
    sources.settings.secrets = ["token": "abcdefghijkl"]
    let again = ScenarioFile("saved_spec.lua", sources).run(ScenarioRunOptions())
    #expect(again.scenarios.first?.failure?.message == failed.failure?.message)
    #expect(again.scenarios.first?.used == failed.used)
  }

  @Test func `is run again with the limit and in the world that it had`() throws {
    let text = "it('ends', function() assert.exit(sim.run 'flow.lua', 0) end)"
    let flow = "require 'sso'.time.sleep(120)"
    var playground = Playground(flow: flow)
    playground.files["a_spec.lua"] = text
    var sources = playground.sources
    sources.world = "serve"
    var options = ScenarioRunOptions()
    options.virtualLimit = .seconds(90)
    let failed = try #require(
      ScenarioFile("a_spec.lua", sources).run(options).scenarios.first)
    #expect(failed.outcome == .failed)
    #expect(failed.replayCommand.hasSuffix("\(failed.replay) --world serve --sim-limit 1m30s"))
    let saved = SavedFailure.text(failed, source: "a_spec.lua")
    #expect(
      saved.hasPrefix(
        "-- Saved by `ssoscript test`. Run it with: ssoscript test THIS-FILE --world serve\n"))
    #expect(saved.contains("  sim_limit = \"1m30s\",\n"))
    playground.files["saved_spec.lua"] = saved
    let again = ScenarioFile("saved_spec.lua", playground.sources).run(ScenarioRunOptions())
    #expect(again.scenarios.first?.failure?.message == failed.failure?.message)
    #expect(again.scenarios.first?.outcome == .failed)
  }

  @Test func `with the usual limit in the usual world names neither`() throws {
    let text = "it('ends', function() sim.run 'flow.lua' assert(false) end)"
    let failed = try #require(run(text, settings()).scenarios.first)
    #expect(failed.used == UsedSettings())
    #expect(failed.replayCommand.hasSuffix("--replay \(failed.replay)"))
  }

  /// Runs a saved failure of a text, with what is given then.
  private func again(
    _ failed: ScenarioReport, _ text: String, _ given: ScenarioSettings
  ) -> ScenarioFileReport {
    var playground = Playground()
    playground.files["a_spec.lua"] = text
    playground.files["saved_spec.lua"] = SavedFailure.text(failed, source: "/project/a_spec.lua")
    var sources = playground.sources
    sources.settings = given
    return ScenarioFile("saved_spec.lua", sources).run(ScenarioRunOptions())
  }

  @Test func `that was saved fails again whatever is given now`() throws {
    let text = """
      it("fails", function()
        sim.service {}
        assert.same("x", sim.var("region", "dflt"))
        assert.same("y", sim.secret("token", "z"))
      end)
      """
    let failed = try #require(run(text, settings()).scenarios.first)
    #expect(failed.failure?.message.contains("dflt") == true)
    var other = settings(
      variables: ["region": "x"], secrets: ["token": "abcdefghijkl"], faults: ["N03"])
    other.profile = "rfc"
    let scenario = try #require(again(failed, text, other).scenarios.first)
    #expect(scenario.failure?.message == failed.failure?.message)
    #expect(scenario.used == failed.used)
  }

  @Test func `S39 that was saved hides secrets that it does not use`() throws {
    let text = "it('fails', function() error('abcdefghijkl') end)"
    let failed = try #require(run(text, settings()).scenarios.first)
    let end = again(failed, text, settings(secrets: ["token": "abcdefghijkl"]))
    #expect(end.scenarios.first?.failure?.message.contains("<secret>") == true)
  }

  @Test func `S39 that was saved asks for a variable that held a secret`() throws {
    let text = "it('fails', function() sim.secret 'token' assert.same('x', sim.var 'v') end)"
    let given = settings(
      variables: ["v": "pre-abcdefghijkl"], secrets: ["token": "abcdefghijkl"])
    let failed = try #require(run(text, given).scenarios.first)
    let saved = SavedFailure.text(failed, source: "/a")
    #expect(saved.contains("  secret_vars = { \"v\" },\n") && !saved.contains("[\"v\"]"))
    let missing = again(failed, text, settings(secrets: given.secrets))
    #expect(missing.loadFailure?.contains("needs the variable \"v\", which holds a secret") == true)
    #expect(again(failed, text, given).scenarios.first?.used == failed.used)
  }

  @Test func `has services with the profile that it does not name itself`() throws {
    var given = ScenarioSettings()
    given.profile = "rfc"
    let flow = """
      local ok = pcall(function()
        require "sso".client {}:register_client { clientName = "x", clientType = "public" }
      end)
      os.exit(ok and 0 or 9)
      """
    let report = run(
      """
      it("by default", function()
        assert.exit(sim.run("flow.lua", { service = sim.service {} }), 9)
      end)
      it("by name", function()
        assert.exit(sim.run("flow.lua", { service = sim.service { profile = "aws" } }), 0)
      end)
      """, given, flow: flow)
    #expect(report.scenarios.map(\.outcome) == [.passed, .passed])
    #expect(report.scenarios.map(\.used.profile) == ["rfc", nil])
  }
}

@Suite struct `Faults in force in all scenarios` {
  @Test func `are of a catalogue that has each id once`() {
    #expect(FaultCatalogue.all.count == FaultCatalogue.ids.count)
    #expect(FaultCatalogue.all.first { $0.id == "N07" }?.summary.contains("is sent") == true)
  }

  @Test func `are named by id or kind`() throws {
    #expect(try ScenarioSettings.faults("n03,H12,full,N03,reset") == ["N03", "H12", "F08", "N08"])
    let others = [
      "N04", "T07", "K05", "N16", "T06b", "K04", "F11", "F15", "F16", "F14", "F18b", "F21c", "F23",
    ]
    #expect(try ScenarioSettings.faults(others.joined(separator: ",")) == others)
    for (word, near) in [("N99", "N"), ("refusd", "refused")] {
      let error = #expect(throws: GivenValueError.self) { try ScenarioSettings.faults(word) }
      #expect(error?.message.contains("did you mean \(near)") == true, "\(error?.message ?? "")")
    }
  }

  @Test(arguments: [
    ("", "a name is missing"), ("N03,", "a name is missing"),
    ("K01", "it happens at a moment (The calendar jumps forward by 2 h.); plan it with home:fault"),
    ("S01", "\"S01\" is none to plan: it is of services"),
    ("f06", "it happens to one program"), ("F06", "sim.start, as fault = \"F06\""),
    ("file_empty", "\"F01\" cannot be in force all the time: it happens to a file that is there"),
  ])
  func `that cannot be in force all the time are told what to use`(list: String, words: String) {
    let error = #expect(throws: GivenValueError.self) { try ScenarioSettings.faults(list) }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  private func run(_ faults: String, _ body: String) throws -> ScenarioReport {
    var playground = Playground(
      flow: """
        local file, why = io.open("x", "w")
        print(why)
        local client = require "sso.safe".client { retries = 1 }
        for _ = 1, 2 do
          local _, err = client:register_client { clientName = "x", clientType = "public" }
          print(err and (err.status or err.kind) or "fine")
        end
        """)
    playground.files["a_spec.lua"] = "it('works', function() \(body)\nend)"
    var sources = playground.sources
    sources.settings.faults = try ScenarioSettings.faults(faults)
    var options = ScenarioRunOptions()
    options.coverage = .usual
    let report = ScenarioFile("a_spec.lua", sources).run(options)
    return try #require(report.scenarios.first)
  }

  private static let body = """
    local svc, home = sim.service {}, sim.home {}
    OWN
    print(sim.run("flow.lua", { service = svc, home = home }).stdout)
    """

  @Test func `strike every service and disk`() throws {
    let report = try run("N03,F08", Self.body.replacing("OWN", with: ""))
    #expect(report.output.contains("No space left"))
    #expect(report.output.hasSuffix("transport\ntransport\n\n"))
    #expect(
      FailureText(report).faults.prefix(2)
        == ["N03 Nothing listens. (--faults)", "F08 The disk is full. (--faults)"])
    #expect(report.replayCommand.hasSuffix("--faults N03,F08"))
    #expect(report.faultIDs.isSuperset(of: ["N03", "F08"]))
  }

  @Test func `strike every machine and every program`() throws {
    let report = try run("T06,K04b,F14,F18", Self.body.replacing("OWN", with: ""))
    #expect(report.faultIDs.isSuperset(of: ["T06", "K04b", "F14", "F18"]))
    #expect(report.replayCommand.hasSuffix("--faults T06,K04b,F14,F18"))
  }

  @Test func `of one thing come after the scenario's own`() throws {
    let report = try run(
      "F23",
      """
      local svc, home = sim.service { approve = "auto" }, sim.home {}
      local run = sim.run("flow.lua", { service = svc, home = home, fault = { "F18", "F19" } })
      print(run.exit)
      """)
    #expect(report.faultIDs == ["F18"])
    #expect(report.output == "141\n")
  }

  @Test func `come after the scenario's own`() throws {
    let own = """
      svc:fault("*", { calls = 1, answer = "internal_server" })
      home:fault("read_only")
      """
    let report = try run("N03,F08", Self.body.replacing("OWN", with: own))
    #expect(report.output.contains("Read-only file system"))
    #expect(report.output.hasSuffix("500\ntransport\n\n"), "\(report.output)")
  }
}
