//  ProxyTests.swift - through a proxy, and past one. The proxy is a socket on loopback.

import CurlTransport
import EventLoop
import Platform
import SSOOIDC
import TestSupport
import Testing

@Suite struct `A proxy` {
  @Test func `gets plain http in absolute form, with its credentials`() async throws {
    let log = Log<ReceivedRequest>()
    let proxy = try TestServer { connection in
      if let request = connection.readRequest() { log.add(request) }
      connection.answer("200 OK", "from proxy")
    }

    let response = try await fetch(
      .get("http://service.invalid/a"),
      environment: ["HTTP_PROXY": "http://me:p%40ss@127.0.0.1:\(proxy.port)"]
    ).get()

    #expect(response.body == Array("from proxy".utf8))
    #expect(log.all.map(\.line) == ["GET http://service.invalid/a HTTP/1.1"])
    #expect(log.all.flatMap(\.headers).contains("Proxy-Authorization: Basic bWU6cEBzcw=="))
  }

  @Test func `N15 that answers 407 is named without its credentials`() async throws {
    let proxy = try TestServer { connection in
      while connection.readRequest() != nil {
        connection.answer("407 Proxy Authentication Required")
      }
    }
    for url in ["http://service.invalid/", "https://service.invalid/"] {
      let error = try await failure(
        of: .post(url), environment: ["all_proxy": "me:secret@127.0.0.1:\(proxy.port)"])

      #expect(error.code == .proxy)
      #expect(error.message.contains("proxy 127.0.0.1:\(proxy.port)"))
      #expect(error.message.contains("407"))
      #expect(!error.message.contains("secret"))
      #expect(error.host == "service.invalid")
      #expect(error.delivery == (url.hasPrefix("https") ? .neverSent : .maybeReceived))
    }
  }

  @Test func `at which nothing listens is the proxy's fault, not the service's`() async throws {
    let port = try TestServer.deadPort()
    let error = try await failure(
      of: .get("http://service.invalid/"), environment: ["http_proxy": "http://127.0.0.1:\(port)"])
    #expect(error.code == .proxy)
    #expect(error.message.contains("proxy 127.0.0.1:\(port)"))
    #expect(error.delivery == .neverSent)
  }

  @Test(arguments: ["http://me:secret@:bad", "gopher://me:secret@x", "http://", "me:secret@a b"])
  func `N16 whose variable is malformed is refused without showing it`(value: String) async throws {
    let error = try await failure(
      of: .get("http://service.invalid/"), environment: ["http_proxy": value])
    #expect(error.code == .proxy)
    #expect(error.message.contains("http_proxy"))
    #expect(!error.message.contains("secret"))
    #expect(error.delivery == .neverSent)
  }

  @Test(arguments: ["127.0.0.1", "localhost"])
  func `N16 never stands before this machine`(host: String) async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.answer()
    }
    let dead = "http://127.0.0.1:\(try TestServer.deadPort())"
    let response = try await fetch(
      .get("http://\(host):\(server.port)/"),
      environment: ["http_proxy": dead, "HTTP_PROXY": dead, "ALL_PROXY": dead, "no_proxy": ""]
    ).get()
    #expect(response.status == 200)
  }

  @Test func `is used by the requests it is for, each with its own header lines`() async throws {
    let log = Log<String>()
    func server(_ name: String) throws -> TestServer {
      try TestServer { connection in
        while let request = connection.readRequest() {
          let mark = request.headers.first { $0.hasPrefix("X-Mark") } ?? ""
          log.add("\(name): \(request.line.split(separator: " ")[1]) \(mark)")
          connection.answer()
        }
      }
    }
    let (proxy, service) = (try server("proxy"), try server("service"))
    let environment = ["http_proxy": "http://127.0.0.1:\(proxy.port)"]
    try await withTransport(environment: environment) { transport, _ in
      for url in ["http://service.invalid/a", service.url, "http://service.invalid/b"] {
        let request = HTTPRequest(method: "GET", url: url, headers: ["X-Mark": "1"])
        let response = try await transport.send(request)
        #expect(response.status == 200)
      }
    }
    #expect(
      log.all == [
        "proxy: http://service.invalid/a X-Mark: 1", "service: / X-Mark: 1",
        "proxy: http://service.invalid/b X-Mark: 1",
      ])
  }

  @Test func `is chosen without a look at the variables of the process`() async {
    // In a process of its own: variables are the whole process's.
    await #expect(processExitsWith: .success) {
      for name in ["no_proxy", "NO_PROXY"] { #expect(unsafe setenv(name, "*", 1) == 0) }
      let dead = "http://127.0.0.1:\(try TestServer.deadPort())"
      for name in ["all_proxy", "ALL_PROXY"] { #expect(unsafe setenv(name, dead, 1) == 0) }
      let proxy = try TestServer { connection in
        _ = connection.readRequest()
        connection.answer()
      }
      let through = try await fetch(
        .get("http://service.invalid/"),
        environment: ["http_proxy": "http://127.0.0.1:\(proxy.port)"])
      #expect(try through.get().status == 200)
      for name in ["no_proxy", "NO_PROXY"] { #expect(unsafe unsetenv(name) == 0) }
      let server = try MailServer()
      var mail = Mail(
        url: server.url, sender: "me@a.example", recipients: ["you@b.example"],
        message: Array("x\r\n".utf8))
      mail.needsTLS = false
      try await CurlMail().send(mail)
      #expect(server.messages == ["x\n"])
    }
  }

  @Test func `407 of the service itself is an answer`() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.answer("407 Odd")
    }
    #expect(try await fetch(.get(server.url)).get().status == 407)
  }

  @Test(.enabled(if: TestAuthority.isPossible, "needs the openssl command"))
  func `407 of the service behind a tunnel is an answer, too`() async throws {
    let authority = try TestAuthority()
    let service = try TLSServer(
      authority.certificate(for: "DNS:service.invalid"),
      saying: "HTTP/1.1 407 Odd\r\nContent-Length: 0\r\n\r\n")
    let port = service.port
    let proxy = try TestServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.send("HTTP/1.1 200 Connection established\r\n\r\n")
      tunnel(connection, to: port)
    }
    let response = try await fetch(
      .get("https://service.invalid/").with { $0.caBundle = authority.file },
      environment: ["https_proxy": "http://127.0.0.1:\(proxy.port)"]
    ).get()
    #expect(response.status == 407)
  }

  @Test func `that tunnels shows nothing of its own in the response`() async throws {
    let authority = try TestAuthority()
    let service = try TLSServer(authority.certificate(for: "DNS:service.invalid"))
    let port = service.port
    let log = Log<String>()
    let proxy = try TestServer { connection in
      guard let request = connection.readRequest() else { return }
      log.add(request.line)
      connection.send("HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n")
      tunnel(connection, to: port)
    }

    let response = try await fetch(
      .get("https://service.invalid:8443/").with { $0.caBundle = authority.file },
      environment: ["https_proxy": "http://127.0.0.1:\(proxy.port)"]
    ).get()

    #expect(response.status == 200)
    #expect(response.headers["X-Proxy"] == nil)
    #expect(log.all == ["CONNECT service.invalid:8443 HTTP/1.1"])
  }
}
