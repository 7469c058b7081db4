#if Server
  import HummingbirdCore
  import Logging
  import NIOCore
  import NIOEmbedded
  import Testing

  @testable import IdentityServer

  @Suite struct `A new connection` {
    @Test func `may be dropped before it begins, as by a server that stops`() throws {
      let channel = EmbeddedChannel()
      let service = ServiceChannel(
        http: HTTP1Channel(responder: { _, _, _ in }),
        table: ConnectionTable(limit: 1, perAddress: 1), patience: ConnectionPhase.Patience(),
        tls: nil)

      do {
        let value = try service.setup(channel: channel, logger: Logger(label: "test")).wait()
        #expect(value.channel === channel)
      }
      channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)

      #expect(channel.isActive)
      #expect(try channel.finish().isClean)
      #expect(!channel.isActive)
    }

    @Test(arguments: [true, false])
    func `whose client sends no more has ended where an answer takes its time`(isHeld: Bool) throws
    {
      let channel = EmbeddedChannel()
      let table = ConnectionTable(limit: 1)
      let watch = ConnectionWatch(ConnectionPhase.Patience(), table.admit(channel), table)
      try channel.pipeline.syncOperations.addHandler(ByteGuard(watch))
      channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)

      try ByteGuard.hold(channel, true)
      if !isHeld { try ByteGuard.hold(channel, false) }
      channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)

      #expect(channel.isActive == !isHeld)
    }
  }
#endif
