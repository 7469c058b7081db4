//  QuestionSignals.swift - signals that stop the process, or end it, while a hidden question is open.
//
//  Knows: nobody else puts the echo back at Ctrl-Z and Ctrl-\, nor turns it off again afterwards.
//  Does not know: how (TerminalEcho).

internal import EventLoop
internal import Platform
internal import Synchronization

/// SIGTSTP, SIGQUIT and SIGCONT, noted when they come and obeyed by the thread that asks.
struct QuestionSignals {
  /// What is to be done after a look.
  enum Look { case isToAskAgain, isToGoOn }

  typealias Action = (@convention(c) (Int32) -> Void)?

  /// Those that came, a bit for each.
  private static let pending = Atomic<UInt64>(0)
  private static let note: @convention(c) (Int32) -> Void = { number in
    pending.bitwiseOr(bit(number), ordering: .relaxed)
  }

  /// Without those that are ignored; with what was done about them before.
  private let taken: [(number: Int32, before: Action)]

  /// Takes the signals.
  init() {
    Self.pending.store(0, ordering: .relaxed)
    taken = [SIGTSTP, SIGQUIT, SIGCONT].filter { !isIgnored($0) }.map { number in
      (number, signal(number, Self.note))
    }
  }

  /// Leaves them to who had them before.
  func end() {
    for (number, before) in taken { _ = signal(number, before) }
  }

  /// Does what came meanwhile; returns when the process goes on.
  func heed() -> Look {
    let came = Self.pending.exchange(0, ordering: .relaxed)
    if came & Self.bit(SIGQUIT) != 0 {
      TerminalEcho.restore()
      obey(SIGQUIT)
    }
    let isToStop = came & Self.bit(SIGTSTP) != 0
    guard isToStop || came & Self.bit(SIGCONT) != 0 else { return .isToGoOn }
    if isToStop {
      TerminalEcho.show()
      obey(SIGTSTP)
    }
    TerminalEcho.silence()
    return .isToAskAgain
  }

  /// Does by default what a signal asks for, on this thread, so that nothing is done before.
  private func obey(_ number: Int32) {
    for (number, _) in taken { _ = signal(number, SIG_DFL) }
    _ = raise(number)
    for (number, _) in taken { _ = signal(number, Self.note) }
  }

  private static func bit(_ number: Int32) -> UInt64 { 1 << UInt64(number) }
}
