//  ProtocolRuleTests.swift - what counts as a rule that the service had to judge by.

import SSOScript
import Testing

@testable import SSOScenario

@Suite struct `A rule of the protocol` {
  private static let client = """
    local sso = require "sso.safe"
    local client = assert(sso.client { region = "us-east-1", retries = 1 })
    local reg = assert(client:register_client {
      clientName = "l", clientType = "public", scopes = { "sso:account:access" },
      redirectUris = { "http://127.0.0.1/oauth/callback" },
      grantTypes = { "authorization_code", "refresh_token", sso.grant.device_code },
      issuerUrl = "https://example.awsapps.com/start" })
    local function start(secret)
      return client:start_device_authorization { clientId = reg.clientId,
        clientSecret = secret or reg.clientSecret, startUrl = "https://example.awsapps.com/start" }
    end
    local function token(grant, members)
      members.clientId, members.clientSecret = reg.clientId, members.clientSecret or reg.clientSecret
      members.grantType = grant
      return client:create_token(members)
    end
    local function device(members) return token(sso.grant.device_code, members) end
    local function refresh(t) return token("refresh_token", { refreshToken = t.refreshToken }) end
    local function login()
      local auth = assert(start())
      return assert(device { deviceCode = auth.deviceCode }), auth
    end
    local portal = sso.portal.client { region = "us-east-1", retries = 1 }

    """

  private static let sender = """
    local function send(path, kind, body)
      return require "sso.safe".http.request { method = "POST", body = body,
        url = "https://oidc.us-east-1.amazonaws.com" .. path, headers = { ["Content-Type"] = kind } }
    end

    """

  private static let impostor = """
    require "service".on("RegisterClient", function()
      return { body = { clientId = "x", clientSecret = "y", clientSecretExpiresAt = 9999999999 } }
    end)
    """

  private static let liar = """
    require "service".on("CreateToken", function(_, service)
      service:proceed()
      return { error = "ExpiredTokenException" }
    end)
    """

  /// The rules that a flow reached.
  private func rules(
    _ flow: String, _ service: String = #"approve = "auto""#,
    after beginning: String = client + sender
  ) throws -> Set<String> {
    var options = ScenarioRunOptions.patient
    options.coverage = .usual
    var playground = Playground(flow: beginning + flow)
    playground.files["b.lua"] = Self.impostor
    playground.files["liar.lua"] = Self.liar
    let report = try playground.scenario(
      """
      local run = sim.run("flow.lua", { service = sim.service { \(service) }, limit = "200d" })
      assert.exit(run, 0)
      """, options)
    #expect(report.outcome == .passed, "\(report.failure?.message ?? "")")
    return Set(report.rules)
  }

  @Test(arguments: [
    ("AWS-05", "sso.time.sleep(91 * 86400) assert(not start())"),
    ("R8628-15", #"assert(not start("wrong"))"#),
    ("R8628-37", "local _, auth = login() assert(not device { deviceCode = auth.deviceCode })"),
    ("R6749-18", "local t = login() assert(refresh(t)) assert(refresh(t))"),
    ("R6749-18", "local t = login() assert(refresh(t)) sso.time.sleep(60) assert(not refresh(t))"),
    (
      "AWS-06",
      """
      assert(not client:start_device_authorization { clientId = reg.clientId,
        clientSecret = reg.clientSecret, startUrl = "http://nobody.invalid/" })
      """
    ),
    ("R6750-01", "assert(portal:list_accounts { accessToken = login().accessToken })"),
    ("R6750-03", "assert(not portal:list_accounts { accessToken = 'wrong' })"),
    (
      "R6750-03",
      "assert(not portal:list_account_roles { accessToken = 'wrong', accountId = '111122223333' })"
    ),
    ("AWS-01", #"assert(not start(""))"#),
  ])
  func `is judged where it is met`(rule: String, flow: String) throws {
    #expect(try rules(flow).contains(rule))
  }

  @Test(arguments: [
    ("AWS-05", #"assert(not start("wrong"))"#),
    ("R8628-15", "sso.time.sleep(91 * 86400) assert(not start())"),
    ("R8628-37", "assert(not device { deviceCode = 'never-issued' })"),
    (
      "R6749-18",
      "local t = login() for _ = 1, 2 do sso.time.sleep(3600) t = assert(refresh(t)) end"
    ),
    (
      "R7636-06",
      """
      assert(not token("authorization_code", { code = "never-issued",
        redirectUri = "http://127.0.0.1:5000/oauth/callback", codeVerifier = ("a"):rep(43) }))
      """
    ),
    ("AWS-06", #"assert(send("/device_authorization", "application/json", "no json"))"#),
    (
      "R6750-03",
      "assert(not portal:list_accounts { accessToken = login().accessToken, nextToken = 'x' })"
    ),
  ])
  func `is not judged where the reply is the same for another reason`(
    rule: String, flow: String
  ) throws {
    #expect(try !rules(flow).contains(rule))
  }

  @Test func `about recovery is judged by the code that was slowed down`() throws {
    let polls = """
      local one, two = assert(start()), assert(start())
      for _ = 1, 3 do assert(not device { deviceCode = one.deviceCode }) end
      assert(not device { deviceCode = two.deviceCode })

      """
    let pending = #"approve = "manual""#
    let early = try rules(polls, pending)
    #expect(early.contains("R8628-17") && !early.contains("R8628-19"))
    let obeyed = polls + "sso.time.sleep(60) assert(not device { deviceCode = one.deviceCode })"
    #expect(try rules(obeyed, pending).contains("R8628-19"))
  }

  @Test func `of AWS's is not judged in profile rfc`() throws {
    let form = #"assert(send("/token", "application/x-www-form-urlencoded", "grant_type=x"))"#
    #expect(try !rules(form, #"profile = "rfc""#, after: Self.sender).contains("AWS-01"))
  }

  @Test func `about registrations is judged in profile rfc, too`() throws {
    let registration = """
      assert(send("/client/register", "application/json",
        '{"client_name":"x","token_endpoint_auth_method":"none"}'))
      """
    #expect(try rules(registration, #"profile = "rfc""#, after: Self.sender).contains("R8252-05"))
  }

  @Test func `is that by which the rules judged, whatever a behaviour says after them`() throws {
    let reached = try rules(
      "local auth = start() assert(not device { deviceCode = auth.deviceCode })",
      #"approve = "manual", behaviour = "liar.lua""#)
    #expect(reached.contains("R8628-16") && !reached.contains("R8628-21"))
  }

  @Test func `is not judged where a behaviour answers in its place`() throws {
    let behaviour = #"behaviour = "b.lua""#
    let registers = "assert(client.register_client)"
    #expect(try !rules(registers, behaviour).contains("R8252-05"))
  }
}
