//  SuiteTests.swift - whole runs: many files, many threads.

import SSOScript
import Synchronization
import Testing

@testable import SSOScenario

@Suite struct `A run of many files` {
  private static let many = Library(
    files: Dictionary(
      uniqueKeysWithValues: (10..<30).map { number in
        (
          "/f\(number)_spec.lua",
          "for i = 1, 5 do it('s' .. i, function() assert.same(\(number), \(number)) end) end"
        )
      }))

  @Test(arguments: [1, 2, 5, 40]) func `has its results in the order of the files`(jobs: Int) {
    let heard = Mutex<[String]>([])
    let report = Self.many.run(
      jobs: jobs,
      each: { file in
        heard.withLock { $0.append(file.file) }
      })
    #expect(report.count(.passed) == 100)
    #expect(report.files.map(\.file) == Self.many.files.keys.sorted())
    #expect(heard.withLock { $0 } == report.files.map(\.file))
    #expect(report.files[0].scenarios.map(\.name) == ["s1", "s2", "s3", "s4", "s5"])
  }

  @Test func `shares no file among more threads than are of use`() {
    let report = Library(files: ["/a_spec.lua": "it('x', function() end)"]).run(jobs: 20_000)
    #expect(report.count(.passed) == 1)
  }

  @Test func `begins nothing new after so many failures`() {
    let failing = Library(
      files: ["/a_spec.lua": "for i = 1, 9 do it('s' .. i, function() assert(false) end) end"])
    let report = failing.run(jobs: 1, limit: 2)
    #expect(report.scenarios.count == 2)
    #expect(report.notRun == 7 && report.unread == 0)
  }

  @Test func `says what it did not come to`() {
    var library = Self.many
    library.files["/f10_spec.lua"] = "it('fails', function() assert(false) end) it('x', print)"
    let report = library.run(jobs: 1, limit: 1)
    #expect(report.tally == "0 passed, 1 failed, 1 not run, 19 files not begun")
    #expect(
      library.run(jobs: 1) { $0.selects = { report, _ in report.name == "s1" } }.tally
        == "19 passed")
  }

  @Test func `a property with seeds that nobody tried has not passed`() {
    let library = Library(files: [
      "/a_spec.lua": """
      property("holds", { seeds = 1000 }, function(world) world:number(1, 9) end)
      it("is last", function() end)
      """
    ])
    let tried = Mutex(0)
    var options = ScenarioRunOptions()
    options.isCancelled = {
      tried.withLock { tried in
        tried += 1
        return tried > 100
      }
    }
    let file = ScenarioFile("/a_spec.lua", library.sources).run(options)
    #expect(file.scenarios.map(\.outcome) == [.unfinished])
    #expect(file.scenarios[0].seeds > 0 && file.scenarios[0].seeds < 1000)
    #expect(file.chosen == [0, 1] && file.left == [1])
    var (suite, last) = (SuiteReport(), LastRun())
    suite.take([file])
    last.take(suite)
    #expect(last.failed.isEmpty, "what was not run to its end keeps its state")
  }

  @Test(arguments: [nil, 7 as UInt64])
  func `begins at once with more seeds than memory holds`(replay: UInt64?) {
    let library = Library(files: [
      "/a_spec.lua": "property('fails', { seeds = 300000000 }, function() assert(false) end)"
    ])
    var options = ScenarioRunOptions()
    (options.repeats, options.seeds, options.replay) = (.max, 1_000_000_000, replay)
    let file = ScenarioFile("/a_spec.lua", library.sources).run(options)
    #expect(file.scenarios.map(\.outcome) == [.failed] && file.scenarios[0].seeds == 1)
  }

  @Test func `draws the same seeds again, round after round`() {
    var options = ScenarioRunOptions()
    let once = Array(ScenarioSeeds(of: "x", count: 2, options))
    options.repeats = 3
    let seeds = Array(ScenarioSeeds(of: "x", count: 2, options))
    #expect(seeds.count == 6 && Set(seeds).count == 6 && Array(seeds.prefix(2)) == once)
    options.replay = 7
    #expect(Array(ScenarioSeeds(of: "x", count: 2, options)) == [7, 7, 7])
  }

  @Test func `goes on when a file does not load`() {
    var library = Self.many
    library.files["/f15_spec.lua"] = "it("
    let report = library.run()
    #expect(report.count(.passed) == 95)
    #expect(report.exitStatus(SuiteDemands()) == 3)
  }

  @Test func `is the same on one thread and on three that share a file`() {
    let alone = Library.touchy.run(jobs: 1)
    let shared = Library.touchy.run(jobs: 3)
    #expect(alone.scenarios.first?.seed == shared.scenarios.first?.seed)
    #expect(alone.scenarios.first?.seeds == shared.scenarios.first?.seeds)
    #expect(alone.scenarios.first?.chance == shared.scenarios.first?.chance)
  }
}
