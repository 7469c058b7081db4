//  TerminalEcho.swift - a terminal that shows nothing while a hidden question is open.
//
//  Knows: the settings to put back, also when the process ends or is stopped before there is an answer.
//  Does not know: which signals do that (QuestionSignals).

import EventLoop
import Platform
import SSOScript
import Synchronization

enum TerminalEcho {
  /// The terminal whose echo is off, and its settings before.
  private static let silenced = Mutex<(number: Int32, before: termios)?>(nil)

  /// Runs `body` with the echo of a terminal off.
  static func off(
    on number: Int32, _ body: (QuestionSignals) throws(DoorError) -> String?
  ) throws(DoorError) -> String? {
    stopInBackground(of: number)
    var before = termios()
    guard unsafe tcgetattr(number, &before) == 0 else { throw .system("/dev/tty") }
    silenced.withLock { $0 = (number, before) }
    let signals = QuestionSignals()
    silence()
    defer {
      restore()
      signals.end()
    }
    return try body(signals)
  }

  /// Stops as the first change of settings would, but before they are read: those of now belong to whoever
  /// is in front, as a shell that edits its line.
  ///
  /// A few times at most, as a process that no shell could continue goes on at once.
  private static func stopInBackground(of number: Int32) {
    for _ in 0..<3 where ![-1, getpgrp()].contains(tcgetpgrp(number)) { _ = raise(SIGTTOU) }
  }

  /// Turns the echo off, if a question is open: a shell may have put it back meanwhile.
  static func silence() {
    silenced.withLock { silenced in
      guard let (number, settings) = silenced else { return }
      var silent = settings
      silent.c_lflag &= ~tcflag_t(ECHO)
      unsafe tcsetattr(number, TCSAFLUSH, &silent)
    }
  }

  /// Puts the echo back, if it is off: whoever ends the process while a question is open calls this.
  static func restore() {
    silenced.withLock { silenced in
      show(silenced)
      silenced = nil
    }
  }

  /// Puts the echo back for as long as the process is stopped.
  static func show() { silenced.withLock { show($0) } }

  private static func show(_ silenced: (number: Int32, before: termios)?) {
    guard let (number, settings) = silenced else { return }
    var before = settings
    unsafe tcsetattr(number, TCSAFLUSH, &before)
    _ = writeAll([UInt8(ascii: "\n")], to: number)
  }
}
