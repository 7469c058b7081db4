//  CrashPointTests.swift - flows that are killed at each write.

import SSOScript
import Testing

@testable import SSOScenario

@Suite struct `Crash points` {
  private static func library(_ write: String) -> Library {
    Library(files: [
      "/flow.lua": """
      local sso = require "sso.safe"
      local file = io.open("cache.json")
      if file then
        sso.json.decode(file:read "a")
        file:close()
      end
      \(write)
      """,
      "/a_spec.lua":
        "it('writes', function() assert.exit(sim.run('flow.lua', { home = sim.home {} }), 0) end)",
    ])
  }

  @Test func `F06 a draft that is renamed survives an end at every step`() {
    let report = Self.library(
      """
      local new = assert(io.open("cache.json.new", "w"))
      new:write('{"a":1}')
      new:close()
      assert(os.rename("cache.json.new", "cache.json"))
      """
    ).run { $0.crashPoints = .all }
    #expect(report.scenarios[0].outcome == .passed)
    #expect(report.scenarios[0].crashes >= 3)
  }

  @Test func `F06 a file that is written in place is found half written`() throws {
    let report = Self.library(
      """
      local file = assert(io.open("cache.json", "w"))
      file:write('{"a":', '1}')
      file:close()
      """
    ).run { $0.crashPoints = .cacheWrite }
    let scenario = report.scenarios[0]
    #expect(scenario.outcome == .failed)
    #expect(scenario.crashPoint != nil)
    #expect(scenario.failure?.message.contains("is not whole") == true)
  }

  @Test func `are no others where a seed with its step is run again`() {
    let report = Self.library("assert(io.open('cache.json', 'w')):close()").run {
      ($0.crashPoints, $0.replay, $0.crashAt) = (.all, 1, 1)
    }
    #expect(report.scenarios[0].crashes == 0)
    #expect(report.scenarios[0].crashPoint == 1)
  }

  @Test func `F06 what was wrong before the flow is not its fault`() {
    let library = Library(files: [
      "/flow.lua": "assert(io.open('cache/note', 'w')):write('1')",
      "/a_spec.lua": """
      it("finds garbage", function()
        local home = sim.home {}
        home:write("cache/a.json", "garbage", { mode = "0644" })
        assert.exit(sim.run("flow.lua", { home = home }), 0)
      end)
      """,
    ])
    let scenario = library.run { $0.crashPoints = .all }.scenarios[0]
    #expect(scenario.failure == nil)
    #expect(scenario.crashes >= 2)
  }

  @Test(arguments: [true, false])
  func `a flow that always fails may fail after an end, too`(always: Bool) throws {
    var library = Self.library(
      """
      local there = io.open "note"
      assert(io.open("note", "w")):write "1"
      if there or \(always) then error "fails" end
      """)
    library.files["/a_spec.lua"] =
      "it('fails', function() sim.run('flow.lua', { home = sim.home {} }) end)"
    let scenario = library.run { $0.crashPoints = .all }.scenarios[0]
    #expect(scenario.outcome == (always ? .passed : .failed))
    guard !always else { return }
    #expect(scenario.failure?.message.contains("the next run ended with 1") == true)
    let again = library.run { options in options = options.replaying(scenario.replay) }.scenarios[0]
    #expect(again.failure == scenario.failure)
  }

  @Test func `a flow that comes to no end after one is to blame`() {
    var library = Self.library(
      """
      local there = io.open "note"
      assert(io.open("note", "w")):write "1"
      while there do require "sso".time.sleep(60) end
      """)
    library.files["/a_spec.lua"] =
      "it('waits', function() sim.run('flow.lua', { home = sim.home {}, limit = '1h' }) end)"
    let scenario = library.run { $0.crashPoints = .all }.scenarios[0]
    #expect(scenario.failure?.message.contains("the next run ended with 7") == true)
  }

  @Test func `are those of caches alone where that is asked for`() {
    let plan = CrashPlan(step: nil)
    for path in ["/home/me/note", "/home/me/.aws/sso/cache/a.json"] { _ = plan.count(path, by: 1) }
    #expect(plan.steps(.cacheWrite) == [2])
    #expect(plan.steps(.all) == [1, 2] && plan.steps(.none).isEmpty)
  }

  @Test func `F06 a failure at a step comes again with its seed`() throws {
    var library = Self.library(
      """
      local file = assert(io.open("cache.json", "w"))
      file:write('{"a":', '1}')
      file:close()
      """)
    let failed = library.run { $0.crashPoints = .cacheWrite }.scenarios[0]
    let step = try #require(failed.crashPoint)
    #expect(failed.replayCommand.hasSuffix("@\(step)"))
    let again = library.run { options in options = options.replaying(failed.replay) }.scenarios[0]
    #expect(again.failure == failed.failure)
    #expect(again.crashPoint == step)
    #expect(again.traceHash == failed.traceHash)
    library.files["/saved_spec.lua"] = SavedFailure.text(failed, source: "/a_spec.lua")
    let saved = library.run(["/saved_spec.lua"]).scenarios[0]
    #expect(saved.failure == failed.failure)
  }

  @Test func `a failure of a property at a step is made small`() throws {
    var library = Self.library(
      """
      local file = assert(io.open("cache.json", "w"))
      file:write('{"a":', '1}')
      file:close()
      """)
    library.files["/a_spec.lua"] = """
      property("writes", function(world)
        for _ = 1, world:number(1, 50) do world:pick { "a", "b" } end
        assert.exit(sim.run("flow.lua", { home = sim.home {} }), 0)
      end)
      """
    let failed = library.run { $0.crashPoints = .cacheWrite }.scenarios[0]
    #expect(failed.failure?.message.contains("is not whole") == true)
    #expect(failed.draws.isEmpty)
    #expect(failed.replayCommand.hasSuffix("/0-@\(failed.crashPoint ?? 0)"))
    let again = library.run { options in options = options.replaying(failed.replay) }.scenarios[0]
    #expect(again.failure == failed.failure)
    #expect(again.traceHash == failed.traceHash)
    let whole = library.run { ($0.crashPoints, $0.shrinks) = (.cacheWrite, false) }.scenarios[0]
    #expect(whole.chance.isEmpty && !whole.draws.isEmpty)
  }

  @Test func `a scenario that is stopped after a crash is no success`() {
    let library = Library(files: [
      "/flow.lua": """
      if io.open "x" then print "again" end
      assert(io.open("x", "w")):write "1"
      """,
      "/a_spec.lua": """
      it("spins where its flow has ended", function()
        local run = sim.run("flow.lua", { home = sim.home {} })
        if run.stdout:find "again" then while true do end end
      end)
      it("is well", function() end)
      """,
    ])
    let report = library.run(jobs: 1) { options in
      options.crashPoints = .all
      options.timeout = .seconds(3)
    }
    #expect(report.scenarios.map(\.outcome) == [.error, .passed])
    #expect(report.scenarios[0].crashPoint != nil)
  }
}
