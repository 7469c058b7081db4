//  SignalTests.swift - signals that a simulated program may clean up after.

import Testing

@testable import SSOScenario

@Suite struct `A signal to a simulated program` {
  static let careful = Playground(
    flow: """
      local sso = require "sso"
      local guard <close> = setmetatable({}, { __close = function() io.stderr:write "cleaned up " end })
      io.open("began", "w"):close()
      sso.time.sleep(60)
      io.open("ended", "w"):close()
      """)

  @Test(arguments: [("INT", 130), ("TERM", 143), ("HUP", 129)])
  func `F19 lets it clean up, and is its status`(name: String, status: Int) throws {
    try Self.careful.pass(
      """
      local home = sim.home {}
      local run = sim.run("flow.lua", { home = home, signal = "\(name)", signal_after = "7s" })
      assert.exit(run, \(status))
      assert.elapsed(run, "7s")
      assert.contains(run.stderr, "cleaned up ")
      assert.contains(run.stderr, "interrupted")
      assert.file(home, "began")
      assert.no_file(home, "ended")
      """)
  }

  @Test func `F19 comes at a change of the disk, which is made`() throws {
    try Self.careful.pass(
      """
      local home = sim.home {}
      local run = sim.run("flow.lua", { home = home, signal = "INT", signal_at = 1 })
      assert.exit(run, 130)
      assert.elapsed(run, 0)
      assert.contains(run.stderr, "flow.lua:")
      assert.file(home, "began")
      """)
  }

  @Test func `F19 before it has started, or after another one, ends it at once`() throws {
    try Self.careful.pass(
      """
      local home = sim.home {}
      local process = sim.start("flow.lua", { home = home, delay = "1h" })
      process:signal "TERM"
      local run = process:wait()
      assert.exit(run, 143)
      assert.no_file(home, "began")
      process = sim.start("flow.lua", { home = home, delay = 0 })
      sim.service {}.clock:advance "1s"
      process:signal "INT"
      process:signal "TERM"
      run = process:wait()
      assert.exit(run, 143)
      process:signal "INT" -- nobody is there
      """)
  }

  @Test(arguments: [
    ("{ signal = 'KILL', signal_after = 1 }", "one of HUP, INT, TERM"),
    ("{ signal = 'INT' }", "say when"), ("{ signal_after = 1 }", "say which"),
  ])
  func `that is described wrongly is misuse`(options: String, words: String) throws {
    let report = try Self.careful.scenario("sim.run('flow.lua', \(options))")
    #expect(report.failure?.message.contains(words) == true)
  }
}
