//  ConnectionTable.swift - how many connections are open, and which goes when there are too many.
//
//  Knows: S31: at the cap the connections that have been idle longest make room.

#if Server
  internal import NIOCore
  internal import Synchronization

  /// The connections of one server.
  final class ConnectionTable: Sendable {
    /// One connection, as the table sees it.
    final class Entry: Sendable {
      fileprivate let channel: any Channel
      /// Whether there was room; otherwise the client is told to come back later.
      let isAdmitted: Bool
      /// Uptime in nanoseconds since which it is idle; zero while a request is under way.
      private let idle: Atomic<UInt64>

      fileprivate init(_ channel: any Channel, isAdmitted: Bool) {
        self.channel = channel
        self.isAdmitted = isAdmitted
        idle = Atomic(NIODeadline.now().uptimeNanoseconds)
      }

      fileprivate var idleSince: UInt64 { idle.load(ordering: .relaxed) }

      func becameBusy() { idle.store(0, ordering: .relaxed) }

      func becameIdle(at time: NIODeadline) {
        idle.store(time.uptimeNanoseconds, ordering: .relaxed)
      }
    }

    private let limit: Int
    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

    /// - Parameter limit: Connections held at a time; below the limit of file descriptors.
    init(limit: Int) { self.limit = max(1, limit) }

    /// Takes a connection in, if there is room or others are idle.
    func admit(_ channel: any Channel) -> Entry {
      let (entry, leaving) = entries.withLock { entries -> (Entry, [Entry]) in
        let leaving = entries.count >= limit ? oldestIdle(entries) : []
        for entry in leaving { entries[ObjectIdentifier(entry)] = nil }
        let entry = Entry(channel, isAdmitted: entries.count < limit)
        if entry.isAdmitted { entries[ObjectIdentifier(entry)] = entry }
        return (entry, leaving)
      }
      for entry in leaving { entry.channel.close(promise: nil) }
      return entry
    }

    func remove(_ entry: Entry) {
      entries.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(entry)) }
    }

    var count: Int { entries.withLock { $0.count } }

    /// One in 64 at once, so that a flood does not cost a search per connection.
    private func oldestIdle(_ entries: [ObjectIdentifier: Entry]) -> [Entry] {
      let idle = entries.values.map { (since: $0.idleSince, entry: $0) }.filter { $0.since > 0 }
      return idle.sorted { $0.since < $1.since }.prefix(max(1, limit / 64)).map(\.entry)
    }
  }
#endif
