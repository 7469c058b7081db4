//  TerminalEcho.swift - a terminal that shows nothing while a hidden question is open.
//
//  Knows: the settings to put back, also when the process ends before there is an answer.

import EventLoop
import SSOScript
import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

enum TerminalEcho {
  /// The terminal whose echo is off, and its settings before.
  private static let silenced = Mutex<(number: Int32, before: termios)?>(nil)

  /// Runs `body` with the echo of a terminal off.
  static func off(
    on number: Int32, _ body: () throws(DoorError) -> String?
  ) throws(DoorError) -> String? {
    var before = termios()
    guard unsafe tcgetattr(number, &before) == 0 else { throw .system("/dev/tty") }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    silenced.withLock { $0 = (number, before) }
    unsafe tcsetattr(number, TCSAFLUSH, &silent)
    defer { restore() }
    return try body()
  }

  /// Puts the echo back, if it is off: whoever ends the process while a question is open calls this.
  static func restore() {
    silenced.withLock { silenced in
      guard let (number, settings) = silenced else { return }
      var before = settings
      unsafe tcsetattr(number, TCSAFLUSH, &before)
      _ = writeAll([UInt8(ascii: "\n")], to: number)
      silenced = nil
    }
  }
}
