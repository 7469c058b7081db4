//  LoopState.swift - what a loop has to do, and which of it comes next. All of it under one lock.
//
//  Knows: the queues, the time, when a turn may wait.
//  Does not know: how to run or to wait (EventLoop).

/// A piece of Swift code that is ready to run.
enum LoopJob {
  case actor(UnownedJob)
  case task(UnownedJob)
}

/// One round of the loop: filled under the lock, worked off without it.
struct Turn {
  /// How long the look at the descriptors may last.
  enum Wait {
    case nothing, forever
    case upTo(Duration)

    /// Rounded up, so that a timer is due after the wait and the loop does not spin.
    var milliseconds: Int32 {
      switch self {
      case .nothing: return 0
      case .forever: return -1
      case .upTo(let duration):
        let (seconds, attoseconds) = duration.components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
      }
    }
  }

  var jobs: [LoopJob] = []
  var timersAreDue = false
  /// Timers scheduled during this turn wait for the next one.
  var timerLimit = TimerID(number: 0)
  var now = Duration.zero
  /// `nil`: no look in this turn.
  var wait: Wait?
  var descriptors: [PollDescriptor] = []
  var turnsSinceLook = 0
}

struct LoopState {
  /// A busy loop still looks at its descriptors every so many turns.
  static let turnsBetweenLooks = 32

  var clock: LoopClock
  var timers = TimerQueue()
  var watches = WatchTable()
  /// The loop sits in poll(2), or is about to: whoever adds work must ring.
  var isParked = false
  private var jobs: [LoopJob] = []
  private var isStopping = false

  init(time: EventLoop.Time) { clock = LoopClock(time) }

  /// Takes what is to be done now; `false` when the loop is to stop.
  mutating func begin(_ turn: inout Turn) -> Bool {
    if isStopping {
      isStopping = false
      return false
    }
    swap(&jobs, &turn.jobs)
    takeTimers(&turn)
    decideWait(&turn)
    return true
  }

  /// Where simulated time moves to, if it does next.
  mutating func nextMove() -> Duration? {
    guard clock.isSimulated, !isStopping, jobs.isEmpty, watches.isEmpty else { return nil }
    return timers.nextDeadline.flatMap { $0 > clock.now ? $0 : nil }
  }

  /// Takes jobs of a loop that is to stop; `false` when there are none.
  mutating func takeLastJobs(_ turn: inout Turn) -> Bool {
    isStopping = false
    swap(&jobs, &turn.jobs)
    return !turn.jobs.isEmpty
  }

  private mutating func takeTimers(_ turn: inout Turn) {
    turn.timersAreDue = false
    guard let deadline = timers.nextDeadline else { return }
    if turn.jobs.isEmpty && watches.isEmpty { clock.jump(to: deadline) }
    turn.now = clock.now
    turn.timersAreDue = deadline <= turn.now
    turn.timerLimit = timers.nextID
  }

  private mutating func decideWait(_ turn: inout Turn) {
    turn.turnsSinceLook += 1
    turn.wait = nil
    if turn.jobs.isEmpty && !turn.timersAreDue {
      isParked = true
      turn.wait = idleWait(turn)
    } else if turn.turnsSinceLook >= Self.turnsBetweenLooks, !watches.isEmpty {
      turn.wait = .nothing
    }
    guard turn.wait != nil else { return }
    turn.turnsSinceLook = 0
    watches.beginLook(&turn.descriptors)
  }

  /// Simulated time stands still while a descriptor is watched: only real events can move it on.
  private mutating func idleWait(_ turn: Turn) -> Turn.Wait {
    guard !clock.isSimulated, let deadline = timers.nextDeadline else { return .forever }
    return .upTo(deadline - turn.now)
  }

  /// Adds a job; gives whether the loop must be woken for it, as all changes do.
  mutating func add(_ job: LoopJob) -> Bool {
    jobs.append(job)
    return unpark()
  }

  mutating func stop() -> Bool {
    isStopping = true
    return unpark()
  }

  /// Whether the loop was parked; it is not any more, so that one ring is enough.
  mutating func unpark() -> Bool {
    defer { isParked = false }
    return isParked
  }

  mutating func takeDueTimer(of turn: Turn) -> TimerQueue.Action? {
    timers.takeDue(at: turn.now, below: turn.timerLimit)
  }
}

/// The loop's time.
struct LoopClock {
  private var simulated: Duration?

  init(_ time: EventLoop.Time) {
    if case .simulated(let start) = time { simulated = start }
  }

  var isSimulated: Bool { simulated != nil }
  var now: Duration { simulated ?? monotonicTime() }

  /// Moves simulated time on, never back; real time moves by itself.
  mutating func jump(to time: Duration) {
    if let simulated, time > simulated { self.simulated = time }
  }
}
