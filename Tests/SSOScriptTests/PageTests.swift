import LuaEngine
import Testing

@testable import SSOScript

/// How many clients the host keeps, as `clients()` in Lua.
private struct ClientCount: ScriptExtension {
  let classes: [String] = []
  let functions = [
    APIFunction(
      "_G", "clients", "Counts.", .positional([]),
      { _, host throws(ScriptFailure) in .value(.integer(Int64(host.clients.count))) })
  ]

  func perform(_: String, _: [LuaValue]) async throws(ScriptFailure) -> [LuaValue] { [] }
}

@Suite struct `Pages` {
  /// Three pages of accounts.
  private static let accounts: Wire.Service = { _, number in
    switch number {
    case 1: .json(#"{"accountList":[{"accountId":"1"},{"accountId":"2"}],"nextToken":"a"}"#)
    case 2: .json(#"{"accountList":[{"accountId":"3"}],"nextToken":"b"}"#)
    default: .json(#"{"accountList":[],"nextToken":null}"#)
    }
  }

  @Test func `are walked to the last`() async throws {
    let stage = try Stage(answering: Self.accounts)
    let script = """
      local portal = sso.portal.client { region = "us-east-1" }
      for page in portal:get_paginator("list_accounts"):paginate { accessToken = "token-1", maxResults = 2 } do
        for _, account in ipairs(page.accountList) do io.write(account.accountId, " ") end
      end
      """
    #expect(try await stage.output(of: script) == "1 2 3 ")
    #expect(
      stage.wire.urls.map { $0.drop { $0 != "?" } } == [
        "?max_result=2", "?max_result=2&next_token=a", "?max_result=2&next_token=b",
      ])
  }

  @Test func `live on when nothing else holds the client`() async throws {
    let stage = try Stage(answering: Self.accounts)
    let script = """
      local count = 0
      for page in sso.portal.client { region = "us-east-1" }:get_paginator("list_accounts")
          :paginate { accessToken = "token-1" } do
        count = count + 1
        for _ = 1, 200 do local _ = ("x"):rep(100000) end
        sso.time.sleep(1)
      end
      print(count)
      """
    #expect(try await stage.output(of: script) == "3\n")
  }

  @Test(arguments: ["get_paginator('list_accounts')", "get_paginator('list_accounts'):paginate {}"])
  func `keep a client no longer than they are kept`(use: String) async throws {
    var stage = try Stage()
    stage.options.extension = ClientCount()
    let script = """
      local function client() return sso.portal.client { region = "us-east-1" } end
      local function collect()
        for _ = 1, 3 do for _ = 1, 100000 do local _ = {} end sso.time.sleep(0) end
        return clients()
      end
      local used = client():\(use)
      for _ = 1, 10 do client():\(use) end
      print(clients() > 1, collect())
      used = used and nil
      print(collect())
      """
    #expect(try await stage.output(of: script) == "true\t1\n0\n")
  }

  @Test(arguments: ["sso", "safe"])
  func `that fail are an error in both worlds: a loop could not tell it from the end`(
    world: String
  ) async throws {
    let stage = try Stage(answering: { _, number in
      number == 1
        ? .json(#"{"accountList":[],"nextToken":"a"}"#) : .error("UnauthorizedException", 401)
    })
    let script = """
      local portal = \(world).portal.client { region = "us-east-1" }
      for page in portal:get_paginator("list_accounts"):paginate { accessToken = "token-1" } do end
      """
    #expect(try await stage.failure(of: script)["code"] == "UnauthorizedException")
  }

  @Test func `of a closed client are an error`() async throws {
    let stage = try Stage(answering: Self.accounts)
    let script = """
      local portal = sso.portal.client { region = "us-east-1" }
      for page in portal:get_paginator("list_accounts"):paginate { accessToken = "token-1" } do
        portal:close()
      end
      """
    #expect(try await stage.failure(of: script)["code"] == "Closed")
  }

  @Test func `that go round in circles are an error`() async throws {
    let stage = try Stage(answering: { _, _ in .json(#"{"accountList":[],"nextToken":"a"}"#) })
    let script = """
      local portal = sso.portal.client { region = "us-east-1" }
      for page in portal:get_paginator("list_accounts"):paginate { accessToken = "token-1" } do end
      """
    #expect(try await stage.failure(of: script)["code"] == "PaginationError")
  }

  @Test(arguments: [
    ("can_paginate('list_accounts')", "true"), ("can_paginate('list_account_roles')", "true"),
    ("can_paginate('get_role_credentials')", "false"), ("can_paginate('create_token')", "false"),
  ])
  func `are offered for the lists`(call: String, answer: String) async throws {
    let script = "print(sso.portal.client { region = 'us-east-1' }:\(call))"
    #expect(try await Stage().output(of: script) == answer + "\n")
  }

  @Test func `are none of the OIDC service's client`() async throws {
    let script = "print(sso.client { region = 'us-east-1' }:can_paginate 'list_accounts')"
    #expect(try await Stage().output(of: script) == "false\n")
  }

  @Test(arguments: [
    ("get_paginator('logout')", "OperationNotPageableError", "Logout: the operation has no pages"),
    (
      "get_paginator('list_acounts')", "ParamValidationError",
      "unknown operation \"list_acounts\" (did you mean \"list_accounts\"?)"
    ),
    ("get_waiter('token_ready')", "ValueError", "Waiter does not exist: token_ready"),
  ])
  func `and waiters that there are not are errors as in boto3`(
    call: String, code: String, message: String
  ) async throws {
    let script = "sso.portal.client { region = 'us-east-1' }:\(call)"
    let failure = try await Stage().failure(of: script)
    #expect(failure["code"] == code)
    #expect(failure.message == message)
  }
}
