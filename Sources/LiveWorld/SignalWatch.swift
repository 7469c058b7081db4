//  SignalWatch.swift - SIGINT, SIGTERM and SIGHUP as values, on one thread.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The signals that stop a program, taken one by one on the thread that made this.
public struct SignalWatch: Sendable {
  private static let stopping = [SIGINT, SIGTERM, SIGHUP]
  /// Sent to look again: the script is done, or is to stop.
  static let done = SIGUSR1

  let thread: UInt

  /// Holds the signals back from all threads that begin from now on.
  public init() {
    var set = Self.set
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    thread = UInt(pthread_self())
  }

  private static var set: sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in stopping + [done] { unsafe sigaddset(&set, signal) }
    return set
  }

  /// Ends a wait of the other thread.
  public func wake() { _ = pthread_kill(pthread_t(thread), Self.done) }

  /// The stopping signal that came, or nil after `limit` or a wake-up.
  public func wait(_ limit: Duration?) -> Int32? {
    var set = Self.set
    let (seconds, attoseconds) = (limit ?? .seconds(3600)).components
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    let signal = unsafe sigtimedwait(&set, nil, &time)
    return Self.stopping.contains(signal) ? signal : nil
  }
}
