//  PromiseTests.swift - what `assert.always` and `assert.never` hold against a run with several logins.

import Testing

@testable import SSOScenario

@Suite struct `A promise` {
  /// `start()` begins a login, `poll(login)` asks for its token once.
  private static func flow(_ text: String) -> Playground {
    Playground(
      flow: """
        local sso = require "sso.safe"
        local client = assert(sso.client {})
        local function start()
          local reg = assert(client:register_client {
            clientName = "x", clientType = "public", scopes = { "sso:account:access" } })
          local login = { clientId = reg.clientId, clientSecret = reg.clientSecret }
          login.auth = assert(client:start_device_authorization {
            clientId = login.clientId, clientSecret = login.clientSecret,
            startUrl = "https://example.awsapps.com/start" })
          return login
        end
        local function poll(login)
          sso.time.sleep(login.auth.interval)
          return client:create_token {
            clientId = login.clientId, clientSecret = login.clientSecret,
            grantType = sso.grant.device_code, deviceCode = login.auth.deviceCode }
        end
        local function renew(login, token)
          return client:create_token {
            clientId = login.clientId, clientSecret = login.clientSecret,
            grantType = sso.grant.refresh_token, refreshToken = token.refreshToken }
        end
        local function login(wait)
          sso.time.sleep(wait)
          local login = start()
          local token = poll(login)
          while not token do token = poll(login) end
          return login, token
        end
        \(text)
        """)
  }

  private static let scenario = """
    local svc = sim.service { device = { interval = 5 }, approve = "12s" }
    """

  @Test func `holds for two logins at once that each keep their interval`() throws {
    try Self.flow(
      "sso.task.all { function() login(0) end, function() login(2) end }"
    ).pass(
      """
      \(Self.scenario)
      local run = sim.run("flow.lua", { service = svc })
      assert.exit(run, 0)
      assert.always(run, "poll gap >= announced interval")
      """)
  }

  @Test func `is not kept by another login in between`() throws {
    let report = try Self.flow("local first = start() poll(first) start() poll(first)").scenario(
      """
      \(Self.scenario)
      svc:fault("CreateToken", { calls = 1, answer = "slow_down" })
      local run = sim.run("flow.lua", { service = svc })
      assert.exit(run, 0)
      assert.always(run, "poll gap >= announced interval")
      """)
    let message = report.failure?.message ?? ""
    #expect(message.hasPrefix("poll 2 came 5s "), "\(message)")
    #expect(message.hasSuffix("the interval is 10s"), "\(message)")
  }

  @Test func `about gaps lets a poll whose answer was lost be repeated at once`() throws {
    let flow = Self.flow(
      """
      local login = start()
      poll(login)
      poll(login)
      """)
    try flow.pass(
      """
      \(Self.scenario)
      svc:fault("CreateToken", { calls = 2, kind = "reset" })
      local run = sim.run("flow.lua", { service = svc })
      local calls = run:requests "CreateToken"
      assert.equal(3, #calls)
      assert.is_true(calls[3].time < 11)
      assert.always(run, "poll gap >= announced interval")
      """)
  }

  @Test(arguments: ["0640", "0604", "0660"])
  func `about a cache is broken by a file that its group or others can read`(mode: String) throws {
    let report = try Playground().scenario(
      """
      local home = sim.home {}
      home:write("a.json", "{}", { mode = "\(mode)" })
      assert.final(home, "cache is absent or whole and 0600")
      """)
    #expect(
      report.failure?.message.contains("a.json can be read by others (\(mode))") == true,
      "\(report.failure?.message ?? "")")
  }

  @Test(arguments: [
    ("N01", true), ("N03", true), ("N05", true), ("N07", true), ("T02", true), ("N08", false),
  ])
  func `about a refresh token counts only what has left`(fault: String, holds: Bool) throws {
    let flow = Self.flow(
      """
      local login, token = login(0)
      for _ = 1, 3 do renew(login, token) end
      """)
    let report = try flow.scenario(
      """
      \(Self.scenario)
      svc:fault("CreateToken", fault("\(fault)", { calls = { 4, 5, 6, 7 } }))
      local run = sim.run("flow.lua", { service = svc })
      assert.never(run, "a refresh token sent more than twice")
      """)
    #expect((report.failure == nil) == holds, "\(report.failure?.message ?? "")")
  }

  @Test(arguments: [("token", true), ("first", false)])
  func `about a refresh token counts the same one`(sent: String, holds: Bool) throws {
    let flow = Self.flow(
      """
      local login, token = login(0)
      local first = token
      for _ = 1, 4 do token = renew(login, \(sent)) or token end
      """)
    let report = try flow.scenario(
      """
      \(Self.scenario)
      local run = sim.run("flow.lua", { service = svc })
      assert.exit(run, 0)
      assert.equal(4, select(2, table.concat(run:grants(), " "):gsub("refresh_token", "")))
      assert.never(run, "a refresh token sent more than twice")
      """)
    #expect(
      report.failure?.message == (holds ? nil : "one refresh token was sent 4 times"),
      "\(report.failure?.message ?? "")")
  }
}
