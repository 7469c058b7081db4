//  ShrinkTests.swift - failures of properties: made small, saved, replayed.

import SSOScript
import Testing

@testable import SSOScenario

@Suite struct `A failure of a property` {
  @Test func `is made small, and comes again with its seed`() throws {
    let failed = try #require(Library.touchy.run(jobs: 1).scenarios.first)
    #expect(failed.outcome == .failed)
    #expect(failed.faults.count == 1, "one 503 is enough: \(failed.faults.map(\.text))")
    let again = try #require(
      Library.touchy.run(jobs: 1) { options in
        options.replay = failed.seed
        options.chance = failed.chance
      }.scenarios.first)
    #expect(again.failure == failed.failure)
    #expect(again.events == failed.events)
    #expect(again.seeds == 1)
  }

  @Test func `is made small in the steps that it draws, too`() throws {
    let library = Library(files: [
      "/a_spec.lua": """
      property("is short", { seeds = 50 }, function(world)
        local steps, kind = world:number(1, 99), world:pick { "plain", "odd" }
        local needed = world:number(0, 9)
        for _ = 1, steps do sim.service {}.clock:advance "1s" end
        if needed > 3 then assert.same({ 0, "none" }, { steps, kind }) end
      end)
      """
    ])
    let failed = library.run(jobs: 1).scenarios[0]
    #expect(failed.failure?.message.contains(#"{ 1, "plain" }"#) == true)
    #expect(failed.draws.map { $0.text.hasPrefix("world:number gives ") } == [true])
    let again = library.run(jobs: 1) { options in options = options.replaying(failed.replay) }
      .scenarios[0]
    #expect(again.failure == failed.failure)
    #expect(again.traceHash == failed.traceHash)
  }

  @Test func `has the least numbers and items with which it fails`() throws {
    let library = Library(files: [
      "/a_spec.lua": """
      property("is small", { seeds = 50 }, function(world)
        local size = world:number(-1000, 1000000)
        local item = world:pick { "a", "b", "c", "d", "e" }
        assert.is_true(size < 4321 or item < "c", size .. item)
      end)
      """
    ])
    let failed = library.run(jobs: 1).scenarios[0]
    #expect(failed.failure?.message.hasPrefix("4321c") == true, "\(failed.failure?.message ?? "")")
    #expect(failed.draws.map(\.text) == ["world:number gives 4321", #"world:pick gives "c""#])
    #expect("\(failed.replay)".contains("0=5321"))
    let again = library.run(jobs: 1) { options in options = options.replaying(failed.replay) }
      .scenarios[0]
    #expect(again.failure == failed.failure)
    let budget = library.run(jobs: 1) { $0.shrinkBudget.runs = 3 }.scenarios[0]
    #expect(budget.failure != nil && budget.failure != failed.failure)
  }

  @Test func `is made small as what it is: it stays at its line of a behaviour`() {
    let library = Library(files: [
      "/b.lua": """
      require "service".on("RegisterClient", function(request)
        local n = tonumber(request.members.clientName)
        if n > 50 then error("n is " .. n) end
        if n > 10 then error("another failure") end
      end)
      """,
      "/flow.lua": """
      require "sso".client {}:register_client { clientName = os.getenv "N", clientType = "public" }
      """,
      "/a_spec.lua": """
      property("is small", { seeds = 9 }, function(world)
        local env = { N = tostring(world:number(0, 1000)) }
        sim.run("flow.lua", { service = sim.service { behaviour = "b.lua" }, env = env })
      end)
      """,
    ])
    let failed = library.run(jobs: 1).scenarios[0]
    #expect(failed.draws.map(\.text) == ["world:number gives 51"], "\(failed.explanation)")
    #expect(failed.failure?.message.hasSuffix("b.lua:3: n is 51") == true)
  }

  @Test func `is made small as what it is: a program gives the same wrong thing`() {
    let library = Library(files: [
      "/flow.lua": "os.execute { 'tool' }",
      "/a_spec.lua": """
      property("is small", { seeds = 9 }, function(world)
        local n = world:number(0, 1000)
        local function tool()
          if n > 50 then return "", "text" elseif n > 10 then return {} end
        end
        sim.run("flow.lua", { programs = { tool = tool } })
      end)
      """,
    ])
    let failed = library.run(jobs: 1).scenarios[0]
    #expect(failed.draws.map(\.text) == ["world:number gives 51"], "\(failed.explanation)")
  }

  @Test func `is made small as what it is: an assertion stays one`() {
    let library = Library(files: [
      "/a_spec.lua": """
      property("is small", { seeds = 9 }, function(world)
        local all = world:number(0, 1000000) >= 6 and {} or nil assert.is_true(all.well)
      end)
      """
    ])
    let failed = library.run(jobs: 1).scenarios[0]
    #expect(failed.outcome == .failed)
    #expect(failed.draws.map(\.text) == ["world:number gives 6"])
  }

  @Test func `stays as it is without shrinking`() throws {
    let failed = try #require(
      Library.touchy.run(jobs: 1) { $0.shrinks = false }.scenarios.first)
    #expect(failed.chance.isEmpty)
  }

  @Test func `is saved as a scenario that one can read and run`() throws {
    let failed = try #require(Library.touchy.run(jobs: 1).scenarios.first)
    var library = Library.touchy
    let text = SavedFailure.text(failed, source: "/touchy_spec.lua")
    library.files["/saved/again_spec.lua"] = text
    #expect(text.contains("-- never minds\n"))
    #expect(text.contains("The faults that strike in it:\n  --   "))
    let report = library.run(["/saved/again_spec.lua"], jobs: 1)
    let again = try #require(report.scenarios.first)
    #expect(again.name == failed.name)
    #expect(again.failure == failed.failure)
  }

  @Test(arguments: [
    ("/p/specs/a_spec.lua", "/p/found", "../specs/a_spec.lua"),
    ("/p/a_spec.lua", "/p", "a_spec.lua"),
    ("/p/a_spec.lua", "/p/x/y", "../../a_spec.lua"), ("/p/a_spec.lua", "/q", "/p/a_spec.lua"),
    ("/p/a_spec.lua", "/", "/p/a_spec.lua"),
  ])
  func `that is saved names its file from where it is`(
    file: String, folder: String, path: String
  ) {
    #expect(SavedFailure.path(of: file, from: folder) == path)
  }

  @Test func `that is saved names what is missing`() {
    let library = Library(files: [
      "/a_spec.lua": "it('x', function() end)",
      "/lost_spec.lua": "replay { file = 'a_spec.lua', scenario = 'y', seed = '0x1' }",
      "/loop_spec.lua": "replay { file = 'loop_spec.lua', scenario = 'y', seed = '0x1' }",
      "/bad_spec.lua": "replay { file = 'a_spec.lua', scenario = 'x', seed = 'junk' }",
    ])
    #expect(
      library.run(["/lost_spec.lua"]).files[0].loadFailure?.contains("no scenario \"y\"") == true)
    #expect(
      library.run(["/loop_spec.lua"]).files[0].loadFailure?.contains("not another one") == true)
    #expect(library.run(["/bad_spec.lua"]).files[0].loadFailure?.contains("replay: seed") == true)
  }

  @Test func `that is saved with a step goes with no recording`() {
    let library = Library(files: [
      "/a_spec.lua": "it('x', function() end)",
      "/step_spec.lua": "replay { file = 'a_spec.lua', scenario = 'x', seed = '0x1@2' }",
    ])
    var sources = library.sources
    #expect(ScenarioFile("/step_spec.lua", sources).run(ScenarioRunOptions()).loadFailure == nil)
    sources.pages = Recording().pages(of: "a")
    let report = ScenarioFile("/step_spec.lua", sources).run(ScenarioRunOptions())
    #expect(report.loadFailure?.contains("exclude each other") == true)
    #expect(report.scenarios.isEmpty)
  }
}
