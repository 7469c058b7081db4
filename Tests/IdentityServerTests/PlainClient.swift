//  PlainClient.swift - the smallest HTTP/1.1 client that tests need: one request, one connection.
//
//  Sends exactly the bytes it is given, so that tests can be as rude as real clients are.

import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

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
/// With `ending`, the sending side is closed after the text.
func exchange(port: Int, _ text: String, ending: Bool = false) async -> PlainResponse {
  await withCheckedContinuation { continuation in
    DispatchQueue(label: "exchange").async {
      continuation.resume(returning: PlainResponse(blockingExchange(port: port, text, ending)))
    }
  }
}

/// A connection on which nothing is sent.
final class IdleConnection: Sendable {
  private let handle: Int32

  init(port: Int) { handle = connected(port: port) }

  deinit { close(handle) }

  /// Waits up to five seconds for the end.
  var isClosedByServer: Bool {
    var state = pollfd(fd: handle, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&state, 1, 5000) > 0
  }
}

/// A connected socket, or one that is not when nobody listens.
private func connected(port: Int) -> Int32 {
  let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
  let size = socklen_t(MemoryLayout<sockaddr_in>.size)
  _ = unsafe withUnsafePointer(to: &address) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe connect(handle, $0, size)
    }
  }
  return handle
}

private func blockingExchange(port: Int, _ text: String, _ ending: Bool) -> String {
  let handle = connected(port: port)
  defer { close(handle) }
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let sent = unsafe rest.withUnsafeBytes {
      unsafe send(handle, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    guard sent > 0 else { break }
    rest = rest.dropFirst(sent)
  }
  if ending { shutdown(handle, Int32(SHUT_WR)) }
  var received: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe recv(handle, $0.baseAddress, $0.count, 0)
    }
    guard count > 0 else { return String(decoding: received, as: UTF8.self) }
    received += buffer[..<count]
  }
}
