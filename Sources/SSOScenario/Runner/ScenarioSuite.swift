//  ScenarioSuite.swift - many files on many threads, their results in order.
//
//  Knows: parallel files share nothing; where there are fewer files than threads, threads share a file,
//  each with an interpreter of its own.
//  Does not know: which files, how reports look, what a signal is.

internal import EventLoop
internal import Synchronization

/// A run of many scenario files.
public final class ScenarioSuite: Sendable {
  /// Each thread has an interpreter of its own, and begins the next within its own frame.
  public static let mostJobs = 256

  private struct Unit {
    let file: Int
    let stripe: Stripe
  }

  private struct State {
    var units: [Unit]
    var results: OrderedResults
    var failures = 0
    var done = 0
  }

  private let files: [String]
  private let sources: @Sendable (_ file: String) -> ScenarioSources
  private let options: ScenarioRunOptions
  private let jobs: Int
  private let failureLimit: Int?
  private let state: Mutex<State>
  private let cancelled = Atomic<Bool>(false)

  /// Prepares a run; nothing is read yet.
  ///
  /// - Parameters:
  ///   - files: In the order of their results.
  ///   - sources: How each of them, and what it needs, is read.
  ///   - options: For each file.
  ///   - jobs: Threads; at least one, and no more than ``mostJobs``.
  ///   - failureLimit: After so many failures nothing new begins.
  public init(
    files: [String], sources: @escaping @Sendable (_ file: String) -> ScenarioSources,
    options: ScenarioRunOptions, jobs: Int, failureLimit: Int? = nil
  ) {
    (self.files, self.sources, self.options) = (files, sources, options)
    let jobs = min(max(1, jobs), Self.mostJobs)
    (self.jobs, self.failureLimit) = (jobs, failureLimit)
    let parts = max(1, jobs / max(1, files.count))
    let units = files.indices.flatMap { file in
      (0..<parts).map { Unit(file: file, stripe: Stripe(index: $0, count: parts)) }
    }
    let results = OrderedResults(files.map { ($0, parts) })
    state = Mutex(State(units: units.reversed(), results: results))
  }

  /// Lets what runs come to its end and begins nothing more.
  public func cancel() { cancelled.store(true, ordering: .relaxed) }

  /// How many scenarios have ended.
  public var done: Int { state.withLock { $0.done } }

  /// Runs everything and waits for it, not on an event loop.
  ///
  /// - Parameter each: Hears of each file that is complete, in order, one at a time.
  /// - Returns: All files; what was not run any more is missing from them.
  public func run(
    each: @escaping @Sendable (ScenarioFileReport) -> Void = { _ in }
  ) -> [ScenarioFileReport] {
    work(threads: min(jobs, state.withLock { $0.units.count }), each)
    return state.withLock { $0.results.all }
  }

  /// Works on this thread and `threads` - 1 others; if there are none to be had, on those that are.
  private func work(threads: Int, _ each: @escaping @Sendable (ScenarioFileReport) -> Void) {
    guard threads > 1 else { return work(each) }
    do throws(EventLoopError) {
      let thread = try EventLoop.runOnThread(stackSize: 1 << 20, name: "scenarios") { [self] in
        work(each)
      }
      work(threads: threads - 1, each)
      thread.join()
    } catch {
      work(each)
    }
  }

  private func work(_ each: @Sendable (ScenarioFileReport) -> Void) {
    while let unit = state.withLock({ $0.units.popLast() }) {
      var options = options
      options.stripe = unit.stripe
      options.isCancelled = { [self] in isOver }
      let report =
        isOver
        ? ScenarioFileReport(file: files[unit.file])
        : ScenarioFile(files[unit.file], sources(files[unit.file])).run(options) { [self] in
          take($0, $1, unit.file)
        }
      // Told under the lock, so that the order of files is the order of the calls.
      state.withLock { state in
        for file in state.results.end(report, of: unit.file) { each(file) }
      }
    }
  }

  private func take(_ report: ScenarioReport, _ number: Int, _ file: Int) {
    state.withLock { state in
      state.done += 1
      if report.isFailure { state.failures += 1 }
      state.results.add(report, number: number, of: file)
    }
  }

  private var isOver: Bool {
    if cancelled.load(ordering: .relaxed) { return true }
    guard let failureLimit else { return false }
    return state.withLock { $0.failures >= failureLimit }
  }
}
