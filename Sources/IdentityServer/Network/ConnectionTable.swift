//  ConnectionTable.swift - how many connections are open, and which goes when there are too many.
//
//  Knows: S31, S32: at a cap the connections that have been idle longest make room; at the cap of an
//  address, its own.

#if Server
  internal import IdentityService
  internal import NIOCore
  internal import Synchronization

  /// The connections of one server.
  final class ConnectionTable: Sendable {
    /// Whether there was room for a connection; otherwise the client is told to come back later.
    enum Room: Sendable {
      case found
      /// The server holds as many as it can.
      case tableFull
      /// The client's address has its share.
      case addressFull
    }

    /// One connection, as the table sees it.
    final class Entry: Sendable {
      fileprivate let channel: any Channel
      fileprivate let address: String
      let room: Room
      /// Uptime in nanoseconds since which it is idle; zero while a request is under way.
      private let idle: Atomic<UInt64>

      fileprivate init(_ channel: any Channel, _ address: String, _ room: Room) {
        self.channel = channel
        self.address = address
        self.room = room
        idle = Atomic(NIODeadline.now().uptimeNanoseconds)
      }

      fileprivate var idleSince: UInt64 { idle.load(ordering: .relaxed) }

      func becameBusy() { idle.store(0, ordering: .relaxed) }

      func becameIdle(at time: NIODeadline) {
        idle.store(time.uptimeNanoseconds, ordering: .relaxed)
      }
    }

    private struct State {
      var entries: [ObjectIdentifier: Entry] = [:]
      /// Connections of each address; not counted where all may have as many.
      var counts: [String: Int] = [:]

      mutating func add(_ entry: Entry) {
        entries[ObjectIdentifier(entry)] = entry
        counts[entry.address, default: 0] += 1
      }

      mutating func remove(_ entry: Entry) {
        guard entries.removeValue(forKey: ObjectIdentifier(entry)) != nil else { return }
        let rest = counts[entry.address, default: 1] - 1
        counts[entry.address] = rest > 0 ? rest : nil
      }

      /// Those that have been idle longest, a share of the limit at once, so that a flood does not
      /// cost a search per connection.
      func oldestIdle(of limit: Int, _ address: String? = nil) -> [Entry] {
        let idle = entries.values.lazy.filter { address == nil || $0.address == address }
          .map { (since: $0.idleSince, entry: $0) }.filter { $0.since > 0 }
        return idle.sorted { $0.since < $1.since }.prefix(max(1, limit / 64)).map(\.entry)
      }
    }

    private let limit: Int
    private let perAddress: Int?
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: Connections held at a time; below the limit of file descriptors.
    ///   - perAddress: Of them, from one address; `nil` means as many.
    init(limit: Int, perAddress: Int? = nil) {
      self.limit = max(1, limit)
      self.perAddress = perAddress.map { max(1, $0) }
    }

    /// Takes a connection in, if there is room or others are idle.
    func admit(_ channel: any Channel) -> Entry {
      let address =
        perAddress == nil ? "" : ClientNetwork.counted(channel.remoteAddress?.ipAddress ?? "")
      let (entry, leaving) = state.withLock { state -> (Entry, [Entry]) in
        var leaving: [Entry] = []
        if let perAddress, state.counts[address, default: 0] >= perAddress {
          leaving = state.oldestIdle(of: perAddress, address)
        } else if state.entries.count >= limit {
          leaving = state.oldestIdle(of: limit)
        }
        for entry in leaving { state.remove(entry) }
        let entry = Entry(channel, address, room(for: address, state))
        if entry.room == .found { state.add(entry) }
        return (entry, leaving)
      }
      for entry in leaving { entry.channel.close(promise: nil) }
      return entry
    }

    private func room(for address: String, _ state: borrowing State) -> Room {
      if let perAddress, state.counts[address, default: 0] >= perAddress { return .addressFull }
      return state.entries.count < limit ? .found : .tableFull
    }

    func remove(_ entry: Entry) { state.withLock { $0.remove(entry) } }

    var count: Int { state.withLock { $0.entries.count } }
  }
#endif
