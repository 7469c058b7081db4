//  MessageGuard.swift - the handler of a connection that sees requests and responses.
//
//  Knows: what is no HTTP, names no host, or says two things at once (S28, S29); that HTTP/1.0 has
//  no Host, waits for no word and ends with its response (S33, S34).
//  Does not know: how slow is too slow (ConnectionPhase), how to refuse (ByteGuard).

#if Server
  internal import NIOCore
  internal import NIOHTTP1

  /// Sees requests and responses: where one ends, and what is none.
  final class MessageGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let watch: ConnectionWatch
    /// In front of the decoder, to answer for it.
    private let bytes: ByteGuard
    private let bytesContext: ChannelHandlerContext
    /// How many responses are left until the connection ends, when a request asked for that.
    private var responsesLeft: Int?
    /// Whether the connection ends with the request that is being read.
    private var isLast = false
    /// Whether that one is read: nothing after it is looked at.
    private var isLastRead = false
    /// Whether the server ends, and has closed its ear.
    private var isEnding = false

    init(_ watch: ConnectionWatch, _ bytes: ByteGuard, _ bytesContext: ChannelHandlerContext) {
      self.watch = watch
      self.bytes = bytes
      self.bytesContext = bytesContext
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard !watch.phase.isClosing, !isLastRead else { return }
      switch unwrapInboundIn(data) {
      case .head(let head):
        watch.phase.headIsRead(at: .now())
        if let problem = head.hostProblem {
          return bytes.refuse(bytesContext, "400 Bad Request", problem)
        }
        guard head.isPlainOrChunked else {
          return bytes.refuse(
            bytesContext, "501 Not Implemented", "No transfer coding but chunked is understood.\n")
        }
        // A client of HTTP/1.0 that asks to keep it may be a proxy that does not know the word.
        isLast = !head.isKeepAlive || head.version == .http1_0
        if isLast { responsesLeft = watch.phase.unanswered }
        context.fireChannelRead(
          head.version == .http1_0 ? wrapInboundOut(.head(head.asNewer)) : data)
      case .end:
        isLastRead = isLast
        watch.phase.requestIsRead()
        context.fireChannelRead(data)
      case .body: context.fireChannelRead(data)
      }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
      switch unwrapOutboundIn(data) {
      case .head(var head) where responsesLeft == 1 && head.status.code >= 200:
        head.headers.replaceOrAdd(name: "connection", value: "close")
        context.write(wrapOutboundOut(.head(head)), promise: promise)
      case .end:
        watch.phase.responseIsWritten()
        if watch.phase.isIdle { watch.entry.becameIdle(at: .now()) }
        context.write(data, promise: promise)
        responsesLeft = responsesLeft.map { $0 - 1 }
        if responsesLeft == 0 {
          context.flush()
          context.close(mode: .output, promise: nil)
        }
      default: context.write(data, promise: promise)
      }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
      if mode == .input { isEnding = true }
      context.close(mode: mode, promise: promise)
    }

    /// What is no HTTP, or ambiguous, is refused; nothing after it is looked at (S28).
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      guard let error = error as? HTTPParserError, watch.phase.mayRefuse else {
        context.fireErrorCaught(error)
        return
      }
      if isEnding {
        bytes.refuse(bytesContext, "503 Service Unavailable", "The service ends.\n")
      } else if error == .headerOverflow {
        bytes.refuse(
          bytesContext, "431 Request Header Fields Too Large", "The request head is too large.\n")
      } else {
        bytes.refuse(bytesContext, "400 Bad Request", "This is no HTTP request.\n")
      }
    }
  }

  extension HTTPRequestHead {
    /// What is wrong with how a request says who is asked (RFC 9112, 3.2).
    fileprivate var hostProblem: String? {
      var hosts = headers.lazy.filter { $0.name.isHost }.map(\.value.withoutBlanks).makeIterator()
      let host = hosts.next()
      let isOnly = hosts.next() == nil
      if isOnly, host?.isEmpty ?? true, version != .http1_0 {
        return "The request names no host.\n"
      }
      if let host, !host.hasPossiblePort { return "The port of the host is no number.\n" }
      return isOnly && !disagrees(with: host) ? nil : "The request names two hosts.\n"
    }

    /// Whether the body is as it stands there, or chunked and nothing else (RFC 9112, 6.1).
    fileprivate var isPlainOrChunked: Bool {
      headers.lazy.filter { $0.name.isTransferEncoding }.allSatisfy {
        $0.value.withoutBlanks.lowercased() == "chunked"
      }
    }

    /// Whether the request line names another host than the header.
    private func disagrees(with host: String?) -> Bool {
      guard uri.utf8.first != UInt8(ascii: "/"), let slashes = uri.firstRange(of: "://") else {
        return false
      }
      let authority = uri[slashes.upperBound...].prefix { $0 != "/" && $0 != "?" }
      return host?.lowercased() != authority.lowercased()
    }

    /// HTTP/1.0 knows no Host, and no word before the answer (RFC 9110, 10.1.1).
    ///
    /// Browsers speak 1.1 at least, so that no name can be rebound by this (S27).
    fileprivate var asNewer: HTTPRequestHead {
      var head = self
      head.headers.remove(name: "expect")
      if !head.headers.contains(name: "host") { head.headers.add(name: "host", value: "localhost") }
      return head
    }
  }

  extension String {
    /// Whether this is the header's name, in any case.
    fileprivate var isHost: Bool {
      utf8.count == 4 && utf8.elementsEqual("host".utf8) { $0 | 0x20 == $1 }
    }

    /// The same.
    fileprivate var isTransferEncoding: Bool {
      utf8.count == 17 && utf8.elementsEqual("transfer-encoding".utf8) { $0 | 0x20 == $1 }
    }

    /// A field's value without the blanks behind it, which are not part of it (RFC 9110, 5.5).
    fileprivate var withoutBlanks: String {
      let blanks = utf8.reversed().prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        .count
      return blanks == 0 ? self : String(unicodeScalars.dropLast(blanks))
    }

    /// Whether digits only stand behind a host's colon, if there is one (RFC 3986, 3.2.3).
    fileprivate var hasPossiblePort: Bool {
      let rest = utf8.reversed().drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      let isBracketed = utf8.first == UInt8(ascii: "[")
      return rest.first == UInt8(ascii: ":")
        || (isBracketed ? utf8.last == UInt8(ascii: "]") : !utf8.contains(UInt8(ascii: ":")))
    }
  }
#endif
