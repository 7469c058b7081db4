//  ScenarioFile.swift - one scenario file from its text to its report.
//
//  Knows: seeds and their shrinking; a script that was stopped is loaded anew for what is left.
//  Does not know: which files there are, how reports look, exit codes.

internal import EventLoop
internal import LuaEngine
internal import SSOScript
internal import Synchronization

/// Runs the scenarios of one file, all on one thread of their own.
public struct ScenarioFile: Sendable {
  /// Deep enough for Lua's 200 levels of C calls with Swift frames in between.
  private static let stackSize = 16 << 20

  private let file: String
  private let sources: ScenarioSources

  /// Names a file; nothing is read yet.
  ///
  /// - Parameters:
  ///   - file: From the working directory, or absolute.
  ///   - sources: How it and its flows are read.
  public init(_ file: String, _ sources: ScenarioSources) {
    self.file = file
    self.sources = sources
  }

  /// Loads the file and names its scenarios, without running one.
  ///
  /// - Parameter options: How long that may take, and who may end it.
  /// - Returns: The file's scenarios, or why it does not load.
  public func list(_ options: ScenarioRunOptions = ScenarioRunOptions()) -> ScenarioFileReport {
    onThread(options) { loop, watch in
      let loaded = await load(loop, watch)
      await loaded.script?.close()
      return loaded.report
    }
  }

  /// Runs what is selected, one after the other.
  ///
  /// - Parameters:
  ///   - options: Seeds and selection.
  ///   - each: Hears of each scenario as soon as it has ended, on the file's thread; with its number
  ///     in the file.
  /// - Returns: All of them; those that were not selected are left out.
  public func run(
    _ options: ScenarioRunOptions,
    each: @escaping @Sendable (_ report: ScenarioReport, _ number: Int) -> Void = { _, _ in }
  ) -> ScenarioFileReport {
    onThread(options) { loop, watch in
      let clock = ContinuousClock()
      let start = clock.now
      let counter = options.coverage.hasLines ? try? LineCounter(options.coverage) : nil
      var loaded = await load(loop, watch, counter)
      let options = options.replaying(loaded.replay, limit: loaded.limit)
      var done = loaded.report
      done.scenarios = []
      if loaded.script != nil { done.chosen = Set(loaded.chosen(options).map(\.offset)) }
      for (number, blank) in loaded.selected(options) {
        guard !options.isCancelled() else {
          done.left.insert(number)
          continue
        }
        if loaded.isOver { loaded = await load(loop, watch, counter, after: loaded) }
        guard loaded.script != nil || loaded.report.loadFailure != nil else { break }
        guard loaded.has(blank, at: number) else {
          done.loadFailure = loaded.report.loadFailure ?? "\(file) has changed while it ran"
          break
        }
        let report = await report(number, blank, in: &loaded, options, watch) { stopped in
          await load(loop, watch, counter, after: stopped)
        }
        guard let report else {
          if options.isCancelled() { done.left.insert(number) }
          continue
        }
        done.scenarios.append(report)
        each(report, number)
      }
      await loaded.script?.close()
      if options.replay == nil { sources.endSnapshots(of: file, loaded.report, done) }
      done.wallTime = clock.now - start
      done.lines = counter?.coverage(sources) ?? LineCoverage()
      return done
    }
  }

  private struct Loaded: Sendable {
    var report: ScenarioFileReport
    var script: ScenarioScript?
    var nodes: [Int] = []
    var isOver = false
    /// Of a saved failure.
    var replay: ReplaySeed?
    /// The virtual time that it gives to flows.
    var limit: Duration?

    /// The scenarios to be run here, with their numbers; properties are shared by their seeds.
    func selected(_ options: ScenarioRunOptions) -> [(Int, ScenarioReport)] {
      chosen(options).enumerated().filter { place, item in
        item.element.isProperty || options.stripe.takes(place)
      }.map { ($0.element.offset, $0.element.element) }
    }

    /// The scenarios to be run by all threads together.
    func chosen(_ options: ScenarioRunOptions) -> [(offset: Int, element: ScenarioReport)] {
      report.scenarios.enumerated().filter { options.selects($0.element) }
    }

    /// Whether a scenario is still where it was when the file was read first.
    func has(_ scenario: ScenarioReport, at number: Int) -> Bool {
      script != nil && report.scenarios.indices.contains(number)
        && report.scenarios[number].path == scenario.path
    }

    func run(
      _ number: Int, _ blank: ScenarioReport, _ options: ScenarioRunOptions, _ watch: ScenarioWatch
    ) -> ScenarioRun? {
      guard has(blank, at: number), let script else { return nil }
      return ScenarioRun(
        node: nodes[number], blank: blank, script: script, options: options, watch: watch)
    }
  }

  /// One scenario with all its seeds.
  ///
  /// What real time has stopped is tried again as all else is, with the file loaded anew; so run the seeds
  /// that are left.
  private func report(
    _ number: Int, _ blank: ScenarioReport, in loaded: inout Loaded,
    _ options: ScenarioRunOptions, _ watch: ScenarioWatch,
    reload: (Loaded) async -> Loaded
  ) async -> ScenarioReport? {
    var earlier: ScenarioReport?
    while var run = loaded.run(number, blank, options, watch) {
      guard var report = await run.report(after: earlier) else { break }
      loaded.isOver = run.script.isOver
      earlier = report
      for _ in 0..<run.untried where report.outcome != .flaky && !options.isCancelled() {
        if loaded.isOver { loaded = await reload(loaded) }
        guard let again = loaded.run(number, blank, options, watch) else { break }
        if await again.passesAfterStop(report.replay, &report) { report.outcome = .flaky }
        loaded.isOver = again.script.isOver
      }
      earlier = report
      guard run.untried > 0, report.outcome == .flaky else { break }
    }
    return earlier
  }

  /// The same once more, in place of a script that was stopped.
  private func load(
    _ loop: EventLoop, _ watch: ScenarioWatch, _ counter: LineCounter?, after stopped: Loaded
  ) async -> Loaded {
    await stopped.script?.close()
    return await load(loop, watch, counter)
  }

  private func load(
    _ loop: EventLoop, _ watch: ScenarioWatch, _ counter: LineCounter? = nil,
    forReplay isReplay: Bool = false
  ) async -> Loaded {
    var report = ScenarioFileReport(file: file)
    let script = ScenarioScript(file, sources, loop: loop, counter)
    var stop: ScenarioWatch.Stop?
    do throws(LuaFailure) {
      let source = try source()
      watch.begin(script)
      defer { stop = watch.finish() }
      try await script.load(source, file)
    } catch {
      // Where nobody waits for the end, it says nothing about the file.
      if stop != .cancelled {
        report.loadFailure = sources.settings.keeper.redact(
          Self.words(error, script))
      }
      await script.close()
      return Loaded(report: report)
    }
    if let replay = script.library.state.withLock({ $0.replay }) {
      await script.close()
      guard !isReplay else {
        report.loadFailure = "\(file): a saved failure names a scenario file, not another one"
        return Loaded(report: report)
      }
      return await load(replay, loop, watch, counter)
    }
    let tree = script.library.state.withLock { $0.tree }
    report.scenarios = tree.runnable.map { ScenarioReport(tree, $0) }
    if sources.settings.hidesSecrets {
      let keeper = sources.settings.keeper
      for index in report.scenarios.indices {
        report.scenarios[index].name(report.scenarios[index].path.map(keeper.redact))
      }
    }
    if let problem = Self.sharedName(report.scenarios) {
      await script.close()
      report.scenarios = []
      report.loadFailure = problem
      return Loaded(report: report)
    }
    return Loaded(report: report, script: script, nodes: tree.runnable)
  }

  /// By their names scenarios are found again: in reports, snapshots, seeds and the last run.
  private static func sharedName(_ scenarios: [ScenarioReport]) -> String? {
    var places: [String: String] = [:]
    for scenario in scenarios {
      let place = "\(scenario.file):\(scenario.line)"
      guard let first = places.updateValue(place, forKey: scenario.name) else { continue }
      let way =
        first == place ? "put into the name what differs each time" : "give each a name of its own"
      return "\(place): there is another scenario \"\(scenario.name)\" at \(first): \(way)"
    }
    return nil
  }

  private static func words(_ failure: LuaFailure, _ script: ScenarioScript) -> String {
    var failure = failure
    failure.message = script.words(of: failure)
    let isLate = script.system.stopping == .time
    let hint = isLate ? "before its scenarios ran: --timeout says how long it may take" : ""
    return [failure.placed, hint, failure.place.traceback].filter { !$0.isEmpty }
      .joined(separator: "\n")
  }

  /// A saved failure: the scenario that it names, out of the file that it names.
  private func load(
    _ replay: ReplayRequest, _ loop: EventLoop, _ watch: ScenarioWatch, _ counter: LineCounter?
  ) async -> Loaded {
    var sources = sources
    do throws(GivenValueError) {
      sources.settings = try sources.settings.with(replay.used)
    } catch {
      var report = ScenarioFileReport(file: file)
      report.loadFailure = "\(file): \(error.message)"
      return Loaded(report: report)
    }
    sources.pages = sources.pagesOf?(replay.file) ?? sources.pages
    var loaded = await ScenarioFile(replay.file, sources)
      .load(loop, watch, counter, forReplay: true)
    loaded.report.file = file
    (loaded.replay, loaded.limit) = (replay.seed, replay.used.virtualLimit)
    let found = zip(loaded.nodes, loaded.report.scenarios).first { $1.name == replay.scenario }
    loaded.nodes = found.map { [$0.0] } ?? []
    loaded.report.scenarios = found.map { [$0.1] } ?? []
    guard loaded.script != nil else { return loaded }
    if found == nil || hasRecording && replay.seed.step != nil {
      loaded.report.loadFailure =
        found == nil
        ? "\(replay.file) has no scenario \"\(replay.scenario)\" any more"
        : "\(file): a seed with a step (@) and a recording exclude each other"
      await loaded.script?.close()
      loaded.script = nil
    }
    return loaded
  }

  private var hasRecording: Bool { sources.pages != nil }

  private func source() throws(LuaFailure) -> [UInt8] {
    do throws(DoorError) {
      return try sources.read(sources.canonical(file))
    } catch {
      throw LuaFailure(
        value: .nil, message: error.message, place: LuaPlace(position: "", traceback: ""))
    }
  }

  /// Runs `body` on a loop of simulated time and waits for it.
  private func onThread(
    _ options: ScenarioRunOptions,
    _ body: @escaping @Sendable (EventLoop, ScenarioWatch) async -> ScenarioFileReport
  ) -> ScenarioFileReport {
    let result = Mutex<ScenarioFileReport?>(nil)
    var failed = ScenarioFileReport(file: file)
    do throws(EventLoopError) {
      let pause = sources.stepper.map { stepper in
        { @Sendable (next: Duration) in stepper.pause(before: next) }
      }
      let loop = try EventLoop(time: .simulated(start: .zero), beforeMove: pause)
      let watch = try ScenarioWatch(timeout: options.timeout, isCancelled: options.isCancelled)
      defer { watch.end() }
      let box = ReportBox()
      let thread = try EventLoop.runOnThread(stackSize: Self.stackSize, name: "scenario") {
        Task(executorPreference: loop.taskExecutor) {
          let report = await body(loop, watch)
          box.report.withLock { $0 = report }
          loop.stop()
        }
        loop.run()
      }
      thread.join()
      result.withLock { $0 = box.report.withLock { $0 } }
    } catch {
      failed.loadFailure = "no thread for it: \(error)"
    }
    return result.withLock { $0 } ?? failed
  }
}

private final class ReportBox: Sendable {
  let report = Mutex<ScenarioFileReport?>(nil)
}

extension ScenarioReport {
  init(_ tree: ScenarioTree, _ node: Int) {
    (path, tags) = ([], [])
    file = tree.nodes[node].file
    line = tree.nodes[node].line
    name(tree.path(node))
    if case .property(let count, _) = tree.nodes[node].kind { (seeds, isProperty) = (count, true) }
  }

  /// Takes names, with the tags that are in them.
  fileprivate mutating func name(_ path: [String]) {
    self.path = path
    tags = path.joined(separator: " ").split { $0 == " " || $0 == "\t" }
      .filter { $0.hasPrefix("#") && $0.count > 1 }.map { String($0.dropFirst()) }
  }
}

extension ScenarioRunOptions {
  /// The same, for what a report names.
  public func replaying(_ seed: ReplaySeed?) -> ScenarioRunOptions {
    guard let seed else { return self }
    var options = self
    (options.replay, options.chance, options.crashAt) = (seed.seed, seed.chance, seed.step)
    return options
  }

  /// The same, for what a saved failure names; without a limit in it, it had the usual one.
  fileprivate func replaying(_ seed: ReplaySeed?, limit: Duration?) -> ScenarioRunOptions {
    guard seed != nil else { return self }
    var options = replaying(seed)
    options.virtualLimit = limit ?? ScenarioRunOptions().virtualLimit
    return options
  }
}

extension ScenarioSources {
  /// Says which scenarios of a file there are, and which ran.
  fileprivate func endSnapshots(
    of file: String, _ declared: ScenarioFileReport, _ done: ScenarioFileReport
  ) {
    guard done.loadFailure == nil else { return }
    let path = SnapshotStore.path(of: canonical(file))
    snapshots.end(
      path, declared: declared.scenarios.map(\.name), ran: done.scenarios.map(\.name),
      shown: shown(path), read)
  }
}
