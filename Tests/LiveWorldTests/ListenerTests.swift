//  ListenerTests.swift - the port that a browser comes back to, with real sockets.

import EventLoop
import Platform
import SSOOIDC
import TestSupport
import Testing

@testable import LiveWorld

@Suite struct `The head of a request` {
  private func read(_ text: String) -> RequestHead { RequestHead(Array(text.utf8), port: 8400) }

  @Test func `is complete at its empty line`() {
    #expect(read("GET /a?b HTTP/1.1\r\nHost: 127.0.0.1:8400\r\n") == .incomplete)
    #expect(
      read("GET /a?b HTTP/1.1\r\nHost: 127.0.0.1:8400\r\nAccept: */*\r\n\r\n") == .target("/a?b"))
    #expect(read("GET / HTTP/1.0\r\nhOST:\tLOCALHOST:8400 \r\n\r\n") == .target("/"))
  }

  @Test func `may hold any text in fields that are not read`() {
    let fields = "Host: 127.0.0.1:8400\r\nCookie: name=Ångström\r\nUser-Agent: a\tb\r\nX:\r\n\r\n"
    #expect(read("GET / HTTP/1.1\r\n" + fields) == .target("/"))
    let cookie = "Cookie: " + String(repeating: "a", count: 48 << 10)
    #expect(
      read("GET / HTTP/1.1\r\nHost: localhost:8400\r\n\(cookie)\r\n\r\n") == .target("/"))
  }

  @Test(arguments: [
    ("POST / HTTP/1.1\r\nHost: 127.0.0.1:8400\r\n\r\n", 405), ("GET / HTTP/1.1\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
    ("GET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n", 421),
    ("GET / HTTP/1.1\r\nHost: 127.0.0.1:8400\r\nHost: x\r\n\r\n", 400),
    ("GET http://127.0.0.1:8400/ HTTP/1.1\r\nHost: 127.0.0.1:8400\r\n\r\n", 400),
    ("GET / HTTP/2.0\r\nHost: 127.0.0.1:8400\r\n\r\n", 400), ("GET /\r\n\r\n", 400),
    ("\u{16}\u{3}\u{1}\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost : 127.0.0.1:8400\r\n\r\n", 400),
    ("GET /ä HTTP/1.1\r\nHost: 127.0.0.1:8400\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: ä\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\tb\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHöst: 127.0.0.1:8400\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n folded\r\nHost: 127.0.0.1:8400\r\n\r\n", 400),
  ])
  func `that is not for us is refused`(text: String, status: Int) {
    #expect(read(text) == .refused(status))
  }

  @Test func `has a limit`() {
    #expect(read("GET /" + String(repeating: "a", count: 64 << 10)) == .refused(431))
    let line = "GET / HTTP/1.1\r\nCookie: " + String(repeating: "a", count: 64 << 10)
    #expect(read(line + "\r\n\r\n") == .refused(431))
  }
}

@Suite struct `A port to come back to` {
  let loop: EventLoop
  let door: LiveListener

  init() throws {
    loop = try EventLoop()
    door = LiveListener(loop: loop)
  }

  /// Runs `body` on the loop, as a script is: beside it, poll(2) could still hold a closed socket.
  private func running(_ body: @escaping @Sendable () async throws -> Void) async throws {
    let thread = try EventLoop.runOnThread(name: "test loop") { [loop] in loop.run() }
    let result = await Task(executorPreference: loop.taskExecutor) { try await body() }.result
    loop.stop()
    thread.join()
    try result.get()
  }

  private func get(_ target: String, _ port: Int) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      do throws(EventLoopError) {
        try EventLoop.runOnThread(stackSize: 1 << 20, name: "browser") {
          let text = "GET \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n"
          continuation.resume(with: Result { try exchangeText(text, port: port) })
        }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  @Test func `gives requests and answers them with a page that needs nothing else`() async throws {
    try await running {
      let listener = try await door.listen(ports: [0])
      async let answer = get("/oauth/callback?code=1", listener.port)
      let request = try #require(await listener.next())
      #expect(request.target == "/oauth/callback?code=1")
      request.answer(CallbackPage(status: 200, html: "<p>hello</p>"))
      let text = try await answer
      #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.hasSuffix("\r\n\r\n<p>hello</p>"))
      #expect(text.contains("Content-Security-Policy: default-src 'none'"))
      listener.close()
    }
  }

  @Test func `hears of a request once, whatever else its browser sends`() async throws {
    try await running {
      let listener = try await door.listen(ports: [0])
      let head = { (target: String) in
        "GET \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(listener.port)\r\n\r\n"
      }
      let first = try sendText(head("/a"), port: listener.port)
      #expect(await listener.next()?.target == "/a")
      _ = sendSome(Array("more".utf8), to: first)
      let second = try sendText(head("/b"), port: listener.port)
      #expect(await listener.next()?.target == "/b")
      listener.close()
      for socket in [first, second] { closeSocket(socket) }
    }
  }

  @Test func `F22 answers later requests by itself, and those of others with a refusal`()
    async throws
  {
    try await running {
      let listener = try await door.listen(ports: [0])
      listener.answerAll(with: CallbackPage(status: 200, html: "done"))
      #expect(try await get("/", listener.port).hasSuffix("done"))
      let refusal = try await get("no-path", listener.port)
      #expect(refusal.hasPrefix("HTTP/1.1 400 "))
      #expect(refusal.contains("<p>The request was not understood.</p>"))
      listener.close()
    }
  }

  @Test func `F20 takes the next port when the first is taken`() async throws {
    try await running {
      let first = try await door.listen(ports: [0])
      let second = try await door.listen(ports: [first.port, 0])
      #expect(second.port != first.port)
      await #expect(throws: ListenerError.self) {
        try await door.listen(ports: [first.port])
      }
      first.close()
      second.close()
    }
  }

  @Test func `F19 is free at once after it was closed, and wakes whoever waits`() async throws {
    try await running {
      let listener = try await door.listen(ports: [0])
      let idle = try connectWithoutWaiting(listener.port)
      let port = listener.port
      let waiter = Task { await listener.next() == nil }
      listener.close()
      #expect(await waiter.value)
      #expect(await listener.next() == nil)
      #expect(try await get("/", port).isEmpty)
      closeSocket(idle)
    }
  }

  @Test func `F19 is free again at once after it has answered`() async throws {
    try await running {
      var isFree = false
      for _ in 1...5 where !isFree { isFree = try await isFreeAgain() }
      #expect(isFree)
    }
  }

  /// Whether a port can be had again; any other program may have taken it, but not five in a row.
  private func isFreeAgain() async throws -> Bool {
    let first = try await door.listen(ports: [0])
    first.answerAll(with: CallbackPage(status: 200, html: "done"))
    #expect(try await get("/", first.port).hasSuffix("done"))
    first.close()
    guard let second = try? await door.listen(ports: [first.port]) else { return false }
    defer { second.close() }
    return second.port == first.port
  }

  @Test func `F22 has room for a browser among connections that ask for nothing`() async throws {
    try await running {
      let listener = try await door.listen(ports: [0])
      listener.answerAll(with: CallbackPage(status: 200, html: "done"))
      let idle = try (1...20).map { _ in try connectWithoutWaiting(listener.port) }
      #expect(try await get("/", listener.port).hasSuffix("done"))
      listener.close()
      idle.forEach(closeSocket)
    }
  }

  @Test func `F22 keeps a browser that has asked, however many connections ask for nothing`()
    async throws
  {
    try await running {
      let listener = try await door.listen(ports: [0])
      async let answer = get("/a", listener.port)
      let request = try #require(await listener.next())
      let idle = try (1...20).map { _ in try connectWithoutWaiting(listener.port) }
      async let last = get("/b", listener.port)
      // All that came before it were looked at.
      #expect(await listener.next()?.target == "/b")
      request.answer(CallbackPage(status: 200, html: "yours"))
      #expect(try await answer.hasSuffix("yours"))
      listener.close()
      #expect(try await last.hasPrefix("HTTP/1.1 503 "))
      idle.forEach(closeSocket)
    }
  }

  @Test func `answers at its end those who were not answered, as all are answered`() async throws {
    try await running {
      let listener = try await door.listen(ports: [0])
      async let answer = get("/a", listener.port)
      let request = try #require(await listener.next())
      listener.answerAll(with: CallbackPage(status: 200, html: "done"))
      listener.close()
      #expect(try await answer.hasSuffix("done"))
      #expect(request.target == "/a")
    }
  }

  @Test func `ends its wait when the task is cancelled`() async throws {
    try await running {
      let listener = try await door.listen(ports: [0])
      let task = Task { await listener.next() == nil }
      task.cancel()
      #expect(await task.value)
      listener.close()
    }
  }
}
