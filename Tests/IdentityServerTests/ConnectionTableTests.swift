#if Server
  import NIOCore
  import NIOEmbedded
  import Testing

  @testable import IdentityServer

  @Suite struct `A table of connections` {
    @Test func `S31 closes what has been idle longest when it is full`() throws {
      let table = ConnectionTable(limit: 3)
      let connections = try [Connection(table), Connection(table), Connection(table)]
      connections[0].entry.becameIdle(at: .uptimeNanoseconds(300))
      connections[1].entry.becameIdle(at: .uptimeNanoseconds(100))
      connections[2].entry.becameIdle(at: .uptimeNanoseconds(200))

      let newest = try Connection(table)

      #expect(connections.map(\.isOpen) == [true, false, true])
      #expect(newest.isOpen && newest.entry.room == .found)
      #expect(table.count == 3)
    }

    @Test func `S31 closes nothing that is at work, and tells the newest to come back`() throws {
      let table = ConnectionTable(limit: 2)
      let connections = try [Connection(table), Connection(table)]
      for connection in connections { connection.entry.becameBusy() }

      let newest = try Connection(table)

      #expect(connections.map(\.isOpen) == [true, true])
      #expect(newest.entry.room == .tableFull)
      #expect(table.count == 2)
    }

    @Test func `S32 has room for an address again when its connections are gone`() throws {
      let table = ConnectionTable(limit: 10, perAddress: 1)
      for _ in 0..<3 {
        let connection = try Connection(table)
        connection.entry.becameBusy()
        #expect(connection.entry.room == .found)
        #expect(try Connection(table).entry.room == .addressFull)
        table.remove(connection.entry)
      }
      #expect(table.count == 0)
    }
  }

  private struct Connection {
    let channel = EmbeddedChannel()
    let entry: ConnectionTable.Entry

    init(_ table: ConnectionTable) throws {
      channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
      entry = table.admit(channel)
    }

    var isOpen: Bool { channel.isActive }
  }
#endif
