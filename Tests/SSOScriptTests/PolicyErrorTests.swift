//  PolicyErrorTests.swift - policies with mistakes in them.

import SSOOIDC
import SSOScript
import Testing

@Suite struct `A policy that cannot be used` {
  @Test(arguments: [
    (
      "return {\n  alow = {} }",
      "/user/policy.lua:2: unknown key \"alow\" (did you mean \"allow\"?)"
    ),
    (
      "return {\r\r\n\n\r  alow = {} }",
      "/user/policy.lua:4: unknown key \"alow\" (did you mean \"allow\"?)"
    ),
    (
      "return { allow = {\n region = {} } }",
      "/user/policy.lua:2: unknown key \"allow.region\" (did you mean \"regions\"?)"
    ),
    (
      "return { allow = { regions = 'x' } }",
      "allow.regions: expected a list of strings, got string"
    ),
    (
      "return { allow = { accounts = { 123456789012 } } }",
      "allow.accounts: expected a list of strings, item 1 is an integer"
    ),
    (
      "return { allow = { roles = { 'a', {} } } }",
      "allow.roles: expected a list of strings, item 2 is a table"
    ),
    ("return { allow = { accounts = { '12' } } }", "allow.accounts: \"12\" is no account"),
    ("return { allow = { start_urls = { 'x' } } }", "allow.start_urls: \"x\" is no URL"),
    ("return { allow = { flows = { 'devise' } } }", "did you mean \"device\"?"),
    (
      "return { allow = { cache = { 'files:/x' } } }",
      "allow.cache: there is no \"files:/x\" (did you mean \"files\"?); there are files, memory"
    ),
    ("return { allow = { cache = { 'disk*' } } }", "allow.cache: there is no \"disk*\""),
    ("return { allow = { flows = { 'device:x' } } }", "allow.flows: there is no \"device:x\""),
    ("return { cache = 'nonee' }", "cache: expected a store"),
    ("return { allow = { max_lifetime = 'x' } }", "allow.max_lifetime: expected seconds"),
    (
      "return { allow = { max_lifetime = 1799 } }",
      "allow.max_lifetime: expected seconds from 1800 to 31536000, got 1799"
    ),
    ("return { on_token = {} }", "on_token: expected a function, got table"),
    ("return { cache = {} }", "cache: expected a store"),
    ("return { notify = { 1 } }", "notify: expected a function or a list of functions"),
    ("return 7", "a policy returns one table by name, this returns an integer"),
    ("", "this returns nothing"), ("return {", "/user/policy.lua:1: "),
    ("\nerror 'broken'", "/user/policy.lua:2: broken"),
    ("while true do end", "the script was stopped"),
  ])
  func `ends the run before the script begins`(policy: String, words: String) async throws {
    let stage = try Login.stage((.user, policy))
    let failure = try await stage.failure(of: "print 'ran'")
    #expect(failure["code"] == "InvalidConfigError")
    #expect(failure.message.contains(words), "\(failure.message)")
    #expect(stage.terminal.text(.output).isEmpty)
  }

  @Test func `says on one line what is wrong with a module of its own`() async throws {
    var stage = try Login.stage((.user, "require 'lib.bad'"))
    stage.options.policies[0].folder = "/user"
    stage.disk["/user/lib/bad.lua"] = "x x"
    let failure = try await stage.failure(of: "print 'ran'")
    #expect(
      failure.message.contains("error loading module 'lib.bad': lib/bad.lua:1: syntax error"),
      "\(failure.message)")
    #expect(!failure.message.contains("{a}"), "\(failure.message)")
  }

  @Test func `keys are found in any style of writing`() async throws {
    let policy = """
      --[[ allow = { regions ]] local p, s = {}, "regions = {"
      p.allow = {}
      -- regions = 1
      p.allow.regions = { "us-*" }
      p["on_token"] = function() local regions = {} end
      return p
      """
    let failure = try await Login.stage((.user, policy)).failure(of: Login.script)
    #expect(failure.message.contains("/user/policy.lua:4 (allow.regions)"), "\(failure.message)")
  }
}
