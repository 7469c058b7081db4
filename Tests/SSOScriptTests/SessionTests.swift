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
    try `sso.ensure`.stage(answering: service)
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

@Suite struct `To force role credentials` {
  @Test func `means new keys, and no new login`() async throws {
    let stage = try `sso.ensure`.stage(
      answering: { request, number in
        guard request.path == "/federation/credentials" else {
          return deviceService(.token)(request, number)
        }
        return .json(
          #"{"roleCredentials":{"accessKeyId":"AKIA\#(number)","secretAccessKey":"secret-key-1","#
            + #""sessionToken":"session-token-1","expiration":1999999999000}}"#)
      })
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

  @Test func `do not follow a link in the place of their draft`() async throws {
    let stage = try Self.stage()
    stage.disk["/home/me/other"] = "mine"
    stage.disk.link("/home/me/.aws/config.ssoscript", to: "/home/me/other")
    let ending = try await stage.run(Self.write)
    #expect(ending.word == "finished")
    #expect(stage.disk["/home/me/other"] == "mine")
    #expect(stage.disk["/home/me/.aws/config"]?.contains("[profile one]") == true)
  }
}
