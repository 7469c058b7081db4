//  RunnerPlanTests.swift - choosing, sharing, shrinking, remembering: all of it pure.

import Testing

@testable import SSOScenario

@Suite struct `A choice of scenarios` {
  private func takes(_ change: (inout ScenarioSelection) -> Void) -> Bool {
    var selection = ScenarioSelection()
    change(&selection)
    return selection.takes(Sample.passed, in: Sample.passed.file)
  }

  @Test(arguments: [
    ("person", true), ("nobody", false), ("device*person", true), ("person*device", false),
    ("^device", true), ("^waits", false), ("person$", true), ("login$", false),
    ("^device login › waits for the person$", true), ("^device login$", false), ("^*person$", true),
    ("*", true), ("a.b", false), ("person*person$", false), ("^*person*person$", false),
  ])
  func `goes by names with stars and ends`(pattern: String, isTaken: Bool) {
    #expect(takes { $0.filters = [pattern] } == isTaken)
    #expect(takes { $0.exclusions = [pattern] } == !isTaken)
  }

  @Test func `goes by tags, with or without their sign`() {
    #expect(takes { $0.tags = ["#device"] })
    #expect(takes { $0.tags = ["slow", "device"] })
    #expect(!takes { $0.tags = ["slow"] })
    #expect(!takes { $0.excludedTags = ["device"] })
    #expect(!takes { $0.excludedTags = ["#device"] })
  }

  @Test func `goes by lines of the files that were named with one`() {
    #expect(takes { $0.lines = ["scenarios/login_spec.lua": [12]] })
    #expect(!takes { $0.lines = ["scenarios/login_spec.lua": [13]] })
    #expect(takes { $0.lines = ["scenarios/other_spec.lua": [13]] })
  }

  @Test func `goes by what did not pass before`() {
    #expect(takes { $0.ids = [Sample.passed.id] })
    #expect(!takes { $0.ids = [] })
    #expect(takes { $0.ids = [Sample.passed.file] }, "all of a file that did not load")
  }
}

@Suite struct `A shard` {
  private let ids = (0..<10).map { "s\($0)" }

  @Test func `is read as one of several`() throws {
    #expect(Shard("2/3")?.count == 3)
    for text in ["0/3", "4/3", "1", "1/0", "a/b", "1/2/3", ""] { #expect(Shard(text) == nil) }
  }

  @Test(arguments: [1, 2, 3, 7, 12]) func `takes each scenario exactly once`(count: Int) throws {
    for seconds in [[:], ["s1": 5.0, "s2": 0.1]] {
      let shares = try (1...count).map {
        try #require(Shard("\($0)/\(count)")).share(of: ids, seconds)
      }
      #expect(shares.flatMap(\.self).sorted() == ids)
    }
  }

  @Test func `with timings the long ones are spread`() throws {
    let seconds = ["s0": 10.0, "s1": 10, "s2": 1, "s3": 1, "s4": 1, "s5": 1]
    let ids = ["s0", "s1", "s2", "s3", "s4", "s5"]
    let first = try #require(Shard("1/2")).share(of: ids, seconds)
    #expect(first.contains("s0") != first.contains("s1"))
    #expect(first.count == 3)
  }

  @Test func `with timings the short ones fill up what the long ones leave`() throws {
    let ids = ["s0", "s1", "s2", "s3", "long"]
    let seconds = ["s0": 1.0, "s1": 1, "s2": 1, "s3": 1, "long": 4]
    let shares = try (1...2).map { try #require(Shard("\($0)/2")).share(of: ids, seconds) }
    #expect(shares == [["long"], ["s0", "s1", "s2", "s3"]])
  }

  @Test func `with timings what is new counts as the mean, and is spread as well`() throws {
    let ids = ["s0", "s1", "new 1", "new 2", "new 3", "new 4"]
    for number in 1...2 {
      let share = try #require(Shard("\(number)/2")).share(of: ids, ["s0": 4, "s1": 4])
      #expect(share.count == 3, "\(share)")
    }
  }
}

@Suite struct `A seed to replay` {
  @Test(arguments: [
    "0x1f", "0x0", "0xffffffffffffffff", "0x1f/0-3,7", "0x1f/5", "0x1f@3", "0x1f/0-3@12",
    "0x1f/7=5", "0x1f/0-3,9,7=5,8=0@12", "0x1f/0-", "0x1f/0-3,9-,7=5@3",
    "0x1f/0-109999,110001-,110000=499", "0x1f/0-99999999999",
  ])
  func `is written as it is read`(text: String) throws {
    #expect(try #require(ReplaySeed(text)).description == text)
  }

  @Test(arguments: [
    "", "x", "0x", "1f", "0x1f/", "0x1f/a", "0x1f/3-1", "0x1f/-1", "0x1f/0-9223372036854775807",
    "0x1f@", "0x1f@0", "0x1f@x", "@3", "0x1f/7=", "0x1f/7=-1", "0x1f/1-2=5", "0x1f/7=1=2",
    "0x1f/=5", "0x1f/7=x", "0x1f/9-=1", "0x1f/9--", "0x1f/-",
  ])
  func `is refused when it is none`(text: String) {
    #expect(ReplaySeed(text)?.chance.isEmpty ?? true)
    #expect(ReplaySeed(text) == nil || text == "0x1f/")
  }

  @Test func `has the first of several numbers from which on nothing strikes`() {
    for text in ["1/3-,9-", "1/9-,3-"] { #expect(ReplaySeed(text)?.description == "0x1/3-") }
  }

  @Test func `may be decimal`() { #expect(ReplaySeed("31")?.seed == 31) }
}

@Suite struct `Shrinking` {
  /// Runs in which `faults` strike unless they are muted, and which fail when all of `needed` do.
  private func shrink(_ faults: Set<Int>, needed: Set<Int>) -> (left: Set<Int>, runs: Int) {
    var shrinker = Shrinker(ChanceDecisions(made: Array(faults)))
    var runs = 0
    while let limits = shrinker.next(), runs < 10_000 {
      runs += 1
      let struck = faults.filter { !limits.mutes($0) }
      shrinker.learn(
        fails: needed.isSubset(of: struck), ChanceDecisions(made: Array(struck)))
    }
    return (faults.filter { !shrinker.limits.mutes($0) }, runs)
  }

  @Test(arguments: [[], [0], [99], [3, 50], [0, 1, 2], [10, 20, 30, 40, 50]] as [Set<Int>])
  func `finds exactly the faults that matter`(needed: Set<Int>) {
    let (left, runs) = shrink(Set(0..<100), needed: needed)
    #expect(left == needed)
    #expect(runs < 300, "leaving out one after the other would take as long")
  }

  @Test func `a failure without faults needs no run`() {
    var shrinker = Shrinker(ChanceDecisions())
    #expect(shrinker.next() == nil)
  }

  @Test func `the first try leaves out everything, also what would come only then`() {
    var shrinker = Shrinker(ChanceDecisions(made: [0, 1]))
    #expect(shrinker.next() == ChanceLimits(mutedFrom: 0))
    shrinker.learn(fails: true, ChanceDecisions())
    #expect(shrinker.next() == nil)
    #expect(shrinker.limits == ChanceLimits(mutedFrom: 0))
  }

  @Test func `a failure never has more faults than before, whenever the budget ends`() {
    // Each fault that is left out makes the run meet thirty more.
    let made = { (limits: ChanceLimits) in
      let left = (0..<9).count { limits.mutes($0) }
      return (0..<9 + left * 30).filter { !limits.mutes($0) }
    }
    for budget in 0..<20 {
      var shrinker = Shrinker(ChanceDecisions(made: made(ChanceLimits())))
      var fewest = 9
      for _ in 0..<budget {
        guard let limits = shrinker.next() else { break }
        let struck = made(limits)
        shrinker.learn(fails: struck.contains(4), ChanceDecisions(made: struck))
        let count = made(shrinker.limits).count
        #expect(count <= fewest, "after \(budget) runs")
        fewest = count
      }
      #expect(budget < 19 || fewest == 1)
    }
  }

  /// Runs that draw `values`, each decision for itself, and fail when `fails` says so.
  private func shrink(
    _ values: [Int], _ fails: ([Int]) -> Bool
  ) -> (values: [Int], limits: ChanceLimits, runs: Int) {
    let decide = { (limits: ChanceLimits) in
      values.enumerated().map { limits.mutes($0) ? 0 : limits.fixed[$0] ?? $1 }
    }
    let decisions = { (values: [Int]) in
      let drawn = values.enumerated().filter { $0.element > 0 }
      return ChanceDecisions(
        made: drawn.map(\.offset),
        drawn: Dictionary(uniqueKeysWithValues: drawn.map { ($0.offset, $0.element) }))
    }
    var shrinker = Shrinker(decisions(values))
    var runs = 0
    while let limits = shrinker.next(), runs < 10_000 {
      runs += 1
      let got = decide(limits)
      shrinker.learn(fails: fails(got), decisions(got))
    }
    return (decide(shrinker.limits), shrinker.limits, runs)
  }

  @Test func `finds the least number that still fails`() {
    for least in [1, 2, 37, 499_999, 1_000_000] {
      let small = shrink([1_000_000]) { $0[0] >= least }
      #expect(small.values == [least] && small.runs < 30, "\(small)")
    }
    let needless = shrink([5, 9]) { _ in true }
    #expect(needless.values == [0, 0] && needless.limits == ChanceLimits(mutedFrom: 0))
  }

  @Test func `finds the least of several numbers, and leaves out what a smaller one does not need`()
  {
    let small = shrink([90, 80, 70]) { $0[0] + $0[1] >= 100 && ($0[0] < 50 || $0[2] > 3) }
    #expect(small.values == [20, 80, 0] && small.runs < 60, "\(small)")
    #expect(small.limits == ChanceLimits(mutedFrom: 2, fixed: [0: 20]))
  }
}

@Suite struct `Results of many threads` {
  @Test func `come in the order of the files`() {
    var results = OrderedResults([("a", 1), ("b", 2), ("c", 1)])
    results.add(Sample.failed, number: 1, of: 1)
    #expect(results.end(ScenarioFileReport(file: "b"), of: 1).isEmpty)
    #expect(results.end(ScenarioFileReport(file: "c"), of: 2).isEmpty)
    results.add(Sample.passed, number: 0, of: 1)
    #expect(results.end(ScenarioFileReport(file: "a"), of: 0).map(\.file) == ["a"])
    let rest = results.end(ScenarioFileReport(file: "b"), of: 1)
    #expect(rest.map(\.file) == ["b", "c"])
    #expect(rest[0].scenarios == [Sample.passed, Sample.failed])
  }

  @Test func `took as long as the slowest part of their file`() {
    for times in [[5, 3], [3, 5]] {
      var results = OrderedResults([("a", 2)])
      var ready: [ScenarioFileReport] = []
      for time in times {
        var part = ScenarioFileReport(file: "a")
        part.wallTime = .seconds(time)
        ready = results.end(part, of: 0)
      }
      #expect(ready.map(\.wallTime) == [.seconds(5)])
    }
  }

  @Test func `of one property are flaky where one part is, also when another is not done`() {
    var flaky = Sample.flaky
    (flaky.isProperty, flaky.failure) = (true, nil)
    for merged in [flaky.merged(with: Sample.unfinished), Sample.unfinished.merged(with: flaky)] {
      #expect(merged.outcome == .flaky)
    }
    #expect(Sample.unfinished.merged(with: Sample.flaky).outcome == .flaky)
  }

  @Test func `of one property the failure of the lowest seed counts`() {
    var early = Sample.failed
    (early.seeds, early.seed) = (3, 33)
    var late = Sample.failed
    (late.seeds, late.seed) = (8, 88)
    var good = Sample.passed
    good.path = early.path
    good.seeds = 500
    #expect(early.merged(with: late).seed == 33)
    #expect(late.merged(with: early).seed == 33)
    #expect(good.merged(with: late).seed == 88)
    #expect(late.merged(with: good).outcome == .failed)
  }

  @Test func `of one property that some are not done with, the rest says nothing`() {
    var part = Sample.passed
    (part.isProperty, part.seeds) = (true, 500)
    var cut = part
    (cut.outcome, cut.seeds) = (.unfinished, 20)
    #expect(part.merged(with: cut).outcome == .unfinished)
    #expect(cut.merged(with: Sample.failed).outcome == .failed)
    var results = OrderedResults([("a", 2)])
    results.add(part, number: 0, of: 0)
    var done = ScenarioFileReport(file: "a")
    done.chosen = [0, 1]
    _ = results.end(done, of: 0)
    let whole = results.end(ScenarioFileReport(file: "a"), of: 0)
    #expect(whole.map(\.scenarios[0].outcome) == [.unfinished])
    #expect(whole.map(\.notRun) == [1])
  }

  @Test func `of one property are those of all parts`() {
    var first = Sample.passed
    (first.traceHash, first.faultIDs, first.rules) = (3, ["N08"], ["R8628-16"])
    var second = first
    (second.traceHash, second.faultIDs, second.rules) = (4, ["N01"], ["R8628-17"])
    for merged in [first.merged(with: second), second.merged(with: first)] {
      #expect(merged.traceHash == 7)
      #expect(merged.faultIDs == ["N01", "N08"] && merged.rules == ["R8628-16", "R8628-17"])
    }
    var results = OrderedResults([("a", 2)])
    results.add(Sample.failed, number: 0, of: 0)
    results.add(Sample.passed, number: 0, of: 0)
    #expect(results.all[0].scenarios.map(\.outcome) == [.failed])
  }

  @Test func `of one property a leak counts as a failure does, by its seed`() {
    var leaking = Sample.leaking
    (leaking.seeds, leaking.seed) = (3, 33)
    var late = Sample.failed
    (late.seeds, late.seed) = (8, 88)
    var good = Sample.passed
    good.seeds = 500
    for merged in [leaking.merged(with: late), late.merged(with: leaking)] {
      #expect(merged.seed == 33 && merged.leaks == leaking.leaks)
    }
    let merged = good.merged(with: leaking)
    #expect(merged.outcome == .failed && merged.seeds == 3)
    (leaking.seeds, leaking.seed) = (9, 99)
    #expect(late.merged(with: leaking).leaks.isEmpty, "on one thread it would not have come up")
  }
}

@Suite struct `The exit status` {
  private func status(
    _ suite: SuiteReport, _ change: (inout SuiteDemands) -> Void = { _ in }
  ) -> Int32 {
    var demands = SuiteDemands()
    change(&demands)
    return suite.exitStatus(demands)
  }

  @Test func `tells what the user has to look at first`() {
    #expect(status(Sample.suite([Sample.passed])) == 0)
    #expect(status(Sample.suite([Sample.passed, Sample.failed])) == 1)
    #expect(status(Sample.suite([Sample.broken])) == 1)
    #expect(status(Sample.all) == 3)
    #expect(status(Sample.suite([])) == 7)
    #expect(status(Sample.suite([])) { $0.allowsNone = true } == 0)
    #expect(status(Sample.suite([Sample.flaky])) == 0)
    #expect(status(Sample.suite([Sample.flaky])) { $0.failsOnFlaky = true } == 4)
    var interrupted = Sample.all
    interrupted.signal = 2
    #expect(status(interrupted) == 130)
    #expect(status(Sample.suite([Sample.flaky, Sample.failed])) { $0.failsOnFlaky = true } == 1)
  }

  @Test func `8 and 5 outweigh a failure`() {
    #expect(status(Sample.suite([Sample.unsteady, Sample.failed])) == 5)
    #expect(status(Sample.suite([Sample.leaking, Sample.unsteady, Sample.failed])) == 8)
  }

  @Test func `6 stands for too little coverage`() {
    var reached = Sample.passed
    reached.rules = ["R8628-16"]
    var suite = Sample.suite([reached])
    suite.coverage = CoverageReport(suite.files)
    #expect(status(suite) { $0.rulePercentage = 90 } == 6)
    #expect(status(suite) { $0.rulePercentage = 1 } == 0)
    #expect(status(suite) { $0.faultPercentage = 1 } == 6)
    #expect(status(suite) { $0.faultPercentage = 0 } == 0, "what is wanted is enough")
    let share = suite.coverage?.rulePercentage
    #expect(status(suite) { $0.rulePercentage = share } == 0)
  }
}

@Suite struct `What is watched` {
  private static let spec = "a_spec.lua"
  private static let reads = [spec: [spec: LastRun.hash([1]), "/flow.lua": LastRun.hash([2])]]

  /// Scenario files that are run after each of some looks at files.
  private func runs(_ looks: [[String: [UInt8]]], missing: String? = nil) -> [[String]] {
    var watched = WatchedFiles()
    var reads: [String: [String: UInt64?]] = Self.reads.mapValues { $0.mapValues { $0 } }
    if let missing { reads[Self.spec]?.updateValue(nil, forKey: missing) }
    let start: [String: [UInt8]] = [Self.spec: [1], "/flow.lua": [2]]
    #expect(watched.changes(in: [Self.spec], [:]) { start[$0] } == [Self.spec])
    return looks.map { files in
      let specs = Set(files.keys).union([Self.spec]).filter { $0.hasSuffix("_spec.lua") }.sorted()
      return watched.changes(in: specs, reads) { files[$0] }
    }
  }

  @Test func `runs again when something that it read has changed, once`() {
    let (old, new): ([String: [UInt8]], [String: [UInt8]]) = (
      [Self.spec: [1], "/flow.lua": [2]], [Self.spec: [1], "/flow.lua": [3]]
    )
    #expect(runs([old, old, new, new, old]) == [[], [], [Self.spec], [], [Self.spec]])
  }

  @Test func `waits for a scenario file that is gone`() {
    let here: [String: [UInt8]] = [Self.spec: [1], "/flow.lua": [2]]
    #expect(runs([[:], [:], here, here]) == [[], [], [Self.spec], []])
  }

  @Test func `runs once without a file that is gone, and when it is back`() {
    let here: [String: [UInt8]] = [Self.spec: [1], "/flow.lua": [2]]
    let gone: [String: [UInt8]] = [Self.spec: [1]]
    #expect(runs([gone, gone, gone, here]) == [[Self.spec], [], [], [Self.spec]])
    var more = here
    more["/late.lua"] = [4]
    #expect(runs([here, here, more, more], missing: "/late.lua") == [[], [], [Self.spec], []])
  }

  @Test func `has scenario files that are new`() {
    let one: [String: [UInt8]] = [Self.spec: [1], "/flow.lua": [2]]
    var two = one
    two["new_spec.lua"] = [5]
    #expect(runs([one, two, two]) == [[], ["new_spec.lua"], []])
  }
}

@Suite struct `The last run` {
  @Test func `is remembered, and what was not run keeps its state`() {
    var last = LastRun()
    last.take(Sample.suite([Sample.passed, Sample.failed, Sample.flaky]))
    #expect(last.failed == [Sample.failed.id, Sample.flaky.id])
    last.take(Sample.suite([Sample.passed]))
    var repaired = Sample.failed
    repaired.outcome = .passed
    last.take(Sample.suite([repaired]))
    #expect(last.failed == [Sample.flaky.id])
    last.reads = ["a_spec.lua": ["/a_spec.lua": 0xFFFF_FFFF_FFFF_FFFF, "/flow.lua": 1]]
    #expect(LastRun(Array(last.text.utf8)) == last)
    #expect(LastRun(Array("no json".utf8)) == LastRun())
  }

  @Test func `has a file that did not load until all of it has run`() {
    var last = LastRun()
    last.failed = ["a_spec.lua"]
    var file = ScenarioFileReport(file: "a_spec.lua")
    (file.chosen, file.leavesOut, file.scenarios) = ([0], true, [Sample.passed])
    var suite = SuiteReport()
    suite.files = [file]
    last.take(suite)
    #expect(last.failed == ["a_spec.lua"], "nobody knows how the others end")
    suite.files[0].leavesOut = false
    last.take(suite)
    #expect(last.failed.isEmpty)
  }

  @Test func `forgets a scenario that its file, run as a whole, has no more`() {
    let id = { ScenarioReport.id(Sample.failed.file, $0) }
    var last = LastRun()
    last.failed = [id("gone"), id(Sample.failed.name), ScenarioReport.id("b_spec.lua", "gone")]
    var suite = Sample.suite([Sample.failed])
    (suite.files[0].chosen, suite.files[0].leavesOut) = ([0], true)
    last.take(suite)
    #expect(last.failed.count == 3, "it may be among those that were left out")
    suite.files[0].leavesOut = false
    last.take(suite)
    #expect(last.failed == [Sample.failed.id, ScenarioReport.id("b_spec.lua", "gone")])
  }

  @Test func `goes by the names of this run, and takes no file for another`() {
    var last = LastRun(reads: ["/w/a.lua": ["/w/a.lua": 1]])
    last.failed = ["/w/a.lua", "/w/a.lua › x", "/w/a.lua.lua › x", "/w/a.luau"]
    let spelled = last.spelled(as: ["a.lua"]) { $0.hasPrefix("/") ? $0 : "/w/\($0)" }
    #expect(spelled.failed == ["a.lua", "a.lua › x", "/w/a.lua.lua › x", "/w/a.luau"])
    #expect(spelled.reads == ["a.lua": ["/w/a.lua": 1]])
  }

  @Test func `knows which files changed with what they read`() {
    let text = Array("print(1)".utf8)
    let last = LastRun(reads: ["a_spec.lua": ["/flow.lua": LastRun.hash(text)]])
    #expect(!last.hasChanged("a_spec.lua") { _ in text })
    #expect(last.hasChanged("a_spec.lua") { _ in Array("print(2)".utf8) })
    #expect(last.hasChanged("a_spec.lua") { _ in nil })
    #expect(last.hasChanged("new_spec.lua") { _ in text })
  }
}
