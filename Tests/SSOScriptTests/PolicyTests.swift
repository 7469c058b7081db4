//  PolicyTests.swift - what a policy allows, demands and leaves alone.

import SSOOIDC
import SSOScript
import Testing

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
    "https://evil.example/\u{301}.awsapps.com/start", "https://evil.example%2F.awsapps.com/start",
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

  @Test func `speaks before those outside it, which see what it made of the call`() async throws {
    let inner = """
      return { before_authorize = function(input)
        input.startUrl = "https://inner.awsapps.com/start" return input end }
      """
    let outer = "return { before_authorize = function(input) return false, input.startUrl end }"
    let stage = try Login.stage((.option, inner), (.system, outer))
    let failure = try await stage.failure(of: Login.script)
    #expect(failure.message.hasSuffix("refused: https://inner.awsapps.com/start"))
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
