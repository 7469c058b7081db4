//  Wire.swift - a network in memory: every request is answered as the test says.

import EventLoop
import SSOOIDC
import Synchronization

/// A transport that keeps what was sent.
final class Wire: HTTPTransport {
  /// Gives the answer to a request, and to which one with this path it is, counted from 1.
  typealias Service = @Sendable (HTTPRequest, Int) -> Reply

  indirect enum Reply: Sendable {
    case answer(HTTPResponse)
    case failure(TransportError)
    /// Nothing, until the transfer is stopped.
    case never
    case after(Duration, Reply)
  }

  private let loop: EventLoop
  private let service: Service
  private let state = Mutex((requests: [HTTPRequest](), times: [Duration](), stopped: 0))

  init(loop: EventLoop, _ service: @escaping Service) {
    self.loop = loop
    self.service = service
  }

  var requests: [HTTPRequest] { state.withLock { $0.requests } }
  var timeouts: [Duration] { requests.map(\.options.timeout) }
  var urls: [String] { requests.map(\.url) }
  var bodies: [String] { requests.map { String(decoding: $0.body, as: UTF8.self) } }
  /// Transfers that were stopped on their way.
  var stopped: Int { state.withLock { $0.stopped } }
  /// When each request with this path was sent.
  func times(_ path: String) -> [Duration] {
    state.withLock { state in
      zip(state.requests, state.times).filter { $0.0.path == path }.map(\.1)
    }
  }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let number = state.withLock { state in
      state.requests.append(request)
      state.times.append(loop.now)
      return state.requests.count { $0.path == request.path }
    }
    return try await give(service(request, number))
  }

  private func give(_ reply: Reply) async throws(TransportError) -> HTTPResponse {
    switch reply {
    case .answer(let response): return response
    case .failure(let error): throw error
    case .never:
      try await wait(.seconds(86_400))
      throw TransportError(code: .timeout, message: "late", host: "h", delivery: .maybeReceived)
    case .after(let delay, let reply):
      try await wait(delay)
      return try await give(reply)
    }
  }

  private func wait(_ delay: Duration) async throws(TransportError) {
    do {
      try await loop.sleep(for: delay)
    } catch {
      state.withLock { $0.stopped += 1 }
      throw TransportError(
        code: .cancelled, message: "stopped", host: "h", delivery: .maybeReceived)
    }
  }
}

extension HTTPRequest {
  /// The path of the URL, without its query.
  var path: String {
    let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
    return "/" + (parts.count > 2 ? parts[2].prefix { $0 != "?" } : "")
  }
}

extension Wire.Reply {
  static func json(_ body: String, status: Int = 200, _ headers: HTTPHeaders = [:]) -> Self {
    var headers = headers
    headers.append("Content-Type", "application/json")
    return .answer(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
  }

  /// A modelled error of the service.
  static func error(
    _ code: String, _ status: Int = 400, word: String = "", _ headers: HTTPHeaders = [:]
  ) -> Self {
    .json(#"{"__type":"\#(code)","error":"\#(word)"}"#, status: status, headers)
  }

  /// What a closed port gives.
  static var refused: Self { lost(.connect, .neverSent) }

  static func lost(
    _ code: TransportError.Code, _ delivery: TransportError.Delivery
  ) -> Self {
    .failure(TransportError(code: code, message: "words of curl", host: "h", delivery: delivery))
  }

  static let registered = json(
    #"{"clientId":"client-1","clientSecret":"client-secret-1","clientSecretExpiresAt":2000000000}"#)
  static let started = json(
    #"{"deviceCode":"device-code-1","userCode":"ABCD-EFGH","expiresIn":600,"interval":5,"#
      + #""verificationUri":"https://device.example.com/","#
      + #""verificationUriComplete":"https://device.example.com/?user_code=ABCD-EFGH"}"#)
  static let token = json(
    #"{"accessToken":"access-token-1","tokenType":"Bearer","expiresIn":28800,"#
      + #""refreshToken":"refresh-token-1"}"#)
  static let pending = error("AuthorizationPendingException", word: "authorization_pending")
  static let slowDown = error("SlowDownException", word: "slow_down")
}

/// A service that registers, starts, and answers each poll in turn; the last answer lasts.
func deviceService(_ polls: Wire.Reply...) -> Wire.Service {
  { request, number in
    switch request.path {
    case "/client/register": .registered
    case "/device_authorization": .started
    case "/token": polls[min(number, polls.count) - 1]
    default: .error("ResourceNotFoundException", 404)
    }
  }
}
