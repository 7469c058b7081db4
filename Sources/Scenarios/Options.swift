//  Options.swift - the options of `ssoscript test`, in four groups (see GivenOptions).

internal import ArgumentParser
internal import LiveWorld
internal import SSOScenario
internal import SSOScript

/// Which scenarios run.
struct SelectionOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Only names with this in them; * is any text, ^ and $ the ends.", valueName: "text"))
  var filter: [String] = []
  @Option(
    name: [.customShort("F"), .long],
    help: ArgumentHelp("Only names without this in them.", valueName: "text"))
  var filterOut: [String] = []
  @Option(help: ArgumentHelp("Only with one of these tags.", valueName: "a,b"))
  var tags: [String] = []
  @Option(help: ArgumentHelp("Only without these tags.", valueName: "a,b"))
  var excludeTags: [String] = []
  @Flag(name: .shortAndLong, help: "Name the scenarios, and run none.")
  var list = false
  @Flag(help: "With --list: as JSON.")
  var json = false
  @Flag(help: "Only what did not pass when it was run last.")
  var lastFailed = false
  @Option(
    help: ArgumentHelp(
      "Only files that changed, or that load one that did, since a commit, as git says; alone: "
        + "since HEAD.", valueName: "ref"))
  var changed: String?
  @Option(help: ArgumentHelp("One of several shares of all scenarios.", valueName: "i/n"))
  var shard: ShardArgument?
  @Option(
    help: ArgumentHelp(
      "A JSON report of an earlier run, for shares that take the same time.", valueName: "file"))
  var timings: String?
  @Option(
    help: ArgumentHelp(
      "Run nothing: tell and judge the coverage of JSON reports, such as those of all shards, "
        + "as one.", valueName: "file"))
  var merge: [String] = []
  @Flag(help: "No scenario at all is no failure.")
  var passWithNoTests = false

  func validate() throws {
    for (name, lists) in [("--tags", tags), ("--exclude-tags", excludeTags)]
    where lists.contains(where: { CommaList.words([$0]).isEmpty }) {
      throw ValidationError("\(name): a tag is missing; write tags such as slow,person.")
    }
  }
}

/// How scenarios run.
struct RunningOptions: ParsableArguments {
  @Option(
    name: [.customShort("j", allowingJoined: true), .long], parsing: .unconditional,
    help: ArgumentHelp("Threads; default: processors.", valueName: "n"))
  var jobs: Int?
  @Flag(name: .customShort("x"), help: "Begin nothing new after the first failure.")
  var stopsAtFirst = false
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Begin nothing new after so many failures.", valueName: "n"))
  var maxFailures: Int?
  @Option(
    name: .customLong("repeat"), parsing: .unconditional,
    help: ArgumentHelp("Run each so often.", valueName: "n"))
  var repeats = 1
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Try a failure again, with the same seed.", valueName: "n"))
  var retries = 0
  @Flag(help: "A scenario that passes only when it is tried again fails the run.")
  var failOnFlaky = false
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Real time for one scenario with one seed.", valueName: "time"))
  var timeout = TimeArgument(duration: .seconds(10))
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Virtual time for a flow without a limit of its own.", valueName: "time"))
  var simLimit = TimeArgument(duration: .seconds(86_400))
  @Option(
    help: ArgumentHelp(
      "Who answers: the simulation (sim), a server on 127.0.0.1 (serve), or a recording "
        + "(replay:FILE), from which no request may differ.", valueName: "world"))
  var world = WorldArgument.sim
  @Option(
    help: ArgumentHelp("Write what is asked and answered, for --world replay.", valueName: "file"))
  var record: String?
  @Option(
    parsing: .unconditional,
    help: "From which every scenario's chance is made; default: 1.",
    transform: SeedArgument.init(word:))
  var seed: SeedArgument?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seeds for each property, in place of its own number.", valueName: "n"))
  var seeds: Int?
  @Option(
    help: ArgumentHelp(
      "Run again: the seed of a report, or a saved failure.", valueName: "seed|file"))
  var replay: String?
  @Flag(inversion: .prefixedNo, help: "Make failures of properties as small as they can be.")
  var shrink = true
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Real time for making one failure smaller.", valueName: "time"))
  var shrinkBudget = TimeArgument(duration: .seconds(2))
  @Flag(help: "Run each seed twice, and compare all that happens.")
  var checkDeterminism = false
  @Option(
    help: ArgumentHelp(
      "End flows at each step of the disk in turn, and start them again: CacheWrite or all.",
      valueName: "steps"))
  var crashPoints = CrashArgument(points: .none)
  @Flag(help: "Run again what needs a file that changes, and scenario files that are new.")
  var watch = false
  @Flag(
    help: "Stop before the clock moves, and ask at the terminal; one scenario after the other.")
  var step = false
  @Flag(help: "Keep what assert.snapshot is given, and drop what nobody asks for.")
  var updateSnapshots = false

  func validate() throws {
    let counts = [("--max-failures", maxFailures), ("--seeds", seeds)]
    for case (let name, let count?) in counts where !(1...1_000_000_000).contains(count) {
      throw ValidationError("\(name) must be from 1 to 1000000000.")
    }
    guard (1...ScenarioSuite.mostJobs).contains(jobs ?? 1) else {
      throw ValidationError("--jobs must be from 1 to \(ScenarioSuite.mostJobs).")
    }
    guard (1...1_000_000).contains(repeats) else {
      throw ValidationError("--repeat must be from 1 to 1000000.")
    }
    guard (0...100).contains(retries) else {
      throw ValidationError("--retries must be from 0 to 100.")
    }
    if case .replay = world, record != nil {
      throw ValidationError("--record and --world replay exclude each other.")
    }
    if hasRecording, crashPoints.points != .none {
      throw ValidationError("--crash-points runs one seed in several ways: a recording has one.")
    }
    if step, !ThisProcess.isTerminal(.input) {
      throw ValidationError("--step asks what to do: standard input must be a terminal.")
    }
    guard timeout.duration > .zero, simLimit.duration > .zero else {
      throw ValidationError("--timeout and --sim-limit must be more than 0.")
    }
  }
}

extension RunningOptions {
  var seedNumber: UInt64 { seed?.number ?? 1 }

  /// Whether each seed has one run that is recorded, or was.
  var hasRecording: Bool {
    if case .replay = world { return true }
    return record != nil
  }
}

/// What is written, and where.
struct ReportOptions: ParsableArguments {
  enum Color: String, ExpressibleByArgument, CaseIterable { case auto, always, never }
  enum Trace: String, ExpressibleByArgument, CaseIterable { case off, failed, all }

  @Option(
    help: ArgumentHelp(
      "\(ReportKind.allCases.map(\.rawValue).joined(separator: ", ")); may be given again.",
      valueName: "kind[:file]"))
  var report: [ReportArgument] = []
  @Option(help: "When the terminal's colours are used.")
  var color = Color.auto
  @Option(help: "Whose whole time line is written below --trace-dir.")
  var trace: Trace?
  @Option(help: ArgumentHelp("A folder for traces.", valueName: "folder"))
  var traceDir: String?
  @Option(
    help: ArgumentHelp("Write all HTTP exchanges, without secrets, as HAR 1.2.", valueName: "file"))
  var har: String?
  @Option(
    help: ArgumentHelp("Write each failure as a scenario file below it.", valueName: "folder"))
  var saveFailing: String?
  @Option(
    help: ArgumentHelp(
      "Tell what was reached: lines of flows and policies, protocol rules, faults, lines of specs; "
        + "alone: \(CoverageArgument(parts: .usual)).",
      valueName: CoverageParts.words.map(\.word).joined(separator: ",")))
  var coverage: CoverageArgument?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Least share of the protocol rules.", valueName: "percent"))
  var minProtocolCoverage: Double?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Least share of the faults.", valueName: "percent"))
  var minFaultCoverage: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Least share of the Lua lines.", valueName: "percent"))
  var minLineCoverage: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Name so many of the slowest scenarios.", valueName: "n"))
  var profileSlow = 0
  @Option(
    help: ArgumentHelp(
      "Where the last run is remembered; default: the user's state folder.",
      valueName: "file"))
  var state: String?

  func validate() throws {
    let streams = report.filter { $0.file == nil }
    guard streams.count < 2 else {
      throw ValidationError("Only one --report can go to standard output; write KIND:FILE.")
    }
    guard (0...1_000_000).contains(profileSlow) else {
      throw ValidationError("--profile-slow must be from 0 to 1000000.")
    }
    for case (let name, let share?) in [
      ("--min-protocol-coverage", minProtocolCoverage), ("--min-fault-coverage", minFaultCoverage),
      ("--min-line-coverage", minLineCoverage),
    ] where !(0...100).contains(share) {
      throw ValidationError("\(name) is a percentage from 0 to 100.")
    }
  }

  /// What is named, and what a threshold or a report is about.
  var parts: CoverageParts {
    var parts = coverage?.parts ?? []
    if minProtocolCoverage != nil { parts.insert(.rules) }
    if minFaultCoverage != nil { parts.insert(.faults) }
    let needsLines = minLineCoverage != nil || report.contains { $0.kind == .lcov }
    if needsLines, !parts.hasLines { parts.insert(.lua) }
    return parts
  }

  /// What is traced: failures, where only a folder is named.
  var traced: Trace { trace ?? (traceDir == nil ? .off : .failed) }
}
