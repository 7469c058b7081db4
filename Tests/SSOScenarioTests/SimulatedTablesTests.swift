//  SimulatedTablesTests.swift - databases on simulated disks.

import Testing

@testable import SSOScenario

@Suite struct `A simulated database` {
  /// Says what is kept, keeps something, and says it again.
  private static let keeping = Playground(
    flow: """
      local sso = require "sso"
      local store, item = sso.cache.sqlite { path = "logins.db" }, { layer = "token" }
      local before = store:get("a.json", item)
      store:put("a.json", "\\0\\255 a\\n", item)
      store:put("b.json", "", item)
      store:delete("c.json", item)
      io.write(tostring(before == "\\0\\255 a\\n"), " ", tostring(store:get("b.json", item) == ""))
      """)

  @Test func `keeps bytes of any kind, for its owner, from one program to the next`() throws {
    try Self.keeping.pass(
      """
      local home = sim.home {}
      assert.equal("false true", sim.run("flow.lua", { home = home, umask = "000" }).stdout)
      assert.equal("true true", sim.run("flow.lua", { home = home }).stdout)
      assert.file(home, "logins.db", { mode = "0600" })
      """)
  }

  @Test func `takes nothing that a real one would not`() throws {
    try Playground(
      flow: """
        local sso = require "sso"
        local store = sso.cache.sqlite { path = "logins.db" }
        local ok, err = pcall(store.put, store, "a.json", ("x"):rep((1 << 20) + 1))
        store:put("b.json", ("x"):rep(1 << 20))
        io.write(tostring(ok), " ", err.code, " ", err.message, " ", #store:names(), #store:get "b.json")
        """
    ).pass(
      """
      local run = sim.run("flow.lua", { home = sim.home {} })
      assert.contains(run.stdout, "false DoorError ")
      assert.contains(run.stdout, "/home/me/logins.db: a value is larger than 1048576 bytes 11048576")
      """)
  }

  @Test func `F06 is changed whole or not at all`() throws {
    try Self.keeping.pass(
      """
      local home = sim.home {}
      sim.run("flow.lua", { home = home })
      local before = home:read "logins.db"
      assert.exit(sim.run("flow.lua", { home = home, crash_at = 1 }), 137)
      assert.equal(before, home:read "logins.db")
      """)
  }

  @Test(arguments: ["{ mode = '0770' }", "{ mode = '0755', foreign = true }"])
  func `F11 in a folder that others can write to is not used, as AWS's is not`(
    what: String
  ) throws {
    try Playground(
      flow: """
        local sso = require "sso"
        local store, item = sso.cache.sqlite { path = "shared/logins.db" }, { layer = "token" }
        print(select(2, pcall(store.put, store, "a.json", "x", item)))
        for _, call in ipairs { "get", "delete", "lock" } do
          print(select(2, pcall(store[call], store, "a.json", item)))
        end
        sso.login {
          start_url = "https://example.awsapps.com/start", region = "us-east-1", flow = "device", cache = store }
        """
    ).pass(
      """
      local home, svc = sim.home {}, sim.service { approve = "auto" }
      home:folder("shared", \(what))
      local run = sim.run("flow.lua", { service = svc, home = home })
      assert.exit(run, 0)
      local words = "/home/me/shared/logins.db is not used: others can change what is in its folder"
      local _, count = run.stdout:gsub(words, "")
      assert.equal(4, count, run.stdout)
      assert.contains(run.stderr, "not cached: " .. words .. " (put it into one of your own)")
      assert.same({}, home:names "shared")
      """)
  }

  @Test(arguments: [
    ("'garbage'", "file is not a database"), ("'', { mode = '0640' }", "chmod 600 it"),
    ("'', { foreign = true }", "belongs to somebody else"),
  ])
  func `F13 that is damaged or not the user's alone is not used`(
    what: String, words: String
  ) throws {
    try Self.keeping.pass(
      """
      local home = sim.home {}
      home:write("logins.db", \(what))
      local run = sim.run("flow.lua", { home = home })
      assert.exit(run, 1)
      assert.contains(run.stderr, "logins.db")
      assert.contains(run.stderr, "\(words)")
      """)
  }
}
