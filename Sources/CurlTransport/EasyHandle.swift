//  EasyHandle.swift - one of libcurl's handles, used for one transfer after the other.

internal import CCurl
internal import SSOOIDC

/// Owns a `ccurl_easy`; stays on the loop's thread.
@safe final class EasyHandle {
  let easy: OpaquePointer
  /// What the handle's trust and proxy are set to; most requests need no change.
  private var route: Route?

  private struct Route: Equatable {
    let caBundle: String?
    let proxy: String
  }

  /// `nil` without memory.
  init?() {
    guard let easy = unsafe ccurl_easy_make() else { return nil }
    unsafe self.easy = easy
  }

  deinit { unsafe ccurl_easy_free(easy) }

  /// Prepares for one transfer.
  ///
  /// - Parameters:
  ///   - call: What to send.
  ///   - id: The name under which the set reports its end.
  ///   - timeout: What is left of the request's total time.
  ///   - settings: What holds for all requests.
  /// - Returns: `false` if libcurl refuses a setting or has no memory.
  func prepare(
    _ call: Call, id: Int64, timeout: Duration, _ settings: CurlTransport.Settings
  ) -> Bool {
    // First, because it may reset the handle.
    guard setRoute(call) else { return false }
    let options = call.request.options
    let limits = ccurl_limits(
      body: max(options.maximumBodySize, 0), header_line: max(options.maximumHeaderLineSize, 0),
      header_count: max(options.maximumHeaderCount, 0))
    unsafe ccurl_easy_begin(
      easy, id, limits, call.mayRepeat, settings.stallBytesPerSecond,
      Int(settings.stallTime.components.seconds))
    return setRequest(call.request)
      && set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeout.milliseconds)
      && set(CURLOPT_TIMEOUT_MS, timeout.milliseconds)
  }

  private func setRequest(_ request: HTTPRequest) -> Bool {
    guard set(CURLOPT_URL, request.url) else { return false }
    return unsafe ccurl_set_method(easy, request.method, request.body, request.body.count)
  }

  /// A file of the user's replaces the system's roots, directory and all.
  private func setRoute(_ call: Call) -> Bool {
    let wanted = Route(caBundle: call.request.options.caBundle, proxy: call.proxy?.url ?? "")
    if route != wanted {
      unsafe ccurl_easy_reset(easy)
      route = nil
      guard set(CURLOPT_PROXY, wanted.proxy) else { return false }
      if let file = wanted.caBundle {
        guard set(CURLOPT_CAINFO, file), set(CURLOPT_CAPATH, nil) else { return false }
      }
      route = wanted
    }
    return unsafe ccurl_set_headers(easy, call.headerLines, call.headerLines.count)
  }

  private func set(_ option: CURLoption, _ value: Int) -> Bool {
    unsafe ccurl_set_long(easy, option, value) == CURLE_OK
  }

  private func set(_ option: CURLoption, _ value: String?) -> Bool {
    unsafe ccurl_set_string(easy, option, value) == CURLE_OK
  }
}

/// What a transfer left behind.
extension EasyHandle {
  var wasSent: Bool { unsafe ccurl_easy_was_sent(easy) }

  /// The result as the caller of `send` gets it.
  func outcome(_ result: CURLcode, _ call: Call) -> Result<HTTPResponse, TransportError> {
    guard result == CURLE_OK else { return .failure(failure(result).error(for: call)) }
    let status = unsafe ccurl_get_long(easy, CURLINFO_RESPONSE_CODE)
    guard status >= 200, unsafe ccurl_easy_head_is_complete(easy) else {
      return .failure(
        call.failure(.incomplete, "the response ended before its body began", .maybeReceived))
    }
    if status == 407, let proxy = call.proxy, call.origin.scheme == .http {
      let words = "proxy \(proxy.name): it answered 407 (it wants a user name and password)"
      return .failure(call.failure(.proxy, words, .maybeReceived))
    }
    return .success(HTTPResponse(status: status, headers: HeaderLines.decode(head), body: body))
  }

  private func failure(_ result: CURLcode) -> Failure {
    var message = unsafe String(cString: ccurl_easy_message(easy))
    if message.isEmpty { message = unsafe String(cString: ccurl_error_text(result)) }
    return unsafe Failure(
      result: result, message: message, stop: ccurl_easy_stop_reason(easy), wasSent: wasSent,
      tunnelStatus: ccurl_get_long(easy, CURLINFO_HTTP_CONNECTCODE),
      socketError: ccurl_easy_socket_error(easy))
  }

  private var body: [UInt8] {
    var count = 0
    let start = unsafe ccurl_easy_body(easy, &count)
    return unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }

  private var head: [UInt8] {
    var count = 0
    let start = unsafe ccurl_easy_head(easy, &count)
    return unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }
}

extension Duration {
  /// Rounded up, and at least 1: to libcurl 0 means no limit.
  var milliseconds: Int {
    let (seconds, attoseconds) = components
    guard seconds < 1_000_000_000 else { return 1_000_000_000_000 }
    let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return max(1, Int(seconds * 1000 + rest))
  }
}
