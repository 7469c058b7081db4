//  PlainClient.swift - the smallest HTTP/1.1 client that tests need: one request, one connection.
//
//  Sends exactly the bytes it is given, so that tests can be as rude as real clients are.

import Dispatch
import Platform

/// A response, taken apart.
struct PlainResponse: Sendable {
  let status: Int
  /// Names in lower case.
  let headers: [String: String]
  let body: String

  init(_ text: String) {
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    let lines = parts[0].split(separator: "\r\n")
    status = lines.first.flatMap { Int($0.dropFirst(9).prefix(3)) } ?? 0
    let fields = lines.dropFirst().compactMap { line -> (String, String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (line[..<colon].lowercased(), String(line[colon...].dropFirst(2)))
    }
    headers = Dictionary(fields) { first, _ in first }
    body = parts.count > 1 ? String(parts[1]) : ""
  }
}

/// Sends bytes to a port on loopback and reads until the server closes.
///
/// Blocking, therefore on a queue and so a thread of its own: the global queues' threads are those
/// that the server's tasks need.
/// With `ending`, the sending side is closed after the text; `host` is the last byte of the address
/// that it comes from.
func exchange(
  port: Int, _ text: String, ending: Bool = false, from host: UInt32 = 1
) async -> PlainResponse {
  await withCheckedContinuation { continuation in
    DispatchQueue(label: "exchange").async {
      let handle = connected(port: port, from: host)
      continuation.resume(returning: PlainResponse(blockingExchange(handle, text, ending)))
    }
  }
}

/// The same in steps: each text but the first is sent when something was heard after the one before.
func exchange(port: Int, steps: [String]) async -> PlainResponse {
  await withCheckedContinuation { continuation in
    DispatchQueue(label: "exchange").async {
      let handle = connected(port: port)
      var heard: [UInt8] = []
      for text in steps.dropLast() {
        send(text, to: handle)
        heard += receiveSome(handle)
      }
      let rest = blockingExchange(handle, steps.last ?? "", false)
      continuation.resume(returning: PlainResponse(String(decoding: heard, as: UTF8.self) + rest))
    }
  }
}

/// A connection on which nothing is sent, or no whole request.
final class IdleConnection: Sendable {
  private let handle: Int32

  init(port: Int, sending text: String = "") {
    handle = connected(port: port)
    send(text, to: handle)
  }

  deinit { close(handle) }

  /// Waits up to five seconds for the end of one of them.
  static func isOneClosedByServer(_ connections: [IdleConnection]) -> Bool {
    var states = connections.map { pollfd(fd: $0.handle, events: Int16(POLLIN), revents: 0) }
    return unsafe poll(&states, nfds_t(states.count), 5000) > 0
  }
}

/// A connected socket, or one that is not when nobody listens.
private func connected(port: Int, from host: UInt32 = 1) -> Int32 {
  let handle = streamSocket()
  if host != 1 {
    _ = unsafe withAddress(port: 0, host: host) { unsafe bind(handle, $0, $1) }
  }
  _ = unsafe withAddress(port: port, host: 1) { unsafe connect(handle, $0, $1) }
  return handle
}

private func withAddress(
  port: Int, host: UInt32, _ use: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = in_addr_t(0x7F00_0000 + host).bigEndian
  let size = socklen_t(MemoryLayout<sockaddr_in>.size)
  return unsafe withUnsafePointer(to: &address) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe use($0, size) }
  }
}

private func send(_ text: String, to handle: Int32) {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let sent = sendSome(Array(rest), to: handle)
    guard sent > 0 else { break }
    rest = rest.dropFirst(sent)
  }
}

private func blockingExchange(_ handle: Int32, _ text: String, _ ending: Bool) -> String {
  defer { close(handle) }
  send(text, to: handle)
  if ending { shutdown(handle, Int32(SHUT_WR)) }
  var received: [UInt8] = []
  _ = receive(handle) { received += $0 }
  return String(decoding: received, as: UTF8.self)
}

/// Waits for something to read; nothing when the connection has ended.
private func receiveSome(_ handle: Int32) -> [UInt8] {
  var buffer = [UInt8](repeating: 0, count: 4096)
  let count = unsafe buffer.withUnsafeMutableBytes {
    unsafe recv(handle, $0.baseAddress, $0.count, 0)
  }
  return Array(buffer.prefix(max(0, count)))
}

/// Reads to the end of a connection; whether it was reset.
private func receive(_ handle: Int32, _ take: (ArraySlice<UInt8>) -> Void) -> Bool {
  var buffer = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe recv(handle, $0.baseAddress, $0.count, 0)
    }
    guard count > 0 else { return count < 0 && errno == ECONNRESET }
    take(buffer[..<count])
  }
}

/// How the server ended a connection.
struct ConnectionEnd: Sendable {
  var bytes: Int
  var isReset: Bool
}

/// Sends bytes, and waits for the end of the connection.
func connectionEnd(port: Int, _ text: String) async -> ConnectionEnd {
  await withCheckedContinuation { continuation in
    DispatchQueue(label: "end").async {
      let handle = connected(port: port)
      defer { close(handle) }
      send(text, to: handle)
      var end = ConnectionEnd(bytes: 0, isReset: false)
      end.isReset = receive(handle) { end.bytes += $0.count }
      continuation.resume(returning: end)
    }
  }
}
