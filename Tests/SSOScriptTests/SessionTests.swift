//  SessionTests.swift - role credentials and lists, by tokens that the portal takes or refuses.

import SSOOIDC
import SSOScript
import Testing

@Suite struct `A token that the portal refuses` {
  /// A service that takes no token but the second that it gives.
  private static let service: Wire.Service = { request, number in
    let isTaken = request.headers["x-amz-sso_bearer_token"] == "access-token-2"
    return switch request.path {
    case "/client/register": .registered
    case "/device_authorization": .started
    case "/token":
      .json(
        #"{"accessToken":"access-token-\#(number)","tokenType":"Bearer","expiresIn":28800,"#
          + #""refreshToken":"refresh-token-\#(number)"}"#)
    case _ where !isTaken: .error("UnauthorizedException", 401)
    case "/federation/credentials":
      .json(
        #"{"roleCredentials":{"accessKeyId":"AKIA1","secretAccessKey":"secret-key-1","#
          + #""sessionToken":"session-token-1","expiration":1999999999000}}"#)
    case "/assignment/accounts":
      .json(#"{"accountList":[{"accountId":"111122223333","accountName":"one"}]}"#)
    case "/assignment/roles":
      .json(#"{"roleList":[{"roleName":"Admin","accountId":"111122223333"}]}"#)
    default: .error("ResourceNotFoundException", 404)
    }
  }

  private static func stage() throws -> Stage {
    try `sso.ensure`.stage(answering: Self.service)
  }

  @Test func `is renewed once, whoever finds out`() async throws {
    let stage = try Self.stage()
    let output = try await stage.output(
      of: """
        local wish, tasks = { session = "my-sso" }, {}
        print(sso.ensure(wish).source)
        for i = 1, 5 do
          tasks[i] = function() return sso.credentials { session = "my-sso",
            account_id = "111122223333", role_name = "Role" .. i } end
        end
        tasks[6] = function() return sso.portal.accounts(wish) end
        local results = sso.task.all(tasks)
        print(results[5].accessKeyId, results[6][1].roles[1])
        """)
    #expect(output == "login\nAKIA1\tAdmin\n")
    #expect(stage.wire.times("/device_authorization").count == 1)
    #expect(stage.wire.times("/token").count == 2)
  }
}

/// A device login, and a portal that numbers the keys it gives.
private let keyService: Wire.Service = { request, number in
  guard request.path == "/federation/credentials" else {
    return deviceService(.token)(request, number)
  }
  return .json(
    #"{"roleCredentials":{"accessKeyId":"AKIA\#(number)","secretAccessKey":"secret-key-1","#
      + #""sessionToken":"session-token-1","expiration":1999999999000}}"#)
}

@Suite struct `Role credentials asked for within a call for role credentials` {
  private static let keys = """
    local function keys(role, options)
      options = options or {}
      options.session, options.account_id, options.role_name = "my-sso", "111122223333", role
      return safe.credentials(options)
    end

    """

  @Test(arguments: ["before_credentials", "notify"])
  func `by a policy, the same ones, fail at once`(hook: String) async throws {
    var stage = try `sso.ensure`.stage(answering: keyService)
    let text = """
      local sso = require "sso"
      return { \(hook) = function()
        sso.credentials { session = "my-sso", account_id = "111122223333", role_name = "Admin" }
      end }
      """
    stage.options.policies = [
      PolicySource(path: "/etc/policy.lua", text: Array(text.utf8), level: .system)
    ]
    let ending = try await stage.run(
      Self.keys + """
        sso.ensure { session = "my-sso" }
        local at = sso.time.now()
        print(pcall(sso.task.timeout, 60, function() return select(2, keys "Admin") end))
        print(sso.time.now() - at < 30)
        """)
    #expect(ending.output.hasSuffix("\ntrue\n"), "\(ending.output)")
    // A notification that fails is a warning.
    let said = hook == "notify" ? ending.errors : ending.output
    #expect(said.contains("would wait for itself"), "\(ending.output) \(ending.errors)")
  }

  @Test func `by a hook of the login fail at once, where who asks for them waits for that login`()
    async throws
  {
    let output = try await `sso.ensure`.stage(answering: keyService).output(
      of: Self.keys + """
        local first = sso.task.spawn(function()
          return keys("Admin", { on_verification = function()
            sso.time.sleep(1)
            print(select(2, keys "Other").code)
          end }).accessKeyId
        end)
        sso.time.sleep(0.1)
        local other = sso.task.spawn(function() return keys("Other").accessKeyId end)
        print(sso.task.timeout(60, function() return first:join(), other:join() end))
        """)
    #expect(output == "Deadlock\nAKIA1\tAKIA2\n")
  }
}

@Suite struct `To force role credentials` {
  @Test func `means new keys, and no new login`() async throws {
    let stage = try `sso.ensure`.stage(answering: keyService)
    let output = try await stage.output(
      of: """
        local function keys(force) return sso.credentials { session = "my-sso", force = force,
          account_id = "111122223333", role_name = "Admin" }.accessKeyId end
        print(keys(), keys(), keys(true))
        """)
    #expect(output == "AKIA1\tAKIA1\tAKIA2\n")
    #expect(stage.wire.times("/token").count == 1)
  }
}

@Suite struct `Logging out` {
  @Test func `ends what lies under the session's name, though its start URL is another now`()
    async throws
  {
    let stage = try `sso.ensure`.stage(answering: { request, _ in
      request.path == "/logout" ? .json("{}") : .error("ResourceNotFoundException", 404)
    })
    let file = "0ad374308c5a4e22f723adf10145eafad7c4031c.json"
    let folder = stage.caches.memory("/home/me/.aws/sso/cache")
    folder.put(
      file,
      #"{"accessToken":"access-token-9","startUrl":"https://old.awsapps.com/start","#
        + #""region":"eu-west-1","expiresAt":"2199-01-01T00:00:00Z"}"#)
    let output = try await stage.output(
      of: """
        for _, s in ipairs(sso.logout { session = "my-sso" }) do
          print(s.startUrl, s.endedAtService, s.endedHere)
        end
        """)
    #expect(output == "https://old.awsapps.com/start\ttrue\ttrue\n")
    #expect(stage.wire.times("/logout").count == 1)
    #expect(folder.files[file] == nil)
  }
}

@Suite struct `Logging out of all sessions` {
  private static let profiles = """
    [default]
    endpoint_url = http://127.0.0.1:1
    [profile local]
    services = local
    [services local]
    sso =
      endpoint_url = http://127.0.0.1:2
    """

  /// A configured session, and one that only the cache knows.
  private static func stage() throws -> Stage {
    var stage = try `sso.ensure`.stage(answering: { _, _ in .json("{}") })
    stage.options.permissions = .all
    stage.options.config = try AWSConfig.parse("\(`sso.ensure`.session)\n\(Self.profiles)")
    for (file, startURL) in [
      ("0ad374308c5a4e22f723adf10145eafad7c4031c", "https://example.awsapps.com/start"),
      (String(repeating: "a", count: 40), "http://127.0.0.1:3/start"),
    ] {
      stage.caches.memory("/home/me/.aws/sso/cache").put(
        "\(file).json",
        #"{"accessToken":"access-token-9","startUrl":"\#(startURL)","region":"us-west-2","#
          + #""expiresAt":"2199-01-01T00:00:00Z"}"#)
    }
    return stage
  }

  @Test(arguments: ["", "default", "local", "absent"])
  func `asks AWS, whatever endpoint a profile has that nobody named`(profile: String) async throws {
    var stage = try Self.stage()
    stage.variables["AWS_PROFILE"] = profile
    let output = try await stage.output(of: "print(#sso.logout { all = true })")
    #expect(output == "2\n")
    let portal = "https://portal.sso.us-west-2.amazonaws.com/logout"
    #expect(stage.wire.urls == [portal, portal])
  }

  @Test func `asks at the endpoint of the user's own profile for its session alone`() async throws {
    var stage = try Self.stage()
    stage.options.config = try AWSConfig.parse(
      """
      \(`sso.ensure`.session)
      [profile mine]
      sso_session = my-sso
      endpoint_url = http://127.0.0.1:1
      """)
    stage.variables["AWS_PROFILE"] = "mine"
    let output = try await stage.output(of: "print(#sso.logout { all = true })")
    #expect(output == "2\n")
    #expect(
      Set(stage.wire.urls) == [
        "http://127.0.0.1:1/logout", "https://portal.sso.us-west-2.amazonaws.com/logout",
      ])
  }

  @Test(arguments: [nil, "local"])
  func `asks where the environment or a profile that was named says`(profile: String?) async throws
  {
    var stage = try Self.stage()
    stage.options.settings.profile = profile
    if profile == nil { stage.variables["AWS_ENDPOINT_URL_SSO"] = "http://127.0.0.1:2" }
    try await stage.run("sso.logout { all = true }")
    #expect(stage.wire.urls == ["http://127.0.0.1:2/logout"])
  }
}

@Suite struct `Logging out behind a captive portal` {
  @Test func `N17 ends the session here only, and says so`() async throws {
    let stage = try `sso.ensure`.stage(answering: { _, _ in
      .answer(
        .init(status: 200, headers: ["Content-Type": "text/html"], body: Array("<html>".utf8)))
    })
    stage.caches.memory("/home/me/.aws/sso/cache").put(
      "0ad374308c5a4e22f723adf10145eafad7c4031c.json",
      #"{"accessToken":"access-token-9","startUrl":"https://example.awsapps.com/start","#
        + #""region":"us-east-1","expiresAt":"2199-01-01T00:00:00Z"}"#)
    let output = try await stage.output(
      of: """
        local s = sso.logout { session = "my-sso" }[1]
        print(s.endedAtService, s.endedHere, s.obstacle:match("CaptivePortal"))
        """)
    #expect(output == "false\ttrue\tCaptivePortal\n")
  }
}

@Suite struct `Logging out of a region that is not configured any more` {
  @Test(arguments: [
    ("us-west-2", "us-west-2"), ("eu-west-1", "eu-west-1"), ("evil.example/x", "eu-west-1"),
    ("evil", "eu-west-1"),
  ])
  func `ends the token where it was given`(region: String, asked: String) async throws {
    let stage = try `sso.ensure`.stage(answering: { _, _ in .json("{}") })
    stage.caches.memory("/home/me/.aws/sso/cache").put(
      "0ad374308c5a4e22f723adf10145eafad7c4031c.json",
      #"{"accessToken":"access-token-9","startUrl":"https://example.awsapps.com/start","#
        + #""region":"\#(region)","expiresAt":"2199-01-01T00:00:00Z"}"#)
    let output = try await stage.output(
      of: "local s = sso.logout { session = 'my-sso' }[1] print(s.endedAtService, s.endedHere)")
    #expect(output == "true\ttrue\n")
    #expect(stage.wire.urls == ["https://portal.sso.\(asked).amazonaws.com/logout"])
  }

  @Test func `asks an endpoint that was named all the same`() async throws {
    var stage = try `sso.ensure`.stage(answering: { _, _ in .json("{}") })
    stage.options.settings.endpointURL = "http://127.0.0.1:8087"
    stage.options.permissions.net = ["127.0.0.1"]
    stage.caches.memory("/home/me/.aws/sso/cache").put(
      "0ad374308c5a4e22f723adf10145eafad7c4031c.json",
      #"{"accessToken":"access-token-9","startUrl":"https://example.awsapps.com/start","#
        + #""region":"us-west-2","expiresAt":"2199-01-01T00:00:00Z"}"#)
    try await stage.run("sso.logout { session = 'my-sso' }")
    #expect(stage.wire.urls == ["http://127.0.0.1:8087/logout"])
  }
}

@Suite struct `A list of 1,000 accounts` {
  /// A portal with pages of a hundred accounts and two roles in each; every 97th call is too early.
  private static let service: Wire.Service = { request, number in
    switch request.path {
    case "/assignment/accounts":
      let accounts = (1...100).map { index in
        #"{"accountId":"\#(100_000_000_000 + number * 100 + index)","accountName":"a"}"#
      }
      let next = number < 10 ? #","nextToken":"\#(number)""# : ""
      return .json(#"{"accountList":[\#(accounts.joined(separator: ","))]\#(next)}"#)
    case "/assignment/roles":
      guard number % 97 != 0 else {
        return .error("TooManyRequestsException", 429, ["Retry-After": "1"])
      }
      return .json(#"{"roleList":[{"roleName":"Admin"},{"roleName":"ReadOnly"}]}"#)
    default: return deviceService(.token)(request, number)
    }
  }

  @Test func `is read at the portal's pace, and tells how far it is`() async throws {
    let stage = try `sso.ensure`.stage(answering: Self.service)
    let ending = try await stage.run(
      """
      local calls, last, total = 0, 0, 0
      local accounts = sso.portal.accounts { session = "my-sso", on_progress = function(done, all)
        assert(done == last + 1)
        calls, last, total = calls + 1, done, all
      end }
      local ids = {}
      for _, account in ipairs(accounts) do
        assert(account.roles[2] == "ReadOnly")
        ids[account.accountId] = true
      end
      local count = 0
      for _ in pairs(ids) do count = count + 1 end
      print(calls, last, total, #accounts, count)
      """)
    #expect(ending.output == "1000\t1000\t1000\t1000\t1000\n", "\(ending.word)")
    let times = (stage.wire.times("/assignment/accounts") + stage.wire.times("/assignment/roles"))
      .sorted()
    #expect(times.count == 10 + 1000 + 10)
    // Never more than twenty in a second.
    for (first, last) in zip(times, times.dropFirst(20)) {
      #expect(last - first >= .seconds(1))
    }
  }
}

@Suite struct `Profiles that are put into the config file` {
  private static let write = """
    sso.config.profile_sections { session = "my-sso", write = true, profiles = {
      { name = "one", accountId = "111122223333", roleName = "Admin" } } }
    """

  private static func stage() throws -> Stage {
    var stage = try `sso.ensure`.stage()
    stage.options.permissions = .all
    return stage
  }

  @Test func `go where AWS's tools look, also when AWS_CONFIG_FILE is empty`() async throws {
    var stage = try Self.stage()
    stage.variables["AWS_CONFIG_FILE"] = ""
    try await stage.run(Self.write)
    #expect(stage.disk["/home/me/.aws/config"]?.contains("[profile one]") == true)
    #expect(stage.disk["/home/me/.aws/config.ssoscript"] == nil)
  }

  @Test func `wait for another run that is writing, and keep what it has written`() async throws {
    let stage = try Self.stage()
    stage.disk["/home/me/.aws/config.ssoscript"] = "half"
    let ending = try await stage.run(
      """
      sso.task.all {
        function() \(Self.write) end,
        function()
          sso.time.sleep(2)
          io.open("/home/me/.aws/config", "w"):write("[profile other]\\n")
          os.remove("/home/me/.aws/config.ssoscript")
        end,
      }
      """)
    #expect(ending.word == "finished")
    #expect(ending.elapsed < .seconds(3))
    let config = stage.disk["/home/me/.aws/config"] ?? ""
    #expect(config.contains("[profile other]") && config.contains("[profile one]"), "\(config)")
    #expect(stage.disk["/home/me/.aws/config.ssoscript"] == nil)
  }

  @Test func `do not wait for ever for a run that was killed, and do not follow its draft`()
    async throws
  {
    let stage = try Self.stage()
    stage.disk["/home/me/other"] = "mine"
    stage.disk.link("/home/me/.aws/config.ssoscript", to: "/home/me/other")
    let failure = try await stage.failure(of: Self.write)
    #expect(failure.message.contains("config.ssoscript is there: another run is writing"))
    #expect(stage.disk["/home/me/other"] == "mine")
    #expect(stage.disk["/home/me/.aws/config"]?.contains("[profile one]") != true)
  }

  @Test func `are not written where nobody would read so much`() async throws {
    let stage = try Self.stage()
    let failure = try await stage.failure(
      of: """
        sso.config.profile_sections { session = "my-sso", write = true, profiles = {
          { name = "one", accountId = "111122223333", roleName = "Admin",
            note = ("x"):rep(16 << 20) } } }
        """)
    #expect(failure.message.contains("no more than 16777216 are read"))
    #expect(stage.disk["/home/me/.aws/config"]?.contains("[profile one]") != true)
  }

  @Test func `say of a file that is mounted by itself what to mount`() async throws {
    let stage = try Self.stage()
    stage.disk["/home/me/.aws/config"] = "# mine\n"
    stage.disk.mount("/home/me/.aws/config")
    let failure = try await stage.failure(of: Self.write)
    #expect(
      failure.message.contains(
        "/home/me/.aws/config: Device or resource busy: it is mounted by itself and cannot be "
          + "replaced; mount its folder"), "\(failure.message)")
    #expect(stage.disk["/home/me/.aws/config"] == "# mine\n")
    #expect(stage.disk["/home/me/.aws/config.ssoscript"] == nil)
  }

  @Test func `leave no draft behind when they cannot be written`() async throws {
    let stage = try Self.stage()
    stage.disk.fail(with: DoorError("No space left on device", number: 28))
    let failure = try await stage.failure(of: Self.write)
    #expect(failure.message.contains("No space left on device"))
    #expect(stage.disk["/home/me/.aws/config.ssoscript"] == nil)
  }
}
