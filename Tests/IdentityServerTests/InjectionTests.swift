//  InjectionTests.swift - SQL in whatever a client, a browser or a test can send (S25).

#if Server
  import GRDB
  import IdentityService
  import StrictJSON
  import Testing

  @testable import IdentityServer

  @Suite struct `SQL over the network` {
    private let folder = StateFolder()

    /// The tables and how many rows each has; guesses are counted, and may be.
    private static func rows(_ file: String) throws -> [String: Int] {
      var configuration = Configuration()
      configuration.readonly = true
      return try DatabaseQueue(path: file, configuration: configuration).read { db in
        let names = try String.fetchAll(
          db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'guesses'")
        return try names.reduce(into: [:]) { counts, name in
          counts[name] = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(name)")
        }
      }
    }

    /// Every operation with the payload in every text, one at a time.
    private static func attack(
      _ server: TestServer, _ client: JSONObject, _ payload: String
    ) async throws {
      let names = [
        "/device_authorization": ["clientId", "clientSecret", "startUrl"],
        "/token": [
          "clientId", "clientSecret", "grantType", "deviceCode", "code", "refreshToken",
          "codeVerifier", "redirectUri", "scope",
        ],
        "/token?aws_iam=t": ["clientId", "grantType", "assertion", "subjectToken", "code"],
      ]
      var good: JSONObject = ["grantType": "refresh_token", "refreshToken": "x", "code": "x"]
      for (name, value) in client { good[name] = value }
      for (path, names) in names {
        for name in names {
          var members = good
          members[name] = .string(payload)
          let status = try await server.post(path, .object(members)).status
          #expect([400, 401, 403].contains(status), "\(path) \(name)")
        }
      }
    }

    /// The pages, the portal and the control API.
    private static func attackOthers(_ server: TestServer, _ payload: String) async {
      let text = percentEncoded(payload)
      for path in [
        "/device?user_code=\(text)", "/device/confirm?request=\(text)",
        "/device/person?request=\(text)&find=\(text)", "/device/done?request=\(text)",
        "/authorize?client_id=\(text)&redirect_uri=\(text)&state=\(text)",
        "/assignment/accounts?max_result=\(text)&next_token=\(text)", "/\(text)",
      ] {
        let header = payload.filter { $0.isASCII && $0 >= " " }
        let headers = [
          "User-Agent: \(header)", "Cookie: ssoscript_session_\(server.port)=\(header)",
          "x-amz-sso_bearer_token: \(header)",
        ]
        let status = await server.send("GET", path, headers: headers).status
        #expect((200..<500).contains(status), "\(path)")
        let form = "user_code=\(text)&decision=\(text)&person=\(text)&form_token=\(text)"
        let posted = await server.send(
          "POST", String(path.prefix { $0 != "?" }), headers: headers, body: form)
        #expect((400..<500).contains(posted.status), "\(path)")
      }
      for path in ["/approve", "/deny", "/expire"] {
        let body = (try? JSON.object(["userCode": .string(payload)]).encoded()) ?? []
        let reply = await server.control("POST", path, String(decoding: body, as: UTF8.self))
        #expect(reply.status == 404)
      }
    }

    @Test(arguments: [
      "' OR '1'='1", "'; DROP TABLE clients; --", "\" OR 1=1 --", "\\'; DELETE FROM flows; --",
      "1); ATTACH DATABASE '/tmp/x' AS y; --", "%' UNION SELECT * FROM refresh_tokens --",
      "x' AND randomblob(100000000)", "%00' --", "\u{202E}'--",
    ])
    func `S25 leaves every table and every row in the file as it was`(
      payload: String
    ) async throws {
      let file = folder.file
      try await withServer {
        $0.dataFile = file
      } _: { server in
        let registration = try await server.post(
          "/client/register", ["clientName": .string(payload), "clientType": "public"])
        let client = try #require(
          registration.authenticated(["startUrl": .string(server.announcement.startURL)]).asObject)
        let flow = try await server.post("/device_authorization", .object(client))
        let before = try Self.rows(file)

        try await Self.attack(server, client, payload)
        await Self.attackOthers(server, payload)
        let poll = try await server.post(
          "/token",
          registration.authenticated([
            "grantType": "urn:ietf:params:oauth:grant-type:device_code",
            "deviceCode": flow.json["deviceCode"] ?? .null,
          ]))

        #expect(registration.status == 200 && flow.status == 200)
        #expect(before["clients"] == 1 && before["flows"] == 1)
        #expect(try Self.rows(file) == before)
        #expect(poll.json["error"] == "authorization_pending")
      }
      let (state, _) = try StateStore(file).load()
      #expect(state.clients.values.map(\.name) == [payload])
    }
  }
#endif
