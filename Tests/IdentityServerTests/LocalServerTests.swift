//  LocalServerTests.swift - the whole server over real sockets.

#if Server
  import Foundation
  import IdentityServer
  import IdentityService
  import StrictJSON
  import TestSupport
  import Testing

  @Suite struct `A server` {
    @Test func `takes a whole device login`() async throws {
      try await withServer { server in
        let client = try await server.post(
          "/client/register",
          ["clientName": "laptop", "clientType": "public", "scopes": ["sso:account:access"]])
        let flow = try await server.post(
          "/device_authorization",
          client.authenticated(["startUrl": .string(server.announcement.startURL)]))
        let poll = client.authenticated([
          "grantType": "urn:ietf:params:oauth:grant-type:device_code",
          "deviceCode": flow.json["deviceCode"] ?? .null,
        ])

        let pending = try await server.post("/token", poll)
        let code = flow.json["userCode"]?.asString ?? ""
        let approved = await server.control("POST", "/approve", #"{"userCode":"\#(code)"}"#)
        let token = try await server.post("/token", poll)
        let replay = try await server.post("/token", poll)

        #expect(flow.json["verificationUri"] == .string(server.announcement.endpoint + "/device"))
        #expect(pending.status == 400)
        #expect(
          pending.headers["x-amzn-errortype"]
            == "AuthorizationPendingException:"
            + "http://internal.amazon.com/coral/com.amazonaws.sso.oidc/")
        #expect(approved.json["status"] == "approved")
        #expect(token.status == 200 && token.json["tokenType"] == "Bearer")
        #expect(token.headers["pragma"] == "no-cache")
        #expect(replay.json["error"] == "invalid_grant")
      }
    }

    @Test func `announces a start URL of its directory, since it takes no other`() async throws {
      let url = "https://example.awsapps.com/start"
      try await withServer {
        $0.service.directory.startURLs = [url, "https://other.example/start"]
      } _: { server in
        #expect(server.announcement.startURL == url)
      }
    }

    @Test func `lives by a virtual clock, in dates too`() async throws {
      try await withServer { server in
        let before = await server.send("GET", "/healthz")
        let moved = await server.control("POST", "/clock", #"{"advance": 42.5}"#)
        let after = try await server.post("/client/register", [:])

        #expect(before.headers["date"] == "Thu, 01 Jan 2026 00:00:00 GMT")
        #expect(moved.json["now"] == "2026-01-01T00:00:42.500Z")
        #expect(after.headers["date"] == "Thu, 01 Jan 2026 00:00:42 GMT")
      }
    }

    @Test(arguments: [0, 2])
    func `that approves by itself sends a browser back with a code, no sooner than it says`(
      seconds: Int
    ) async throws {
      try await withServer {
        $0.service.approval = .after(.seconds(seconds))
        $0.clock = .system()
      } _: { server in
        let path = Self.authorizing(try await Waiting(at: server))
        let start = ContinuousClock.now

        let answer = await server.send("GET", path)
        let refusal = await server.send("GET", path + "&scope=nothing")

        let location = try #require(answer.headers["location"])
        #expect(answer.status == 303)
        #expect(location.hasPrefix("http://127.0.0.1:4711/oauth/callback?code="))
        #expect(ContinuousClock.now - start >= .seconds(seconds))
        #expect(refusal.headers["location"]?.contains("?error=") == true)
        let requests = await server.control("GET", "/requests").json["requests"]?.asArray ?? []
        #expect(requests.filter { $0.asObject?["operation"] == "Authorize" }.count == 2)
      }
    }

    private static func authorizing(_ waiting: Waiting) -> String {
      "/authorize?response_type=code&client_id=\(waiting.clientID)&code_challenge_method=S256"
        + "&redirect_uri=http://127.0.0.1:4711/oauth/callback&state=s&code_challenge="
        + String(repeating: "c", count: 43)
    }

    @Test func `that approves by itself decides nothing for a browser that has gone`() async throws
    {
      try await withServer {
        $0.service.approval = .after(.seconds(60))  // by a clock that nobody moves
        $0.maxConnectionsPerAddress = 1
      } _: { server in
        let path = Self.authorizing(try await Waiting(at: server))
        let request = "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n\r\n"
        #expect(await exchange(port: server.port, request, ending: true).body.isEmpty)
        #expect(await server.send("GET", "/healthz").status == 200)
        let requests = await server.control("GET", "/requests").json["requests"]?.asArray ?? []
        #expect(!requests.contains { $0.asObject?["operation"] == "Authorize" })
      }
    }

    @Test func `S27 answers only under its own names`() async throws {
      try await withServer { server in
        func status(_ host: String) async -> Int {
          await exchange(
            port: server.port, "GET /device HTTP/1.1\r\n\(host)Connection: close\r\n\r\n"
          ).status
        }
        #expect(await status("Host: 127.0.0.1:\(server.port)\r\n") == 200)
        #expect(await status("Host: LOCALHOST\r\n") == 200)
        #expect(await status("Host: [::1]:1\r\n") == 200)
        #expect(await status("Host: evil.example\r\n") == 421)
        #expect(await status("Host: 127.0.0.1.evil.example\r\n") == 421)
        #expect(await status("Host: :1\r\n") == 421)
      }
    }

    @Test func `S33 tells a client to go on before it says that the connection ends`() async throws
    {
      try await withServer { server in
        let response = await exchange(
          port: server.port,
          "POST /token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}")

        #expect(response.status == 100 && response.headers["connection"] == nil)
        #expect(PlainResponse(response.body).headers["connection"] == "close")
      }
    }

    @Test(arguments: ["Content-Length", "Transfer-Encoding"])
    func `S29 refuses a body over 64 KiB and closes`(framing: String) async throws {
      try await withServer { server in
        let body = String(repeating: "x", count: (64 << 10) + 1)
        let chunk = String(body.utf8.count, radix: 16) + "\r\n\(body)\r\n0\r\n\r\n"
        let head = "POST /token HTTP/1.1\r\nHost: localhost\r\n"
        let text =
          framing == "Content-Length"
          ? head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
          : head + "Transfer-Encoding: chunked\r\n\r\n" + chunk

        let response = await exchange(port: server.port, text)

        #expect(response.status == 413)
        #expect(response.headers["connection"] == "close")
        #expect(response.headers["x-amzn-errortype"]?.hasPrefix("InvalidRequestException:") == true)
        #expect(response.json["error_description"] == "The request body is too large")
        #expect(await server.send("GET", "/healthz").status == 200)
      }
    }

    @Test(arguments: [
      ("POST", "/device_authorization", 413, true), ("GET", "/token", 405, true),
      ("POST", "/device", 413, false), ("POST", "/control/approve", 413, false),
      ("POST", "/nowhere", 413, false), ("HEAD", "/token", 405, false),
    ])
    func `S29 refuses a body over 64 KiB in the words of who was asked`(
      method: String, path: String, status: Int, isJSON: Bool
    ) async throws {
      try await withServer { server in
        let response = await server.send(
          method, path, body: String(repeating: "x", count: (64 << 10) + 1))
        let journal = await server.control("GET", "/requests")

        #expect(response.status == status && response.headers["connection"] == "close")
        #expect(response.body.isEmpty == (method == "HEAD"))
        #expect(response.json.keys.contains("error_description") == isJSON)
        #expect(journal.body.contains(path) == (isJSON || method == "HEAD"))
      }
    }

    @Test func `S29 refuses a body that is too long for the portal in the portal's words`()
      async throws
    {
      try await withServer { server in
        let response = await server.send(
          "POST", "/logout", body: String(repeating: "x", count: (64 << 10) + 1))

        #expect(response.status == 413)
        #expect(response.json["message"] == "The request body is too large")
      }
    }

    @Test func `S33 tells a waiting client to go on, or not to`() async throws {
      try await withServer { server in
        let head = "POST /token HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"

        let short = await exchange(
          port: server.port, head + "Connection: close\r\nContent-Length: 2\r\n\r\n{}")
        let long = await exchange(port: server.port, head + "Content-Length: 999999\r\n\r\n")

        #expect(short.status == 100 && short.body.hasPrefix("HTTP/1.1 400 "))
        #expect(long.status == 413)
      }
    }

    @Test(arguments: [
      "GET /healthz HTTP/1.1", "POST /token HTTP/1.0\r\nContent-Length: 2",
      "POST /token HTTP/1.1\r\nContent-Length: 0",
    ])
    func `S33 S34 tells nobody to go on who sends no body, or knows no such word`(
      head: String
    ) async throws {
      try await withServer { server in
        let response = await exchange(
          port: server.port,
          head + "\r\nHost: localhost\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n{}")

        #expect(response.status == (head.hasPrefix("GET") ? 200 : 400))
      }
    }

    @Test(arguments: [
      "\u{1}\u{2}\u{3}\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", "GET\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
    ])
    func `S34 survives what is not HTTP`(bytes: String) async throws {
      try await withServer { server in
        let response = await exchange(port: server.port, bytes)

        #expect([0, 400].contains(response.status))
        #expect(await server.send("GET", "/healthz").status == 200)
      }
    }

    @Test func `R8628-01 HEAD and other methods on operations are refused, HEAD without body`()
      async throws
    {
      try await withServer { server in
        let get = await server.send("GET", "/token")
        let head = await server.send("HEAD", "/token")

        #expect(get.status == 405 && get.headers["allow"] == "POST" && !get.body.isEmpty)
        #expect(head.status == 405 && head.body.isEmpty)
        #expect(head.headers["content-length"] == get.headers["content-length"])
      }
    }

    @Test func `S39 the journal tells what happened without secrets`() async throws {
      try await withServer { server in
        let client = try await server.post(
          "/client/register", ["clientName": "laptop", "clientType": "public"])
        let flow = try await server.post(
          "/device_authorization", client.authenticated(["startUrl": "https://a.example/"]))
        _ = try await server.post(
          "/token",
          client.authenticated([
            "grantType": "urn:ietf:params:oauth:grant-type:device_code",
            "deviceCode": flow.json["deviceCode"] ?? .null,
          ]))
        _ = await server.send("GET", "/device?user_code=secret-in-query")
        _ = await server.send("GET", "/x/\(flow.json["deviceCode"]?.asString ?? "")/y")

        let journal = await server.control("GET", "/requests")
        let entries = journal.json["requests"]?.asArray?.compactMap(\.asObject) ?? []

        #expect(
          entries.map { $0["operation"]?.asString }
            == ["RegisterClient", "StartDeviceAuthorization", "CreateToken", nil, nil])
        #expect(entries.map { $0["status"]?.asInteger } == [200, 200, 400, 400, 404])
        #expect(entries.last?["path"] == "/x/…/y")
        let far = String(repeating: "/x", count: 96) + "/" + String(repeating: "a", count: 43)
        _ = await server.send("GET", far)
        let last = await server.control("GET", "/requests").json["requests"]?.asArray?.last?
          .asObject
        #expect(last?["path"]?.asString?.contains("aa") == false)
        #expect(
          entries.last { $0["grantType"] != .null }?["grantType"]
            == "urn:ietf:params:oauth:grant-type:device_code")
        #expect(entries.first?["time"] == "2026-01-01T00:00:00.000Z")
        for secret in [client.json["clientSecret"], flow.json["deviceCode"]] {
          let text = secret?.asString ?? ""
          #expect(!text.isEmpty && !journal.body.contains(text))
        }
        #expect(!journal.body.contains("secret-in-query"))
      }
    }

    @Test func `the journal knows of who asked for another name`() async throws {
      try await withServer { server in
        _ = await exchange(
          port: server.port, "GET /device HTTP/1.1\r\nHost: sso\r\n\r\n", ending: true)

        let entry = await server.control("GET", "/requests").json["requests"]?.asArray?.first?
          .asObject
        #expect(entry?["status"] == 421 && entry?["error"] == "misdirected_request")
      }
    }

    @Test func `says which port is taken`() async throws {
      try await withServer { server in
        var options = LocalServerOptions()
        options.port = server.port

        let error = await #expect(throws: LocalServerError.self) {
          try await LocalServer(options).run { _ in }
        }

        #expect(error?.code == .portInUse)
        #expect(error?.description.contains(String(server.port)) == true)
      }
    }

    @Test func `S40 takes no token file from the server that has the port`() async throws {
      let folder = try TestFolder()
      let file = folder.path + "/token"
      try await withServer {
        $0.controlTokenFile = file
      } _: { server in
        var options = LocalServerOptions()
        options.port = server.port
        options.controlTokenFile = file

        await #expect(throws: LocalServerError.self) {
          try await LocalServer(options).run { _ in }
        }

        let kept = try String(contentsOfFile: file, encoding: .utf8)
        #expect(kept == server.announcement.controlToken + "\n")
      }
    }

    @Test func `ends when its token file cannot be written, and says nothing of being ready`()
      async throws
    {
      var options = LocalServerOptions()
      options.port = 0
      options.controlTokenFile = "/nowhere/token"

      let error = await #expect(throws: LocalServerError.self) {
        try await LocalServer(options).run { _ in Issue.record("it is not ready") }
      }

      #expect(error?.code == .file)
    }

    @Test(arguments: ["localhost.invalid", "256.1.1.1", "127.0.0.1.invalid"])
    func `says that a host cannot be found, and not who could reach it`(host: String) async {
      var options = LocalServerOptions()
      options.host = host

      let error = await #expect(throws: LocalServerError.self) {
        try await LocalServer(options).run { _ in }
      }

      #expect(error?.code == .bind && error?.description.hasPrefix("\(host) is no address") == true)
    }

    @Test(arguments: ["0.0.0.0", "::", "192.0.2.1", "::ffff:192.0.2.1"])
    func `S41 is not reachable from other machines by mistake`(host: String) async {
      var options = LocalServerOptions()
      options.host = host

      let error = await #expect(throws: LocalServerError.self) {
        try await LocalServer(options).run { _ in }
      }

      #expect(error?.code == .publicAddress)
    }

    @Test(arguments: ["0.0.0.0", "::", "192.0.2.1"])
    func `R8628-04 speaks plain HTTP to other machines only when told to`(host: String) async {
      var options = LocalServerOptions()
      options.host = host
      options.exposure = .everyone

      let error = await #expect(throws: LocalServerError.self) {
        try await LocalServer(options).run { _ in }
      }

      #expect(error?.code == .plainHTTP)
      #expect(error?.description.contains("--tls") == true)
    }

    @Test(arguments: [nil, TLSVariant.trusted])
    func `R8628-04 speaks to other machines with TLS, or when told to`(
      tls: TLSVariant?
    ) async throws {
      try await withServer {
        $0.host = "0.0.0.0"
        $0.exposure = .everyone
        $0.tls = tls
        if tls == nil { $0.plainHTTP = .everywhere }
      } _: { server in
        #expect(server.port > 0)
      }
    }
  }
#endif
