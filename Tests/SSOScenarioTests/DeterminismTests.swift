//  DeterminismTests.swift - one seed, one run; and failures made small.

import Foundation
import SSOScript
import Testing

@testable import SSOScenario

@Suite struct `A seed` {
  private static let chancy = Playground(
    flow: """
      local t = {}
      for i = 1, 20 do t["key" .. i] = i end
      for name in pairs(t) do io.write(name, " ") end
      for name in next, t do io.write(name, " ") end
      print(math.random(1, 1000000))
      math.randomseed()
      print(math.random(1, 1000000))
      local sso = require "sso"
      print(sso.crypto.base64url_encode(sso.crypto.random_bytes(8)))
      require "sso".time.sleep(math.random())
      """)

  private func output(_ seed: UInt64) -> String {
    var options = ScenarioRunOptions()
    options.seed = seed
    let report = Self.chancy.run(
      "it('x', function() print(sim.run('flow.lua').output) end)", options)
    return report.scenarios.first.map { "\($0.output) \($0.traceHash) \($0.virtualTime)" } ?? ""
  }

  @Test func `decides about math.random, pairs and everything else`() {
    #expect(output(7) == output(7))
    #expect(output(7) != output(8))
  }

  @Test func `decides about math.random in the scenario itself`() throws {
    var playground = Playground()
    playground.files["a_spec.lua"] = """
      before_each(function() print(math.random(1 << 40)) end)
      it("one", function() print(math.random(1 << 40)) math.randomseed = print end)
      it("two", function() print(math.random(1 << 40)) end)
      property("many", { seeds = 100 }, function() if math.random(20) == 7 then error "seven" end end)
      """
    let file = ScenarioFile("a_spec.lua", playground.sources)
    var options = ScenarioRunOptions.patient
    options.checksDeterminism = true
    let first = file.run(options).scenarios
    #expect(first.map(\.outcome) == [.passed, .passed, .error])
    #expect(Set(first.prefix(2).map(\.output)).count == 2)
    for report in first {
      options.replay = report.seed
      let again = file.run(options).scenarios.first { $0.name == report.name }
      #expect(again?.output == report.output && again?.outcome == report.outcome)
      #expect(again?.difference == nil && report.difference == nil)
    }
    (options.replay, options.seed) = (nil, 2)
    #expect(file.run(options).scenarios.map(\.output) != first.map(\.output))
  }

  @Test func `gives objects the same numbers whatever ran before`() throws {
    var playground = Playground()
    playground.files["a_spec.lua"] = """
      local kept, later = {}, {}
      print(kept)
      it("one", function() print(kept, {}, sim.home {}, coroutine.create(print)) end)
      it("two", function() print(kept, later, {}) end)
      """
    let file = ScenarioFile("a_spec.lua", playground.sources)
    var options = ScenarioRunOptions.patient
    options.checksDeterminism = true
    let reports = file.run(options).scenarios
    #expect(reports.map(\.outcome) == [.passed, .passed])
    #expect(reports[0].output == "table: #1\ttable: #2\thome: #3\tthread: #4\n")
    #expect(reports[1].output == "table: #1\ttable: #2\ttable: #3\n")
  }

  @Test func `keeps the order of lists, and of what __pairs says`() throws {
    try Playground(
      flow: """
        local t, seen = { 10, 20, 30, x = 1 }, {}
        for k in pairs(t) do seen[#seen + 1] = k end
        assert(seen[1] == 1 and seen[2] == 2 and seen[3] == 3 and seen[4] == "x" and #seen == 4)
        local after = {}
        for k in next, t do after[#after + 1] = k end
        assert(table.concat(after, " ") == table.concat(seen, " "))
        local object = {}
        local mixed = { [1 << 53] = 1, [(1 << 53) + 1] = 2, [-0.5] = 3, [true] = 4, ["\\1"] = 5, [object] = 6 }
        local count, last = 0, nil
        for k, v in next, mixed do count, last, mixed[k] = count + v, k, nil end
        assert(count == 21 and last == object and next(mixed) == nil)
        assert(not pcall(next, {}, object) and not pcall(next, nil))
        for k in pairs(t) do t[k] = nil end
        assert(next(t) == nil)
        local odd = setmetatable({}, { __pairs = function() return function(_, k)
          return not k and "only" or nil end end })
        for k in pairs(odd) do assert(k == "only") end
        assert(not pcall(pairs, nil))
        """
    ).pass("assert.exit(sim.run 'flow.lua', 0)")
  }

  @Test func `says nothing about what real time has stopped`() throws {
    var options = ScenarioRunOptions()
    options.timeout = .milliseconds(300)
    options.checksDeterminism = true
    let flow = "local t = require 'sso'.time while true do t.sleep(0.001) end"
    let report = try Playground(flow: flow).scenario(
      "assert.exit(sim.run 'flow.lua', 0)", options)
    #expect(report.outcome == .failed)
    #expect(report.difference == nil)
  }

  @Test func `interleaves programs in its own way, the same each time`() throws {
    let body = """
      local svc, home = sim.service { approve = "auto" }, sim.home {}
      local all = {}
      for i = 1, 4 do all[i] = sim.start("flow.lua", { service = svc, home = home }) end
      for i = 1, 4 do all[i]:wait() end
      """
    func hash(_ seed: UInt64) throws -> UInt64 {
      var options = ScenarioRunOptions()
      options.replay = seed
      return try Playground.login.scenario(body, options).traceHash
    }
    #expect(try hash(1) == hash(1))
    let hashes = try (1...5).map { try hash($0) }
    #expect(Set(hashes).count > 1)
  }
}

@Suite struct `The end of a scenario` {
  @Test func `is the end of its time line, whoever still runs`() throws {
    let report = try Playground(flow: "require 'sso'.time.sleep(60)").scenario(
      """
      for i = 1, 5 do sim.start("flow.lua") end
      sim.service {}.clock:advance "1s"
      """)
    #expect(report.outcome == .passed)
    #expect(!report.events.contains { $0.text == "ends with 137" })
  }
}

@Suite struct `A property` {
  /// Does not slow down when it is told to.
  private static let planted = Playground(
    flow: Playground.login.files["flow.lua"]?.replacing(
      "interval = interval + 5", with: "interval = interval") ?? "")

  private static let text = """
    property("polls slowly", { seeds = 200 }, function(world)
      local svc = sim.service { device = { interval = 5 }, approve = "60s" }
      svc:chaos(world, { "network", "http" }, { rate = 0.3 })
      local run = sim.run("flow.lua", { service = svc })
      assert.always(run, "poll gap >= announced interval")
    end)
    """

  @Test func `R8628-17 finds a planted mistake, makes it small, and replays it`() throws {
    var options = ScenarioRunOptions.patient
    let report = try #require(Self.planted.run(Self.text, options).scenarios.first)
    #expect(report.outcome == .failed)
    #expect(report.faults.count <= 3, "\(report.faults.map(\.text))")
    #expect(report.failure?.message.contains("after the last answer") == true)

    options.replay = report.seed
    options.chance = report.chance
    let again = try #require(Self.planted.run(Self.text, options).scenarios.first)
    #expect(again.failure?.message == report.failure?.message)
    #expect(again.traceHash == report.traceHash)
  }

  @Test func `passes with all its seeds where there is no mistake`() throws {
    var options = ScenarioRunOptions()
    options.seeds = 20
    let report = try #require(Playground.login.run(Self.text, options).scenarios.first)
    #expect(report.outcome == .passed && report.seeds == 20)
  }
}

@Suite struct `The sample` {
  @Test func `runs as it stands`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let sources = ScenarioSources(
      read: { path throws(DoorError) in
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
          throw DoorError("\(path): No such file or directory", number: 2)
        }
        return Array(data)
      },
      canonical: { $0.hasPrefix("/") ? $0 : "\(root.path)/\($0)" })
    var options = ScenarioRunOptions()
    options.seeds = 10
    options.timeout = .seconds(60)
    let report = ScenarioFile("scenarios/device_login_spec.lua", sources).run(options)

    #expect(report.loadFailure == nil)
    #expect(report.scenarios.count == 6)
    for scenario in report.scenarios {
      #expect(scenario.outcome == .passed, "\(scenario.name): \(scenario.failure?.message ?? "")")
    }
  }
}
