//  LiveListener.swift - a listener on 127.0.0.1 for browsers that come back.
//
//  Knows: how a port is had, and that it is closed at once.
//  Does not know: what a request means.

import EventLoop
import Platform
import SSOOIDC
import Synchronization

/// Opens listeners on loopback; no proxy is ever between.
struct LiveListener: WorldListener {
  let loop: EventLoop

  func listen(ports: [Int]) async throws(ListenerError) -> any CallbackListener {
    var problem = "no port was named"
    for port in ports {
      do throws(ListenerError) {
        let (socket, taken) = try open(port)
        return LoopbackListener(socket, port: taken, loop: loop)
      } catch {
        problem = error.message
      }
    }
    throw ListenerError(problem)
  }

  private func open(_ port: Int) throws(ListenerError) -> (Descriptor, Int) {
    let socket = Descriptor(Inheritance.inTurn { kept(streamSocket()) })
    guard socket.number >= 0 else {
      throw ListenerError("127.0.0.1:\(port): \(systemWords(for: errno))")
    }
    reuseAddress(socket.number)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isOpen = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe bind(socket.number, pointer, size) == 0 && takeConnections(socket.number)
          && getsockname(socket.number, pointer, &size) == 0
      }
    }
    guard isOpen else {
      throw ListenerError("127.0.0.1:\(port): \(systemWords(for: errno))")
    }
    return (socket, Int(UInt16(bigEndian: address.sin_port)))
  }
}

// Outside of types, whose methods have the same names as these calls.
/// The same descriptor: not inherited, and never waited for.
private func kept(_ number: Int32) -> Int32 {
  guard number >= 0 else { return number }
  _ = fcntl(number, F_SETFD, FD_CLOEXEC)
  _ = fcntl(number, F_SETFL, O_NONBLOCK)
  return number
}

/// Connections that have just ended would keep the port for a minute; listeners still do.
private func reuseAddress(_ socket: Int32) {
  var isOn: Int32 = 1
  _ = unsafe setsockopt(
    socket, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
}

private func takeConnections(_ socket: Int32) -> Bool { listen(socket, 16) == 0 }
private func nextConnection(_ socket: Int32) -> Int32 { accept(socket, nil, nil) }

/// One open port.
final class LoopbackListener: CallbackListener {
  /// Browsers open a few at once; more are somebody else's.
  private static let mostConnections = 16
  /// From the connection to the end of the head.
  private static let headTime = Duration.seconds(5)
  /// How long one that there is no descriptor for waits before the next look.
  private static let restTime = Duration.milliseconds(100)

  let port: Int
  private let socket: Descriptor
  private let loop: EventLoop

  private struct State {
    var isClosed = false
    /// The oldest first.
    var connections: [LoopbackConnection] = []
    var requests: [LoopbackConnection] = []
    var waiter: CheckedContinuation<LoopbackConnection?, Never>?
    var answer: CallbackPage?

    /// Whether there is room, and who has to go for it: a connection that has asked for nothing.
    mutating func admit(_ connection: LoopbackConnection) -> (Bool, idle: LoopbackConnection?) {
      guard !isClosed else { return (false, nil) }
      var idle: LoopbackConnection?
      if connections.count >= LoopbackListener.mostConnections {
        guard let oldest = connections.firstIndex(where: \.target.isEmpty) else {
          return (false, nil)
        }
        idle = connections.remove(at: oldest)
      }
      connections.append(connection)
      return (true, idle)
    }
  }
  private let state = Mutex(State())

  fileprivate init(_ socket: Descriptor, port: Int, loop: EventLoop) {
    self.socket = socket
    self.port = port
    self.loop = loop
    watch()
  }

  private func watch() {
    loop.watch(socket.number, for: .read) { [weak self] _ in self?.accept() }
  }

  deinit { loop.unwatch(socket.number) }

  func next() async -> (any CallbackRequest)? {
    await withTaskCancellationHandler {
      await loop.withContinuation {
        (continuation: CheckedContinuation<LoopbackConnection?, Never>) in
        let request = state.withLock { state -> LoopbackConnection?? in
          if !state.requests.isEmpty { return state.requests.removeFirst() }
          if state.isClosed || Task.isCancelled { return .some(nil) }
          state.waiter = continuation
          return nil
        }
        if let request { continuation.resume(returning: request) }
      }
    } onCancel: {
      stopWaiting()
    }
  }

  private func stopWaiting() {
    let waiter = state.withLock { state in
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: nil)
  }

  func answerAll(with page: CallbackPage) {
    let waiting = state.withLock { state in
      state.answer = page
      defer { state.requests = [] }
      return state.requests
    }
    for request in waiting { request.answer(page) }
  }

  /// Whoever has asked gets an answer; whoever has not is cut off.
  func close() {
    let (connections, isFirst, answer) = state.withLock { state in
      defer { state.isClosed = true }
      return (state.connections, !state.isClosed, state.answer)
    }
    guard isFirst else { return }
    loop.unwatch(socket.number)
    socket.close()
    for connection in connections { connection.finish(answer) }
    stopWaiting()
  }

  // MARK: Connections

  private func accept() {
    while true {
      let number = Inheritance.inTurn { kept(nextConnection(socket.number)) }
      guard number >= 0 else {
        if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) { rest() }
        return
      }
      let connection = LoopbackConnection(Descriptor(number), self, loop)
      let (isWelcome, idle) = state.withLock { $0.admit(connection) }
      idle?.finish(nil)
      if isWelcome { connection.start(within: Self.headTime) }
    }
  }

  /// What cannot be taken stays there, and would be seen again and again.
  private func rest() {
    loop.unwatch(socket.number)
    _ = loop.schedule(at: loop.now + Self.restTime) { [weak self] in
      guard let self, !state.withLock({ $0.isClosed }) else { return }
      watch()
    }
  }

  /// A whole request has come.
  func took(_ request: LoopbackConnection) {
    let (waiter, answer) = state.withLock { state in
      if let answer = state.answer {
        return (CheckedContinuation<LoopbackConnection?, Never>?.none, CallbackPage?.some(answer))
      }
      if state.waiter == nil { state.requests.append(request) }
      defer { state.waiter = nil }
      return (state.waiter, nil)
    }
    if let answer { return request.answer(answer) }
    waiter?.resume(returning: request)
  }

  func dropped(_ connection: LoopbackConnection) {
    state.withLock { $0.connections.removeAll { $0 === connection } }
  }
}
