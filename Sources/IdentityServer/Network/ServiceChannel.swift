//  ServiceChannel.swift - what a new connection goes through: cap, TLS, guards, HTTP.

#if Server
  internal import HummingbirdCore
  internal import Logging
  internal import NIOCore
  internal import NIOHTTP1
  internal import NIOSSL

  /// Hummingbird's HTTP channel between the guards.
  struct ServiceChannel: ServerChildChannel {
    let http: HTTP1Channel
    let table: ConnectionTable
    let patience: ConnectionPhase.Patience
    /// `nil` without TLS.
    let tls: NIOSSLContext?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
      let entry = table.admit(channel)
      do {
        let pipeline = channel.pipeline.syncOperations
        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
        let watch = ConnectionWatch(patience, entry, table)
        let bytes = ByteGuard(watch)
        try pipeline.addHandler(bytes)
        let bytesContext = try pipeline.context(handler: bytes)
        let value = http.setup(channel: channel, logger: logger)
        value.whenSuccess { Self.keep($0) }
        let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
        try pipeline.addHandler(
          MessageGuard(watch, bytes, bytesContext), position: .after(decoder))
        return value
      } catch {
        table.remove(entry)
        return channel.eventLoop.makeFailedFuture(error)
      }
    }

    /// Keeps a connection until it is closed: a server that stops drops those it has just accepted, and
    /// NIO ends the process when a writer goes before its connection.
    private static func keep(_ value: HTTP1Channel.Value) {
      value.channel.closeFuture.whenComplete { _ in withExtendedLifetime(value) {} }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
      await http.handle(value: value, logger: logger)
    }
  }
#endif
