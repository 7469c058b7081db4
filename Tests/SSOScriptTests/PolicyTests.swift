import EventLoop
import SSOOIDC
import SSOScript
import Testing

/// A login by hand, and credentials for it, in a world with policies.
private enum Login {
  static let service: Wire.Service = { request, number in
    switch request.path {
    case "/client/register": .registered
    case "/device_authorization": .started
    case "/token": .token
    case "/federation/credentials":
      .json(
        #"{"roleCredentials":{"accessKeyId":"AKIA1","secretAccessKey":"secret-key-1","#
          + #""sessionToken":"session-token-1","expiration":1999999999000}}"#)
    default: .error("ResourceNotFoundException", 404)
    }
  }

  static let script = """
    local client = sso.client { region = "eu-west-1" }
    local reg = client:register_client { clientName = "laptop", clientType = "public" }
    local auth = client:start_device_authorization { clientId = reg.clientId,
      clientSecret = reg.clientSecret, startUrl = "https://example.awsapps.com/start" }
    local token = client:create_token { clientId = reg.clientId, clientSecret = reg.clientSecret,
      grantType = sso.grant.device_code, deviceCode = auth.deviceCode }
    local portal = sso.portal.client { region = "eu-west-1" }
    local keys = portal:get_role_credentials { accountId = "123456789012", roleName = "ReadOnly",
      accessToken = token.accessToken }.roleCredentials
    print(token.expiresIn, keys.expiration)
    """

  static let authorize = """
    sso.client { region = "eu-west-1" }:start_device_authorization { clientId = "c",
      clientSecret = "s", startUrl = "https://example.awsapps.com/start" }
    """

  /// A stage with these policies, each with its level.
  static func stage(_ policies: (PolicyLevel, String)...) throws -> Stage {
    var stage = try Stage(answering: service)
    stage.options.policies = policies.map { level, text in
      PolicySource(path: "/\(level.rawValue)/policy.lua", text: Array(text.utf8), level: level)
    }
    return stage
  }
}

extension String {
  /// This policy with the API at hand; lines keep their numbers.
  fileprivate var requiringSSO: String { "local sso = require 'sso' " + self }
}

@Suite struct `A policy` {
  @Test func `that says nothing changes nothing`() async throws {
    let ending = try await Login.stage((.system, "return {}")).run(Login.script)
    #expect(ending.output == "28800\t1999999999000\n", "\(ending.word)")
  }

  @Test(arguments: [
    ("start_urls", "'https://other.awsapps.com/start'", "the start URL https://example.awsapps"),
    ("regions", "'us-*'", "the region eu-west-1"),
    ("accounts", "'999999999999'", "the account 123456789012"),
    ("roles", "'Admin*'", "the role ReadOnly"),
    ("flows", "'pkce'", "the flow device"),
  ])
  func `refuses what is not in its list and names file, line and rule`(
    list: String, pattern: String, words: String
  ) async throws {
    let policy = "-- a site\nreturn {\n  allow = {\n    \(list) = { \(pattern) } } }"
    let failure = try await Login.stage((.system, policy)).failure(of: Login.script)
    #expect(failure["kind"] == "permission" && failure["code"] == "PolicyRefused")
    #expect(failure.message.contains(words))
    #expect(
      failure.message.hasSuffix(
        "is not allowed by the policy /system/policy.lua:4 (allow.\(list))"), "\(failure.message)")
  }

  @Test(arguments: [
    ("start_urls", "'https://example.awsapps.com/start/#/'"),
    ("start_urls", "'https://*.awsapps.com/start'"), ("regions", "'us-east-1', 'eu-*'"),
    ("accounts", "'1234*'"), ("roles", "'Read*'"), ("flows", "'device'"),
  ])
  func `lets through what is`(list: String, pattern: String) async throws {
    let policy = "return { allow = { \(list) = { \(pattern) } } }"
    let ending = try await Login.stage((.system, policy)).run(Login.script)
    #expect(ending.word == "finished")
  }

  @Test(arguments: [
    "https://evil.example/.awsapps.com/start", "https://example.awsapps.com.evil.example/start",
    "http://example.awsapps.com/start", "https://example.awsapps.com/start/other",
    "https://example.awsapps.com\\\\@evil.example/start", "https://x@evil.example/start",
    "https://evil.example/\u{301}.awsapps.com/start",
  ])
  func `a star stays in its part of a start URL`(url: String) async throws {
    let policy = "return { allow = { start_urls = { 'https://*.awsapps.com/start' } } }"
    let script = """
      local client = sso.client { region = "eu-west-1" }
      client:start_device_authorization { clientId = "c", clientSecret = "s", startUrl = "\(url)" }
      """
    let stage = try Login.stage((.system, policy))
    #expect(try await stage.failure(of: script)["code"] == "PolicyRefused")
    #expect(stage.wire.requests.isEmpty)
  }

  @Test func `lets a session be ended in a region that is allowed no more`() async throws {
    var stage = try Stage(answering: { _, _ in .json("{}") })
    stage.options.policies = [
      PolicySource(
        path: "/p.lua", text: Array("return { allow = { regions = { 'eu-*' } } }".utf8),
        level: .system)
    ]
    let portal = "local portal = sso.portal.client { region = 'us-east-1' } "
    let ending = try await stage.run(portal + "portal:logout { accessToken = 'at' }")
    #expect(ending.word == "finished", "\(ending.errors)")
    let failure = try await stage.failure(
      of: portal + "portal:list_accounts { accessToken = 'at' }")
    #expect(failure["code"] == "PolicyRefused")
    #expect(stage.wire.times("/logout").count == 1)
  }

  @Test func `an empty list allows nothing`() async throws {
    let stage = try Login.stage((.user, "return { allow = { regions = {} } }"))
    #expect(try await stage.failure(of: Login.script)["code"] == "PolicyRefused")
    #expect(stage.wire.requests.isEmpty)
  }

  @Test func `of the system wins over all inside`() async throws {
    let open = """
      return { allow = { regions = { "*" } }, before_authorize = function(input)
        input.startUrl = "https://other.example/start" return input end }
      """
    let strict = "return { allow = { start_urls = { 'https://example.awsapps.com/*' } } }"
    let stage = try Login.stage((.option, open), (.system, strict))
    let failure = try await stage.failure(of: Login.script)
    #expect(
      failure.message.contains("https://other.example/start is not allowed by the policy /system"))
    #expect(!stage.wire.urls.contains { $0.hasSuffix("/device_authorization") })
  }

  @Test func `of an inner place narrows`() async throws {
    let stage = try Login.stage(
      (.system, "return { allow = { regions = { 'eu-*' } } }"),
      (.project, "return { allow = { regions = { 'eu-central-1' } } }"))
    let failure = try await stage.failure(of: Login.script)
    #expect(failure.message.contains("/project/policy.lua:1 (allow.regions)"))
  }

  @Test func `shortens the life of tokens and credentials`() async throws {
    let stage = try Login.stage(
      (.system, "return { allow = { max_lifetime = 7200 } }"),
      (.user, "return { allow = { max_lifetime = 3600 } }"))
    #expect(
      try await stage.output(of: Login.script) == "3600\t\((Stage.start + 3600) * 1000)\n")
  }

  @Test(arguments: [
    "oidc.eu-west-1.amazonaws.com", "OIDC.eu-west-1.amazonaws.com:443",
    "portal.sso.eu-west-1.amazonaws.com.", "oidc-fips.eu-west-1.API.aws.:8443",
  ])
  func `closes the ways around the client`(host: String) async throws {
    var stage = try Login.stage((.system, "return {}"))
    stage.options.permissions = .all
    let ending = try await stage.run(
      """
      print(select(2, safe.http.get("https://\(host)/client/register")).code)
      print(select(2, sso.notify.webhook { url = "https://\(host)/token", json = {} }).code)
      """)
    #expect(ending.output == "PolicyRefused\nPolicyRefused\n", "\(ending.word)")
    #expect(stage.wire.requests.isEmpty)
  }

  @Test(arguments: ["oidc.us-east-1.amazonaws.com", "OIDC.us-east-1.amazonaws.com:8443"])
  func `sees the region that an endpoint of AWS's belongs to`(host: String) async throws {
    var stage = try Login.stage((.system, "return { allow = { regions = { 'eu-*' } } }"))
    stage.options.permissions = .all
    let failure = try await stage.failure(
      of: """
        sso.client { region = "eu-west-1", endpoint_url = "https://\(host)" }
          :register_client { clientName = "laptop", clientType = "public" }
        """)
    #expect(
      failure.message.contains("the region us-east-1 is not allowed"), "\(failure.message)")
    #expect(stage.wire.requests.isEmpty)
  }
}

@Suite struct `A policy's function` {
  @Test func `changes what is sent`() async throws {
    let policy = """
      return { before_register = function(input, call)
        input.clientName = call.operation .. " " .. call.region return input end }
      """
    let stage = try Login.stage((.user, policy))
    try await stage.run(Login.script)
    #expect(stage.wire.bodies.first?.contains(#""clientName":"RegisterClient eu-west-1""#) == true)
  }

  @Test(arguments: [
    ("before_register", "/client/register"), ("before_authorize", "/device_authorization"),
    ("before_token", "/token"), ("before_credentials", "/federation/credentials"),
  ])
  func `before a call keeps it from being made`(hook: String, path: String) async throws {
    let policy = "return {\n\(hook) = function() return false, 'not today' end }"
    let stage = try Login.stage((.user, policy))
    let failure = try await stage.failure(of: Login.script)
    #expect(failure["kind"] == "permission")
    #expect(
      failure.message.hasSuffix(
        "\(hook) of the policy /user/policy.lua:2 refused: not today"), "\(failure.message)")
    #expect(!stage.wire.requests.contains { $0.path == path })
  }

  @Test func `agrees with true as with nil`() async throws {
    let policy = """
      return { before_register = function() return true end, on_token = function() return true end }
      """
    #expect(try await Login.stage((.user, policy)).run(Login.script).word == "finished")
  }

  @Test(arguments: ["after_register", "on_verification", "on_token"])
  func `after a call keeps its result`(hook: String) async throws {
    let stage = try Login.stage((.user, "return { \(hook) = function() error 'no' end }"))
    let failure = try await stage.failure(of: Login.script)
    #expect(
      failure.message.contains("refused: /user/policy.lua:1: no"), "\(failure.message)")
  }

  @Test(arguments: [
    ("before_token", "7", "an integer", "nil, a table to send, or false and a reason"),
    ("on_token", "{}", "a table", "nil or false and a reason"),
    ("before_register", "'x'", "a string", "nil, a table to send, or false and a reason"),
  ])
  func `that returns garbage is named with what was expected and what came`(
    hook: String, value: String, got: String, expected: String
  ) async throws {
    let stage = try Login.stage((.user, "return {\n\n\(hook) = function() return \(value) end }"))
    let failure = try await stage.failure(of: Login.script)
    #expect(failure["code"] == "InvalidConfigError")
    #expect(
      failure.message.contains(
        "the policy /user/policy.lua:3: \(hook) returned \(got); expected \(expected)"),
      "\(failure.message)")
  }

  @Test func `that sends what the operation does not know is told`() async throws {
    let policy = """
      return { before_register = function(i) i.clientNam = "x" return i end }
      """
    let failure = try await Login.stage((.user, policy)).failure(of: Login.script)
    #expect(failure.message.contains("clientNam"))
  }

  @Test(arguments: [
    ("i.accountId = 111122223333 return i", "\"accountId\" must be a string, but is an integer"),
    ("return {}", "the member \"roleName\" is missing"),
    ("i.rolName = 'x' return i", "unknown member \"rolName\" (did you mean \"roleName\"?)"),
  ])
  func `that sends what the operation does not take is named, not the script`(
    body: String, words: String
  ) async throws {
    let policy = "return {\nbefore_credentials = function(i) \(body) end }"
    let failure = try await Login.stage((.user, policy)).failure(of: Login.script)
    #expect(failure["code"] == "InvalidConfigError")
    #expect(
      failure.message.contains(
        "the policy /user/policy.lua:2: before_credentials returned a table that "
          + "GetRoleCredentials does not take: "), "\(failure.message)")
    #expect(failure.message.contains(words), "\(failure.message)")
  }

  @Test func `of a project may refuse, but neither change a call nor see a secret`() async throws {
    let look = """
      return { before_authorize = function(i) if i.clientSecret then error "seen" end end,
        on_token = function(t) if t.accessToken or t.refreshToken then error "seen" end end }
      """
    #expect(try await Login.stage((.project, look)).run(Login.script).word == "finished")
    let change = "return { before_register = function(input) return input end }"
    let failure = try await Login.stage((.project, change)).failure(of: Login.script)
    #expect(failure.message.contains("may refuse, but not change anything"))
  }

  @Test func `has the permissions of its level`() async throws {
    let policy = "return { before_register = function() os.getenv('USER') end }"
    for (level, isPermitted) in [(PolicyLevel.system, true), (.user, false), (.project, false)] {
      let word = try await Login.stage((level, policy)).run(Login.script).word
      #expect(isPermitted == (word == "finished"), "\(level): \(word)")
    }
    var stage = try Login.stage((.project, policy))
    stage.options.permissions = .all
    #expect(try await stage.run(Login.script).word.contains("variable USER is not permitted"))
  }

  @Test func `cannot be reached by the script`() async throws {
    let policy = """
      limit = 1
      return { before_register = function(input) assert(limit == 1 and not stolen) end }
      """
    let stage = try Login.stage((.user, policy))
    #expect(
      try await stage.run("limit, stolen = 2, true string.format = nil " + Login.script).word
        == "finished")
  }

  @Test func `that does not come to an end refuses`() async throws {
    let policy = "return { before_register = function() while true do end end }"
    let failure = try await Login.stage((.user, policy)).failure(of: Login.script)
    #expect(failure["kind"] == "permission")
  }

  @Test func `that stopped the policy is why it refuses whatever comes next`() async throws {
    let policy = """
      return { before_authorize = function() end,
        before_register = function() while true do end end }
      """
    let failure = try await Login.stage((.user, policy)).failure(
      of: "pcall(function() \(Login.script) end) \(Login.authorize)")
    #expect(
      failure.message.contains(
        "before_authorize of the policy /user/policy.lua refused: /user/policy.lua:2: "
          + "the script was stopped (instructions)"), "\(failure.message)")
  }
}

@Suite struct `A policy that may only refuse` {
  private static let closed = [
    "sso.browser.open 'https://evil.example/'", "sso.cache.files {}:get 'x'",
    "sso.cache.memory():delete 'x'", "sso.cache.fix_permissions()", "sso.config.profiles()",
    "sso.config.sessions()", "sso.config.target { session = 'my-sso' }", "sso.status {}",
    "sso.logout { all = true }", "sso.ensure { session = 'my-sso' }",
    "sso.login { session = 'my-sso' }", "sso.portal.accounts { session = 'my-sso' }",
    "sso.credentials { session = 'my-sso', account_id = '1', role_name = 'x' }",
    "sso.client { region = 'eu-west-1' }", "sso.portal.client { region = 'eu-west-1' }",
    "sso.http.get 'https://oidc.eu-west-1.amazonaws.com/'", "sso.env.get 'HOME'",
    "sso.terminal.prompt 'word?'", "sso.terminal.prompt_hidden 'word?'",
  ]

  /// A login, with much to take on the machine.
  private func stage(_ level: PolicyLevel, _ policy: String) throws -> Stage {
    var stage = try Login.stage((level, policy.requiringSSO))
    stage.options.permissions = .all
    stage.options.config = try AWSConfig.parse(`sso.ensure`.session)
    stage.variables = ["HOME": "/home/me"]
    return stage
  }

  @Test(arguments: Self.closed)
  func `reaches nothing of the user's`(call: String) async throws {
    let stage = try stage(.project, call + " return {}")
    let failure = try await stage.failure(of: "print 'ran'")
    #expect(failure["code"] == "InvalidConfigError")
    #expect(failure.message.contains("a project's policy may not use this"), "\(failure.message)")
    #expect(stage.wire.requests.isEmpty && stage.browser.pages.isEmpty)
    #expect(stage.terminal.questions.isEmpty)
  }

  @Test(arguments: [
    ("io.open '/home/me/x'", "io.open: /home/me/x is not permitted to a project's policy"),
    ("os.getenv 'HOME'", "os.getenv: variable HOME is not permitted to a project's policy"),
    ("os.remove '/home/me/x'", "os.remove: /home/me/x is not permitted to a project's policy"),
  ])
  func `is told of no flag that would not help it`(call: String, words: String) async throws {
    let failure = try await stage(.project, call + " return {}").failure(of: "print 'ran'")
    #expect(failure.message.contains(words), "\(failure.message)")
    #expect(!failure.message.contains("--allow"))
  }

  @Test func `of the user neither, in a command without such flags`() async throws {
    var stage = try stage(.user, "io.open '/home/me/x' return {}")
    stage.options.permissions = Permissions()
    stage.options.hasFlags = false
    let failure = try await stage.failure(of: "print 'ran'")
    #expect(
      failure.message.contains("io.open: /home/me/x is not permitted here"), "\(failure.message)")
    #expect(!failure.message.contains("--allow"))
  }

  @Test func `does not in its functions either`() async throws {
    let policy = "return { before_register = function() sso.cache.files {}:get 'x' end }"
    let failure = try await stage(.project, policy).failure(of: Login.script)
    #expect(failure["kind"] == "permission")
    #expect(
      failure.message.contains("store:get: a project's policy may not use this"),
      "\(failure.message)")
  }

  @Test func `sends nothing, not even to AWS`() async throws {
    let policy = """
      local _, e = sso.notify.webhook { url = "https://oidc.eu-west-1.amazonaws.com/", json = 1 }
      assert(e) return {}
      """
    let stage = try stage(.project, policy)
    #expect(try await stage.output(of: "print 'ran'") == "ran\n")
    #expect(stage.wire.requests.isEmpty)
  }

  @Test func `still computes, waits, and tells the person`() async throws {
    let policy = """
      local list = require "lists"
      sso.task.spawn(function() sso.time.sleep(1) end):join()
      return { allow = sso.json.decode(list.text), on_verification = function(auth)
        sso.log.info("approve %s", auth.userCode)
        sso.notify.terminal { text = os.date("!%Y", sso.time.now()) }
      end }
      """
    var stage = try stage(.project, policy)
    stage.disk["/home/me/policies/lists.lua"] = "return { text = '{\"roles\":[\"ReadOnly\"]}' }"
    stage.options.policies[0].folder = "/home/me/policies"
    let ending = try await stage.run(Login.script)
    #expect(ending.output == "28800\t1999999999000\n", "\(ending.word)")
    #expect(ending.errors.contains("approve ABCD-EFGH\n"), "\(ending.errors)")
    #expect(ending.errors.contains("2030"), "\(ending.errors)")
  }

  @Test func `is one that is looked over, too`() async throws {
    for call in Self.closed {
      let stage = try stage(.option, "\n" + call + " return {}")
      let problems = try await problems(stage)
      #expect(problems.map(\.place.line) == [2], "\(problems)")
      #expect(
        problems.first?.message.contains("a policy that is looked over may not use this") == true,
        "\(problems)")
      #expect(stage.browser.pages.isEmpty)
    }
    let good = "return { cache = sso.cache.layered(sso.cache.memory(), sso.cache.files {}) }"
    let goodOnes = try await problems(try stage(.option, good))
    #expect(goodOnes == [])
  }

  private func problems(_ stage: Stage) async throws -> [PolicyProblem] {
    let (world, loop, source) = (stage.world, stage.loop, stage.options.policies[0])
    let thread = try EventLoop.runOnThread(stackSize: 16 << 20, name: "lua") { loop.run() }
    let work = Task(executorPreference: loop.taskExecutor) {
      await PolicyReport.problems(in: source, world, loop)
    }
    let problems = await work.value
    loop.stop()
    thread.join()
    return problems
  }
}

@Suite struct `A policy's standard streams` {
  @Test(arguments: PolicyLevel.allCases)
  func `leave standard output to the script`(level: PolicyLevel) async throws {
    let policy = """
      print "main body"
      io.write "written "
      return { before_register = function()
        print "hook"
        io.output():write "default "
        io.stdout:write "stdout\\n"
      end }
      """
    let ending = try await Login.stage((level, policy)).run(Login.script)
    #expect(ending.output == "28800\t1999999999000\n", "\(ending.word)")
    #expect(ending.errors == "main body\nwritten hook\ndefault stdout\n")
  }

  @Test func `leave it to the script when programs run, too`() async throws {
    let stage = try Login.stage(
      (.system, "os.execute { 'tell', 'it' } return { notify = function() end }"))
    let ending = try await stage.run("print 'data'")
    #expect(ending.output == "data\n", "\(ending.word)")
    #expect(ending.errors == "tell it")
  }

  @Test func `show no secret`() async throws {
    let stage = try Login.stage(
      (.system, "return { on_token = function(token) print(token.accessToken) end }"))
    let ending = try await stage.run(Login.script)
    #expect(ending.word == "finished" && ending.errors.contains("<secret>"), "\(ending.errors)")
  }

  @Test func `leave standard input to the script`() async throws {
    let stage = try Login.stage(
      (.system, "assert(io.read() == nil and io.stdin:read 'n' == nil) return {}"))
    stage.terminal.type("for the script\n")
    #expect(try await stage.output(of: "print(io.read())") == "for the script\n")
  }

  @Test func `are those of the terminal that a person sees`() async throws {
    let policy = """
      local is = sso.terminal.is_terminal
      print(is(), is "stdout", is "stderr", is "stdin")
      return {}
      """
    let ending = try await Login.stage((.system, policy.requiringSSO)).run("print 'ran'")
    #expect(ending.errors == "true\ttrue\ttrue\tfalse\n", "\(ending.word)")
  }
}

@Suite struct `A policy's notification` {
  @Test func `is told of each step without secrets, whatever the script does`() async throws {
    let policy = """
      return { notify = { function(e)
        for name, value in pairs(e) do assert(not tostring(value):find("secret")) end
        print(e.event, e.userCode or e.accountId or e.expiresIn)
      end } }
      """
    let ending = try await Login.stage((.user, policy)).run(Login.script)
    #expect(ending.output == "28800\t1999999999000\n", "\(ending.word)")
    #expect(
      ending.errors.hasPrefix(
        "verification\tABCD-EFGH\ntoken\t28800\ncredentials\t123456789012\n"), "\(ending.errors)")
  }

  @Test func `that fails is a warning`() async throws {
    let ending = try await Login.stage((.user, "return { notify = function() error 'lost' end }"))
      .run(Login.script)
    #expect(ending.word == "finished")
    #expect(
      ending.errors.hasPrefix(
        "warning: notify of the policy /user/policy.lua:1 failed: /user/policy.lua:1: lost\n"))
  }

  @Test(arguments: [
    ("while true do end", "instructions"), ("os.exit(3)", "exit"),
    ("print(('x'):rep(2 << 20))", "output"), ("local t = {} while true do t = { t } end", "memory"),
  ])
  func `that stops the policy is a warning, and the policy begins anew`(
    body: String, stop: String
  ) async throws {
    let policy = """
      local asked = 0
      local function ask() asked = asked + 1 print("asked", asked) end
      return { before_token = ask, before_credentials = ask,
        notify = { function() \(body) end, function(e) print("told", e.event) end } }
      """
    let ending = try await Login.stage((.user, policy)).run(Login.script)
    #expect(ending.output == "28800\t1999999999000\n", "\(ending.word)")
    let warning = """
      warning: notify of the policy /user/policy.lua:4 failed: \
      /user/policy.lua:4: the script was stopped (\(stop))

      """
    #expect(
      ending.errors == """
        \(warning)told\tverification
        asked\t1
        \(warning)told\ttoken
        asked\t1
        \(warning)told\tcredentials

        """)
  }

  @Test func `that stops the policy leaves its store usable`() async throws {
    let policy = """
      local rows = {}
      return { cache = { get = function(k) return rows[k] end, delete = function() end,
          put = function(k, v) rows[k] = v end },
        notify = function(e) if e.event == "credentials" then os.exit() end end }
      """
    var stage = try Login.stage((.user, policy))
    stage.variables = ["HOME": "/home/me"]
    let ending = try await stage.run(
      """
      local function source()
        return sso.ensure { start_url = "https://example.awsapps.com/start", region = "eu-west-1",
          browser = false }.source
      end
      local first = source()
      sso.portal.client { region = "eu-west-1" }:get_role_credentials { accessToken = "t",
        accountId = "123456789012", roleName = "ReadOnly" }
      print(first, source(), source())
      """)
    #expect(ending.output == "login\tlogin\tcache\n", "\(ending.word): \(ending.errors)")
  }
}

@Suite struct `A policy that cannot be used` {
  @Test(arguments: [
    (
      "return {\n  alow = {} }",
      "/user/policy.lua:2: unknown key \"alow\" (did you mean \"allow\"?)"
    ),
    (
      "return { allow = {\n region = {} } }",
      "/user/policy.lua:2: unknown key \"allow.region\" (did you mean \"regions\"?)"
    ),
    (
      "return { allow = { regions = 'x' } }",
      "allow.regions: expected a list of strings, got string"
    ),
    (
      "return { allow = { accounts = { 123456789012 } } }",
      "allow.accounts: expected a list of strings, item 1 is an integer"
    ),
    (
      "return { allow = { roles = { 'a', {} } } }",
      "allow.roles: expected a list of strings, item 2 is a table"
    ),
    ("return { allow = { accounts = { '12' } } }", "allow.accounts: \"12\" is no account"),
    ("return { allow = { start_urls = { 'x' } } }", "allow.start_urls: \"x\" is no URL"),
    ("return { allow = { flows = { 'devise' } } }", "did you mean \"device\"?"),
    (
      "return { allow = { cache = { 'files:/x' } } }",
      "allow.cache: there is no \"files:/x\" (did you mean \"files\"?); there are files, memory"
    ),
    ("return { allow = { cache = { 'disk*' } } }", "allow.cache: there is no \"disk*\""),
    ("return { allow = { flows = { 'device:x' } } }", "allow.flows: there is no \"device:x\""),
    ("return { cache = 'nonee' }", "cache: expected a store"),
    ("return { allow = { max_lifetime = 'x' } }", "allow.max_lifetime: expected seconds"),
    (
      "return { allow = { max_lifetime = 1799 } }",
      "allow.max_lifetime: expected seconds from 1800 to 31536000, got 1799"
    ),
    ("return { on_token = {} }", "on_token: expected a function, got table"),
    ("return { cache = {} }", "cache: expected a store"),
    ("return { notify = { 1 } }", "notify: expected a function or a list of functions"),
    ("return 7", "a policy returns one table by name, this returns an integer"),
    ("", "this returns nothing"), ("return {", "/user/policy.lua:1: "),
    ("\nerror 'broken'", "/user/policy.lua:2: broken"),
    ("while true do end", "the script was stopped"),
  ])
  func `ends the run before the script begins`(policy: String, words: String) async throws {
    let stage = try Login.stage((.user, policy))
    let failure = try await stage.failure(of: "print 'ran'")
    #expect(failure["code"] == "InvalidConfigError")
    #expect(failure.message.contains(words), "\(failure.message)")
    #expect(stage.terminal.text(.output).isEmpty)
  }

  @Test func `keys are found in any style of writing`() async throws {
    let policy = """
      --[[ allow = { regions ]] local p, s = {}, "regions = {"
      p.allow = {}
      -- regions = 1
      p.allow.regions = { "us-*" }
      p["on_token"] = function() local regions = {} end
      return p
      """
    let failure = try await Login.stage((.user, policy)).failure(of: Login.script)
    #expect(failure.message.contains("/user/policy.lua:4 (allow.regions)"), "\(failure.message)")
  }
}

/// A browser that cannot open anything.
private struct Hindered: WorldBrowser {
  var obstacle: String?

  func open(_ url: String) async throws(DoorError) { throw DoorError(obstacle ?? "") }
}

@Suite struct `A report on policies` {
  private func report(
    _ policies: [(PolicyLevel, String)], _ target: SignInTarget?, config: AWSConfig = AWSConfig(),
    obstacle: String? = nil
  ) async throws -> PolicyReport {
    var stage = try Stage()
    stage.variables = ["HOME": "/home/me"]
    var world = stage.world
    if let obstacle { world.browser = Hindered(obstacle: obstacle) }
    let doors = world
    let sources = policies.map { level, text in
      PolicySource(path: "/\(level.rawValue).lua", text: Array(text.utf8), level: level)
    }
    let loop = stage.loop
    let thread = try EventLoop.runOnThread(stackSize: 16 << 20, name: "lua") { loop.run() }
    let work = Task(executorPreference: loop.taskExecutor) {
      try await PolicyReport.make(sources, for: target, config: config, doors, loop)
    }
    let result = await work.result
    loop.stop()
    thread.join()
    return try result.get()
  }

  @Test func `says for each question which line decides`() async throws {
    var target = SignInTarget(
      sessionName: "dev", startURL: "https://example.awsapps.com/start", region: "eu-west-1")
    target.roleName = "Admin"
    let report = try await report(
      [
        (.user, "return { allow = {\n roles = { 'ReadOnly' },\n max_lifetime = 1800 } }"),
        (.system, "return { allow = { flows = { 'device' } },\n on_token = print }"),
      ], target)
    #expect(
      report.text == """
        policies, the outermost first:
          system: /system.lua
            asks on_token at /system.lua:2
          user: /user.lua
        this sign-in:
          allowed  start URL https://example.awsapps.com/start  by no rule
          allowed  region eu-west-1  by no rule
          REFUSED  role Admin  by /user.lua:2 (allow.roles)
          allowed  flow device  by /system.lua:1 (allow.flows)
          REFUSED  flow pkce  by /system.lua:1 (allow.flows)
          allowed  cache files  by no rule
          allowed  lifetime at most 1800 s  by /user.lua:3 (allow.max_lifetime)
        """)
    #expect(!report.isAllowed)
  }

  @Test func `judges the store that would be used, each part of it`() async throws {
    let target = SignInTarget(startURL: "https://example.awsapps.com/start", region: "eu-west-1")
    let report = try await report(
      [
        (.system, "return { allow = { cache = { 'memory' } } }"),
        (
          .user,
          """
          return { cache = function()
            return sso.cache.layered(sso.cache.memory(), sso.cache.files {}) end }
          """.requiringSSO
        ),
      ], target)
    let decisions = report.decisions.filter { $0.subject == "cache" }
    #expect(decisions.map(\.value) == ["memory", "files"])
    #expect(decisions.map(\.isAllowed) == [true, false])
  }

  @Test func `tells of a store that cannot be opened, beside everything else`() async throws {
    let target = SignInTarget(startURL: "https://example.awsapps.com/start", region: "eu-west-1")
    let policy = "return { cache = function() error 'no passphrase' end }"
    let report = try await report([(.user, policy)], target)
    let cache = report.decisions.first { $0.subject == "cache" }
    #expect(!report.isAllowed && report.decisions.count > 4)
    #expect(cache?.value.contains("no passphrase") == true)
    #expect(cache?.rules == ["/user.lua:1 (cache)"])
  }

  @Test func `ends at a function that gives no store, as a sign-in would`() async throws {
    let target = SignInTarget(startURL: "https://example.awsapps.com/start", region: "eu-west-1")
    let error = await #expect(throws: SSOError.self) {
      try await report([(.user, "return { cache = function() return 5 end }")], target)
    }
    #expect(error?.code == .invalidConfiguration)
    #expect(error?.message.hasPrefix("the policy /user.lua:1: cache must be") == true)
  }

  @Test func `lets policies read the config file`() async throws {
    let report = try await report(
      [
        (
          .user,
          "return { allow = { regions = { sso.config.target { session = 'my-sso' }.region } } }"
            .requiringSSO
        )
      ], SignInTarget(startURL: "https://example.awsapps.com/start", region: "eu-west-1"),
      config: try AWSConfig.parse(`sso.ensure`.session))
    #expect(report.isAllowed)
  }

  @Test func `one flow is enough`() async throws {
    let target = SignInTarget(startURL: "https://example.awsapps.com/start", region: "eu-west-1")
    let one = try await report([(.user, "return { allow = { flows = { 'device' } } }")], target)
    let none = try await report([(.user, "return { allow = { flows = {} } }")], target)
    #expect(one.isAllowed && !none.isAllowed)
  }

  @Test(
    arguments: [
      ("dev", nil, true, ""),
      ("dev", "no display", false, ", but not taken: no display"),
      (nil, nil, false, ", but not taken: without a session a code is used"),
    ] as [(String?, String?, Bool, String)])
  func `a flow that login would not take is not enough`(
    session: String?, obstacle: String?, isAllowed: Bool, words: String
  ) async throws {
    let target = SignInTarget(
      sessionName: session, startURL: "https://example.awsapps.com/start", region: "eu-west-1")
    let policy = "return { allow = { flows = { 'pkce' } } }"
    let report = try await report([(.user, policy)], target, obstacle: obstacle)
    #expect(report.isAllowed == isAllowed)
    #expect(
      report.text.contains("  allowed  flow pkce  by /user.lua:1 (allow.flows)\(words)\n"),
      "\(report.text)")
  }
}

@Suite struct `A policy about logins` {
  private func ensure(_ arguments: String, _ policy: String) async throws -> (Ending, Stage) {
    var stage = try Login.stage((.system, policy))
    stage.variables = ["HOME": "/home/me"]
    let script = """
      local token = sso.ensure { start_url = "https://example.awsapps.com/start",
        region = "eu-west-1", browser = false, \(arguments) }
      print(token.source)
      """
    return (try await stage.run(script), stage)
  }

  @Test func `refuses before the cache is looked into`() async throws {
    let (ending, stage) = try await ensure(
      "", "return { allow = { start_urls = { 'https://other.example/start' } } }")
    #expect(ending.word.contains("is not allowed by the policy /system/policy.lua:1"))
    #expect(stage.wire.requests.isEmpty)
  }

  @Test(arguments: [
    ("", "files"), ("cache = sso.cache.memory()", "memory"), ("cache = 'none'", "none"),
    ("cache = sso.cache.layered(sso.cache.files {}, sso.cache.memory())", "files"),
    ("cache = { get = print, put = print, delete = print }", "script"),
  ])
  func `refuses places that are not in its list`(argument: String, place: String) async throws {
    let (refused, stage) = try await ensure(
      argument, "return { allow = { cache = { 'encrypted' } } }")
    #expect(
      refused.word.contains("the cache \(place) is not allowed by the policy"), "\(refused.word)")
    #expect(stage.wire.requests.isEmpty)
  }

  @Test func `takes an encrypted place wherever it lies`() async throws {
    let (ending, _) = try await ensure(
      "cache = sso.cache.encrypted { store = sso.cache.files {}, key = ('k'):rep(32) }",
      "return { allow = { cache = { 'encrypted' } } }")
    #expect(ending.output == "login\n", "\(ending.word)")
  }

  @Test(arguments: ["cache = store", "cache = function() return store end"])
  func `says where logins are kept, whatever the script says`(cache: String) async throws {
    let policy = """
      local rows = {}
      local store = { get = function(k) return rows[k] end, delete = function() end,
        put = function(k, v, item) rows[k] = v print("kept", item.layer) end }
      return { \(cache) }
      """
    let (ending, stage) = try await ensure("cache = sso.cache.files {}", policy)
    #expect(ending.output == "login\n", "\(ending.word)")
    #expect(ending.errors.contains("kept\tregistration\n"), "\(ending.errors)")
    #expect(ending.errors.contains("kept\ttoken\n"), "\(ending.errors)")
    #expect(stage.caches.memory("/home/me/.aws/sso/cache").files.isEmpty)
  }

  @Test(arguments: [
    "sso.cache.files { directory = '/kept' }",
    "function() waste() return sso.cache.files { directory = '/kept' } end",
  ])
  func `says so with a store that it does not hold, whatever else it does`(
    store: String
  ) async throws {
    let policy = """
      function waste()
        sso.task.spawn(function() for _ = 1, 100000 do local _ = {} end end)
      end
      waste()
      return { cache = \(store),
        before_register = function() for _ = 1, 100000 do local _ = {} end end }
      """
    var stage = try Login.stage((.system, policy.requiringSSO))
    stage.variables = ["HOME": "/home/me"]
    let ending = try await stage.run(
      """
      local client = sso.client { region = "eu-west-1" }
      client:register_client { clientName = "n", clientType = "public" }
      client:register_client { clientName = "n", clientType = "public" }
      sso.ensure { start_url = "https://example.awsapps.com/start", region = "eu-west-1",
        browser = false, cache = "none" }
      """)
    #expect(ending.word == "finished")
    #expect(!stage.caches.memory("/kept").files.isEmpty)
  }

  @Test(arguments: [
    ("ensure", ""), ("credentials", "account_id = '123456789012', role_name = 'ReadOnly'"),
    ("portal.accounts", ""),
  ])
  func `is held against the place that an inner policy names`(
    function: String, role: String
  ) async throws {
    var stage = try Login.stage(
      (.system, "return { allow = { cache = { 'encrypted' } } }"),
      (.user, "return { cache = sso.cache.memory() }".requiringSSO))
    stage.variables = ["HOME": "/home/me"]
    let failure = try await stage.failure(
      of: """
        sso.\(function) { start_url = "https://example.awsapps.com/start", region = "eu-west-1",
          \(role) }
        """)
    #expect(
      failure.message.contains(
        "the cache memory is not allowed by the policy /system/policy.lua:1"),
      "\(failure.message)")
    #expect(stage.wire.requests.isEmpty)
  }

  @Test func `of a project says nothing about the place`() async throws {
    let stage = try Login.stage(
      (.project, "return {\n  cache = sso.cache.memory() }".requiringSSO))
    let failure = try await stage.failure(of: "print 'ran'")
    #expect(failure["code"] == "InvalidConfigError")
    #expect(
      failure.message.contains("/project/policy.lua:2: cache: a project's policy may refuse"),
      "\(failure.message)")
  }

  @Test func `keeps logins nowhere`() async throws {
    let (ending, stage) = try await ensure(
      "cache = sso.cache.files {}", "return { cache = 'none' }")
    #expect(ending.output == "login\n", "\(ending.word)")
    #expect(stage.caches.memory("/home/me/.aws/sso/cache").files.isEmpty)
  }

  @Test func `is asked for its store once`() async throws {
    let policy = "return { cache = function() print 'asked' return sso.cache.memory() end }"
    var stage = try Login.stage((.system, policy.requiringSSO))
    stage.variables = ["HOME": "/home/me"]
    let call = """
      print(sso.ensure { start_url = "https://example.awsapps.com/start", region = "eu-west-1",
        browser = false }.source)
      """
    let ending = try await stage.run("\(call) \(call)")
    #expect(ending.output == "login\ncache\n", "\(ending.word)")
    #expect(ending.errors.split(separator: "\n").count { $0 == "asked" } == 1)
  }

  @Test(arguments: [
    ("5", "cache must be \"none\", a store of sso.cache, or a table"),
    ("'nonee'", "cache must be \"none\", a store of sso.cache, or a table"),
    ("{ get = print }", "cache.put must be a function, got nil"),
    ("nil", "cache must give a store, got nil"),
  ])
  func `that gives no store is a mistake in the policy`(value: String, message: String) async throws
  {
    for call in ["ensure {", "status {", "logout {"] {
      var stage = try Login.stage((.system, "return { cache = function() return \(value) end }"))
      stage.variables = ["HOME": "/home/me"]
      let failure = try await stage.failure(
        of: """
          sso.\(call) start_url = "https://example.awsapps.com/start", region = "eu-west-1" }
          """)
      #expect(failure["code"] == "InvalidConfigError", "\(call)")
      #expect(
        failure.message.contains("the policy /system/policy.lua:1: \(message)"),
        "\(failure.message)")
    }
  }

  @Test func `is asked again after it has failed`() async throws {
    let policy = """
      local calls = 0
      return { cache = function()
        calls = calls + 1
        if calls == 1 then error "not mounted" end
        return sso.cache.memory()
      end }
      """
    var stage = try Login.stage((.system, policy.requiringSSO))
    stage.variables = ["HOME": "/home/me"]
    let ending = try await stage.run(
      """
      for _ = 1, 2 do
        local token, problem = safe.ensure { start_url = "https://example.awsapps.com/start",
          region = "eu-west-1", browser = false }
        print(token and token.source or problem.message:match "not mounted")
      end
      """)
    #expect(ending.output == "not mounted\nlogin\n", "\(ending.word)")
  }

  @Test func `does not take what is cached for longer than it allows`() async throws {
    var stage = try Login.stage((.system, "return { allow = { max_lifetime = 3600 } }"))
    stage.variables = ["HOME": "/home/me"]
    let ending = try await stage.run(
      """
      local rows = {}
      local store = { get = function(k) return rows[k] end, put = function(k, v) rows[k] = v end,
        delete = function(k) rows[k] = nil end }
      local function sources()
        local call = { start_url = "https://example.awsapps.com/start", region = "eu-west-1",
          browser = false, cache = store }
        local token = sso.ensure(call)
        call.account_id, call.role_name = "123456789012", "ReadOnly"
        print(token.source, sso.credentials(call).source)
      end
      sources() sources()
      for k, v in pairs(rows) do rows[k] = v:gsub("2030%-01%-01T01", "2030-01-01T08") end
      sources() sources()
      """)
    #expect(
      ending.output == "login\tportal\ncache\tcache\nlogin\tportal\ncache\tcache\n",
      "\(ending.word)")
    #expect(
      ending.errors.contains("the cached token lives longer than the policy allows"),
      "\(ending.errors)")
  }

  @Test func `does not take too long a token, nor keys, when the service is away either`()
    async throws
  {
    var stage = try Stage()
    stage.variables = ["HOME": "/home/me"]
    stage.options.config = try AWSConfig.parse(`sso.ensure`.session)
    stage.options.policies = [
      PolicySource(
        path: "/system/policy.lua", text: Array("return { allow = { max_lifetime = 3600 } }".utf8),
        level: .system)
    ]
    let token = """
      {"startUrl":"https://example.awsapps.com/start","region":"eu-west-1","accessToken":"old",
      "expiresAt":"2030-01-01T08:00:00Z","clientId":"c","clientSecret":"s","refreshToken":"r",
      "registrationExpiresAt":"2030-03-01T00:00:00Z"}
      """
    stage.caches.memory("/home/me/.aws/sso/cache").put(
      "0ad374308c5a4e22f723adf10145eafad7c4031c.json", token)
    let ending = try await stage.run(
      "print(sso.ensure { session = 'my-sso', browser = false }.source)")
    #expect(ending.word.hasPrefix("failed"), "\(ending.output)")
  }

  @Test func `refuses a flow before anybody is asked`() async throws {
    let (ending, stage) = try await ensure(
      "flow = 'pkce'", "return { allow = { flows = { 'device' } } }")
    #expect(ending.word.contains("the flow pkce is not allowed by the policy"))
    #expect(stage.wire.requests.isEmpty)
  }

  /// A login by the browser of this machine, were it allowed.
  private func automatic(_ policy: String) async throws -> Ending {
    var stage = try Login.stage((.system, policy))
    stage.options.config = try AWSConfig.parse(
      """
      [sso-session dev]
      sso_start_url = https://example.awsapps.com/start
      sso_region = eu-west-1
      """)
    return try await stage.run("print(sso.ensure { session = 'dev', cache = 'none' }.source)")
  }

  @Test func `takes the flow that is allowed, and says why`() async throws {
    let ending = try await automatic("return { allow = { flows = { 'device' } } }")
    #expect(ending.output == "login\n", "\(ending.word)")
    #expect(
      ending.errors.hasPrefix(
        "signing in by a code: the flow pkce is not allowed by the policy /system/policy.lua:1"),
      "\(ending.errors)")
  }

  @Test func `is asked before a browser is sent to the login page`() async throws {
    let policy = """
      return { before_authorize = function(input, call)
        if call.flow == "pkce" then return false, "no browsers" end end }
      """
    var stage = try Login.stage((.system, policy))
    stage.variables = ["HOME": "/home/me"]
    let ending = try await stage.run(
      """
      sso.ensure { start_url = "https://example.awsapps.com/start", region = "eu-west-1",
        flow = "pkce", paste = true }
      """)
    #expect(
      ending.word.contains(
        "before_authorize of the policy /system/policy.lua:1 refused: no browsers"),
      "\(ending.word)")
    #expect(stage.wire.requests.isEmpty)
  }
}
