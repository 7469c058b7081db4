//  ConnectionTests.swift - many transfers, kept connections, cancellation.

import CurlTransport
import EventLoop
import SSOOIDC
import TestSupport
import Testing

@Suite struct `Connections` {
  @Test func `are kept and used again`() async throws {
    let log = Log<Int>()
    let server = try TestServer { connection in
      while connection.readRequest() != nil {
        log.add(connection.number)
        connection.answer()
      }
    }
    try await withTransport { transport, _ in
      for _ in 0..<20 { _ = try await transport.send(.post(server.url)) }
    }
    #expect(log.all == Array(repeating: 0, count: 20))
  }

  @Test(arguments: ["GET", "POST"])
  func `N14 closed by the server between two requests are replaced silently`(method: String)
    async throws
  {
    let log = Log<Int>()
    let closed = Signal()
    let server = try TestServer { connection in
      _ = connection.readRequest()
      log.add(connection.number)
      connection.answer()
      _ = shutdownBoth(connection)
      closed.send()
    }
    try await withTransport { transport, _ in
      for _ in 0..<3 {
        let request = HTTPRequest(method: method, url: server.url)
        #expect(await transport.result(of: request).map(\.status) == .success(200))
        await closed.wait()
      }
    }
    #expect(log.all == [0, 1, 2])
  }

  @Test func `N08, N09, N10 closed after the request do not make a POST go out twice`() async throws
  {
    let log = Log<String>()
    let server = try TestServer { connection in
      while let request = connection.readRequest() {
        log.add("\(connection.number) \(request.body)")
        guard request.body != "second" else { return }
        connection.answer()
      }
    }
    try await withTransport { transport, _ in
      _ = try await transport.send(.post(server.url, "first"))

      let error = await transport.error(of: .post(server.url, "second"))

      #expect(error?.code == .incomplete)
      #expect(error?.delivery == .maybeReceived)
    }
    #expect(log.all == ["0 first", "0 second"])
  }

  @Test func `N07 closed after a GET are replaced and it goes out again`() async throws {
    let log = Log<Int>()
    let server = try TestServer { connection in
      var count = 0
      while connection.readRequest() != nil {
        log.add(connection.number)
        count += 1
        guard connection.number == 1 || count < 2 else { return connection.reset() }
        connection.answer()
      }
    }
    try await withTransport { transport, _ in
      for _ in 0..<2 {
        let response = try await transport.send(.get(server.url))
        #expect(response.status == 200)
      }
    }
    #expect(log.all == [0, 0, 1])
  }

  @Test func `N07 closed after a GET with a body do not make it go out twice`() async throws {
    let log = Log<String>()
    let server = try TestServer { connection in
      while let request = connection.readRequest() {
        log.add("\(connection.number) \(request.body)")
        guard request.body != "second" else { return connection.reset() }
        connection.answer()
      }
    }
    try await withTransport { transport, _ in
      let send = { (body: String) in
        HTTPRequest(method: "GET", url: server.url, body: Array(body.utf8))
      }
      _ = try await transport.send(send("first"))
      #expect(await transport.error(of: send("second"))?.delivery == .maybeReceived)
    }
    #expect(log.all == ["0 first", "0 second"])
  }

  @Test func `carry many transfers at once`() async throws {
    let server = try TestServer { connection in
      while let request = connection.readRequest() { connection.answer("200 OK", request.body) }
    }
    let bodies = try await withTransport { transport, _ in
      await withTaskGroup(of: String.self) { group in
        for number in 0..<200 {
          group.addTask {
            let result = await transport.result(of: .post(server.url, "\(number)"))
            return (try? String(decoding: result.get().body, as: UTF8.self)) ?? "\(result)"
          }
        }
        return await group.reduce(into: Set()) { $0.insert($1) }
      }
    }
    #expect(bodies == Set((0..<200).map(String.init)))
  }

  @Test func `beyond the limit wait in line`() async throws {
    var settings = CurlTransport.Settings()
    settings.maximumTransfers = 2
    let log = Log<Int>()
    let server = try TestServer { connection in
      while connection.readRequest() != nil {
        log.add(connection.number)
        connection.answer()
      }
    }
    let statuses = try await withTransport(settings: settings) { transport, _ in
      await withTaskGroup(of: Int?.self) { group in
        for _ in 0..<50 {
          group.addTask { try? await transport.send(.get(server.url)).status }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }
    #expect(statuses == Array(repeating: 200, count: 50))
    #expect(Set(log.all).isSubset(of: [0, 1]))
  }

  @Test func `in line end when their time is over, or by cancellation`() async throws {
    var settings = CurlTransport.Settings()
    settings.maximumTransfers = 1
    let arrived = Signal()
    let server = try TestServer { connection in
      _ = connection.readRequest()
      arrived.send()
      connection.waitForClose()
    }
    try await withTransport(settings: settings) { transport, _ in
      let first = Task { await transport.error(of: .get(server.url)) }
      await arrived.wait()
      let waiting = Task { await transport.error(of: .get(server.url)) }
      let late = await transport.error(
        of: .get(server.url).with { $0.timeout = .milliseconds(1) })
      waiting.cancel()
      let cancelled = await waiting.value
      first.cancel()

      #expect(late?.code == .timeout)
      #expect(late?.delivery == .neverSent)
      #expect(cancelled?.code == .cancelled)
      #expect(cancelled?.delivery == .neverSent)
      #expect(await first.value?.code == .cancelled)
    }
  }

  @Test func `of a cancelled task are closed at once`() async throws {
    let (arrived, closed) = (Signal(), Signal())
    let server = try TestServer { connection in
      _ = connection.readRequest()
      arrived.send()
      connection.waitForClose()
      closed.send()
    }
    try await withTransport { transport, _ in
      let task = Task { await transport.error(of: .post(server.url)) }
      await arrived.wait()

      task.cancel()

      let error = await task.value
      #expect(error?.code == .cancelled)
      #expect(error?.delivery == .maybeReceived)
      await closed.wait()
    }
  }

  @Test func `of a task that is cancelled in the handshake have carried nothing`() async throws {
    let arrived = Signal()
    let server = try TestServer { connection in
      _ = connection.receive(1)
      arrived.send()
      connection.waitForClose()
    }
    try await withTransport { transport, _ in
      let task = Task { await transport.error(of: .post("https://127.0.0.1:\(server.port)/")) }
      await arrived.wait()
      task.cancel()
      let error = await task.value
      #expect(error?.code == .cancelled)
      #expect(error?.delivery == .neverSent)
    }
  }

  @Test func `are not opened for a task that is cancelled already`() async throws {
    let log = Log<Int>()
    let server = try TestServer { log.add($0.number) }
    try await withTransport { transport, _ in
      let task = Task {
        while !Task.isCancelled { await Task.yield() }
        return await transport.error(of: .get(server.url))
      }
      task.cancel()
      let error = await task.value
      #expect(error?.code == .cancelled)
      #expect(error?.delivery == .neverSent)
    }
    #expect(log.all == [])
  }

  @Test func `hold up nothing else on the loop`() async throws {
    let arrived = Signal()
    let server = try TestServer { connection in
      _ = connection.readRequest()
      arrived.send()
      connection.waitForClose()
    }
    try await withTransport { transport, loop in
      let task = Task { await transport.error(of: .get(server.url)) }
      await arrived.wait()
      let turned = Signal()
      loop.schedule(at: loop.now) { turned.send() }
      await turned.wait()
      task.cancel()
      #expect(await task.value?.code == .cancelled)
    }
  }

  @Test func `serve callers on the loop without a detour`() async throws {
    let server = try TestServer { connection in
      while connection.readRequest() != nil { connection.answer() }
    }
    try await withTransport { transport, loop in
      let task = Task(executorPreference: loop.taskExecutor) {
        for _ in 0..<3 {
          _ = try await transport.send(.get(server.url))
          #expect(loop.isCurrent)
        }
      }
      try await task.value
    }
  }

  @Test func `cancelled at random leave no one waiting`() async throws {
    let server = try TestServer { connection in
      while connection.readRequest() != nil { connection.answer() }
    }
    let ended = try await withTransport { transport, _ in
      await withTaskGroup(of: Bool.self) { group in
        for number in 0..<200 {
          group.addTask {
            let task = Task { await transport.result(of: .get(server.url)) }
            for _ in 0..<(number % 7) { await Task.yield() }
            task.cancel()
            switch await task.value {
            case .success(let response): return response.status == 200
            case .failure(let error): return error.code == .cancelled
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }
    #expect(ended == Array(repeating: true, count: 200))
  }
}

extension CurlTransport {
  /// The error of a request that fails.
  func error(of request: HTTPRequest) async -> TransportError? {
    guard case .failure(let error) = await result(of: request) else { return nil }
    return error
  }
}
