//  ByteGuard.swift - the handler of a connection that sees bytes.
//
//  Knows: refusing slow clients in words of HTTP, and then listening for a moment, so that they can
//  hear it (S30).
//  Does not know: how slow is too slow (ConnectionPhase).

#if Server
  internal import NIOCore
  internal import NIOHTTP1

  /// The state that ByteGuard and MessageGuard share; belongs to the connection's event loop.
  final class ConnectionWatch {
    var phase: ConnectionPhase
    let entry: ConnectionTable.Entry
    let table: ConnectionTable

    init(
      _ patience: ConnectionPhase.Patience, _ entry: ConnectionTable.Entry, _ table: ConnectionTable
    ) {
      phase = ConnectionPhase(patience)
      self.entry = entry
      self.table = table
    }
  }

  /// Sees bytes: starts the clock of a head, and ends what took too long.
  final class ByteGuard: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let watch: ConnectionWatch
    private var timer: Scheduled<Void>?
    /// Whether the client sends no more; it may still read.
    private var hasEnded = false
    /// Whether an answer takes its time; a client that sends no more has gone then.
    private var isHeld = false
    /// Bytes thrown away after a refusal.
    private var drained = 0

    init(_ watch: ConnectionWatch) { self.watch = watch }

    func channelActive(context: ChannelHandlerContext) {
      switch watch.entry.room {
      case .found: break
      case .tableFull:
        refuse(context, "503 Service Unavailable", "Too many connections are at work.\n")
      case .addressFull:
        refuse(
          context, "429 Too Many Requests", "Too many connections from your address are at work.\n")
      }
      context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard !watch.phase.isClosing else {
        drained += unwrapInboundIn(data).readableBytes
        if drained > Self.drainLimit { context.close(promise: nil) }
        return
      }
      if watch.phase.isIdle { watch.entry.becameBusy() }
      watch.phase.received(at: .now())
      context.fireChannelRead(data)
    }

    /// A request that came whole never costs a timer.
    func channelReadComplete(context: ChannelHandlerContext) {
      schedule(context)
      context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
      timer?.cancel()
      watch.table.remove(watch.entry)
      context.fireChannelInactive()
    }

    /// The client's end of a refused connection is the end of it, and so is that of one that is held.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if event as? ChannelEvent == .inputClosed {
        hasEnded = true
        if watch.phase.isClosing || isHeld { context.close(promise: nil) }
      }
      context.fireUserInboundEventTriggered(event)
    }

    /// Tells whether an answer takes its time.
    static func hold(_ channel: any Channel, _ isHeld: Bool) throws {
      let context = try channel.pipeline.syncOperations.context(handlerType: ByteGuard.self)
      guard let handler = context.handler as? ByteGuard else { return }
      handler.isHeld = isHeld
      if isHeld && handler.hasEnded { context.close(promise: nil) }
    }

    private func schedule(_ context: ChannelHandlerContext) {
      guard timer == nil, let deadline = watch.phase.deadline else { return }
      timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
        self.timer = nil
        self.check(context)
      }
    }

    private func check(_ context: ChannelHandlerContext) {
      guard let deadline = watch.phase.deadline else { return }
      guard deadline <= .now() else { return schedule(context) }
      guard watch.phase.mayRefuse else { return context.close(promise: nil) }
      refuse(context, "408 Request Timeout", "The request did not come in time.\n")
    }

    /// Answers by itself and closes: whoever sends slowly must not keep anything waiting.
    func refuse(_ context: ChannelHandlerContext, _ status: String, _ text: String) {
      guard watch.phase.mayRefuse else { return }
      watch.phase.close()
      let response =
        "HTTP/1.1 \(status)\r\nConnection: close\r\nContent-Type: text/plain\r\n"
        + "Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: response)), promise: nil)
      context.close(mode: .output, promise: nil)
      _ = context.eventLoop.assumeIsolated().scheduleTask(in: Self.lingering) {
        context.close(promise: nil)
      }
    }

    /// A refused client is listened to for so long, and for so many bytes: a connection that is
    /// closed on unread bytes is reset, and the refusal lost with it.
    private static let lingering = TimeAmount.seconds(1)
    private static let drainLimit = 1 << 20
  }
#endif
