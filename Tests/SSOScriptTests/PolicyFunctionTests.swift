//  PolicyFunctionTests.swift - what functions of a policy change, refuse and cannot do.

import SSOOIDC
import SSOScript
import Testing

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

  @Test func `that asks for another role is told of, and its keys are nobody else's`() async throws
  {
    let policy = """
      return { before_credentials = function(i) i.roleName = "Other" return i end }
      """
    var stage = try Login.stage((.user, policy))
    stage.variables["HOME"] = "/home/me"
    let output = try await stage.output(
      of: """
        for _ = 1, 2 do
          local keys = sso.credentials {
            start_url = "https://example.awsapps.com/start", region = "eu-west-1",
            account_id = "111122223333", role_name = "ReadOnly" }
          print(keys.accountId, keys.roleName, keys.source)
        end
        """)
    #expect(output == "111122223333\tOther\tportal\n111122223333\tOther\tportal\n")
    #expect(stage.caches.memory("/home/me/.aws/cli/cache").files.isEmpty)
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
