//  Journal.swift - the last requests, for tests to look at.
//
//  Knows: what may be written down. Bodies, queries and headers never get here (S39).

internal import IdentityService
internal import StrictJSON
internal import Synchronization

#if Server
  internal import Logging
#endif

/// One request and what came of it.
struct JournalEntry: Sendable {
  let time: ServiceTime
  let method: String
  /// Without query, and without parts that may be secrets.
  let path: String
  let status: Int
  let facts: ExchangeFacts

  /// As the control API shows it; what is unknown is `null`.
  var json: JSON {
    [
      "time": .string(time.internetDate), "method": .string(method), "path": .string(path),
      "operation": text(facts.operation?.rawValue), "grantType": text(facts.grantType?.rawValue),
      "status": .integer(Int64(status)), "error": text(facts.error),
      "clientId": text(facts.clientID), "userCode": text(facts.userCode),
      "audit": text(facts.audit?.rawValue), "fault": text(facts.fault),
    ]
  }

  private func text(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }
}

#if Server
  extension JournalEntry {
    /// As the log shows it; what is unknown is left out.
    var metadata: Logger.Metadata {
      let fields = [
        ("method", method), ("path", path), ("status", String(status)),
        ("operation", facts.operation?.rawValue), ("grantType", facts.grantType?.rawValue),
        ("error", facts.error), ("clientId", facts.clientID), ("userCode", facts.userCode),
        ("audit", facts.audit?.rawValue), ("fault", facts.fault),
      ]
      return Logger.Metadata(
        uniqueKeysWithValues: fields.compactMap { name, value in
          value.map { (name, .string($0)) }
        })
    }
  }
#endif

/// The newest requests, oldest first; older ones fall out.
final class Journal: Sendable {
  /// Requests kept.
  static let capacity = 1000

  private struct Ring {
    /// How many there were in all.
    var count = 0
    var entries: [JournalEntry] = []
    /// Where the oldest is, once the ring is full.
    var oldest = 0
  }

  private let ring = Mutex(Ring())

  func append(_ entry: JournalEntry) {
    ring.withLock { ring in
      ring.count += 1
      guard ring.entries.count == Self.capacity else { return ring.entries.append(entry) }
      ring.entries[ring.oldest] = entry
      ring.oldest = (ring.oldest + 1) % Self.capacity
    }
  }

  var newest: JournalEntry? {
    ring.withLock { $0.oldest == 0 ? $0.entries.last : $0.entries[$0.oldest - 1] }
  }

  /// How many requests there were in all.
  var count: Int { ring.withLock(\.count) }

  var entries: [JournalEntry] {
    ring.withLock { Array($0.entries[$0.oldest...] + $0.entries[..<$0.oldest]) }
  }
}
