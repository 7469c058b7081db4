//  LoopbackConnection.swift - one browser that came back: its request, and the page it gets.
//
//  Knows: how much of HTTP an answer is made of.
//  Does not know: what a request means.

import EventLoop
import Platform
import SSOOIDC
import Synchronization

/// One connection: reads a head, writes a page, ends.
final class LoopbackConnection: CallbackRequest {
  private let socket: Descriptor
  private let number: Int32
  private weak let listener: LoopbackListener?
  private let loop: EventLoop

  private struct State {
    var bytes: [UInt8] = []
    var target: String?
    var isAnswered = false
    var limit: TimerID?
  }
  private let state = Mutex(State())

  init(_ socket: Descriptor, _ listener: LoopbackListener, _ loop: EventLoop) {
    self.socket = socket
    self.listener = listener
    self.loop = loop
    number = socket.number
  }

  var target: String { state.withLock { $0.target } ?? "" }

  func start(within limit: Duration) {
    loop.watch(number, for: .read) { [self] _ in read() }
    let timer = loop.schedule(at: loop.now + limit) { [weak self] in self?.finish(nil) }
    state.withLock { $0.limit = timer }
  }

  private func read() {
    guard let listener else { return end() }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe recv(number, &buffer, buffer.count, 0)
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    guard count > 0 else { return end() }
    let bytes = state.withLock { state in
      state.bytes += buffer[..<count]
      return state.bytes
    }
    switch RequestHead(bytes, port: listener.port) {
    case .incomplete: break
    case .refused(let status): answer(.refusal(status))
    case .target(let target):
      stopReading()
      state.withLock { $0.target = target }
      listener.took(self)
    }
  }

  private func stopReading() {
    loop.unwatch(number)
    if let timer = state.withLock({ $0.limit }) { loop.cancel(timer) }
  }

  /// A page is smaller than what a socket takes at once; a browser that reads nothing gets less.
  func answer(_ page: CallbackPage) {
    let isFirst = state.withLock { state in
      defer { state.isAnswered = true }
      return !state.isAnswered
    }
    guard isFirst else { return }
    let response = Array(page.response.utf8)
    _ = sendSome(response, to: number)
    _ = shutdown(number, Int32(SHUT_WR))
    end()
  }

  /// Ends it: with a page where a request was made.
  func finish(_ page: CallbackPage?) {
    if target.isEmpty { end() } else { answer(page ?? .refusal(503)) }
  }

  private func end() {
    stopReading()
    listener?.dropped(self)
    socket.close()
  }
}

extension CallbackPage {
  /// One line, for whoever sees it.
  fileprivate static func refusal(_ status: Int) -> CallbackPage {
    let text =
      switch status {
      case 405: "Only GET is answered here."
      case 421: "Only 127.0.0.1 and localhost are answered for here."
      case 431: "The request is too long."
      case 503: "No login waits here any more."
      default: "The request was not understood."
      }
    return CallbackPage(
      status: status, html: "<!DOCTYPE html><title>\(text)</title><p>\(text)</p>\n")
  }

  fileprivate var response: String {
    """
    HTTP/1.1 \(status) \(status == 200 ? "OK" : "Refused")\r
    Content-Type: text/html; charset=utf-8\r
    Content-Length: \(html.utf8.count)\r
    Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r
    Cache-Control: no-store\r
    Referrer-Policy: no-referrer\r
    X-Content-Type-Options: nosniff\r
    Connection: close\r
    \r
    \(html)
    """
  }
}
