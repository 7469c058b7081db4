//  BrokenDelivery.swift - replies that do not leave as they should.
//
//  Knows: bytes of HTTP/1.1 that Hummingbird would never write, and ends of a connection.
//  Does not know: why (Delivery).

#if Server
  internal import HTTPTypes
  internal import IdentityService
  internal import NIOCore
  internal import NIOHTTP1
  internal import NIOSSL
  internal import Platform

  /// Sends one reply in the way that was asked for, and ends the connection.
  struct BrokenDelivery: Sendable {
    /// Nobody waits longer for a reply that does not come, or comes slowly.
    private static let patience = Duration.seconds(600)

    let reply: BehaviourReply
    let channel: any Channel

    func send() async {
      try? await send(reply.delivery)
      await close()
    }

    private func send(_ delivery: Delivery) async throws {
      let body = reply.body
      switch delivery {
      case .never: await pause(Self.patience)
      case .reset: try await reset()
      case .resetWithin:
        try await write(head(length: body.count) + body.prefix(body.count / 2))
        try await reset()
      case .closed: break
      case .short: try await write(head(length: body.count + 100) + body)
      case .cutChunk:
        let chunk = String(body.count + 100, radix: 16) + "\r\n"
        try await write(head(length: nil) + Array(chunk.utf8) + body)
      case .slow: try await drip(head(length: body.count) + body)
      case .thenReset:
        try await write(head(length: body.count) + body)
        try await reset()
      case .thenClosed, .whole: try await write(head(length: body.count) + body)
      }
    }

    /// One byte a second until the client has enough of it.
    private func drip(_ bytes: [UInt8]) async throws {
      for byte in bytes {
        try await write([byte])
        guard await pause(.seconds(1)) else { return }
      }
    }

    /// The head; `Content-Length` says `length`, or chunks follow.
    private func head(length: Int?) -> [UInt8] {
      var lines = ["HTTP/1.1 \(HTTPResponse.Status(code: reply.status))"]
      lines += reply.headers.map { "\($0.name): \($0.value)" }
      lines.append(length.map { "Content-Length: \($0)" } ?? "Transfer-Encoding: chunked")
      return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
  }

  // MARK: - The connection

  extension BrokenDelivery {
    /// Waits; false when the connection ended meanwhile.
    @discardableResult
    private func pause(_ duration: Duration) async -> Bool {
      await channel.stays { try await Task.sleep(for: duration) }
    }

    /// Past Hummingbird and the encoder, which would mend what is wrong.
    private func write(_ bytes: [UInt8]) async throws {
      try await channel.eventLoop.flatSubmit {
        let sent = channel.eventLoop.makePromise(of: Void.self)
        do {
          let encoder = try channel.pipeline.syncOperations.context(
            handlerType: HTTPResponseEncoder.self)
          encoder.writeAndFlush(NIOAny(ByteBuffer(bytes: bytes)), promise: sent)
        } catch {
          sent.fail(error)
        }
        return sent.futureResult
      }.get()
    }

    /// With nothing left to send for the system, closing is a reset.
    private func reset() async throws {
      try await (channel as? any SocketOptionProvider)?
        .setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
      try await channel.eventLoop.submit {
        // A goodbye of TLS would be no reset.
        let tls = try? channel.pipeline.syncOperations.context(
          handlerType: NIOSSLServerHandler.self)
        if let tls { tls.close(promise: nil) } else { channel.close(promise: nil) }
      }.get()
    }

    private func close() async { try? await channel.close().get() }
  }

  /// Thrown when a reply has left otherwise: there is no connection any more.
  struct ConnectionBroken: Error {}
#endif
