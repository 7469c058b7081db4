//  ScenarioBehaviourTests.swift - behaviours in Lua before the services of scenarios.

import SSOScript
import Synchronization
import TestSupport
import Testing

@testable import SSOScenario

@Suite struct `A behaviour of a scenario` {
  /// A playground where `svc` can be made with `behaviour = "b.lua"`.
  private func playground(_ behaviour: String) -> Playground {
    var playground = Playground.login
    playground.files["b.lua"] = "local service = require 'service'\n" + behaviour
    return playground
  }

  private static let service = """
    local svc = sim.service { behaviour = "b.lua", device = { interval = 5 }, approve = "12s" }

    """

  @Test func `treats requests, numbered anew in each scenario`() throws {
    let handler = """
      service.on("CreateToken", function(request, session)
        if request.call == 1 then return service.error("SlowDownException") end
        local reply = session:proceed()
        if reply.status == 200 then reply.body.accessToken = "call " .. request.call end
        return reply
      end)
      """
    let body = """
      local home = sim.home {}
      local run = sim.run("flow.lua", { service = svc, home = home })
      assert.exit(run, 0)
      assert.same({ 5, 10 }, run:gaps "CreateToken")
      assert.equal("call 2", home:read "token")
      """
    let report = playground(handler).run(
      "for i = 1, 2 do it('works ' .. i, function() \(Self.service) \(body) end) end")
    #expect(report.scenarios.map(\.outcome) == [.passed, .passed])
  }

  @Test(arguments: [
    ("rot13", "no JSON at all", "bad_answer"), ("gzip", "no JSON at all", "bad_answer"),
    ("Deflate", "no JSON at all", "bad_answer"), ("identity", "no JSON at all", "InvalidResponse"),
    ("gzip", "", "InvalidResponse"),
  ])
  func `may claim a content encoding, which libcurl would undo`(
    encoding: String, body: String, code: String
  ) throws {
    var odd = playground(
      """
      service.on("RegisterClient", function()
        return { headers = { ["Content-Encoding"] = "\(encoding)" }, body = "\(body)" }
      end)
      """)
    odd.files["flow.lua"] = """
      local sso = require "sso.safe"
      local _, err = sso.client {}:register_client { clientName = "x", clientType = "public" }
      io.write(err.code, " ", err.kind)
      """
    try odd.pass(
      """
      local svc = sim.service { behaviour = "b.lua" }
      local run = sim.run("flow.lua", { service = svc })
      assert.equal("\(code) parse", run.stdout)
      assert.equal(1, #run:requests())
      """)
  }

  @Test func `takes no longer than who asks will wait, and goes on all the same`() throws {
    let handler = """
      service.on("RegisterClient", function(request, session) session:delay(45) end)
      """
    var late = playground(handler)
    late.files["flow.lua"] = """
      local sso = require "sso.safe"
      local client = sso.client { retries = 1, timeout = 10 }
      local _, err = client:register_client { clientName = "x", clientType = "public" }
      io.write(err.code, " ", sso.time.monotonic() // 1)
      """
    try late.pass(
      """
      local svc = sim.service { behaviour = "b.lua" }
      local run = sim.run("flow.lua", { service = svc })
      assert.equal("timeout 10.0", run.stdout)
      local process = sim.start("flow.lua", { service = svc, kill_after = "3s" })
      assert.exit(process:wait(), 137)
      assert.elapsed(process:wait(), "3s")
      """)
  }

  @Test func `decides as a person, by the scenario's time`() throws {
    try playground("service.deny { after = 7 }").pass(
      """
      local svc = sim.service { behaviour = "b.lua", device = { interval = 5 } }
      local run = sim.run("flow.lua", { service = svc })
      assert.last_error(run, "access_denied")
      assert.elapsed(run, "10s")
      """)
  }

  @Test func `breaks replies by names of faults, which count as struck`() throws {
    let report = try playground("service.fault('CreateToken', { calls = { 1 }, id = 'H02' })")
      .scenario(
        Self.service + """
          local run = sim.run("flow.lua", { service = svc })
          assert.contains(run:requests("CreateToken")[1].fault, "H02")
          """)
    #expect(report.outcome == .passed, "\(report.failure?.message ?? "")")
    #expect(report.faults.compactMap(\.id) == ["H02"])
  }

  @Test func `goes by the seed`() throws {
    let handler = """
      local crypto = require("sso").crypto
      service.on("RegisterClient", function()
        print(math.random(1 << 40), crypto.base64url_encode(crypto.random_bytes(8)))
      end)
      service.on("CreateToken", function() return service.error("InvalidGrantException") end)
      """
    func run(_ seed: UInt64) throws -> ScenarioReport {
      var options = ScenarioRunOptions.patient
      options.replay = seed
      options.checksDeterminism = true
      return try playground(handler).scenario(
        Self.service + "sim.run('flow.lua', { service = svc })", options)
    }
    let (one, again, other) = (try run(1), try run(1), try run(2))
    #expect(one.outcome == .passed && one.difference == nil)
    let printed = { (report: ScenarioReport) in
      report.events.filter { $0.actor == "behaviour" }.map(\.text)
    }
    #expect(printed(one).count == 1 && printed(one) == printed(again))
    #expect(one.traceHash == again.traceHash && printed(one) != printed(other))
  }

  @Test func `that fails fails the scenario, with file and line, whatever the flow makes of it`()
    throws
  {
    let handler = """
      service.on("RegisterClient", function(request, session)
        if request.call == 1 then session:proceed() error("no luck") end
      end)
      """
    let report = try playground(handler).scenario(
      Self.service + "assert.exit(sim.run('flow.lua', { service = svc }), 0)")
    #expect(report.outcome == .error)
    #expect(
      report.failure?.message == "the behaviour failed: RegisterClient: b.lua:3: no luck",
      "\(report.failure?.message ?? "")")
  }

  @Test(arguments: [
    ("sim.service { behaviour = 'c.lua' }", "sim.service: there is no behaviour c.lua beside the"),
    ("sim.service { behaviour = 5 }", "behaviour: expected the path of a Lua file, got integer"),
    ("sim.service { behaviour = 'flow.lua' }", "sim.service: behaviour: flow.lua:"),
    ("sim.service { behaviour = 'b.lua' }", "sim.service: behaviour: b.lua:2: "),
  ])
  func `that cannot be loaded says why`(text: String, words: String) throws {
    let report = try playground("service.on('CreateTokn', print)").scenario(text)
    #expect(report.outcome == .error)
    #expect(report.failure?.message.contains(words) == true, "\(report.failure?.message ?? "")")
  }

  @Test(arguments: [
    "while true do end", "service.on('RegisterClient', function() while true do end end)",
  ])
  func `that never ends is stopped by real time`(behaviour: String) throws {
    var options = ScenarioRunOptions()
    options.timeout = .milliseconds(500)
    let report = playground(behaviour).run(
      "it('spins', function() \(Self.service) sim.run('flow.lua', { service = svc }) end)\n"
        + "it('is well', function() end)", options)
    #expect(report.scenarios.map(\.outcome) == [.error, .passed])
    let message = report.scenarios.first?.failure?.message ?? ""
    #expect(message.contains("--timeout"), "\(message)")
  }

  @Test func `says on the time line what it prints, without secrets`() throws {
    let handler = """
      service.on("RegisterClient", function(request, session)
        print("gives " .. session:proceed().body.clientSecret)
      end)
      """
    var options = ScenarioRunOptions.patient
    options.eventCount = nil
    let report = try playground(handler).scenario(
      Self.service + "assert.exit(sim.run('flow.lua', { service = svc }), 0)", options)
    #expect(report.outcome == .passed && report.leaks.isEmpty)
    #expect(report.events.contains { $0.actor == "behaviour" && $0.text == "gives <secret>" })
  }

  @Test func `has its lines counted`() throws {
    var options = ScenarioRunOptions.patient
    options.coverage = [.lua]
    let handler = """
      service.on("RegisterClient", function() end)
      service.on("ListAccounts", function()
        print "never"
      end)
      """
    let report = playground(handler).run(
      "it('x', function() \(Self.service) sim.run('flow.lua', { service = svc }) end)", options)
    let file = try #require(report.lines.files.first { $0.path.hasSuffix("/b.lua") })
    #expect(file.missed == [4...4], "\(file)")
  }

  /// Lives as long as somebody can read a file.
  private final class Text: Sendable {}

  @Test(
    .timeLimit(.minutes(5)),
    arguments: [
      "sim.run('flow.lua', { service = svc })", "sim.start('flow.lua', { service = svc })", "",
      "sim.start('flow.lua', { service = svc }) svc.clock:advance '1s'",
    ])
  func `is let go of with its scenario, whatever it is at`(body: String) async throws {
    let slow = playground(
      "service.on('RegisterClient', function(_, session) session:delay(5) end) service.approve { after = 99 }"
    )
    weak var kept: Text?
    do {
      let text = Text()
      kept = text
      var sources = slow.sources
      let read = sources.read
      sources.read = { [text] path throws(DoorError) in
        withExtendedLifetime(text) {}
        guard path.hasSuffix("a_spec.lua") else { return try read(path) }
        return Array("it('x', function() \(Self.service) \(body) end)".utf8)
      }
      let report = ScenarioFile("a_spec.lua", sources).run(.patient)
      #expect(report.scenarios.map(\.outcome) == [.passed])
    }
    try await eventually { kept == nil }
  }
}
