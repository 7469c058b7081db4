//  ScriptHost+Countdown.swift - a line that tells, second by second, how long a code still lives.
//
//  Knows: that it is for terminals only that can take it away again, and that every other line takes its place.

import EventLoop
import SSOOIDC
import Synchronization

/// Whether the last line on standard error is a countdown, to be written over; a flow and its policies
/// write to the same terminal.
final class CountdownLine: Sendable {
  private let isShown = Mutex(false)

  func show() { isShown.withLock { $0 = true } }

  /// Whether it was shown; from now on it is not.
  func take() -> Bool {
    isShown.withLock { isShown in
      defer { isShown = false }
      return isShown
    }
  }
}

extension ScriptHost {
  /// Characters of the line, with the place of the cursor behind it: what is longer than the terminal's
  /// lines goes on in the next, and is not taken away.
  private static let width = 31
  private static let clearLine = Array("\r\u{1B}[K".utf8)

  /// Counts down from `left` until ``endCountdown()`` or the next one.
  func countDown(from left: Duration) {
    guard options.logFormat == .text, options.logLevel <= .info,
      canClearLine, let system
    else { return }
    let clock = world.clock
    let end = clock.monotonic + left
    countdown?.cancel()
    showCountdown(left)
    countdown = Task(executorPreference: system.loop.taskExecutor) { [weak system] in
      while (try? await clock.sleep(for: .seconds(1))) != nil, clock.monotonic < end {
        await system?.showCountdown(end - clock.monotonic)
      }
    }
  }

  private var canClearLine: Bool {
    world.terminal.isTerminal(.error) && world.environment.value("TERM") != "dumb"
      && world.terminal.columns(of: .error) ?? Self.width >= Self.width
  }

  fileprivate func showCountdown(_ left: Duration) {
    let seconds = max(0, left.components.seconds)
    let rest = seconds % 60
    let text = "waiting; the code ends in \(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
    try? put(Array(text.utf8), to: .error)
    countdownLine.show()
  }

  /// Ends it and takes the line away.
  func endCountdown() {
    countdown?.cancel()
    countdown = nil
    try? makeRoom()
  }

  /// Takes the line away, until the next second.
  func makeRoom() throws(DoorError) {
    guard countdownLine.take() else { return }
    try world.terminal.write(Self.clearLine, to: .error)
  }
}

extension ScriptSystem {
  /// Counts down while a person is waited for.
  func countDown(from left: Duration) { host.countDown(from: left) }

  fileprivate func showCountdown(_ left: Duration) {
    if !Task.isCancelled { host.showCountdown(left) }
  }

  /// Signs in; no countdown is left, whatever comes of it.
  func token(by signIn: SignIn) async throws(SSOError) -> SignIn.Found {
    defer { host.endCountdown() }
    return try await signIn.token()
  }
}
