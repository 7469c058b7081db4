//  ScenarioFile.swift - one scenario file from its text to its report.
//
//  Knows: its thread; a script that was stopped is loaded anew for what is left.
//  Does not know: how a file is loaded (ScenarioFile+Loading), which files there are, how reports look.

internal import EventLoop
internal import LuaEngine
internal import Synchronization

/// Runs the scenarios of one file, all on one thread of their own.
public struct ScenarioFile: Sendable {
  let file: String
  let sources: ScenarioSources

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
      done.leavesOut = loaded.report.scenarios.count > done.chosen?.count ?? 0
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

  /// One scenario with all its seeds.
  ///
  /// What real time has stopped is tried again as all else is, with the file loaded anew; so run the seeds
  /// that are left.
  private func report(
    _ number: Int, _ blank: ScenarioReport, in loaded: inout LoadedFile,
    _ options: ScenarioRunOptions, _ watch: ScenarioWatch,
    reload: (LoadedFile) async -> LoadedFile
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

  /// Runs `body` on a loop of simulated time and waits for it.
  private func onThread(
    _ options: ScenarioRunOptions,
    _ body: @escaping @Sendable (EventLoop, ScenarioWatch) async -> ScenarioFileReport
  ) -> ScenarioFileReport {
    let box = ReportBox()
    do throws(EventLoopError) {
      let pause = sources.stepper.map { stepper in
        { @Sendable (next: Duration) in stepper.pause(before: next) }
      }
      let loop = try EventLoop(time: .simulated(start: .zero), beforeMove: pause)
      let watch = try ScenarioWatch(timeout: options.timeout, isCancelled: options.isCancelled)
      defer { watch.end() }
      let thread = try EventLoop.runOnThread(stackSize: LuaMachine.stackSize, name: "scenario") {
        Task(executorPreference: loop.taskExecutor) {
          let report = await body(loop, watch)
          box.report.withLock { $0 = report }
          loop.stop()
        }
        loop.run()
      }
      thread.join()
    } catch {
      var failed = ScenarioFileReport(file: file)
      failed.loadFailure = "\(error)"
      return failed
    }
    return box.report.withLock { $0 } ?? ScenarioFileReport(file: file)
  }
}

private final class ReportBox: Sendable {
  let report = Mutex<ScenarioFileReport?>(nil)
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
