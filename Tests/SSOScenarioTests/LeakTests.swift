//  LeakTests.swift - secrets that a flow tells, found by a run.

import SSOScript
import Testing

@testable import SSOScenario

@Suite struct `A leak` {
  /// A flow that tells people its secret when it hears of a 503.
  private static let chatty = Library(files: [
    "/flow.lua": """
    local sso = require "sso.safe"
    local client = assert(sso.client { retries = 1 })
    local last
    for _ = 1, 20 do
      local reg, err = client:register_client { clientName = "x", clientType = "public" }
      last = reg or last
      if err and err.status == 503 and last then
        os.execute { "notify-send", last.clientSecret }
      end
      sso.time.sleep(60)
    end
    """,
    "/chatty_spec.lua": """
    property("says nothing", { seeds = 200 }, function(world)
      local svc = sim.service {}
      svc:chaos(world, { "network", "http", "clock" }, { rate = 0.3 })
      sim.run("flow.lua", { service = svc, limit = "12h", programs = { ["notify-send"] = "" } })
    end)
    """,
  ])

  @Test func `ends a property at its seed, is made small, and comes again with it`() throws {
    let leaking = try #require(Self.chatty.run(jobs: 1).scenarios.first)
    #expect(leaking.outcome == .failed && leaking.failure == nil)
    #expect(leaking.seeds < 200)
    #expect(leaking.faults.count == 1, "one 503 is enough: \(leaking.faults.map(\.text))")
    let again = Self.chatty.run { options in options = options.replaying(leaking.replay) }
    #expect(again.exitStatus(SuiteDemands()) == 8)
    #expect(again.scenarios[0].leaks == leaking.leaks)
    #expect(again.scenarios[0].traceHash == leaking.traceHash)
    var library = Self.chatty
    library.files["/saved_spec.lua"] = SavedFailure.text(leaking, source: "/chatty_spec.lua")
    #expect(library.run(["/saved_spec.lua"]).scenarios[0].leaks == leaking.leaks)
  }

  @Test func `is the same on one thread and on three that share a file`() throws {
    let alone = try #require(Self.chatty.run(jobs: 1).scenarios.first)
    let shared = try #require(Self.chatty.run(jobs: 3).scenarios.first)
    #expect(alone.replay == shared.replay && alone.seeds == shared.seeds)
    #expect(alone.traceHash == shared.traceHash && alone.leaks == shared.leaks)
  }

  /// Three scenarios with a flow that starts a program with its secret, and polls on.
  private static func told(_ flow: String = "") -> Library {
    Library(files: [
      "/flow.lua": """
      local client = require "sso".client {}
      local reg = client:register_client { clientName = "x", clientType = "public" }
      os.execute { "notify-send", reg.clientSecret }
      \(flow)
      """,
      "/a_spec.lua": """
      for i = 1, 3 do
        it("leaks " .. i, function()
          sim.run("flow.lua", { service = sim.service {}, programs = { ["notify-send"] = "" } })
        end)
      end
      """,
    ])
  }

  @Test func `counts as a failure where nothing new is to begin after one`() {
    let report = Self.told().run(jobs: 1, limit: 1)
    #expect(report.scenarios.map(\.outcome) == [.failed])
    #expect(report.count(.passed) == 0)
  }

  @Test func `is found before the events that a report shows, too`() {
    let flow = "for _ = 1, 20 do os.execute { 'notify-send', 'on' } end"
    let report = Self.told(flow).run(jobs: 1)
    #expect(report.scenarios.allSatisfy { $0.leaks.count == 1 })
    #expect(report.exitStatus(SuiteDemands()) == 8)
  }

  @Test func `is none in what a failure tells, and is not shown there either`() throws {
    var library = Self.told()
    library.files["/flow.lua"] = """
      local client = require "sso".client {}
      print(client:register_client { clientName = "x", clientType = "public" }.clientSecret)
      """
    library.files["/a_spec.lua"] = """
      property("fails with a secret", { seeds = 20, shrink = false }, function(world)
        local secret = sim.run("flow.lua", { service = sim.service {} }).stdout
        local text = world:pick { "a", secret }
        if text ~= "a" then load("error('no ' .. ...)", "=" .. secret)(secret) end
      end)
      """
    let report = library.run(jobs: 1).scenarios[0]
    #expect(report.leaks.isEmpty && report.outcome == .error, "\(report)")
    #expect(report.draws.map(\.text).contains { $0.contains("<secret>") }, "\(report.draws)")
    #expect(report.failure?.message.contains("<secret>") == true)
  }

  @Test func `is not taken back by a second try`() {
    var library = Self.told()
    library.files["/a_spec.lua"] = """
      local count = 0
      it("leaks and fails once", function()
        sim.run("flow.lua", { service = sim.service {}, programs = { ["notify-send"] = "" } })
        count = count + 1
        assert.is_true(count > 1)
      end)
      local others = 0
      it("leaks once", function()
        others = others + 1
        if others > 1 then return end
        sim.run("flow.lua", { service = sim.service {}, programs = { ["notify-send"] = "" } })
      end)
      """
    let report = library.run(jobs: 1) { $0.retries = 1 }
    #expect(report.scenarios.map(\.outcome) == [.failed, .failed])
    #expect(report.exitStatus(SuiteDemands()) == 8)
  }
}
