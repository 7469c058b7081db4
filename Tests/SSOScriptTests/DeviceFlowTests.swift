import SSOOIDC
import SSOScript
import Testing

@Suite struct `A device login by hand` {
  /// Every step of a device login, `slow_down` and all.
  private static let flow = """
    local client = safe.client { region = "us-east-1" }
    local reg = assert(client:register_client { clientName = "laptop", clientType = "public",
      scopes = { "sso:account:access" } })
    local auth = assert(client:start_device_authorization { clientId = reg.clientId,
      clientSecret = reg.clientSecret, startUrl = "https://example.awsapps.com/start" })
    sso.log.info("open %s and enter %s", auth.verificationUri, auth.userCode)
    local token, err
    repeat
      sso.time.sleep(auth.interval)
      token, err = client:create_token { clientId = reg.clientId, clientSecret = reg.clientSecret,
        grantType = sso.grant.device_code, deviceCode = auth.deviceCode }
      if err and err.code == client.exceptions.SlowDownException then
        auth.interval = auth.interval + 5
      elseif err and err.code ~= client.exceptions.AuthorizationPendingException then
        error(err)
      end
    until token
    print(token.accessToken, token.expiresIn, token.tokenType)
    """

  @Test func `waits, slows down when told to, and ends with the token`() async throws {
    let stage = try Stage(answering: deviceService(.pending, .slowDown, .pending, .token))
    let ending = try await stage.run(Self.flow)
    #expect(ending.output == "access-token-1\t28800\tBearer\n")
    #expect(ending.errors == "open https://device.example.com/ and enter ABCD-EFGH\n")
    #expect(stage.wire.times("/token") == [.seconds(5), .seconds(10), .seconds(20), .seconds(30)])
    #expect(
      stage.wire.bodies.last
        == #"{"clientId":"client-1","clientSecret":"client-secret-1","#
        + #""grantType":"urn:ietf:params:oauth:grant-type:device_code","#
        + #""deviceCode":"device-code-1"}"#)
  }

  @Test(arguments: [
    "AccessDeniedException", "ExpiredTokenException", "InvalidGrantException",
    "InvalidClientException",
  ])
  func `ends when the service says no`(code: String) async throws {
    let stage = try Stage(answering: deviceService(.pending, .error(code)))
    let failure = try await stage.failure(of: Self.flow)
    #expect(failure["code"] == code)
    #expect(failure["kind"] == "service")
    #expect(failure.message.hasPrefix("CreateToken at oidc.us-east-1.amazonaws.com: \(code)"))
    #expect(stage.wire.times("/token").count == 2)
  }

  @Test(arguments: [400, 429])
  func `asks once per poll when told to wait or to slow down`(status: Int) async throws {
    let stage = try Stage(
      answering: deviceService(
        .error("AuthorizationPendingException", status), .error("SlowDownException", status),
        .token))
    #expect(try await stage.run(Self.flow).word == "finished")
    #expect(stage.wire.times("/token") == [.seconds(5), .seconds(10), .seconds(20)])
  }

  @Test(arguments: [
    Wire.Reply.error("InternalServerException", 500), .error("ServiceUnavailable", 503),
    .lost(.incomplete, .maybeReceived), .lost(.connect, .neverSent),
  ])
  func `is repeated below the script when an answer is lost (N08, H01)`(
    reply: Wire.Reply
  ) async throws {
    let stage = try Stage(answering: deviceService(reply, .token))
    let ending = try await stage.run(Self.flow)
    #expect(ending.word == "finished")
    #expect(stage.wire.times("/token").count == 2)
    #expect(ending.elapsed < .seconds(6))
  }

  @Test(arguments: ["authorization_code", "refresh_token"])
  func `but a grant that can be spent is not sent twice (N09, N10)`(grant: String) async throws {
    let stage = try Stage(answering: deviceService(.lost(.incomplete, .maybeReceived), .token))
    let script = """
      sso.client { region = "us-east-1" }:create_token { clientId = "c",
        clientSecret = "client-secret-1", grantType = "\(grant)", code = "code-of-a-browser",
        refreshToken = "refresh-token-1" }
      """
    #expect(try await stage.failure(of: script)["code"] == "incomplete")
    #expect(stage.wire.requests.count == 1)
  }

  @Test func `gives up on a broken service after three attempts`() async throws {
    let stage = try Stage(answering: deviceService(.error("InternalServerException", 500)))
    let failure = try await stage.failure(of: Self.flow)
    #expect(failure["code"] == "InternalServerException")
    #expect(stage.wire.times("/token").count == 3)
  }

  @Test func `makes the attempts that the script asks for`() async throws {
    let stage = try Stage(answering: deviceService(.error("InternalServerException", 500)))
    let script = """
      sso.client { region = "us-east-1", retries = 1 }:register_client {
        clientName = "n", clientType = "public" }
      sso.client { region = "us-east-1", retries = 1 }:create_token { clientId = "c",
        clientSecret = "client-secret-1", grantType = sso.grant.device_code, deviceCode = "d" }
      """
    #expect(try await stage.run(script).word.hasPrefix("failed: "))
    #expect(stage.wire.times("/token").count == 1)
  }
}

@Suite struct `A client` {
  @Test func `tells where it goes`() async throws {
    var stage = try Stage()
    stage.options.settings.endpointURL = "http://127.0.0.1:8087/"
    let script = """
      local c = sso.client { region = "eu-west-1", endpoint_url = "https://elsewhere.example.com" }
      print(c.meta.endpoint_url, c.meta.region)
      print(pcall(function() c.meta = 1 end))
      print(c, getmetatable(c))
      """
    let output = try await stage.output(of: script)
    #expect(output.hasPrefix("http://127.0.0.1:8087\teu-west-1\nfalse\tflow.lua:3: "))
    #expect(output.hasSuffix("sso.client: #1\tsso.client\n"))
  }

  @Test(arguments: [
    ("{}", "InvalidRegionError"), ("{ region = 'us-east-1/evil' }", "InvalidRegionError"),
    ("{ region = 'us-east-1', endpoint_url = 'ftp://x' }", "InvalidConfigError"),
  ])
  func `that cannot be made is an error`(arguments: String, code: String) async throws {
    #expect(try await Stage().failure(of: "sso.client \(arguments)")["code"] == code)
  }

  @Test func `does nothing any more once it is closed`() async throws {
    let stage = try Stage(answering: deviceService(.token))
    let script = """
      local c = safe.client { region = "us-east-1" }
      c:close()
      c:close()
      local _, err = c:register_client { clientName = "n", clientType = "public" }
      print(err.code, err)
      """
    #expect(
      try await stage.output(of: script) == "Closed\tRegisterClient: the client is closed\n")
    #expect(stage.wire.requests.isEmpty)
  }

  @Test func `of one service does not call the other`() async throws {
    let script = """
      sso.portal.client { region = "us-east-1" }:register_client { clientName = "n", clientType = "p" }
      """
    #expect(
      try await Stage().failure(of: script).message
        == "RegisterClient belongs to a client made with sso.client")
  }

  @Test func `may take longer than fifteen seconds when the script says so`() async throws {
    let stage = try Stage(answering: { _, _ in .after(.seconds(40), .registered) })
    let ending = try await stage.run(
      """
      local c = sso.client { region = "us-east-1", timeout = 60 }
      print(c:register_client { clientName = "n", clientType = "public" }.clientId)
      """)
    #expect(ending.output == "client-1\n")
    #expect(stage.wire.timeouts == [.seconds(60)])
  }

  @Test func `that nothing holds but the call is open until the call is done`() async throws {
    let stage = try Stage(answering: deviceService(.token))
    let script = """
      local task = sso.task.spawn(function()
        return sso.client { region = "us-east-1" }:register_client { clientName = "n",
          clientType = "public" }.clientId
      end)
      sso.task.spawn(function() for _ = 1, 100000 do local _ = {} end end)
      print(task:join())
      """
    #expect(try await stage.output(of: script) == "client-1\n")
  }

  @Test(arguments: ["sso.client", "sso.portal.client"])
  func `takes no longer than its timeout, repeats and pauses included`(
    maker: String
  ) async throws {
    let stage = try Stage(answering: { _, _ in .after(.seconds(0.4), .lost(.connect, .neverSent)) })
    let call =
      maker == "sso.client"
      ? "register_client { clientName = 'n', clientType = 'p' }"
      : "list_accounts { accessToken = 'token' }"
    try await stage.run("\(maker) { region = 'us-east-1', timeout = 1, retries = 100 }:\(call)")
    let path = try #require(stage.wire.requests.first?.path)
    let ends = zip(stage.wire.times(path), stage.wire.timeouts).map { $0 + $1 }
    #expect(ends.count > 1 && ends.allSatisfy { $0 <= .seconds(1) }, "\(ends)")
  }

  @Test func `does not wait longer than its timeout because the service asks it to`() async throws {
    let stage = try Stage { _, number in
      number > 1 ? .registered : .json("{}", status: 503, ["Retry-After": "2"])
    }
    let ending = try await stage.run(
      """
      sso.client { region = 'us-east-1', timeout = 1 }:register_client { clientName = 'n',
        clientType = 'p' }
      """)
    #expect(ending.word.contains("503") && ending.elapsed < .seconds(1), "\(ending.word)")
  }

  @Test(arguments: [
    (
      "accessKeyId = 'A', secretAccessKey = 'S', session_token = 'x'",
      "unknown member \"session_token\" (did you mean \"sessionToken\"?)"
    ),
    (
      "accessKeyId = 'A', secretAccessKey = 'S', sessionToken = 123",
      "credentials.sessionToken: expected string, got integer"
    ),
    (
      "accessKeyId = 'A', secretAccessKey = 5",
      "credentials.secretAccessKey: expected string, got integer"
    ),
    ("accessKeyId = 'A'", "credentials.secretAccessKey is missing (string)"),
    ("secretAccessKey = 'S'", "credentials.accessKeyId is missing (string)"),
    ("'A', 'S'", "credentials: members go by name, got a list"),
    ("accessKeyId = '', secretAccessKey = 'S'", "credentials.accessKeyId is empty"),
    ("accessKeyId = 'A', secretAccessKey = ''", "credentials.secretAccessKey is empty"),
    (
      "accessKeyId = 'A\\nX-Evil: 1', secretAccessKey = 'S'",
      "credentials.accessKeyId holds a line break or NUL"
    ),
    (
      "accessKeyId = 'A', secretAccessKey = 'S', sessionToken = 'a\\r\\nX'",
      "credentials.sessionToken holds a line break or NUL"
    ),
    (
      "accessKeyId = 'A', secretAccessKey = 'S\\0'",
      "credentials.secretAccessKey holds a line break or NUL"
    ),
  ])
  func `names what is wrong with its keys, in both worlds`(
    credentials: String, words: String
  ) async throws {
    for world in ["sso", "safe"] {
      let failure = try await Stage().failure(
        of: "\(world).client { region = 'us-east-1', credentials = { \(credentials) } }")
      #expect(failure.message.hasPrefix("sso.client: "))
      #expect(failure.message.contains(words), "\(failure.message)")
      #expect(failure["code"] == "ParamValidationError")
    }
  }

  @Test func `takes the keys as sso.credentials gives them`() async throws {
    let script = """
      sso.client { region = "us-east-1", credentials = { accessKeyId = "A", secretAccessKey = "S",
        sessionToken = "T", expiration = "2030-01-01T00:00:00Z", accountId = "123456789012",
        roleName = "r", source = "cache" } }
      """
    #expect(try await Stage().run(script).word == "finished")
  }

  @Test func `and has fifteen when it says nothing`() async throws {
    let stage = try Stage(answering: deviceService(.token))
    try await stage.run(
      "sso.client { region = 'us-east-1' }:register_client { clientName = 'n', clientType = 'p' }")
    #expect(stage.wire.timeouts == [.seconds(15)])
  }
}
