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
  }
#endif
