import Testing

@Suite struct `Arguments` {
  private static let client = "local c = sso.client { region = 'us-east-1' } "

  /// Wrong calls and what is said about them.
  static let wrong = [
    (
      "c:register_client { clientNam = 'x' }",
      #"unknown argument "clientNam" (did you mean "clientName"?)"#
    ),
    (
      "c:register_client { client_name = 'x' }",
      #"unknown argument "client_name" (did you mean "clientName"?)"#
    ),
    (
      "c:register_client { clientname = 'x' }",
      #"unknown argument "clientname" (did you mean "clientName"?)"#
    ),
    ("c:register_client { colour = 'x' }", #"unknown argument "colour""#),
    (#"c:register_client { ["a\27[2J"] = 1 }"#, #"unknown argument "a\u{1b}[2J""#),
    ("c:register_client { [true] = 1 }", "argument names are strings, got boolean"),
    ("c:register_client { clientName = 'n' }", "clientType is missing (string)"),
    ("c:register_client {}", "clientName is missing (string)"),
    ("c:register_client()", "clientName is missing (string)"),
    ("c:register_client { clientName = 1 }", "clientName: expected string, got integer"),
    ("c:register_client { clientName = {} }", "clientName: expected string, got table"),
    ("c:register_client { clientName = print }", "clientName: expected string, got function"),
    ("c:register_client { clientName = sso.null }", "clientName: expected string, got null"),
    (
      #"c:register_client { clientName = "\xff" }"#,
      "clientName: expected string, got string that is not UTF-8"
    ),
    ("c:register_client { 'laptop' }", "arguments go by name, as in { name = value }"),
    ("c:register_client 'laptop'", "expected one table of named arguments, got string"),
    ("c:register_client({}, 1)", "expected one table of named arguments, got table"),
    (
      "c:register_client { clientName = 'n', clientType = 'public', scopes = 'a' }",
      "scopes: expected list of strings, got string"
    ),
    (
      "c:register_client { clientName = 'n', clientType = 'public', scopes = { 'a', 2 } }",
      "scopes[2]: expected string, got integer"
    ),
    (
      "c:register_client { clientName = 'n', clientType = 'public', scopes = { 'a', { x = 1 } } }",
      "scopes[2]: expected string, got table"
    ),
    (
      "c:register_client { clientName = 'n', clientType = 'public', scopes = { a = 'b' } }",
      "scopes: expected list of strings, got table with named members"
    ),
    ("c.register_client { clientName = 'n' }", "call it with a colon, object:register_client(…)"),
  ]

  @Test(arguments: wrong)
  func `of an operation are checked before anything is sent`(
    call: String, words: String
  ) async throws {
    let stage = try Stage(answering: deviceService(.token))
    let failure = try await stage.failure(of: Self.client + call)
    #expect(failure.message == "client:register_client: " + words)
    #expect(failure["kind"] == "validation")
    #expect(stage.wire.requests.isEmpty)
  }

  static let wrongElsewhere = [
    ("sso.time.sleep('1')", "sso.time.sleep: argument 1 (seconds): expected number, got string"),
    ("sso.time.sleep()", "sso.time.sleep: argument 1 (seconds) is missing (number)"),
    ("sso.time.sleep(1, 2)", "sso.time.sleep: too many arguments (2)"),
    (
      "sso.time.sleep(0/0)", "sso.time.sleep: seconds must be from 0 to 1000000000 seconds, got nan"
    ),
    (
      "sso.time.sleep(-1)", "sso.time.sleep: seconds must be from 0 to 1000000000 seconds, got -1.0"
    ),
    (
      "sso.time.sleep(math.huge)",
      "sso.time.sleep: seconds must be from 0 to 1000000000 seconds, got inf"
    ),
    ("sso.terminal.qr('')", "sso.terminal.qr: text is empty"),
    (
      "sso.http.request { url = 'https://h/', ca_bundle = '' }",
      "sso.http: ca_bundle is empty"
    ),
    (
      "sso.crypto.random_bytes(1.5)",
      "sso.crypto.random_bytes: argument 1 (count): expected integer, got number"
    ),
    (
      "sso.crypto.random_bytes(1e300)",
      "sso.crypto.random_bytes: argument 1 (count): expected integer, got number"
    ),
    (
      "sso.crypto.random_bytes(0/0)",
      "sso.crypto.random_bytes: argument 1 (count): expected integer, got number"
    ),
    (
      "sso.arguments { options = { ['a-b'] = 'string' } }",
      "sso.arguments: an option's name has _ for -: write a_b in place of a-b"
    ),
    (
      "sso.arguments { options = { a = 'string' }, together = { { 'a', 'b' } } }",
      #"sso.arguments: "b" of a group is none of the options"#
    ),
    (
      "sso.arguments { options = {}, exclusive = { 'a' } }",
      "sso.arguments: exclusive[1]: expected list of strings, got string"
    ),
    (
      "sso.arguments { options = {}, exclusive = 'a' }",
      "sso.arguments: exclusive: expected list of lists of strings, got string"
    ),
    ("sso.client { region = 1 }", "sso.client: region: expected string, got integer"),
    (
      "sso.client { regoin = 'x' }",
      #"sso.client: unknown argument "regoin" (did you mean "region"?)"#
    ),
    ("sso.task.spawn(1)", "sso.task.spawn: argument 1 (fn): expected function, got integer"),
    (
      "sso.task.all { print, 1 }",
      "sso.task.all: argument 1 (functions)[2]: expected function, got integer"
    ),
    (
      "sso.client { region = 'us-east-1', retries = 0 }",
      "sso.client: retries must be from 1 to 100"
    ),
    (
      "sso.client { region = 'us-east-1', retries = 101 }",
      "sso.client: retries must be from 1 to 100"
    ),
    (
      "sso.client { region = 'us-east-1', timeout = 0 }",
      "sso.client: timeout must be more than 0 seconds"
    ),
    (
      "sso.client { region = 'us-east-1', timeout = -1 }",
      "sso.client: timeout must be from 0 to 1000000000 seconds, got -1.0"
    ),
    (
      "sso.client { region = 'us-east-1', timeout = 0/0 }",
      "sso.client: timeout must be from 0 to 1000000000 seconds, got nan"
    ),
  ]

  @Test(arguments: wrongElsewhere)
  func `of every other function are checked by the same declaration`(
    call: String, words: String
  ) async throws {
    let failure = try await Stage().failure(of: call)
    #expect(failure.message.replacing("-nan", with: "nan") == words)
    #expect(failure["kind"] == "validation")
  }

  @Test(arguments: [
    ("0", "must be at least 1"), ("-5", "must be at least 1"),
    ("2^31", "out of range (32 bits)"), ("math.maxinteger", "out of range (32 bits)"),
  ])
  func `keep within the range of their type`(number: String, words: String) async throws {
    let script = """
      local portal = sso.portal.client { region = "us-east-1" }
      portal:list_accounts { accessToken = "token", maxResults = math.tointeger(\(number)) }
      """
    let failure = try await Stage().failure(of: script)
    #expect(failure.message.contains("maxResults"))
    #expect(failure.message.contains(words))
  }

  @Test func `out of range are wrong use in the safe world, too`() async throws {
    let script = """
      local portal = safe.portal.client { region = "us-east-1" }
      portal:list_accounts { accessToken = "token", maxResults = 0 }
      """
    #expect(try await Stage().failure(of: script)["code"] == "ParamValidationError")
  }

  @Test func `take a float without fraction as an integer`() async throws {
    let stage = try Stage(answering: { _, _ in .json(#"{"accountList":[]}"#) })
    let script = """
      local portal = sso.portal.client { region = "us-east-1" }
      portal:list_accounts { accessToken = "token", maxResults = 3.0 }
      """
    #expect(try await stage.run(script).word == "finished")
    #expect(stage.wire.urls.first?.contains("max_result=3") == true)
  }

  @Test func `that contain themselves name the place`() async throws {
    let script = """
      local t = { clientName = "n", scopes = { "a", {} } }
      t.scopes[2].x = t
      sso.client { region = "us-east-1" }:register_client(t)
      """
    let failure = try await Stage().failure(of: script)
    #expect(failure.message.contains("table contains itself at scopes[2].x"))
  }

  @Test(arguments: [
    ("sso.json.decode(t)", "sso.json.decode: table contains itself at t"),
    ("sso.json.encode(1, t)", "sso.json.encode: argument 2: table contains itself at t"),
    ("sso.cache.memory():get('a', t)", "get: argument 2: table contains itself at t"),
    ("sso.client(t)", "sso.client: table contains itself at t"),
  ])
  func `that contain themselves name function and argument`(
    call: String, words: String
  ) async throws {
    let failure = try await Stage().failure(of: "local t = {} t.t = t \(call)")
    #expect(failure.message.contains(words), "\(failure.message)")
  }

  @Test func `nested too deep name the place`() async throws {
    let failure = try await Stage().failure(
      of: "local t = {} for _ = 1, 200 do t = { x = t } end sso.json.encode(t)")
    #expect(failure.message.contains("nested more than 100 deep at x.x.x"))
  }

  @Test func `are read raw: metamethods of a script do not run`() async throws {
    let script = """
      local t = setmetatable({}, {
        __index = function() print("asked") end, __pairs = function() print("walked") end })
      print(pcall(sso.client, t))
      """
    let output = try await Stage().output(of: script)
    #expect(!output.contains("asked") && !output.contains("walked"))
  }

  @Test func `empty lists are sent as lists`() async throws {
    let stage = try Stage(answering: deviceService(.token))
    let script =
      Self.client + "c:register_client { clientName = 'n', clientType = 'public', scopes = {} }"
    #expect(try await stage.run(script).word == "finished")
    #expect(stage.wire.bodies.first == #"{"clientName":"n","clientType":"public","scopes":[]}"#)
  }
}
