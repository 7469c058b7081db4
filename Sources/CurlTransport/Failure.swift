//  Failure.swift - from libcurl's result to one TransportError. Pure.

internal import CCurl
internal import EventLoop
internal import SSOOIDC

/// What is known about a transfer that ended badly.
struct Failure {
  var result: CURLcode
  /// libcurl's own words.
  var message: String
  /// Why we ended it ourselves.
  var stop: ccurl_stop = CCURL_STOP_NONE
  /// A byte of the request may have left.
  var wasSent: Bool
  /// The proxy's answer to CONNECT; 0 if there was none.
  var tunnelStatus = 0
  /// Why the system gave no socket; 0 if it did.
  var socketError: Int32 = 0

  func error(for call: Call) -> TransportError {
    let code = self.code(throughProxy: call.proxy != nil)
    let delivery: TransportError.Delivery = wasSent ? .maybeReceived : .neverSent
    let words = text(call.request.options)
    guard code == .proxy, let proxy = call.proxy else { return call.failure(code, words, delivery) }
    return call.failure(code, "proxy \(proxy.name): \(words)", delivery)
  }

  private func code(throughProxy: Bool) -> TransportError.Code {
    switch stop {
    case CCURL_STOP_BODY, CCURL_STOP_HEADER_LINE, CCURL_STOP_HEADER_COUNT: return .tooLarge
    case CCURL_STOP_REPEAT: return .incomplete
    case CCURL_STOP_MEMORY: return .other
    default: break
    }
    if excess != nil { return .tooLarge }
    if tunnelStatus != 0, !(200..<300).contains(tunnelStatus) { return .proxy }
    // Nobody was asked: nothing is wrong with the network, or with whoever would have answered.
    if lacksSocket { return .other }
    if throughProxy, result == CURLE_COULDNT_CONNECT { return .proxy }
    // Before anything was sent, it is the URL's protocol; afterwards, the answer's: it is no HTTP.
    if wasSent, result == CURLE_UNSUPPORTED_PROTOCOL { return .badAnswer }
    return Self.code(of: result)
  }

  /// What libcurl itself finds too large.
  ///
  /// It gathers a whole line before it shows it to us, so a very long one never comes as far as our
  /// own limit; and all lines together have a limit that only it knows.
  private enum Excess { case line, head(limit: String?) }

  private var excess: Excess? {
    guard wasSent else { return nil }
    if result == CURLE_RECV_ERROR || result == Self.tooLarge,
      message.hasPrefix("Too large response headers")
    {
      return .head(limit: message.split(separator: " ").last.map(String.init))
    }
    // Older ones have no other word for a line that outgrows its buffer.
    return result == CURLE_OUT_OF_MEMORY || result == Self.tooLarge ? .line : nil
  }

  /// `CURLE_TOO_LARGE`, which the headers of libcurl before 8.6 lack.
  private static let tooLarge = CURLcode(rawValue: 100)

  private var lacksSocket: Bool { socketError != 0 && result == CURLE_COULDNT_CONNECT }

  /// What libcurl's result says by itself.
  static func code(of result: CURLcode) -> TransportError.Code { codes[result.rawValue] ?? .other }

  private static let codes: [UInt32: TransportError.Code] = {
    let groups: [(TransportError.Code, [CURLcode])] = [
      (.resolve, [CURLE_COULDNT_RESOLVE_HOST]),
      (.connect, [CURLE_COULDNT_CONNECT]),
      (.timeout, [CURLE_OPERATION_TIMEDOUT]),
      (.proxy, [CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY]),
      (
        .tls,
        [
          CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CIPHER,
          CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
          CURLE_USE_SSL_FAILED,
        ]
      ),
      (
        .incomplete,
        [
          CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2,
          CURLE_HTTP2_STREAM, CURLE_SEND_FAIL_REWIND,
        ]
      ),
      (.badAnswer, [CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING]),
      (.tooLarge, [CURLE_FILESIZE_EXCEEDED]),
      (
        .invalidRequest,
        [CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_SSL_CACERT_BADFILE]
      ),
    ]
    return Dictionary(
      groups.flatMap { code, results in results.map { ($0.rawValue, code) } },
      uniquingKeysWith: { first, _ in first })
  }()

  /// Our words where we ended the transfer, else libcurl's.
  private func text(_ options: HTTPOptions) -> String {
    switch stop {
    case CCURL_STOP_BODY: "the body is larger than \(options.maximumBodySize) bytes"
    case CCURL_STOP_HEADER_LINE: longLine(options)
    case CCURL_STOP_HEADER_COUNT: "there are more than \(options.maximumHeaderCount) header lines"
    case CCURL_STOP_REPEAT:
      "the kept connection was closed before a response came; the request is not sent again"
    case CCURL_STOP_MEMORY: "no memory left for the response"
    case _ where lacksSocket: "no socket: \(systemWords(for: socketError))"
    default: excess.map { text($0, options) } ?? foreignText
    }
  }

  private func text(_ excess: Excess, _ options: HTTPOptions) -> String {
    switch excess {
    case .line: longLine(options)
    case .head(let limit?): "the header lines together are longer than \(limit) bytes"
    case .head(nil): "the header lines together are too long"
    }
  }

  private func longLine(_ options: HTTPOptions) -> String {
    "a header line is longer than \(options.maximumHeaderLineSize) bytes"
  }

  private var foreignText: String {
    isHTTP ? message : "the answer is not HTTP; is this the right port?"
  }

  /// libcurl takes what begins like nothing that it knows for the oldest HTTP of all.
  private var isHTTP: Bool { !wasSent || !message.contains("HTTP/0.9") }
}
