//  ProgressLine.swift - one line on a terminal that says how far it is.

internal import LiveWorld
internal import SSOScript
internal import Synchronization

/// A line that is written over again and again, and leaves nothing behind.
final class ProgressLine: Sendable {
  let isWanted: Bool
  private let isShown = Mutex(false)

  init(isWanted: Bool) { self.isWanted = isWanted }

  func show(_ done: Int) {
    guard isWanted else { return }
    isShown.withLock { isShown in
      ThisProcess.writeText("\r\u{1B}[K\(done) done …", to: .error)
      isShown = true
    }
  }

  func clear() {
    isShown.withLock { isShown in
      if isShown { ThisProcess.writeText("\r\u{1B}[K", to: .error) }
      isShown = false
    }
  }
}
