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
