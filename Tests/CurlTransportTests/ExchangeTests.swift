//  ExchangeTests.swift - requests and responses as they should be.

import CurlTransport
import EventLoop
import SSOOIDC
import TestSupport
import Testing

@Suite struct `An exchange` {
  @Test func `sends method, path, headers and body as given, and nothing of libcurl's own`()
    async throws
  {
    let log = Log<ReceivedRequest>()
    let server = try TestServer { connection in
      if let request = connection.readRequest() { log.add(request) }
      connection.answer()
    }
    var request = HTTPRequest.post("\(server.url)token?a=%20b#part", "{\"a\":1}")
    request.headers.append("X-Empty", "")
    request.headers.append("Host", "elsewhere.example")
    request.headers.append("content-length", "4711")

    _ = try await fetch(request).get()

    #expect(log.all.map(\.line) == ["POST /token?a=%20b HTTP/1.1"])
    #expect(log.all.map(\.body) == ["{\"a\":1}"])
    #expect(
      Set(log.all.flatMap(\.headers)) == [
        "Host: 127.0.0.1:\(server.port)", "Content-Type: application/json", "X-Empty:",
        "Accept-Encoding: gzip, deflate", "Content-Length: 7",
      ])
  }

  @Test(arguments: [
    ("GET", "", "GET"), ("POST", "", "POST"), ("PUT", "x", "PUT"), ("DELETE", "", "DELETE"),
    ("GET", "x", "GET"), ("PATCH", "x", "PATCH"),
  ])
  func `keeps the method, with and without a body`(method: String, body: String, word: String)
    async throws
  {
    let log = Log<ReceivedRequest>()
    let server = try TestServer { connection in
      if let request = connection.readRequest() { log.add(request) }
      connection.answer()
    }

    let request = HTTPRequest(method: method, url: server.url, body: Array(body.utf8))
    _ = try await fetch(request).get()

    #expect(log.all.map(\.line) == ["\(word) / HTTP/1.1"])
    #expect(log.all.map(\.body) == [body])
  }

  @Test func `of HEAD does not wait for the body it is told of`() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
      connection.waitForClose()
    }
    let response = try await fetch(HTTPRequest(method: "HEAD", url: server.url)).get()
    #expect(response.body == [])
    #expect(response.headers["content-length"] == "10")
  }

  @Test func `gives status, header fields in order and body`() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.send(
        "HTTP/1.1 400 Bad Request\r\nX-Two:  b \r\nx-one: a\r\n folded\r\nX-Two: c\r\n"
          + "Content-Length: 4\r\n\r\nbody")
    }

    let response = try await fetch(.get(server.url)).get()

    #expect(response.status == 400)
    #expect(
      response.headers.map { "\($0.name)=\($0.value)" } == [
        "X-Two=b", "x-one=a folded", "X-Two=c", "Content-Length=4",
      ])
    #expect(response.body == Array("body".utf8))
  }

  @Test func `gives the last response only, without interim ones and trailers`() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.send("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n")
      connection.send("HTTP/1.1 200 OK\r\nX-Real: 1\r\nTransfer-Encoding: chunked\r\n\r\n")
      connection.send("2\r\nok\r\n0\r\nX-Trailer: 1\r\n\r\n")
    }

    let response = try await fetch(.get(server.url)).get()

    #expect(response.status == 200)
    #expect(response.headers.map(\.name) == ["X-Real", "Transfer-Encoding"])
    #expect(response.body == Array("ok".utf8))
  }

  @Test(arguments: [301, 302, 303, 307, 308])
  func `N18, N19 gives a redirect as it is and follows none`(status: Int) async throws {
    let log = Log<String>()
    let server = try TestServer { connection in
      while let request = connection.readRequest() {
        log.add(request.line)
        connection.answer("\(status) Moved", headers: "Location: /other\r\n")
      }
    }

    let response = try await fetch(.post(server.url)).get()

    #expect(response.status == status)
    #expect(response.headers["location"] == "/other")
    #expect(log.all == ["POST / HTTP/1.1"])
  }

  @Test func `undoes gzip`() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      let body: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 203, 72, 205, 201, 201, 7, 0, 134, 166, 16, 54, 5, 0, 0, 0,
      ]
      connection.send(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n")
      connection.send(body)
    }
    let response = try await fetch(.get(server.url)).get()
    #expect(String(decoding: response.body, as: UTF8.self) == "hello")
  }

  @Test func `keeps no cookies`() async throws {
    let log = Log<String>()
    let server = try TestServer { connection in
      while let request = connection.readRequest() {
        request.headers.filter { $0.lowercased().hasPrefix("cookie") }.forEach(log.add)
        connection.answer(headers: "Set-Cookie: a=b\r\n")
      }
    }
    try await withTransport { transport, _ in
      for _ in 0..<2 { _ = try await transport.send(.get(server.url)) }
    }
    #expect(log.all == [])
  }

  @Test func `falls back from ::1 to 127.0.0.1 (N02)`() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.answer()
    }
    #expect(try await fetch(.get("http://localhost:\(server.port)/")).get().status == 200)
  }

  @Test func `of two megabytes up and one down arrives whole`() async throws {
    let log = Log<Int>()
    let server = try TestServer { connection in
      log.add(connection.readRequest()?.body.utf8.count ?? 0)
      connection.answer("200 OK", String(repeating: "x", count: 1 << 20))
    }
    let response = try await fetch(.post(server.url, String(repeating: "y", count: 2 << 20))).get()
    #expect(log.all == [2 << 20])
    #expect(response.body.count == 1 << 20)
  }

  @Test func `library version names libcurl`() throws {
    #expect(try CurlTransport.libraryVersion().hasPrefix("libcurl/"))
  }
}
