import LuaEngine
import SSOOIDC
import SSOScript
import Testing

@Suite struct `The two worlds of errors` {
  private let denied = deviceService(.error("AccessDeniedException", word: "access_denied"))

  /// Opens a client in each world and polls it.
  private static let poll = """
    local arguments = { clientId = "client-1", clientSecret = "client-secret-1",
      grantType = sso.grant.device_code, deviceCode = "device-code-1" }
    local function client(world) return world.client { region = "us-east-1" } end

    """

  @Test func `sso raises a failure, sso.safe returns nil and it`() async throws {
    let script =
      Self.poll + """
        local ok, raised = pcall(client(sso).create_token, client(sso), arguments)
        local nothing, returned = client(safe):create_token(arguments)
        print(ok, nothing, raised.code, returned.code)
        print(tostring(raised) == tostring(returned))
        """
    #expect(
      try await Stage(answering: denied).output(of: script)
        == "false\tnil\tAccessDeniedException\tAccessDeniedException\ntrue\n")
  }

  @Test func `wrong use is raised in both`() async throws {
    let script =
      Self.poll + """
        for _, world in ipairs { sso, safe } do
          local c = client(world)
          local ok, err = pcall(c.create_token, c, { clientID = "x" })
          print(ok, err.code, err)
        end
        """
    let line =
      "false\tParamValidationError\tclient:create_token: unknown argument \"clientID\" "
      + "(did you mean \"clientId\"?)\n"
    #expect(try await Stage(answering: denied).output(of: script) == line + line)
  }

  @Test func `an error carries what AWS said`() async throws {
    let service: @Sendable (_: Any) -> Wire.Reply = { _ in
      .json(
        #"{"__type":"com.amazonaws.sso#InvalidRequestException","error":"invalid_request","#
          + #""error_description":"Unknown scope"}"#,
        status: 400, ["x-amzn-RequestId": "id-1"])
    }
    let script =
      Self.poll + """
        local _, err = client(safe):create_token(arguments)
        print(err.code, err.error, err.error_description, err.operation, err.status)
        print(err.request_id, err.retryable, err.kind, err.host, err.reason, err.region)
        """
    let stage = try Stage(answering: { request, _ in service(request) })
    #expect(
      try await stage.output(of: script) == """
        InvalidRequestException\tinvalid_request\tUnknown scope\tCreateToken\t400
        id-1\tfalse\tservice\toidc.us-east-1.amazonaws.com\tnil\tnil

        """)
  }

  @Test func `an error names the other region that it belongs to`() async throws {
    let service: Wire.Service = { _, _ in
      .json(
        #"{"__type":"InvalidRequestRegionException","endpoint":"https://o","region":"eu-west-1"}"#,
        status: 400)
    }
    var stage = try Stage(answering: service)
    stage.variables = ["AWS_ACCESS_KEY_ID": "AKIA1", "AWS_SECRET_ACCESS_KEY": "secret-key-1"]
    let script = """
      local _, err = safe.client { region = "us-east-1" }:create_token_with_iam {
        clientId = "c", grantType = sso.grant.jwt_bearer, assertion = "assertion-1" }
      print(err.code, err.endpoint, err.region)
      """
    #expect(
      try await stage.output(of: script)
        == "InvalidRequestRegionException\thttps://o\teu-west-1\n")
  }

  @Test(arguments: [
    ("getmetatable(err)", "sso.error"),
    ("pcall(setmetatable, err, {})", "false\tcannot change a protected metatable"),
    ("select('#', tostring(err):gsub('[\\r\\n]', ''))", "2"),
    ("tostring(err):find('[\\r\\n]')", "nil"),
    (
      "'got ' .. err == 'got ' .. tostring(err)", "true"
    ),
    (
      "tostring(err):match('^CreateToken at oidc.us%-east%-1.amazonaws.com: %a+')",
      "CreateToken at oidc.us-east-1.amazonaws.com: AccessDeniedException"
    ),
    ("type(err)", "table"),
    ("rawget(err, 'code')", "AccessDeniedException"),
    ("sso.is(err, client(sso).exceptions.AccessDeniedException)", "true"),
    ("sso.is(err, client(sso).exceptions.ExpiredTokenException)", "false"),
    ("sso.is('text', 'AccessDeniedException')", "false"),
    ("sso.is(nil, 'AccessDeniedException')", "false"),
    ("client(sso).exceptions.NoSuchException", "nil"),
  ])
  func `an error is a table with a locked metatable and one line of text`(
    expression: String, value: String
  ) async throws {
    let script =
      Self.poll + "local _, err = client(safe):create_token(arguments) print(\(expression))"
    #expect(try await Stage(answering: denied).output(of: script) == value + "\n")
  }

  @Test(arguments: [
    (
      "sso.client", ["AccessDeniedException", "SlowDownException", "InvalidRequestRegionException"]
    ),
    ("sso.portal.client", ["ResourceNotFoundException", "TooManyRequestsException"]),
  ])
  func `a client lists its own exceptions`(maker: String, codes: [String]) async throws {
    let script = "local e = \(maker) { region = 'us-east-1' }.exceptions "
    for code in codes {
      #expect(try await Stage().output(of: script + "print(e.\(code))") == code + "\n")
    }
  }

  @Test(arguments: [
    ("lost", Wire.Reply.lost(.resolve, .neverSent), "resolve", "transport"),
    (
      "HTML",
      .answer(
        .init(status: 200, headers: ["Content-Type": "text/html"], body: Array("<html>".utf8))),
      "CaptivePortal", "parse"
    ),
    ("no token", .json("{}"), "InvalidResponse", "parse"),
    ("no HTTP", .lost(.badAnswer, .maybeReceived), "bad_answer", "parse"),
    ("too large", .lost(.tooLarge, .maybeReceived), "too_large", "limit"),
  ])
  func `an error says of what kind it is`(
    _: String, reply: Wire.Reply, code: String, kind: String
  ) async throws {
    let script =
      Self.poll + "local _, err = client(safe):create_token(arguments) print(err.code, err.kind)"
    #expect(
      try await Stage(answering: deviceService(reply)).output(of: script) == "\(code)\t\(kind)\n")
  }

  @Test func `H22 an answer that is too large names operation and host, and ends as a network's`()
    async throws
  {
    let script = Self.poll + "client(sso):create_token(arguments)"
    let ending = try await Stage(answering: deviceService(.lost(.tooLarge, .maybeReceived)))
      .run(script)
    #expect(ending.outcome.exitStatus == 5)
    let failure = try await Stage(answering: deviceService(.lost(.tooLarge, .maybeReceived)))
      .failure(of: script)
    #expect(failure.message.contains("CreateToken at oidc.us-east-1.amazonaws.com: too_large"))
  }

  @Test func `an answer that is no HTTP tells what to check, and ends as a network's`() async throws
  {
    let script = Self.poll + "client(sso):create_token(arguments)"
    let ending = try await Stage(answering: deviceService(.lost(.badAnswer, .maybeReceived)))
      .run(script)
    #expect(ending.outcome.exitStatus == 5)
    let failure = try await Stage(answering: deviceService(.lost(.badAnswer, .maybeReceived)))
      .failure(of: script)
    #expect(failure.message.contains("Check the endpoint, its port and the proxy."))
  }

  @Test(arguments: ["client-secret%2D1", #"client\\u002dsecret-1"#, "Y2xpZW50LXNlY3JldC0x"])
  func `an error shows no secret that came back in other clothes, wherever it is printed`(
    form: String
  ) async throws {
    let script =
      Self.poll + """
        local _, err = client(safe):create_token(arguments)
        print(err, err.error_description)
        """
    let refusal = Wire.Reply.json(
      #"{"error":"invalid_client","error_description":"bad \#(form)"}"#, status: 400)
    let output = try await Stage(answering: deviceService(refusal)).output(of: script)
    #expect(output.contains("bad <secret>. ") && output.hasSuffix("\tbad <secret>\n"), "\(output)")
  }

  @Test func `nobody catches one: the traceback names file and line`() async throws {
    let script = """
      local function log_in()
        local c = sso.client { region = "us-east-1" }
        return (c:create_token { clientId = "c", clientSecret = "client-secret-1",
          grantType = "g", deviceCode = "device-code-1" })
      end
      log_in()
      """
    let failure = try await Stage(answering: denied).failure(of: script)
    #expect(failure["code"] == "AccessDeniedException")
    #expect(failure.position == "flow.lua:3")
    #expect(failure.traceback.contains("flow.lua:3: in"))
    #expect(failure.traceback.contains("flow.lua:6: in main chunk"))
  }

  @Test(arguments: [
    ("error { code = 7 }", "(error object is a table value)"),
    ("error()", "(error object is a nil value)"), ("error('text')", "flow.lua:1: text"),
    ("error('text', 0)", "text"),
    ("error(setmetatable({}, { __tostring = function() return 'mine' end }))", "mine"),
    ("coroutine.wrap(function() error { deep = true } end)()", "(error object is a table value)"),
    ("sso.task.spawn(function() error('in a task') end):join()", "flow.lua:1: in a task"),
    ("local x = nil; x.y()", "flow.lua:1: attempt to index a nil value (local 'x')"),
  ])
  func `any value can be raised and is told apart from ours`(
    script: String, text: String
  ) async throws {
    let failure = try await Stage().failure(of: script)
    #expect(failure.message.hasPrefix(text))
    #expect(failure["kind"] == nil)
    #expect(failure.traceback.contains("flow.lua:1"))
  }

  @Test(arguments: [
    "sso.task.spawn(work):join()", "sso.task.all { work }", "sso.task.timeout(5, work)",
    "sso.task.spawn(work) sso.time.sleep(9)", "sso.task.spawn(work)",
    "local task = sso.task.spawn(work) local ok, err = pcall(task.join, task) sso.time.sleep(1) error(err)",
  ])
  func `an error of a task is told with the line that raised it`(way: String) async throws {
    let failure = try await Stage().failure(
      of: """

        local function work()
          sso.time.sleep(1)
          sso.json.decode("[")
        end
        \(way)
        """)
    #expect(failure.position == "flow.lua:4")
    #expect(failure.traceback.contains("\tflow.lua:4: in "), "\(failure.traceback)")
    #expect(
      way == "sso.task.spawn(work)"
        || failure.traceback.contains("\n(in a task, joined from)\nstack traceback:"),
      "\(failure.traceback)")
  }

  @Test func `an error is not told with the place of another that was caught`() async throws {
    let failure = try await Stage().failure(
      of: """

        pcall(sso.task.all, { function() sso.json.decode("[") end })
        sso.json.decode("[")
        """)
    #expect(failure.position == "flow.lua:3")
    #expect(!failure.traceback.contains("in a task"))
  }

  @Test func `a script that had to be ended is told with the limit that it reached`() {
    #expect(
      EndReport.overdue(.memory)
        == "ssoscript: the memory limit was reached (--memory-limit), "
        + "but the script did not stop in time and was ended")
    #expect(
      EndReport.overdue(.exit) == "ssoscript: the script did not stop in time and was ended")
  }

  @Test func `an equal text is another error`() async throws {
    let failure = try await Stage().failure(
      of: """

        local function fail() error("no token", 0) end
        local task = sso.task.spawn(function() fail() end)
        pcall(task.join, task)
        fail()
        """)
    #expect(!failure.traceback.contains("in a task"), "\(failure.traceback)")
    #expect(failure.traceback.contains("flow.lua:5"), "\(failure.traceback)")
  }
}
