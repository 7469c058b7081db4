//  NetworkRuleTests.swift - rules that are about the network, and the profile rfc, over sockets.

#if Server
  import IdentityServer
  import IdentityService
  import StrictJSON
  import Testing

  extension TestServer {
    /// Posts a form.
    fileprivate func form(
      _ path: String, _ body: String, headers: [String] = []
    ) async -> PlainResponse {
      await send(
        "POST", path, headers: ["Content-Type: application/x-www-form-urlencoded"] + headers,
        body: body)
    }

    /// Registers by RFC 7591.
    fileprivate func register(_ method: String) async throws -> PlainResponse {
      try await post(
        "/client/register",
        ["client_name": "tv", "scope": "a b", "token_endpoint_auth_method": .string(method)])
    }
  }

  extension PlainResponse {
    fileprivate func text(_ name: String) -> String { json[name]?.asString ?? "" }
  }

  /// `rfc` for a server.
  private func rfc(_ options: inout LocalServerOptions) { options.service.profile = .rfc }

  private let deviceGrant = "grant_type=urn:ietf:params:oauth:grant-type:device_code"

  @Suite struct `The network` {
    @Test func `R8628-04 plain HTTP stays on this machine unless it is asked for`() async {
      var options = LocalServerOptions()
      options.host = "0.0.0.0"
      options.port = 0

      let error = await #expect(throws: LocalServerError.self) {
        try await LocalServer(options).run { _ in }
      }

      #expect(error?.code == .publicAddress)
    }

    @Test func `R8628-37 S08 of two polls that race for a token one wins`() async throws {
      try await withServer(rfc) { server in
        let client = try await server.register("none").text("client_id")
        for _ in 0..<10 {
          let flow = await server.form("/device_authorization", "client_id=\(client)")
          let code = #"{"userCode":"\#(flow.text("user_code"))"}"#
          _ = await server.control("POST", "/approve", code)
          let poll = "\(deviceGrant)&client_id=\(client)&device_code=\(flow.text("device_code"))"

          async let first = server.form("/token", poll)
          async let second = server.form("/token", poll)

          let answers = await [first, second]
          #expect(answers.map(\.status).sorted() == [200, 400])
          #expect(Set(answers.map { $0.text("error") }) == ["", "invalid_grant"])
        }
      }
    }

    @Test func `R8628-08 R6749-13 nothing that the service says may be cached`() async throws {
      try await withServer { server in
        let replies = [
          try await server.post("/client/register", ["clientName": "x", "clientType": "public"]),
          try await server.post("/device_authorization", [:]),
          try await server.post("/token", [:]),
          await server.send("GET", "/assignment/accounts"),
          await server.send("GET", "/nowhere"),
        ]

        #expect(replies.map(\.status) == [200, 400, 400, 401, 404])
        #expect(replies.allSatisfy { $0.headers["cache-control"] == "no-store" })
        #expect(Set(replies.compactMap { $0.headers["x-amzn-requestid"] }).count == 5)
      }
    }

    @Test func `R6749-01 client secrets in a URL are refused`() async throws {
      try await withServer(rfc) { server in
        let client = try await server.register("client_secret_post")
        let secret = client.text("client_secret")

        let answer = await server.form(
          "/device_authorization?client_secret=\(secret)", "client_id=\(client.text("client_id"))")

        #expect(answer.status == 400 && answer.text("error") == "invalid_request")
      }
    }

    @Test(arguments: [Profile.aws, .rfc])
    func `S36 S37 bodies of the other profile and repeated parameters are refused`(
      profile: Profile
    ) async throws {
      try await withServer {
        $0.service.profile = profile
      } _: { server in
        let form = await server.form("/token", "grant_type=a&client_id=b")
        let json = try await server.post("/token", ["grantType": "a", "clientId": "b"])
        let twice = await server.form("/token", "\(deviceGrant)&device_code=a&device_code=b")

        #expect(form.status == (profile == .aws ? 400 : 401), "a form is right, its client is not")
        #expect(json.status == 400 && twice.status == 400)
        #expect(
          (profile == .aws ? [form] : [json, twice]).allSatisfy {
            $0.text("error") == "invalid_request"
          })
      }
    }
  }

  @Suite struct `Profile rfc on the network` {
    @Test(arguments: ["oauth-authorization-server", "openid-configuration"])
    func `R8628-25 has metadata whose addresses answer`(name: String) async throws {
      try await withServer(rfc) { server in
        let metadata = await server.send("GET", "/.well-known/" + name)

        #expect(metadata.status == 200 && metadata.headers["content-type"] == "application/json")
        #expect(metadata.text("issuer") == server.announcement.endpoint)
        let head = await server.send("HEAD", "/.well-known/" + name)
        #expect(head.status == 200 && head.body.isEmpty)
        #expect(head.headers["content-length"] == metadata.headers["content-length"])
        let post = await server.form("/.well-known/" + name, "")
        #expect(post.status == 405 && post.headers["allow"] == "GET, HEAD")
        for endpoint in ["token_endpoint", "device_authorization_endpoint"] {
          let path = metadata.text(endpoint).dropFirst(server.announcement.endpoint.count)
          let answer = await server.form(String(path), "")
          #expect(answer.status == 400 && answer.text("error") == "invalid_request")
        }
      }
    }

    @Test func `R8628-01 R8628-03 R8628-14 R6749-14 takes forms from start to refresh`()
      async throws
    {
      try await withServer(rfc) { server in
        let client = try await server.register("none").text("client_id")
        let flow = await server.form(
          "/device_authorization", "client_id=\(client)&scope=a&unknown=1&empty=")
        let poll = "\(deviceGrant)&client_id=\(client)&device_code=\(flow.text("device_code"))"

        let pending = await server.form("/token", poll)
        let hasty = await server.form("/token", poll)
        let code = #"{"userCode":"\#(flow.text("user_code"))"}"#
        _ = await server.control("POST", "/approve", code)
        let token = await server.form("/token", poll)
        let next = await server.form(
          "/token",
          "grant_type=refresh_token&client_id=\(client)"
            + "&refresh_token=\(token.text("refresh_token"))")

        #expect(flow.status == 200 && !flow.text("verification_uri").isEmpty)
        #expect(pending.text("error") == "authorization_pending")
        #expect(hasty.text("error") == "slow_down", "profile rfc forgives no early poll")
        #expect(pending.headers["x-amzn-errortype"] == nil)
        #expect(token.text("token_type") == "Bearer" && token.text("scope") == "a")
        #expect(next.status == 200 && next.headers["pragma"] == "no-cache")
      }
    }

    @Test func `R6749-01 R6749-15 takes HTTP Basic, and says so when it is wrong`() async throws {
      try await withServer(rfc) { server in
        let client = try await server.register("client_secret_basic")
        // base64 of `nobody:x`
        let wrong = await server.form(
          "/device_authorization", "scope=a", headers: ["Authorization: Basic bm9ib2R5Ong="])
        let absent = await server.form(
          "/device_authorization", "client_id=\(client.text("client_id"))")

        #expect(wrong.status == 401 && wrong.text("error") == "invalid_client")
        #expect(wrong.headers["www-authenticate"] == "Basic realm=\"sso-oidc\"")
        #expect(absent.status == 401)
      }
    }

    @Test func `R6750-01 R6750-02 R6750-03 R6750-04 the portal takes a bearer token`()
      async throws
    {
      try await withServer(rfc) { server in
        let none = await server.send("GET", "/assignment/accounts")
        let wrong = await server.send(
          "GET", "/assignment/accounts", headers: ["Authorization: Bearer x"])
        let query = await server.send("GET", "/assignment/accounts?access_token=x")
        let journal = await server.control("GET", "/requests")

        #expect(none.status == 401)
        #expect(none.headers["www-authenticate"] == "Bearer realm=\"sso-portal\"")
        #expect(wrong.status == 401 && wrong.text("error") == "invalid_token")
        #expect(query.status == 400)
        #expect(journal.body.contains("token_in_url") && !journal.body.contains("access_token"))
      }
    }
  }

  @Suite struct `The control API's errors on demand` {
    @Test func `reach the client as the service's own`() async throws {
      try await withServer { server in
        let planned = await server.control(
          "POST", "/fault",
          #"{"operation":"CreateToken","fault":"InternalServerException","calls":[1]}"#)

        let broken = try await server.post("/token", [:])
        let healed = try await server.post("/token", [:])

        #expect(planned.status == 200 && planned.json["phase"] == "before")
        #expect(broken.status == 500)
        #expect(broken.headers["x-amzn-errortype"]?.hasPrefix("InternalServerException:") == true)
        #expect(healed.status == 400)
      }
    }

    @Test(arguments: [
      #"{"operation":"CreateToken"}"#, #"{"operation":"CreateToken","fault":"NopeException"}"#,
      #"{"operation":"CreateToken","fault":"TooManyRequestsException"}"#,
    ])
    func `name what is wrong with a wish`(body: String) async throws {
      try await withServer { server in
        let answer = await server.control("POST", "/fault", body)
        let untouched = try await server.post("/token", [:])

        #expect(answer.status == 400 && !answer.text("message").isEmpty)
        #expect(untouched.json["error"] == "invalid_request")
      }
    }
  }
#endif
