//  PolicyLoginTests.swift - policies and logins as a whole.

import SSOOIDC
import SSOScript
import Testing

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

  @Test(arguments: ["print('asked')", "sso.log.info('asked')", "io.stderr:write('asked\\n')"])
  func `speaks in the place of the countdown, which goes on`(speech: String) async throws {
    let policy = "return { before_token = function() \(speech) end }".requiringSSO
    var stage = try `sso.ensure`.stage(answering: deviceService(.pending, .pending, .token))
    stage.options.policies = [
      PolicySource(path: "/user/policy.lua", text: Array(policy.utf8), level: .user)
    ]
    let ending = try await stage.run("sso.ensure { session = 'my-sso' }")
    let lines = ending.errors.split(separator: "\r\u{1B}[K").filter { $0.contains("asked") }
    #expect(ending.word == "finished")
    #expect(lines.count { $0.hasPrefix("asked\n") } == 3, "\(ending.errors)")
    #expect(ending.errors.contains("the code ends in 9:49"))
  }

  private static let noRenewals = """
    return { before_token = function(input)
      if input.grantType == "refresh_token" then return false, "no renewals here" end
    end }
    """

  @Test(arguments: [(300, "cache"), (-5, "login")])
  func `that refuses renewals leaves a token that lives in use, and others free to renew it`(
    secondsLeft: Int, source: String
  ) async throws {
    var stage = try `sso.ensure`.stage(answering: deviceService(.token))
    stage.options.policies = [
      PolicySource(path: "/user/policy.lua", text: Array(Self.noRenewals.utf8), level: .user)
    ]
    let ending = try await stage.run(
      """
      sso.ensure { session = "my-sso" } sso.time.sleep(8 * 3600 - \(secondsLeft))
      print(sso.ensure { session = "my-sso" }.source)
      """)
    #expect(ending.output == "\(source)\n", "\(ending)")
    #expect(ending.errors.contains("the token could not be renewed: "))
    let files = stage.caches.memory("/home/me/.aws/sso/cache").files.keys
    #expect(!files.isEmpty && files.allSatisfy { $0.hasSuffix(".json") }, "\(files)")
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

  @Test(arguments: [("regions", "us-*"), ("accounts", "999999999999"), ("roles", "Admin*")])
  func `refuses credentials that were cached before it came`(
    list: String, pattern: String
  ) async throws {
    var stage = try Login.stage()
    stage.variables = ["HOME": "/home/me"]
    let script = """
      print(sso.credentials { start_url = "https://example.awsapps.com/start",
        region = "eu-west-1", browser = false, account_id = "123456789012",
        role_name = "ReadOnly" }.source)
      """
    #expect(try await stage.output(of: script) == "portal\n")
    #expect(try await stage.output(of: script) == "portal\ncache\n")
    let policy = "return { allow = { \(list) = { '\(pattern)' } } }"
    stage.options.policies = [
      PolicySource(path: "/p.lua", text: Array(policy.utf8), level: .system)
    ]
    #expect(try await stage.failure(of: script)["code"] == "PolicyRefused")
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
