//  SignInTests.swift - sso.ensure and sso.login: targets, hooks, stores, tasks.

import LuaEngine
import SSOOIDC
import SSOScript
import Testing

@Suite struct `sso.ensure` {
  static let session = """
    [sso-session my-sso]
    sso_start_url = https://example.awsapps.com/start
    sso_region = eu-west-1
    [profile dev]
    sso_session = my-sso
    """

  /// A stage with a home and a config file, on which codes are used.
  static func stage(
    _ polls: Wire.Reply = .token, answering service: Wire.Service? = nil
  ) throws -> Stage {
    var stage = try Stage(answering: service ?? deviceService(polls))
    stage.variables["HOME"] = "/home/me"
    stage.options.config = try AWSConfig.parse(session)
    return stage
  }

  private static let show =
    "print(t.accessToken, t.source, t.region, t.session, t.refreshable, t.expiresAt, "
    + "t.registrationExpiresAt)"

  @Test func `signs a person in, and keeps the token as AWS's tools do`() async throws {
    let stage = try Self.stage()
    let output = try await stage.output(
      of: """
        local t = sso.ensure { session = "my-sso" } \(Self.show)
        t = sso.ensure { profile = "dev" } print(t.source)
        """)
    #expect(
      output
        == "access-token-1\tlogin\teu-west-1\tmy-sso\ttrue\t2030-01-01T08:00:05Z\t"
        + "2033-05-18T03:33:20Z\ncache\n")
    let folder = stage.caches.memory("/home/me/.aws/sso/cache")
    #expect(folder.files["0ad374308c5a4e22f723adf10145eafad7c4031c.json"] != nil)
    #expect(stage.browser.pages == ["https://device.example.com/?user_code=ABCD-EFGH"])
    #expect(stage.terminal.text(.error).contains("enter ABCD-EFGH"))
    #expect(!stage.terminal.text(.error).contains("access-token-1"))
  }

  @Test func `makes one login for many tasks`() async throws {
    let stage = try Self.stage()
    let output = try await stage.output(
      of: """
        local waits, sources, tasks = 0, {}, {}
        for i = 1, 20 do
          tasks[i] = function()
            local t = sso.ensure { session = "my-sso", on_wait = function() waits = waits + 1 end }
            sources[t.source] = (sources[t.source] or 0) + 1
          end
        end
        sso.task.all(tasks)
        print(sources.login, sources.cache, waits)
        """)
    #expect(output == "1\t19\t19\n")
    #expect(stage.wire.times("/token").count == 1)
  }

  @Test func `counts down second by second, polls as before, and leaves nothing`() async throws {
    for function in ["ensure { session = 'my-sso' }", "portal.accounts { session = 'my-sso' }"] {
      let stage = try Self.stage(answering: deviceService(.pending, .token))
      _ = try await stage.run("pcall(sso.\(function))")
      let lines = stage.terminal.text(.error).split(separator: "\r\u{1B}[K")
      for second in 51...59 {
        #expect(lines.contains("waiting; the code ends in 9:\(second)"), "\(second)")
      }
      #expect(!lines.contains { $0.hasSuffix("9:49") })
      #expect(stage.terminal.text(.error).hasSuffix("\r\u{1B}[K"))
      #expect(stage.wire.times("/token") == [.seconds(5), .seconds(10)])
    }
  }

  @Test(arguments: [("dumb", 80, false), ("xterm", 30, false), ("xterm", 31, true)])
  func `counts down only where a terminal can take the line away`(
    name: String, columns: Int, counts: Bool
  ) async throws {
    var stage = try Self.stage(answering: deviceService(.pending, .token))
    stage.variables["TERM"] = name
    stage.terminal.resize(to: columns)
    _ = try await stage.run("sso.ensure { session = 'my-sso' }")
    #expect(stage.terminal.text(.error).contains("\u{1B}") == counts)
    #expect(stage.terminal.text(.error).contains("the code ends in") == counts)
  }

  @Test func `takes a start URL and its region, and keeps to memory when told`() async throws {
    let stage = try Self.stage()
    let output = try await stage.output(
      of: """
        local t = sso.ensure { start_url = "https://a.example/start", region = "us-east-1",
          cache = "none", browser = false }
        print(t.startUrl, t.session, t.refreshable)
        """)
    #expect(output == "https://a.example/start\tnil\tfalse\n")
    #expect(stage.caches.memory("/home/me/.aws/sso/cache").files.isEmpty)
    #expect(stage.browser.pages.isEmpty)
  }

  @Test(arguments: [nil, "", "home"])
  func `F10 signs in without a home, and says once that nothing is kept`(home: String?) async throws
  {
    var stage = try Self.stage()
    stage.variables["HOME"] = home
    let ending = try await stage.run("print(sso.ensure { session = 'my-sso' }.accessToken)")
    #expect(ending.output == "access-token-1\n")
    let said = ending.errors.split(separator: "\n").filter { $0.contains("not cached") }
    #expect(said == ["not cached: HOME names no folder, so nothing outlives this run"])
  }

  @Test(arguments: [
    ("{ start_url = 'https://a.example/start' }", "start_url needs the region"),
    ("{ start_url = 'javascript:x', region = 'us-east-1' }", "must be an https URL"),
    ("{ start_url = 'http://a.example', region = 'us-east-1' }", "must be an https URL"),
    ("{ session = 'my-sso', profile = 'dev' }", "name one of profile, session and start_url"),
    ("{ session = 'my-sso', region = 'us-east-1' }", "region goes with start_url"),
    ("{ session = 'other' }", "no [sso-session other]"),
    ("{ session = 'my-sso', flow = 'fast' }", "flow must be \"auto\", \"device\" or \"pkce\""),
    ("{ session = 'my-sso', redirect_port = 0 }", "redirect_port must be from 1 to 65535"),
    ("{ session = 'my-sso', flow = 'device', paste = true }", "paste goes with flow"),
    ("{ session = 'my-sso', cache = 'files' }", "cache must be \"none\""),
    ("{ session = 'my-sso', cache = { get = print } }", "cache.put must be a function, got nil"),
    ("{ session = 'my-sso', on_tokn = print }", "did you mean \"on_token\"?"),
    ("{ session = 'my-sso', on_token = 1 }", "on_token: expected function, got integer"),
  ])
  func `says what is wrong with its arguments`(arguments: String, words: String) async throws {
    let failure = try await Self.stage().failure(of: "sso.ensure \(arguments)")
    #expect(failure.message.contains(words))
  }

  @Test func `asks only where it may`() async throws {
    var stage = try Self.stage()
    stage.variables["AWS_ENDPOINT_URL_SSO_OIDC"] = "https://evil.example"
    let failure = try await stage.failure(of: "sso.ensure { session = 'my-sso' }")
    #expect(failure["kind"] == "permission")
    #expect(stage.wire.requests.isEmpty)
  }

  @Test func `leaves a person who declined alone; sso.login asks again`() async throws {
    let stage = try Self.stage(
      answering: deviceService(.error("AccessDeniedException"), .token))
    let output = try await stage.output(
      of: """
        local wish = { session = "my-sso" }
        local _, err = safe.ensure(wish) print(err.code)
        _, err = safe.ensure(wish) print(err.code)
        print(safe.login(wish).source)
        """)
    #expect(output == "AccessDeniedException\nLoginDeclined\nlogin\n")
  }

  @Test(arguments: [
    "safe.login { session = 'my-sso' }", "safe.ensure { session = 'my-sso', force = true }",
  ])
  func `asks a person who says no once, for however many tasks`(call: String) async throws {
    let stage = try Self.stage(.error("AccessDeniedException"))
    let output = try await stage.output(
      of: """
        local codes, tasks = {}, {}
        for i = 1, 10 do
          tasks[i] = function()
            local _, err = \(call)
            codes[err.code] = (codes[err.code] or 0) + 1
          end
        end
        sso.task.all(tasks)
        print(codes.AccessDeniedException, codes.LoginDeclined)
        """)
    #expect(output == "1\t9\n")
    #expect(stage.wire.times("/device_authorization").count == 1)
  }

  @Test func `is given up with its task, wherever it is`() async throws {
    let stage = try Self.stage(.pending)
    let output = try await stage.output(
      of: """
        local ok, err = pcall(sso.task.timeout, 13, function()
          sso.ensure { session = "my-sso", on_poll = function(state) sso.time.sleep(1) end }
        end)
        print(ok, err.code)
        local _, again = pcall(sso.task.timeout, 7, function()
          sso.ensure { session = "my-sso", on_verification = function() sso.time.sleep(1000) end }
        end)
        print(again.code)
        """)
    #expect(output == "false\tTimeout\nTimeout\n")
    #expect(stage.wire.times("/token").count == 2)
  }
}

@Suite struct `A hook of a login` {
  private static func run(_ hooks: String, _ polls: Wire.Reply = .token) async throws -> Ending {
    try await `sso.ensure`.stage(polls).run(
      "local t = sso.ensure { session = 'my-sso', \(hooks) } print(t.source)")
  }

  @Test func `gets what there is to know`() async throws {
    let stage = try `sso.ensure`.stage(
      answering: deviceService(.pending, .token))
    let output = try await stage.output(
      of: """
        local function members(t) local names = {} for name in pairs(t) do names[#names + 1] = name end
          table.sort(names) return table.concat(names, " ") end
        sso.ensure { session = "my-sso",
          on_verification = function(auth) print(auth.flow, auth.userCode, auth.verificationUri)
            sso.time.sleep(2) end,
          on_poll = function(state) print(state.secondsLeft, state.interval) end,
          on_token = function(token) print(members(token)) end }
        """)
    #expect(
      output == """
        device\tABCD-EFGH\thttps://device.example.com/
        600\t5.0
        595\t5.0
        accessToken expiresAt refreshable region registrationExpiresAt session source startUrl

        """)
  }

  @Test func `may start a task, whose failure is a warning when the hook is over`() async throws {
    let ending = try await Self.run(
      "on_token = function() sso.task.spawn(function() error('late') end) end")
    #expect(ending.word == "finished")
    #expect(
      ending.errors.contains("warning: a task failed that nobody waits for: flow.lua:1: late"),
      "\(ending.errors)")
  }

  @Test(arguments: ["on_verification", "on_token"])
  func `that fails ends the login with its own error`(name: String) async throws {
    let ending = try await Self.run("\(name) = function() error('mine') end")
    #expect(ending.word.hasSuffix("flow.lua:1: mine"))
    let output = try await `sso.ensure`.stage().output(
      of: """
        print(select(2, pcall(sso.ensure, { session = "my-sso",
          \(name) = function() error { code = "Mine" } end })).code)
        """)
    #expect(output == "Mine\n")
  }

  @Test(arguments: [
    ("on_verification", "5", "nothing or a boolean, got integer"),
    ("on_verification", "'no'", "nothing or a boolean, got string"),
    ("on_token", "{}", "nothing, got table"), ("on_token", "false", "nothing, got boolean"),
  ])
  func `that returns garbage ends it, and is named`(name: String, value: String, words: String)
    async throws
  {
    let ending = try await Self.run("\(name) = function() return \(value) end")
    #expect(ending.word.contains("sso.ensure: \(name) must return \(words)"))
  }

  @Test(arguments: ["on_poll"])
  func `that only listens never ends it`(name: String) async throws {
    let ending = try await Self.run("\(name) = function() error('mine') end")
    #expect(ending.output == "login\n")
    #expect(ending.errors.contains("\(name) failed: flow.lua:1: mine"))
    #expect(
      try await Self.run("\(name) = function() return 1 end").errors
        .contains("\(name) must return nothing, got integer"))
  }

  @Test func `F23 that loops is ended by the limits of the script`() async throws {
    var stage = try `sso.ensure`.stage()
    stage.options.limits.instructions = 1_000_000
    let ending = try await stage.run(
      "pcall(sso.ensure, { session = 'my-sso', on_verification = function() while true do end end })"
    )
    #expect(ending.word == "stopped: instructions")
    let lock = try await stage.caches.memory("/home/me/.aws/sso/cache").lock(
      "0ad374308c5a4e22f723adf10145eafad7c4031c.json.lock"
    ) {}
    await lock.release()
  }

  @Test func `may keep the browser closed`() async throws {
    let stage = try `sso.ensure`.stage()
    try await stage.run(
      "sso.ensure { session = 'my-sso', on_verification = function() return false end }")
    #expect(stage.browser.pages.isEmpty)
  }

  @Test func `hears of a renewal and of a failure`() async throws {
    let stage = try `sso.ensure`.stage(
      answering: deviceService(.token, .token, .error("AccessDeniedException")))
    let output = try await stage.output(
      of: """
        local function ensure(force) return safe.ensure { session = "my-sso", force = force,
          on_refresh = function(t) print("refresh", t.source) end,
          on_failure = function(err) print("failure", err.code) end } end
        ensure() sso.time.sleep(8 * 3600 - 300)
        print(ensure().source)
        ensure(true)
        """)
    #expect(output == "refresh\trefresh\nrefresh\nfailure\tAccessDeniedException\n")
  }

  @Test func `hears of no failure that is a wrong setting, such as a CA file that is not there`()
    async throws
  {
    for (code, heard) in [(TransportError.Code.connect, "failure\n"), (.invalidRequest, "")] {
      let stage = try `sso.ensure`.stage(answering: { _, _ in .lost(code, .neverSent) })
      let ending = try await stage.run(
        """
        sso.ensure { session = "my-sso", cache = "none", on_failure = function() print("failure") end }
        """)
      #expect(ending.word.hasPrefix("failed: "))
      #expect(ending.output == heard, "\(code)")
    }
  }

  @Test func `hears of a token that ends soon and could not be renewed`() async throws {
    let stage = try `sso.ensure`.stage(
      answering: deviceService(.token, .error("InvalidGrantException")))
    let output = try await stage.output(
      of: """
        local function ensure() return sso.ensure { session = "my-sso",
          on_expiring = function(t) print("expiring", t.source) end } end
        ensure() sso.time.sleep(8 * 3600 - 800)
        print(ensure().source)
        """)
    #expect(output == "expiring\tcache\ncache\n")
  }
}

@Suite struct `A call in a hook of a login` {
  @Test(arguments: ["on_expiring", "on_token"])
  func `that comes when the login is done has the session`(name: String) async throws {
    let stage = try `sso.ensure`.stage(
      answering: deviceService(.token, .error("InvalidGrantException")))
    let output = try await stage.output(
      of: """
        sso.ensure { session = "my-sso" } sso.time.sleep(8 * 3600 - 800)
        print(pcall(sso.task.timeout, 60, function()
          return sso.ensure { session = "my-sso", \(name) = function()
            print(sso.ensure { profile = "dev" }.source) end }.source
        end))
        """)
    #expect(output == "cache\ntrue\tcache\n")
  }

  @Test(arguments: ["on_verification", "on_poll"])
  func `that would wait for that login fails, and the login goes on`(name: String) async throws {
    let output = try await `sso.ensure`.stage().output(
      of: """
        local function try() print(select(2, safe.ensure { profile = "dev" }).message) end
        print(pcall(sso.task.timeout, 60, function()
          return sso.ensure { session = "my-sso", \(name) = function()
            try() sso.task.all { try } end }.source
        end))
        """)
    let line =
      "sso.ensure was called by \(name) of sso.ensure, which is at the same thing: it would wait "
      + "for itself\n"
    #expect(output == line + line + "true\tlogin\n")
  }

  @Test func `that would end the session it waits for fails at once`() async throws {
    let output = try await `sso.ensure`.stage(
      answering: deviceService(.token, .token)
    ).output(
      of: """
        sso.ensure { session = "my-sso" }
        local at = sso.time.now()
        print(sso.login { session = "my-sso", force = true, on_verification = function()
          for _, arguments in ipairs { { session = "my-sso" }, { all = true } } do
            local _, err = safe.logout(arguments)
            print(err.code, err.message)
          end
        end }.source, sso.time.now() - at < 30)
        """)
    let line =
      "Deadlock\tsso.logout was called by on_verification of sso.login, which is at the same thing: "
      + "it would wait for itself\n"
    #expect(output == line + line + "login\ttrue\n")
  }

  @Test(arguments: [
    ("nil", "sso.cache.files {}"), ("sso.cache.files {}", "nil"),
    ("nil", "sso.cache.layered(sso.cache.memory(), sso.cache.files {})"),
    ("team", "team"), ("sso.cache.layered(sso.cache.memory(), team)", "team"),
    ("sso.cache.encrypted { store = team, key = ('k'):rep(32) }", "team"),
  ])
  func `that calls the same place by another name fails at once`(
    outer: String, inner: String
  ) async throws {
    let output = try await `sso.ensure`.stage().output(
      of: """
        local files = sso.cache.files {}
        local team = { get = function(key, item) return files:get(key, item) end,
          put = function(key, value, item) files:put(key, value, item) end,
          delete = function(key, item) files:delete(key, item) end,
          lock = function(key, item) return files:lock(key, item) end }
        print(sso.ensure { session = "my-sso", cache = \(outer), on_verification = function()
          local _, err = safe.ensure { session = "my-sso", cache = \(inner) }
          print(err.code) end }.source)
        """)
    #expect(output == "Deadlock\nlogin\n")
  }

  private static func stage(policy: String) throws -> Stage {
    var stage = try `sso.ensure`.stage()
    let text = "local sso = require 'sso' return { \(policy) }"
    stage.options.policies = [
      PolicySource(path: "/etc/policy.lua", text: Array(text.utf8), level: .system)
    ]
    return stage
  }

  @Test func `that a policy leads to the same place fails at once`() async throws {
    let output = try await Self.stage(policy: "cache = sso.cache.files {}").output(
      of: """
        print(sso.ensure { session = "my-sso", cache = "none", on_verification = function()
          local _, err = safe.ensure { session = "my-sso", cache = "none" }
          print(err.code) end }.source)
        """)
    #expect(output == "Deadlock\nlogin\n")
  }

  @Test(arguments: [
    "on_verification = function() sso.ensure { session = 'my-sso' } end",
    "on_token = function() sso.logout { session = 'my-sso' } end",
    "notify = function() sso.ensure { session = 'my-sso' } end",
  ])
  func `that a policy's own function makes fails at once`(policy: String) async throws {
    let ending = try await Self.stage(policy: policy).run(
      """
      safe.login { session = "my-sso", force = true }
      local at = sso.time.now()
      local _, err = safe.login { session = "my-sso", force = true }
      print(sso.time.now() - at < 30, tostring(err))
      """)
    #expect(ending.output.hasPrefix("true\t"), "\(ending.output)")
    // A notification that fails is a warning.
    let said = policy.hasPrefix("notify") ? ending.errors : ending.output
    #expect(said.contains("would wait for itself"), "\(ending.output) \(ending.errors)")
  }

  @Test(arguments: ["sso.cache.memory()", "'none'"])
  func `that keeps its own elsewhere goes its way`(cache: String) async throws {
    let output = try await `sso.ensure`.stage().output(
      of: """
        print(sso.ensure { session = "my-sso", on_verification = function()
          print(sso.ensure { session = "my-sso", cache = \(cache) }.source) end }.source)
        """)
    #expect(output == "login\nlogin\n")
  }

  @Test func `fails with a code`() async throws {
    let output = try await `sso.ensure`.stage().output(
      of: """
        sso.ensure { session = "my-sso", on_poll = function()
          local _, err = safe.login { session = "my-sso", force = true }
          print(err.code, err.kind) end }
        """)
    #expect(output == "Deadlock\tvalidation\n")
  }
}

@Suite struct `A store of logins` {
  private static func output(_ script: String) async throws -> String {
    try await `sso.ensure`.stage().output(of: script)
  }

  private static let table = """
    local kept, calls = {}, {}
    local store = {
      get = function(key, item) calls[#calls + 1] = "get " .. item.layer return kept[key] end,
      put = function(key, value, item)
        calls[#calls + 1] = "put " .. item.layer .. " " .. item.session .. " " .. item.ttl
        kept[key] = value
      end,
      delete = function(key) kept[key] = nil end,
    }
    """

  @Test func `may be a table of functions`() async throws {
    let output = try await Self.output(
      Self.table + """
        print(sso.ensure { session = "my-sso", cache = store }.source)
        print(sso.ensure { session = "my-sso", cache = store }.source)
        print(table.concat(calls, ", "))
        """)
    #expect(
      output == """
        login
        cache
        get token, get token, get registration, get registration, \
        put registration my-sso 106544000, get token, put token my-sso 28800, get token

        """)
  }

  @Test func `may lock, and is always unlocked`() async throws {
    let output = try await Self.output(
      Self.table + """
        store.lock = function(key, item) print("lock", item.layer) return function() print("unlock") end end
        sso.ensure { session = "my-sso", cache = store }
        print(select(2, pcall(sso.task.timeout, 2, function()
          sso.ensure { session = "my-sso", cache = store, force = true } end)).code)
        sso.time.sleep(1)
        """)
    #expect(output == "lock\ttoken\nunlock\nlock\ttoken\nTimeout\nunlock\n")
  }

  @Test func `may lock with an object that nothing else holds`() async throws {
    let ending = try await `sso.ensure`.stage().run(
      Self.table + """
        local host = sso.cache.memory()
        store.lock = function(key, item)
          sso.task.spawn(function() for _ = 1, 100000 do local _ = {} end end)
          return host:lock(key, item)
        end
        print(sso.ensure { session = "my-sso", cache = store }.source)
        """)
    #expect(ending.output == "login\n")
    #expect(!ending.errors.contains("lock"), "\(ending.errors)")
  }

  @Test(arguments: ["get", "put", "delete"])
  func `whose function signs in to the same thing does not wait for itself`(name: String)
    async throws
  {
    let output = try await `sso.ensure`.stage(answering: deviceService(.token, .token)).output(
      of: Self.table + """
        local own, inside = store.\(name), 0
        store.\(name) = function(...)
          inside = inside + 1
          if inside == 1 then
            sso.time.sleep(1)
            local token, err = safe.ensure { session = "my-sso", cache = store, force = true }
            print(token and token.source or err.code .. ": " .. err.message)
          end
          return own(...)
        end
        local ok, err = pcall(sso.task.timeout, 60, function()
          sso.ensure { session = "my-sso", cache = store, force = true }
          sso.logout { session = "my-sso", cache = store }
        end)
        print(ok, err)
        """)
    #expect(!output.contains("\nfalse"), "\(output)")
    let caller = name == "delete" ? "sso.logout" : "sso.ensure"
    let words = "Deadlock: sso.ensure was called by cache.\(name) of \(caller), which is at the "
    #expect(output.hasPrefix(words), "\(output)")
  }

  @Test(arguments: [
    ("get = function() error('broken') end", "cache.get: flow.lua:1: broken"),
    ("get = function() return 5 end", "cache.get must return a string or nil, got integer"),
    ("put = function() error('full') end", "not cached: cache.put: flow.lua:1: full"),
    ("lock = function() return 5 end", "cache.lock must return a function that unlocks"),
  ])
  func `that fails is said, and the login goes on`(change: String, words: String) async throws {
    let ending = try await `sso.ensure`.stage().run(
      "local s = { get = function() end, put = function() end, delete = function() end } "
        + "for k, v in pairs { \(change) } do s[k] = v end "
        + "print(sso.ensure { session = 'my-sso', cache = s }.source)")
    #expect(ending.output == "login\n")
    #expect(ending.errors.contains(words))
  }

  @Test(arguments: [
    ("function() error('broken') end", "cannot be listed: cache.names: flow.lua:1: broken"),
    ("function() return 5 end", "cache.names must return a list of keys, got integer"),
    ("function() return { key = true } end", "cache.names must return a list of keys"),
    ("function() return { '../a' } end", "cache.names must return keys as they were put"),
  ])
  func `that cannot list is said, and the others are told of`(
    names: String, words: String
  ) async throws {
    let ending = try await `sso.ensure`.stage().run(
      "local s = { get = function() end, put = function() end, delete = function() end, "
        + "names = \(names) } "
        + "for _, s in ipairs(sso.status { cache = s }) do print(s.session) end")
    #expect(ending.output == "my-sso\n")
    #expect(ending.errors.contains(words))
  }

  @Test func `of the host has the same methods`() async throws {
    let output = try await Self.output(
      """
      local store = sso.cache.memory()
      print(store:get("a.json"))
      store:put("a.json", '{"x": 1}', { layer = "token" })
      print(store:get("a.json", { layer = "token" }), store:get("a.json", { layer = "registration" }))
      do local unlock <close> = store:lock("a.json") end
      local unlock = store:lock("a.json") unlock() unlock()
      store:delete("a.json")
      print(store:get("a.json"))
      print(sso.ensure { session = "my-sso", cache = store }.source,
        sso.ensure { session = "my-sso", cache = store }.source)
      """)
    #expect(output == "nil\n{\"x\": 1}\tnil\nnil\nlogin\tcache\n")
  }

  @Test(arguments: ["../a", "a/b", ".a", "", "a\\0b"])
  func `takes plain names only`(key: String) async throws {
    let failure = try await `sso.ensure`.stage().failure(
      of: "sso.cache.memory():get('\(key)')")
    #expect(failure.message.contains("key must be a plain file name"))
  }

  @Test(arguments: [
    ("ttl = 100", "%s\t100"), ("ttl = 99.5", "%s\t99"), ("ttl = 0", "%s\t0"),
    ("ttl = 1e300", "9999-12-31T23:59:59Z\t1000000000000"),
    ("ttl = math.maxinteger", "9999-12-31T23:59:59Z\t1000000000000"),
    ("ttl = 5, expiresAt = '2000-01-01T00:00:00Z'", "2000-01-01T00:00:00Z\t0"),
    ("", "nil\tnil"),
  ])
  func `of a script's own tells another how long something is kept`(
    item: String, told: String
  ) async throws {
    let output = try await Self.output(
      """
      local function put(_, _, item) print(item.expiresAt, item.ttl) end
      local store = sso.cache.layered { get = function() end, put = put, delete = function() end }
      local item = { \(item) }
      local told = "\(told)" -- beside it, as the clock stands still
      store:put("a.json", "x", item)
      print((told:gsub("%%s", function() return sso.time.format(sso.time.now() + item.ttl // 1) end)))
      """)
    let lines = output.split(separator: "\n")
    #expect(lines.count == 2 && lines.first == lines.last, "\(output)")
  }

  @Test func `is told of a thing what its script said, and no more`() async throws {
    let output = try await Self.output(
      """
      local function show(_, item) print(item.layer, item.startUrl, item.region, item.session) end
      local store = sso.cache.layered { get = show, put = print, delete = show }
      store:get("a.json")
      store:delete("a.json", { startUrl = "https://a.awsapps.com/start", region = "eu-west-1" })
      """)
    #expect(output == "token\tnil\tnil\tnil\ntoken\thttps://a.awsapps.com/start\teu-west-1\tnil\n")
  }

  @Test(arguments: [
    ("layr = 'token'", "unknown member \"layr\" (did you mean \"layer\"?)"),
    ("session = 5", "session: expected string, got integer"),
    ("layer = true", "layer: expected string, got boolean"),
    ("ttl = 'long'", "ttl: expected number, got string"),
    ("ttl = 0 / 0", "item.ttl must be a finite number of seconds from 0"),
    ("ttl = math.huge", "item.ttl must be a finite number of seconds from 0"),
    ("ttl = -1", "item.ttl must be a finite number of seconds from 0"),
    ("ttl = -0.5", "item.ttl must be a finite number of seconds from 0"),
    ("expiresAt = 'soon'", "expiresAt must be a time such as 2026-01-31T12:00:00Z"),
    ("'token'", "members go by name"), ("[true] = 1", "members go by name"),
  ])
  func `takes of a thing what it knows`(item: String, words: String) async throws {
    for call in ["put('k.json', 'v', { \(item) })", "get('k.json', { \(item) })"] {
      let failure = try await `sso.ensure`.stage().failure(of: "sso.cache.memory():\(call)")
      #expect(failure["code"] == "ParamValidationError")
      #expect(failure.message.hasSuffix(words), "\(failure.message)")
      #expect(failure.message.contains(": item"))
    }
  }

  @Test func `in a folder needs permission for it, AWS's own folders need none`() async throws {
    let stage = try `sso.ensure`.stage()
    let failure = try await stage.failure(of: "sso.cache.files { directory = '/tmp/mine' }")
    #expect(failure["kind"] == "permission")
    var open = try `sso.ensure`.stage()
    open.options.permissions.read = ["/tmp/mine"]
    open.options.permissions.write = ["/tmp/mine"]
    try await open.run(
      "sso.ensure { session = 'my-sso', cache = sso.cache.files { directory = '/tmp/mine' } }")
    #expect(open.caches.memory("/tmp/mine").files.count == 2)
  }

  @Test func `that is read only writes nothing`() async throws {
    let stage = try `sso.ensure`.stage()
    let output = try await stage.output(
      of:
        "print(sso.ensure { session = 'my-sso', cache = sso.cache.files { read_only = true } }.source)"
    )
    #expect(output == "login\n")
    #expect(stage.caches.memory("/home/me/.aws/sso/cache").files.isEmpty)
  }

  @Test func `that is read only fails to put and to delete what is there`() async throws {
    let stage = try `sso.ensure`.stage()
    let cache = "sso.cache.files { read_only = true }"
    let key = "0ad374308c5a4e22f723adf10145eafad7c4031c.json"
    try await stage.run("\(cache):delete('\(key)')")
    stage.caches.memory("/home/me/.aws/sso/cache").put(key, "{}")
    for call in ["put('\(key)', 'v')", "delete('\(key)')"] {
      let failure = try await stage.failure(of: "\(cache):\(call)")
      #expect(failure["code"] == "DoorError" && failure.message.contains("the store is read-only"))
    }
  }

  @Test func `shows nobody what it holds`() async throws {
    let stage = try `sso.ensure`.stage()
    stage.caches.memory("/home/me/.aws/sso/cache").put(
      "0ad374308c5a4e22f723adf10145eafad7c4031c.json",
      #"{"startUrl": "https://example.awsapps.com/start", "accessToken": "kept-access-token", "#
        + #""expiresAt": "2030-01-01T09:00:00Z", "refreshToken": "kept-refresh-token"}"#)
    let ending = try await stage.run(
      "sso.ensure { session = 'my-sso' } sso.log.info('kept-access-token kept-refresh-token')")
    #expect(ending.errors == "<secret> <secret>\n")
  }
}
