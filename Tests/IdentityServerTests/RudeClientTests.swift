//  RudeClientTests.swift - what is not quite HTTP, over real sockets.

#if Server
  import Foundation
  import IdentityService
  import NIOCore
  import StrictJSON
  import Testing

  @testable import IdentityServer

  @Suite struct `A rude client` {
    private static let get = "GET /healthz HTTP/1.1\r\n"
    private static let post = "POST /token HTTP/1.1\r\nHost: localhost\r\n"
    private static let smuggled = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test(arguments: [
      post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
      post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}" + smuggled,
      post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
      post + "Content-Length: 2, 2\r\n\r\n{}", post + "Content-Length: +2\r\n\r\n{}",
      post + "Content-Length: 0x2\r\n\r\n{}", post + "Content-Length: -2\r\n\r\n{}",
      post + "Content-Length: 99999999999999999999\r\n\r\n{}",
      post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
      post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      post + "Transfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n",
      post + "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
      post + "Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n",
      post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n",
      "GET /healthz HTTP/1.1\nHost: localhost\n\n", get + "Host: localhost\nX: y\r\n\r\n",
      get + "Host: localhost\rX: y\r\n\r\n", get + "Host: localhost\r\nX: a\r\n b\r\n\r\n",
      get + "Host : localhost\r\n\r\n", post + "Content-Length : 2\r\n\r\n{}",
      get + " X: y\r\nHost: localhost\r\n\r\n", get + "Host: localhost\r\nX: a\0b\r\n\r\n",
      get + "Host: localhost\r\nHost: 127.0.0.1\r\n\r\n",
      "GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "GET http://evil.example?localhost HTTP/1.1\r\nHost: localhost\r\n\r\n",
      get + "Host: localhost:http\r\n\r\n", get + "Host: [::1]x\r\n\r\n",
    ])
    func `S28 is refused once, and what follows is not looked at`(request: String) async throws {
      try await withServer { server in
        let response = await exchange(port: server.port, request)

        #expect(response.status == 400)
        #expect(response.headers["connection"] == "close")
        #expect(!response.body.contains("HTTP/1.1"))
        #expect(await server.send("GET", "/healthz").status == 200)
      }
    }

    @Test(arguments: [
      "Host: localhost:1 \t", "Host: [::1]\t", "Host: localhost\r\nTransfer-Encoding: Chunked ",
    ])
    func `S28 may leave blanks behind a value`(field: String) async throws {
      try await withServer { server in
        let request = "GET /healthz HTTP/1.1\r\n\(field)\r\n\r\n0\r\n\r\n"
        #expect(await exchange(port: server.port, request, ending: true).status == 200)
      }
    }

    @Test(arguments: ["gzip, chunked", "Chunked;q=1, chunked", "xchunked"])
    func `S28 hears that its transfer coding is not understood`(coding: String) async throws {
      try await withServer { server in
        let response = await exchange(
          port: server.port, Self.post + "Transfer-Encoding: \(coding)\r\n\r\n2\r\n{}\r\n0\r\n\r\n")

        #expect(response.status == 501)
        #expect(response.headers["connection"] == "close")
      }
    }

    @Test(arguments: [
      "X: " + String(repeating: "a", count: 8300),
      (0..<70).map { "X\($0): a" }.joined(separator: "\r\n"),
      (0..<40).map { "X\($0): " + String(repeating: "a", count: 1000) }.joined(separator: "\r\n"),
      "X: " + String(repeating: "a", count: 400_000),
    ])
    func `S29 hears that a head is too large`(headers: String) async throws {
      try await withServer { server in
        let response = await exchange(
          port: server.port, Self.get + "Host: localhost\r\n\(headers)\r\n\r\n")

        #expect(response.status == 431)
        #expect(response.headers["connection"] == "close")
      }
    }

    @Test(arguments: [
      "GET /healthz HTT", "POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{",
    ])
    func `S30 is told that the time is over`(start: String) async throws {
      try await withServer {
        $0.patience = ConnectionPhase.Patience(head: .milliseconds(50), body: .milliseconds(50))
      } _: { server in
        let response = await exchange(port: server.port, start)

        #expect(response.status == 408)
        #expect(response.headers["connection"] == "close")
      }
    }

    @Test func `S30 is told so whenever a time is over, also if an earlier one was not`()
      async throws
    {
      try await withServer {
        $0.patience = ConnectionPhase.Patience(head: .milliseconds(150), body: .milliseconds(100))
      } _: { server in
        // The body comes within its time, which ends while the head of the next request is awaited.
        let waiting = Self.post + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        let response = await exchange(port: server.port, steps: [waiting, "{}", "GET /healthz HT"])

        #expect("\(response.status) \(response.body)".contains("408"))
      }
    }

    @Test func `S31 is not counted any more once it has gone`() async throws {
      try await withServer {
        $0.maxConnections = 2
      } _: { server in
        for _ in 0..<3 { _ = await exchange(port: server.port, Self.get, ending: true) }

        var response = await server.send("GET", "/healthz")
        // The end of a connection is seen here before the server has taken note of it.
        for _ in 0..<100 where response.status == 503 {
          response = await server.send("GET", "/healthz")
        }
        #expect(response.status == 200)
      }
    }

    @Test func `S33 sends requests in a row and gets as many answers`() async throws {
      try await withServer { server in
        let last = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        let response = await exchange(
          port: server.port, Self.smuggled + Self.smuggled + last)

        #expect(response.status == 200)
        #expect(response.body.components(separatedBy: "HTTP/1.1 200").count == 3)
      }
    }

    @Test(arguments: [
      ("TRACE", "/healthz", 405), ("TRACE", "/token", 405), ("CONNECT", "localhost:80", 405),
      ("OPTIONS", "/token", 405), ("POST", "/healthz", 405), ("HEAD", "/healthz", 200),
      ("BREW", "/healthz", 400),
    ])
    func `S33 has its methods told apart`(method: String, path: String, status: Int) async throws {
      try await withServer { server in
        let response = await server.send(method, path)

        #expect(response.status == status)
        #expect(status != 405 || response.headers["allow"] != nil)
      }
    }

    @Test(arguments: ["/healthz", "/healthz?a", "?a", ""])
    func `S33 may name the host in its request line, too`(target: String) async throws {
      try await withServer { server in
        let response = await exchange(
          port: server.port,
          "GET http://LocalHost\(target) HTTP/1.1\r\nHost: localhost\r\n"
            + "Connection: close\r\n\r\n")

        #expect(response.status == 200)
      }
    }

    @Test(arguments: ["", "Host:\r\n", "Host: \r\nX-Host: localhost\r\n"])
    func `a request of HTTP 1.1 names its host, or is the last of its connection`(
      headers: String
    ) async throws {
      try await withServer { server in
        let response = await exchange(
          port: server.port, "GET /healthz HTTP/1.1\r\n\(headers)\r\n\(Self.smuggled)")

        #expect(response.status == 400 && response.body == "The request names no host.\n")
        #expect(response.headers["connection"] == "close")
      }
    }

    @Test(arguments: ["", "Host: localhost\r\n", "Connection: keep-alive\r\n"])
    func `S34 speaks HTTP 1.0, with a Host or without, and is let go`(header: String) async throws {
      try await withServer { server in
        let response = await exchange(
          port: server.port, "GET /healthz HTTP/1.0\r\n\(header)\r\n")

        #expect(response.status == 200 && response.body == "ok\n")
        #expect(response.headers["connection"] == "close")
      }
    }

    @Test(arguments: ["HTTP/1.0\r\nConnection: keep-alive", "HTTP/1.1\r\nConnection: close"])
    func `S34 acts on nothing that follows the last request of a connection`(last: String)
      async throws
    {
      try await withServer { server in
        let logout = "GET /logout HTTP/1.1\r\nHost: localhost\r\n\r\n"
        let response = await exchange(
          port: server.port, "GET /healthz \(last)\r\nHost: localhost\r\n\r\n\(logout)\(logout)")

        #expect(response.body == "ok\n")
        let journal = await server.control("GET", "/requests")
        #expect(journal.json["requests"]?.asArray?.count == 0)
      }
    }

    @Test func `S31 at the cap an idle connection makes room`() async throws {
      try await withServer {
        $0.maxConnections = 4
      } _: { server in
        // Event loops meet their connections in an order of their own. The end of one means that the
        // fifth has come, so that the one that asks is the newest.
        let idle = (0..<5).map { _ in IdleConnection(port: server.port) }

        #expect(IdleConnection.isOneClosedByServer(idle))
        #expect(await server.send("GET", "/healthz").status == 200)
      }
    }

    @Test func `S32 one address has its share of the connections, others theirs`() async throws {
      try await withServer {
        $0.maxConnectionsPerAddress = 2
      } _: { server in
        let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        // One whose bytes the server has not read yet still counts as idle, and may be closed; so may
        // the one that asks.
        var busy: [IdleConnection] = []
        var refused = await exchange(port: server.port, request)
        for _ in 0..<100 where refused.status != 429 {
          busy.append(IdleConnection(port: server.port, sending: "GET /healthz HTTP/1.1\r\n"))
          refused = await exchange(port: server.port, request)
        }
        let other = await exchange(port: server.port, request, from: 2)

        #expect(refused.status == 429 && refused.body.contains("your address"))
        #expect(other.status == 200)
        #expect(busy.count >= 2)
      }
    }

    @Test func `S32 idle connections of the same address make room first`() async throws {
      try await withServer {
        $0.maxConnectionsPerAddress = 2
      } _: { server in
        // In whichever order the server comes to know them, one must go for the third, and another
        // for the one that asks.
        let idle = (0..<3).map { _ in IdleConnection(port: server.port) }

        #expect(IdleConnection.isOneClosedByServer(idle))
        #expect(await server.send("GET", "/healthz").status == 200)
      }
    }

    @Test func `S32 starts beyond an address's share are told to slow down`() async throws {
      try await withServer {
        $0.service.limits.startsPerAddress = 1
      } _: { server in
        let client = try await server.post(
          "/client/register", ["clientName": "a", "clientType": "public"])
        let start = try await server.post(
          "/device_authorization",
          client.authenticated(["startUrl": .string(server.announcement.startURL)]))

        #expect(client.status == 200 && start.status == 400)
        #expect(start.headers["x-amzn-errortype"]?.hasPrefix("SlowDownException") == true)
      }
    }

    @Test func `a body that is cut short is not taken for a whole one`() async throws {
      try await withServer { server in
        let body = #"{"clientName":"a","clientType":"public"}"#
        _ = await exchange(
          port: server.port,
          "POST /client/register HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Length: \(body.utf8.count + 1)\r\n\r\n" + body, ending: true)

        let journal = await server.control("GET", "/requests")
        #expect(journal.json["requests"]?.asArray?.isEmpty == true)
      }
    }
  }
#endif
