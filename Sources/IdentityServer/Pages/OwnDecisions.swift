//  OwnDecisions.swift - which browser decided about which code, so that pages can say "you".
//
//  Forgetting changes a sentence, never a decision: kept in memory, 1,000 at most.

internal import Synchronization

/// Codes with the sessions that decided about them.
final class OwnDecisions: Sendable {
  private let sessions = Mutex<[String: String]>([:])
  private static let limit = 1000

  func note(userCode: String, by session: BrowserSession) {
    sessions.withLock { sessions in
      if sessions.count >= Self.limit { sessions.removeAll() }
      sessions[userCode] = session.id
    }
  }

  func isDecided(userCode: String, by session: BrowserSession) -> Bool {
    sessions.withLock { $0[userCode] == session.id }
  }
}
