//  EventLoop.swift - one thread that runs Swift jobs, timers and descriptor readiness.
//
//  Knows: the order of a turn (jobs, then timers, then descriptors), when to wait and for how long.
//  Does not know: what the jobs do (curl, Lua, tests), or calendar time.

internal import Synchronization

/// Runs jobs, timers and file descriptors on one thread, on real or on simulated time.
///
/// An actor that names it as its `unownedExecutor` lives on that thread; a task with
/// ``taskExecutor`` as its preference keeps all its children there too. Everything runs in a fixed
/// order: jobs first come, first served; timers by deadline, ties by order of scheduling. Every
/// function may be called from any thread.
public final class EventLoop: SerialExecutor {
  /// Where the loop's time comes from.
  public enum Time: Sendable, Equatable {
    /// The system's monotonic clock, which stands still while the machine sleeps.
    case real
    /// Time that begins at `start` and moves only when there is nothing else to do: with no job
    /// ready and no descriptor watched it jumps to the next timer. Work on other threads is not
    /// waited for, so keep all of it on the loop: start tasks with ``taskExecutor`` as preference.
    case simulated(start: Duration)
  }

  /// For tasks that are no actor's: `Task(executorPreference: loop.taskExecutor)`.
  public let taskExecutor: LoopTaskExecutor

  let core: LoopCore
  /// Called before simulated time moves.
  private let beforeMove: (@Sendable (_ next: Duration) -> Void)?
  /// The thread inside ``run()``; 0 when there is none.
  private let runner = Atomic<UInt>(0)

  /// Makes a loop; nothing runs before ``run()``.
  ///
  /// - Parameters:
  ///   - time: Real or simulated.
  ///   - beforeMove: Called before simulated time moves to `next`, and waited for; on the loop's thread.
  /// - Throws: ``EventLoopError`` when the process has no file descriptors left (it takes two).
  public init(
    time: Time = .real, beforeMove: (@Sendable (_ next: Duration) -> Void)? = nil
  ) throws(EventLoopError) {
    self.beforeMove = beforeMove
    core = try LoopCore(time: time)
    taskExecutor = LoopTaskExecutor(core)
  }

  /// Time since an arbitrary start (or the simulated start); never goes back.
  public var now: Duration {
    core.isRealTime ? monotonicTime() : core.state.withLock { $0.clock.now }
  }

  /// Whether the calling thread is the one inside ``run()``.
  public var isCurrent: Bool { runner.load(ordering: .relaxed) == currentThreadID() }

  /// Runs everything on the calling thread until ``stop()``.
  ///
  /// Jobs that are ready then still run, and those that they make ready; timers and descriptors wait
  /// for the next call. A loop runs on one thread at a time: calling this while it runs is a
  /// programming error and traps.
  public func run() {
    let previous = runner.exchange(currentThreadID(), ordering: .acquiring)
    precondition(previous == 0, "EventLoop.run() is already running")
    defer { runner.store(0, ordering: .releasing) }
    var turn = Turn()
    while begin(&turn) {
      runJobs(&turn)
      if turn.timersAreDue { fireTimers(turn) }
      if let wait = turn.wait { look(&turn, wait) }
    }
    finish(&turn)
  }

  private func begin(_ turn: inout Turn) -> Bool {
    if let beforeMove, let next = core.state.withLock({ $0.nextMove() }) { beforeMove(next) }
    return core.state.withLock { $0.begin(&turn) }
  }

  /// Makes ``run()`` return as soon as no job is ready; without one running, the next call does.
  public func stop() {
    core.update { $0.stop() }
  }

  /// A task that was cancelled just before would otherwise never end, and never be freed.
  private func finish(_ turn: inout Turn) {
    for _ in 0..<Self.lastTurns {
      guard core.state.withLock({ $0.takeLastJobs(&turn) }) else { return }
      runJobs(&turn)
    }
  }

  /// Tasks that make each other ready for ever do not keep a loop that is to stop.
  private static let lastTurns = 1000

  private func runJobs(_ turn: inout Turn) {
    let (actor, task) = unsafe (asUnownedSerialExecutor(), taskExecutor.asUnownedTaskExecutor())
    for job in turn.jobs {
      switch job {
      case .actor(let job): unsafe job.runSynchronously(on: actor)
      case .task(let job): unsafe job.runSynchronously(isolatedTo: actor, taskExecutor: task)
      }
    }
    turn.jobs.removeAll(keepingCapacity: true)
  }

  /// Takes the lock once per timer, so that an action can still cancel a later one of its turn.
  private func fireTimers(_ turn: Turn) {
    while let timer = core.state.withLock({ $0.takeDueTimer(of: turn) }) { timer.fire() }
  }

  private func look(_ turn: inout Turn, _ wait: Turn.Wait) {
    let found = pollDescriptors(
      &turn.descriptors, core.wakeUp.descriptor, milliseconds: wait.milliseconds)
    if found.wakeUp { core.wakeUp.silence() }
    core.state.withLock { $0.isParked = false }
    guard found.descriptors else { return }
    for descriptor in turn.descriptors where descriptor.hasResult {
      guard let call = core.state.withLock({ $0.watches.call(for: descriptor) }) else { continue }
      call.action(call.readiness)
    }
  }
}
