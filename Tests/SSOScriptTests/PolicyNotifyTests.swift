//  PolicyNotifyTests.swift - a policy that is told of a login.

import SSOOIDC
import SSOScript
import Testing

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

  @Test func `warns of a task of its own that fails when it has returned`() async throws {
    let policy = """
      return { notify = function(e)
        if e.event == "credentials" then sso.task.spawn(function() error("the webhook is down") end) end
      end }
      """
    let ending = try await Login.stage((.user, policy.requiringSSO)).run(Login.script)
    #expect(ending.word == "finished")
    #expect(
      ending.errors == """
        warning: a task of the policy /user/policy.lua failed that nobody waits for: \
        /user/policy.lua:2: the webhook is down

        """)
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
