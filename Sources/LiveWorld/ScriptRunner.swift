//  ScriptRunner.swift - one script in this process: its thread, its signals, its watchdog.
//
//  Knows: SIGINT, SIGTERM and SIGHUP stop a script; a script that does not stop is ended.

public import EventLoop
public import LuaEngine
import Platform
public import SSOScript
import Synchronization

/// Runs scripts as a command does: the calling thread watches, another one works.
public struct ScriptRunner {
  /// How a run ended, and the signal that ended it.
  public struct End: Sendable {
    /// How the script ended.
    public var outcome: ScriptOutcome
    /// The signal that stopped it.
    public var signal: Int32?
  }

  private let loop: EventLoop
  private let system: ScriptSystem
  private let timeout: Duration?

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - loop: Where the script runs.
  ///   - system: The script's system on that loop.
  ///   - timeout: The limit that the system keeps as well; here for code that never waits.
  public init(loop: EventLoop, system: ScriptSystem, timeout: Duration?) {
    self.loop = loop
    self.system = system
    self.timeout = timeout
  }

  /// Runs a script to its end.
  ///
  /// SIGINT, SIGTERM and SIGHUP are held back from this thread meanwhile, as far as the process does
  /// not ignore them; SIGPIPE and SIGXFSZ are ignored from then on.
  ///
  /// - Parameters:
  ///   - source: Its text.
  ///   - name: Its name for messages.
  ///   - overdue: Called when the script could not be stopped; must end the process.
  /// - Returns: How it ended.
  /// - Throws: ``EventLoopError`` when there is no thread for it.
  public func run(
    _ source: [UInt8], name: String, overdue: (LuaStop, Int32?) -> Never
  ) throws(EventLoopError) -> End {
    ThisProcess.ignoreWriteSignals()
    let watch = SignalWatch()
    // Of several at once one is told; the others look.
    let isTold = watcher.compareExchange(
      expected: 0, desired: watch.thread, ordering: .relaxed
    ).exchanged
    defer {
      if isTold { watcher.store(0, ordering: .relaxed) }
      watch.end()
    }
    let finished = FinishedFlag()
    let thread = try EventLoop.runOnThread(stackSize: LuaMachine.stackSize, name: "lua") {
      [loop, system] in
      Task(executorPreference: loop.taskExecutor) {
        let outcome = await system.run(source, name: name)
        finished.outcome.withLock { $0 = outcome }
        loop.stop()
      }
      loop.run()
      finished.isSet.store(true, ordering: .releasing)
      watch.wake()
    }
    let signal = supervise(watch, isTold, finished, overdue)
    if finished.isSet.load(ordering: .acquiring) { thread.join() }
    return End(outcome: finished.outcome.withLock { $0 } ?? .finished, signal: signal)
  }

  /// For ``LuaLimits/stopping``: lets the watching thread know that a limit was reached.
  public static let noteStop: @convention(c) () -> Void = {
    let thread = watcher.load(ordering: .relaxed)
    if thread != 0 { _ = pthread_kill(pthread_t(thread), SignalWatch.done) }
  }

  /// Waits for the end; passes signals and the time limit on, and ends what does not stop.
  private func supervise(
    _ watch: SignalWatch, _ isTold: Bool, _ finished: FinishedFlag,
    _ overdue: (LuaStop, Int32?) -> Never
  ) -> Int32? {
    let start = loop.now
    var stop: PendingStop?
    while !finished.isSet.load(ordering: .acquiring) {
      let now = loop.now
      if stop == nil, let reason = system.stopping { stop = PendingStop(reason, at: now) }
      let limit = stop.map { $0.nextLook(now) } ?? timeout.map { start + $0 }
      let look = isTold ? limit : min(limit ?? .seconds(Int64.max), now + .seconds(1))
      let got = watch.wait(look.map { max(.zero, $0 - now) })
      if finished.isSet.load(ordering: .acquiring) { break }
      if let stop, got.map({ !stop.isEcho($0, loop.now) }) ?? stop.isOverdue(loop.now) {
        // The script itself has ended, only what it leaves behind takes long.
        if finished.outcome.withLock({ $0 }) != nil { break }
        overdue(stop.reason, stop.signal ?? got)
      }
      guard stop == nil, got != nil || limit.map({ loop.now >= $0 }) == true else { continue }
      stop = PendingStop(got == nil ? .time : .interrupted, signal: got, at: loop.now)
      system.interrupt(got == nil ? .time : .interrupted)
    }
    return stop?.signal
  }
}

/// A stop that was asked for, and how long it may take before the process is ended.
///
/// A second. Where it is no person who waits, that second is one of work, so that a busy machine is
/// not held against the script; but never more than five by the clock.
private struct PendingStop {
  private static let patience: Duration = {
    // A sanitizer's checks make all slower.
    let isSanitized = unsafe dlsym(nil, "__asan_init") ?? dlsym(nil, "__tsan_init") != nil
    return .seconds(isSanitized ? 30 : 1)
  }()

  let reason: LuaStop
  let signal: Int32?
  private let since: Duration
  private let work = processTime()

  init(_ reason: LuaStop, signal: Int32? = nil, at now: Duration) {
    self.reason = reason
    self.signal = signal
    since = now
  }

  /// When to look whether it is overdue.
  func nextLook(_ now: Duration) -> Duration {
    max(since + Self.patience, now + .milliseconds(100))
  }

  /// Whether a signal is the same once more: `timeout` sends it to the process and then to its group.
  func isEcho(_ signal: Int32, _ now: Duration) -> Bool {
    signal == self.signal && now - since < .milliseconds(100)
  }

  func isOverdue(_ now: Duration) -> Bool {
    let waited = now - since
    guard waited >= Self.patience, signal == nil else { return waited >= Self.patience }
    return processTime() - work >= Self.patience || waited >= Self.patience * 5
  }
}

/// The time that all threads of this process have worked.
private func processTime() -> Duration {
  var time = timespec()
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

/// The thread that watches, while a script runs; 0 for none.
private let watcher = Atomic<UInt>(0)

/// How the worker tells the watcher that it is done.
private final class FinishedFlag: Sendable {
  let isSet = Atomic<Bool>(false)
  let outcome = Mutex<ScriptOutcome?>(nil)
}
