//  SignalWatch.swift - SIGINT, SIGTERM and SIGHUP as values, on one thread.

internal import EventLoop
internal import Platform

/// The signals that stop a program, taken one by one on the thread that made this.
public struct SignalWatch: Sendable {
  private static let stopping = [SIGINT, SIGTERM, SIGHUP]
  /// Sent to look again: the script is done, or is to stop.
  ///
  /// One that comes when nobody waits any more is thrown away, and kills nobody.
  static let done = SIGWINCH

  let thread: UInt
  /// Without those that are ignored, as by nohup(1): held back, they would come all the same.
  private let taken: [Int32]
  /// What was held back before.
  private let before: sigset_t

  /// Holds the signals back from this thread, and all threads that it begins from now on.
  public init() {
    taken = Self.stopping.filter { !isIgnored($0) }
    var (set, before) = (Self.set(taken + [Self.done]), sigset_t())
    unsafe pthread_sigmask(SIG_BLOCK, &set, &before)
    self.before = before
    thread = UInt(pthread_self())
  }

  private static func set(_ signals: [Int32]) -> sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal) }
    return set
  }

  /// Lets through what came through before; on the thread that made this.
  func end() {
    var mask = before
    unsafe pthread_sigmask(SIG_SETMASK, &mask, nil)
  }

  /// Lets the signals end the program while this thread waits for somebody else, such as the reader of a
  /// pipe.
  static func letThrough<Failure>(_ body: () throws(Failure) -> Void) throws(Failure) {
    var (stopping, before) = (set(stopping), sigset_t())
    unsafe pthread_sigmask(SIG_UNBLOCK, &stopping, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }

  /// Ends a wait of the other thread.
  public func wake() { _ = pthread_kill(pthread_t(thread), Self.done) }

  /// The stopping signal that came, or nil after `limit` or a wake-up.
  public func wait(_ limit: Duration?) -> Int32? {
    var set = Self.set(taken + [Self.done])
    let (seconds, attoseconds) = (limit ?? .seconds(3600)).components
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    let signal = unsafe sigtimedwait(&set, nil, &time)
    return taken.contains(signal) ? signal : nil
  }
}
