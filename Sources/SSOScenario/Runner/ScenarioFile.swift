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
  public func list() -> ScenarioFileReport {
    onThread { loop in await load(loop).report }
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
    onThread { loop in
      let clock = ContinuousClock()
      let start = clock.now
      let counter = options.coverage.hasLines ? try? LineCounter(options.coverage) : nil
      var loaded = await load(loop, counter)
      guard loaded.script != nil else { return loaded.report }
      let options = options.replaying(loaded.replay)
      let watch = ScenarioWatch(timeout: options.timeout, isCancelled: options.isCancelled)
      var done = loaded.report
      done.scenarios = []
      for (number, blank) in loaded.selected(options) {
        guard !options.isCancelled() else { break }
        if loaded.isOver { loaded = await load(loop, counter) }
        guard let script = loaded.script else { break }
        let run = ScenarioRun(
          node: loaded.nodes[number], blank: blank, script: script, options: options, watch: watch)
        guard let report = await run.report() else { continue }
        loaded.isOver = script.isOver
        done.scenarios.append(report)
        each(report, number)
      }
      watch.end()
      await loaded.script?.close()
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

    /// The scenarios to be run here, with their numbers; properties are shared by their seeds.
    func selected(_ options: ScenarioRunOptions) -> [(Int, ScenarioReport)] {
      let chosen = report.scenarios.enumerated().filter { options.selects($0.element) }
      return chosen.enumerated().filter { place, item in
        item.element.isProperty || options.stripe.takes(place)
      }.map { ($0.element.offset, $0.element.element) }
    }
  }

  private func load(
    _ loop: EventLoop, _ counter: LineCounter? = nil, forReplay isReplay: Bool = false
  ) async -> Loaded {
    var report = ScenarioFileReport(file: file)
    let script = ScenarioScript(file, sources, loop: loop, counter)
    do throws(LuaFailure) {
      try await script.load(try source(), file)
    } catch {
      report.loadFailure = [error.placed, error.place.traceback].filter { !$0.isEmpty }
        .joined(separator: "\n")
      await script.close()
      return Loaded(report: report)
    }
    if let replay = script.library.state.withLock({ $0.replay }) {
      await script.close()
      guard !isReplay else {
        report.loadFailure = "\(file): a saved failure names a scenario file, not another one"
        return Loaded(report: report)
      }
      return await load(replay, loop, counter)
    }
    let tree = script.library.state.withLock { $0.tree }
    report.scenarios = tree.runnable.map { ScenarioReport(tree, $0) }
    return Loaded(report: report, script: script, nodes: tree.runnable)
  }

  /// A saved failure: the scenario that it names, out of the file that it names.
  private func load(
    _ replay: ReplayRequest, _ loop: EventLoop, _ counter: LineCounter?
  ) async -> Loaded {
    var loaded = await ScenarioFile(replay.file, sources).load(loop, counter, forReplay: true)
    loaded.report.file = file
    loaded.replay = replay.seed
    let found = zip(loaded.nodes, loaded.report.scenarios).first { $1.name == replay.scenario }
    loaded.nodes = found.map { [$0.0] } ?? []
    loaded.report.scenarios = found.map { [$0.1] } ?? []
    if found == nil, loaded.report.loadFailure == nil {
      loaded.report.loadFailure = "\(replay.file) has no scenario \"\(replay.scenario)\" any more"
      await loaded.script?.close()
      loaded.script = nil
    }
    return loaded
  }

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
    _ body: @escaping @Sendable (EventLoop) async -> ScenarioFileReport
  ) -> ScenarioFileReport {
    let result = Mutex<ScenarioFileReport?>(nil)
    var failed = ScenarioFileReport(file: file)
    do throws(EventLoopError) {
      let loop = try EventLoop(time: .simulated(start: .zero))
      let box = ReportBox()
      let thread = try EventLoop.runOnThread(stackSize: Self.stackSize, name: "scenario") {
        Task(executorPreference: loop.taskExecutor) {
          let report = await body(loop)
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
    path = tree.path(node)
    file = tree.nodes[node].file
    line = tree.nodes[node].line
    tags = path.joined(separator: " ").split { $0 == " " || $0 == "\t" }
      .filter { $0.hasPrefix("#") && $0.count > 1 }.map { String($0.dropFirst()) }
    if case .property(let count, _) = tree.nodes[node].kind { (seeds, isProperty) = (count, true) }
  }
}

extension ScenarioRunOptions {
  /// The same with a saved failure's seed and faults.
  fileprivate func replaying(_ seed: ReplaySeed?) -> ScenarioRunOptions {
    guard let seed else { return self }
    var options = self
    (options.replay, options.muted) = (seed.seed, seed.muted)
    return options
  }
}
