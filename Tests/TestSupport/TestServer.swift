//  TestServer.swift - a socket server on 127.0.0.1 that does to a client whatever a test wants.
//
//  One thread per connection; the test's closure reads and writes raw bytes.

import EventLoop
import Platform

/// One accepted connection; closed when the test's closure returns.
package struct Connection: Sendable {
  /// 0 for the first the server accepted.
  package let number: Int
  package let socket: Int32

  /// Reads one whole request; `nil` when the client has closed.
  package func readRequest() -> ReceivedRequest? {
    var bytes: [UInt8] = []
    while true {
      if let request = ReceivedRequest(bytes) { return request }
      let more = receive(65536)
      guard !more.isEmpty else { return nil }
      bytes += more
    }
  }

  /// What has arrived, `limit` bytes at most; nothing when the client has closed.
  package func receive(_ limit: Int) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: limit)
    let count = unsafe recv(socket, &buffer, buffer.count, 0)
    return Array(buffer.prefix(max(count, 0)))
  }

  /// Sends all of it; `false` when the client is gone.
  @discardableResult
  package func send(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let chunk = Array(rest.prefix(65536))
      let count = sendSome(chunk, to: socket)
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  @discardableResult
  package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  /// A whole response.
  package func answer(_ status: String = "200 OK", headers: String = "", _ body: String = "") {
    send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
  }

  /// Blocks until the client closes or resets.
  package func waitForClose() {
    var byte: UInt8 = 0
    while unsafe recv(socket, &byte, 1, 0) > 0 {}
  }

  /// Makes the coming close a reset.
  package func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    _ = unsafe setsockopt(
      socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }
}

/// What arrived at the server.
package struct ReceivedRequest: Sendable, Equatable {
  package let line: String
  /// Lines as received, without the request line.
  package let headers: [String]
  package let body: String

  /// `nil` while bytes are missing.
  package init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
    var lines = text[..<end.lowerBound].split(separator: "\r\n").map(String.init)
    line = lines.removeFirst()
    headers = lines
    body = String(text[end.upperBound...])
    let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
      .flatMap { Int($0.split(separator: " ").last ?? "") }
    guard body.utf8.count >= length ?? 0 else { return nil }
  }
}

/// Listens on a free port until it is let go.
package final class TestServer: Sendable {
  package let port: Int
  private let listener: Int32

  /// Listens on a free port; `serve` runs once per connection, on a thread of its own.
  package init(_ serve: @escaping @Sendable (Connection) -> Void) throws {
    (listener, port) = try listen(backlog: 64)
    let listener = self.listener
    try EventLoop.runOnThread(stackSize: 1 << 20, name: "accept") {
      acceptAll(on: listener, serve)
    }
  }

  /// Only the accepting thread closes: the number could otherwise be another listener's by the time
  /// it accepts again.
  deinit { _ = shutdown(listener, Int32(SHUT_RDWR)) }

  package var url: String { "http://127.0.0.1:\(port)/" }

  /// A port at which nothing listens.
  package static func deadPort() throws -> Int {
    let (socket, port) = try listen(backlog: 0)
    _ = close(socket)
    return port
  }
}

private func acceptAll(on listener: Int32, _ serve: @escaping @Sendable (Connection) -> Void) {
  var number = 0
  while true {
    let socket = accept(listener, nil, nil)
    guard socket >= 0 else { break }
    let connection = Connection(number: number, socket: socket)
    number += 1
    do {
      try EventLoop.runOnThread(stackSize: 1 << 20, name: "serve") {
        serve(connection)
        _ = close(connection.socket)
      }
    } catch {
      _ = close(socket)
    }
  }
  _ = close(listener)
}

/// A listening socket on 127.0.0.1 and its port.
package func listen(backlog: Int32) throws -> (socket: Int32, port: Int) {
  let descriptor = streamSocket()
  guard descriptor >= 0 else { throw TestSupportError("no socket") }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  unsafe withUnsafeMutablePointer(to: &address) { address in
    unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
      _ = unsafe bind(descriptor, address, size)
      _ = listen(descriptor, backlog)
      _ = unsafe getsockname(descriptor, address, &size)
    }
  }
  return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
}
