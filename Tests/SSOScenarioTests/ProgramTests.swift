//  ProgramTests.swift - programs that flows start, as scenarios describe them.

import Testing

@testable import SSOScenario

@Suite struct `A simulated program` {
  static let starting = Playground(
    flow: """
      local result = io.popen({ "tool", "a b", "c" }, "typed")
      io.write(result.output, " ", result.status)
      """)

  @Test func `is a text, or a function of arguments and input`() throws {
    try Self.starting.pass(
      """
      local run = sim.run("flow.lua", { programs = { tool = "hello" } })
      assert.equal("hello 0", run.stdout)
      run = sim.run("flow.lua", { programs = { tool = function(args, input)
        return args[1] .. "," .. args[2] .. "," .. input, 3
      end } })
      assert.equal("a b,c,typed 3", run.stdout)
      """)
  }

  @Test func `takes the time that its function takes`() throws {
    try Self.starting.pass(
      """
      local svc = sim.service {}
      local run = sim.run("flow.lua", { programs = { tool = function()
        svc.clock:advance "90s"
        return "late"
      end } })
      assert.equal("late 0", run.stdout)
      assert.elapsed(run, "90s")
      """)
  }

  @Test func `fails where its function does`() throws {
    try Self.starting.pass(
      """
      local run = sim.run("flow.lua", { programs = { tool = function() error "no luck" end } })
      assert.contains(run.output, "tool: the scenario's function failed")
      assert.contains(run.output, "no luck")
      """)
  }

  @Test func `that is neither is misuse`() throws {
    let report = try Self.starting.scenario("sim.run('flow.lua', { programs = { tool = 5 } })")
    #expect(report.failure?.message.contains("or a function, got") == true)
  }
}
