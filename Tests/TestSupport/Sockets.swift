//  Sockets.swift - the rest of what tests do with bare sockets.

import EventLoop
import Platform

/// Ends both directions; the client sees the end at once.
package func shutdownBoth(_ connection: Connection) -> Bool {
  shutdown(connection.socket, Int32(SHUT_RDWR)) == 0
}

package func closeSocket(_ socket: Int32) { _ = close(socket) }

/// A socket that is connecting, or connected, to a port of this machine.
package func connectWithoutWaiting(_ port: Int) throws -> Int32 {
  let descriptor = try connectSocket(port, blocking: false)
  return descriptor
}

/// Sends a text to a port of this machine, and leaves what comes of it unread.
///
/// - Returns: The socket, to be closed.
package func sendText(_ text: String, port: Int) throws -> Int32 {
  let descriptor = try connectSocket(port, blocking: true)
  guard Connection(number: 0, socket: descriptor).send(Array(text.utf8)) else {
    closeSocket(descriptor)
    throw TestSupportError("the text cannot be sent")
  }
  return descriptor
}

/// Sends a text to a port of this machine and reads until the other side ends.
///
/// - Returns: What came; nothing when nobody listens or the connection breaks.
package func exchangeText(_ text: String, port: Int) throws -> String {
  let descriptor = try connectSocket(port, blocking: true)
  defer { closeSocket(descriptor) }
  guard Connection(number: 0, socket: descriptor).send(Array(text.utf8)) else { return "" }
  return readText(descriptor)
}

/// What comes over a socket until the other side ends.
package func readText(_ descriptor: Int32) -> String {
  var received: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
    guard count > 0 else { return String(decoding: received, as: UTF8.self) }
    received += buffer.prefix(count)
  }
}

/// Copies bytes both ways between a connection and a port of this machine, until both have ended.
package func tunnel(_ connection: Connection, to port: Int) {
  guard let other = try? connectSocket(port, blocking: true) else { return }
  defer { closeSocket(other) }
  do throws(EventLoopError) {
    let back = try EventLoop.runOnThread(stackSize: 1 << 20, name: "tunnel") {
      copy(from: other, to: connection.socket)
    }
    copy(from: connection.socket, to: other)
    back.join()
  } catch {
    closeSocket(connection.socket)
  }
}

private func copy(from source: Int32, to target: Int32) {
  let target = Connection(number: 0, socket: target)
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = unsafe recv(source, &buffer, buffer.count, 0)
    guard count > 0, target.send(Array(buffer.prefix(count))) else { break }
  }
  _ = shutdown(target.socket, Int32(SHUT_WR))
}

private func connectSocket(_ port: Int, blocking: Bool) throws -> Int32 {
  let descriptor = streamSocket()
  guard descriptor >= 0 else { throw TestSupportError("no socket") }
  if !blocking { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  address.sin_port = UInt16(port).bigEndian
  unsafe withUnsafePointer(to: &address) { address in
    unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
      _ = unsafe connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  return descriptor
}
