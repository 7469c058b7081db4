//  TestSession.swift - one start of `ssoscript test`: choose, run, report, once or again and again.
//
//  Knows: the main thread waits for signals and shows progress while others work.
//  Does not know: how scenarios run, how reports look (SSOScenario).

internal import ArgumentParser
internal import LiveWorld
internal import SSOOIDC
internal import SSOScenario
internal import SSOScript

/// Runs scenarios as the arguments say.
struct TestSession {
  private let command: TestCommand
  private let signals: SignalWatch
  private let surroundings: ScenarioSurroundings
  private let reader: SourceReader
  private let lastRunFile: LastRunFile
  /// As the user names them, and what was found there.
  private let paths: [String]
  private let files: [String]
  private let emptyFolders: [String]
  private let replay: ReplaySeed?
  private let selection: ScenarioSelection
  /// What is in the file of `--timings`, if it can be read.
  private let timingBytes: [UInt8]?

  /// Finds the files.
  ///
  /// - Throws: `ValidationError` for paths where there is nothing.
  init(_ command: TestCommand) throws {
    self.command = command
    surroundings = try ScenarioSurroundings(command)
    reader = SourceReader(surroundings)
    lastRunFile = LastRunFile(command.reporting.state)
    replay = command.running.replay.flatMap { ReplaySeed($0) }
    var paths = command.places
    if command.running.hasRecording, replay?.step != nil {
      throw ValidationError(
        "--replay: a seed with a step (@) starts flows again: a recording has one run of each.")
    }
    if let file = command.running.replay, replay == nil { paths = [file] }
    self.paths = paths
    let found = ScenarioPaths.find(paths)
    if let problem = found.problem { throw ValidationError(problem) }
    files = found.found
    // One that is watched may get files.
    emptyFolders = command.running.watch ? [] : found.empty
    var selection = ScenarioSelection()
    selection.filters = command.selection.filter
    selection.exclusions = command.selection.filterOut
    selection.tags = CommaList.words(command.selection.tags)
    selection.excludedTags = CommaList.words(command.selection.excludeTags)
    selection.lines = found.lines
    self.selection = selection
    timingBytes = command.selection.timings.flatMap { try? ThisProcess.read($0, limit: 64 << 20) }
    // Until here a signal ends the process: what is read may be a pipe that nobody fills.
    signals = SignalWatch()
  }

  /// Runs everything.
  ///
  /// - Returns: The exit status.
  func run() -> Int32 {
    do throws(SessionFailure) {
      let plan = try plan(files)
      if command.selection.list { return try list(plan) }
      var watched = WatchedFiles()
      _ = watched.changes(in: files, [:], content: SourceReader.content)
      var status = try once(plan)
      while command.running.watch, status < 128 {
        guard let changed = waitForChange(&watched) else { return status }
        status = try once(try self.plan(changed))
      }
      return status
    } catch {
      ThisProcess.writeLine("ssoscript test: \(error.words)", to: .error)
      return error.status
    }
  }

  // MARK: Plan

  private struct Plan: Sendable {
    var files: [String]
    var selection: ScenarioSelection
    /// Without results; only where all names had to be known.
    var listed: [ScenarioFileReport]?
    /// Lines without a scenario; likewise.
    var strays: [String]?
  }

  /// Under the names that files have in this run.
  private var lastRun: LastRun {
    lastRunFile.read().spelled(as: files, canonical: ThisProcess.canonical)
  }

  private func plan(_ files: [String]) throws(SessionFailure) -> Plan {
    var plan = Plan(files: files, selection: selection)
    let last = lastRun
    if let commit = command.selection.changed {
      let changed = try GitChanges.since(commit)
      plan.files = files.filter {
        changed.touches(
          $0, last, read: SourceReader.content, canonical: ThisProcess.canonical)
      }
    }
    if command.selection.lastFailed { plan.selection.ids = last.failed }
    guard command.selection.list || command.selection.shard != nil else { return plan }
    let all = try listed(plan)
    plan.strays = selection.strays(in: all)
    guard let shard = command.selection.shard?.shard else {
      plan.listed = all
      return plan
    }
    let ids = all.flatMap(\.scenarios).map(\.id)
    plan.selection.ids = shard.share(of: ids, try timings())
    plan.listed = all.map { file in
      var file = file
      file.scenarios = file.scenarios.filter { plan.selection.takes($0, in: file.file) }
      return file
    }
    // A file that does not load is everybody's failure; one without a share is nobody's work.
    plan.files =
      plan.listed?.filter { !$0.scenarios.isEmpty || $0.loadFailure != nil }
      .map(\.file) ?? []
    return plan
  }

  /// Loads the files of a plan; what is in them decides how long that takes.
  private func listed(_ plan: Plan) throws(SessionFailure) -> [ScenarioFileReport] {
    let end = Cancellation()
    var options = options(plan.selection)
    options.isCancelled = { end.isWanted }
    let supervisor = Supervisor(signals: signals, onSignal: end.want)
    let (reports, signal) = try supervisor.run { [reader, options] in
      plan.files.map { file in
        var report = ScenarioFile(file, reader.sources(for: file)).list(options)
        report.scenarios = report.scenarios.filter { plan.selection.takes($0, in: file) }
        return report
      }
    }
    if let signal { throw SessionFailure("interrupted", status: 128 + signal) }
    return reports
  }

  private func timings() throws(SessionFailure) -> [String: Double] {
    guard let file = command.selection.timings else { return [:] }
    guard let timings = timingBytes.flatMap(Timings.read) else {
      throw SessionFailure("--timings: \(file) is no JSON report of an earlier run")
    }
    return timings
  }

  private func list(_ plan: Plan) throws(SessionFailure) -> Int32 {
    let files = plan.listed ?? []
    let text = command.selection.json ? ScenarioList.json(files) : ScenarioList.text(files)
    do throws(DoorError) {
      try ThisProcess.writeData(text, to: .output)
    } catch {
      throw .unwritten(error)
    }
    let broken = files.filter { $0.loadFailure != nil }
    for file in broken {
      let words = "\(file.file) does not load:\n\(file.loadFailure ?? "")"
      ThisProcess.writeLine(PrintableText.lines(words), to: .error)
    }
    let words = unmatched(plan.strays ?? [])
    let isEmpty = broken.isEmpty && files.allSatisfy { $0.scenarios.isEmpty }
    let lacksAll = isEmpty && !command.selection.passWithNoTests
    guard lacksAll || !words.isEmpty else { return broken.isEmpty ? 0 : 3 }
    let problem = lacksAll ? Self.noMatch(command) : Self.noMatch(words)
    ThisProcess.writeLine("ssoscript test: \(problem)", to: .error)
    return broken.isEmpty ? 7 : 3
  }

  // MARK: Run

  private func once(_ plan: Plan) throws(SessionFailure) -> Int32 {
    surroundings.archive?.clear()
    surroundings.snapshots.clear()
    try lastRunFile.probe()
    let output = try Outputs(command.reporting, record: command.running.record)
    let suite = ScenarioSuite(
      files: plan.files, sources: { [reader] in reader.sources(for: $0) },
      options: options(plan.selection), jobs: jobs,
      failureLimit: command.running.stopsAtFirst ? 1 : command.running.maxFailures)
    surroundings.stepper?.whenQuit { suite.cancel() }
    var report = SuiteReport()
    report.seed = command.running.seedNumber
    report.started = ThisProcess.now.rfc3339
    let clock = ContinuousClock()
    let start = clock.now
    output.begin()
    let (files, signal) = try work(suite, output)
    report.take(files)
    report.signal = signal
    // Who quits has interrupted the run.
    if surroundings.stepper?.hasQuit ?? false { report.signal = report.signal ?? 2 }
    report.wallTime = clock.now - start
    let parts = command.reporting.parts
    if !parts.isEmpty { report.coverage = CoverageReport(report.files, of: parts) }
    let problem = remember(report)
    try output.end(&report, surroundings)
    if let problem { throw problem }
    let unmatched = unmatched(plan.strays ?? selection.strays(in: files))
    return Self.status(of: report, command, unmatched)
  }

  private var jobs: Int {
    command.running.step ? 1 : command.running.jobs ?? ThisProcess.processorCount
  }

  /// What was named and has no scenario, in words.
  private func unmatched(_ strays: [String]) -> [String] {
    guard !command.selection.passWithNoTests else { return [] }
    return ScenarioPaths.words(lines: strays, folders: emptyFolders)
  }

  /// The exit status, after a word about it.
  static func status(
    of report: SuiteReport, _ command: TestCommand, _ unmatched: [String] = []
  ) -> Int32 {
    var demands = SuiteDemands()
    demands.failsOnFlaky = command.running.failOnFlaky
    demands.allowsNone = command.selection.passWithNoTests
    demands.lacksNamed = !unmatched.isEmpty
    demands.rulePercentage = command.reporting.minProtocolCoverage
    demands.faultPercentage = command.reporting.minFaultCoverage
    demands.linePercentage = command.reporting.minLineCoverage
    let status = report.exitStatus(demands)
    let isEmpty = status == 7 && report.scenarios.isEmpty
    var lines = isEmpty ? [noMatch(command)] : unmatched.isEmpty ? [] : [noMatch(unmatched)]
    let words: [Int32: String] = [
      4: "a scenario is flaky (--fail-on-flaky)", 5: "a scenario is not deterministic",
      6: report.missedThresholds(demands).joined(separator: "; "),
      8: "a secret is shown",
    ]
    if let words = words[status] { lines.append(words) }
    for words in lines { ThisProcess.writeLine("ssoscript test: \(words)", to: .error) }
    return status
  }

  /// That nothing was chosen, and by what.
  private static func noMatch(_ command: TestCommand) -> String {
    let selection = command.selection
    var ways = selection.filter.map { "--filter \"\($0)\"" }
    ways += selection.filterOut.map { "--filter-out \"\($0)\"" }
    ways += selection.tags.map { "--tags \($0)" }
    ways += selection.excludeTags.map { "--exclude-tags \($0)" }
    if selection.lastFailed { ways.append("--last-failed") }
    if let commit = selection.changed { ways.append("--changed \(commit)") }
    if let shard = selection.shard?.shard { ways.append("--shard \(shard.number)/\(shard.count)") }
    let found = ScenarioPaths.find(command.places)
    let places = found.lines.sorted { $0.key < $1.key }
      .flatMap { file, lines in lines.sorted().map { "\(file):\($0)" } }
    return noMatch(ways + ScenarioPaths.words(lines: places, folders: found.empty))
  }

  private static func noMatch(_ ways: [String]) -> String {
    let words = ["no scenario matches"] + (ways.isEmpty ? [] : [ways.joined(separator: ", ")])
    return PrintableText.lines(words.joined(separator: ": "), limit: 1000)
  }

  private func work(
    _ suite: ScenarioSuite, _ output: Outputs
  ) throws(SessionFailure) -> ([ScenarioFileReport], Int32?) {
    let progress = ProgressLine(isWanted: output.showsProgress && !command.running.step)
    let end = surroundings.stepEnd
    let supervisor = Supervisor(
      signals: signals, look: .milliseconds(progress.isWanted ? 200 : 1000),
      onSignal: {
        suite.cancel()
        end.want()
      }, whileWaiting: { progress.show(suite.done) })
    let (files, signal) = try supervisor.run {
      suite.run { file in
        progress.clear()
        output.file(file)
      }
    }
    progress.clear()
    return (files, signal)
  }

  private func options(_ selection: ScenarioSelection) -> ScenarioRunOptions {
    let running = command.running
    var options = ScenarioRunOptions()
    options.seed = running.seedNumber
    options.seeds = running.seeds
    // A person may look for as long as it takes.
    options.timeout = running.step ? .seconds(365 * 86_400) : running.timeout.duration
    options.virtualLimit = running.simLimit.duration
    options.repeats = running.repeats
    options.retries = running.retries
    options.shrinks = running.shrink && !running.hasRecording && !running.step
    options.shrinkBudget.time = running.shrinkBudget.duration
    options.checksDeterminism = running.checkDeterminism
    options.crashPoints = running.crashPoints.points
    options.coverage = command.reporting.parts
    options.eventCount = command.reporting.traced == .off ? options.eventCount : nil
    options.selects = { selection.takes($0, in: $1) }
    return options.replaying(replay)
  }

  // MARK: Between runs

  /// - Returns: Why that is not to be; reports are written all the same.
  private func remember(_ report: SuiteReport) -> SessionFailure? {
    var last = lastRun
    last.take(report)
    for (file, reads) in reader.all { last.reads[file] = reads }
    do throws(SessionFailure) {
      try lastRunFile.write(last)
      return nil
    } catch {
      return error
    }
  }

  /// The files to run, as soon as there is one that is new or needs what has changed; `nil` after a signal.
  private func waitForChange(_ watched: inout WatchedFiles) -> [String]? {
    ThisProcess.writeLine("\nWaiting for changes; Ctrl-C ends.", to: .error)
    var reads = reader.watched
    let given = surroundings.given.watched.mapValues(Optional.some)
    while true {
      if signals.wait(.milliseconds(300)) != nil { return nil }
      // A path without anything is waited for.
      let files = ScenarioPaths.find(paths).found
      // Each of them may need all that is given.
      for file in files { reads[file, default: [:]].merge(given) { mine, _ in mine } }
      let changed = watched.changes(in: files, reads, content: SourceReader.content)
      if !changed.isEmpty, hasReadGiven() { return changed }
    }
  }

  /// Says what is wrong with the files of --vars and --secrets, which may not be done yet.
  private func hasReadGiven() -> Bool {
    do throws(ValidationError) {
      try surroundings.given.read(command.given)
      return true
    } catch {
      ThisProcess.writeLine("ssoscript test: \(error.message)", to: .error)
      return false
    }
  }
}

/// Why a session cannot go on, in words.
struct SessionFailure: Error {
  let words: String
  /// The exit status.
  let status: Int32

  init(_ words: String, status: Int32 = 2) { (self.words, self.status) = (words, status) }

  /// A file or a stream that cannot be written.
  static func unwritten(_ error: DoorError) -> SessionFailure {
    SessionFailure("cannot write \(error.message)")
  }
}
