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

  @Test func `writes to standard error what is behind its exit status`() throws {
    try Self.starting.pass(
      """
      local run = sim.run("flow.lua", { programs = { tool = function() return "out", 3, "no luck\\n" end } })
      assert.equal("out 3", run.stdout)
      assert.equal("no luck\\n", run.stderr)
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

  /// A flow that takes no notice of a program that cannot be started.
  private static let careless = Playground(flow: "pcall(os.execute, { 'tool', 'a' })")

  @Test func `whose function fails fails the scenario, whatever the flow makes of it`() throws {
    let report = try Self.careless.scenario(
      """

      sim.run("flow.lua", { programs = { tool = function(args)
        assert.equal("b", args[1])
      end } })
      error "too late"
      """)
    #expect(report.outcome == .failed)
    #expect(report.failure?.position == "a_spec.lua:3")
    let broken = try Self.starting.scenario(
      """
      local run = sim.run("flow.lua", { programs = { tool = function() error "no luck" end } })
      print(run.output)
      """)
    #expect(broken.outcome == .error)
    #expect(broken.failure?.message.contains("no luck") == true)
    #expect(broken.output.contains("tool: the scenario's function failed"))
  }

  @Test(arguments: [
    ("{}, '1'", "its output as a string, or nil, got table"), ("5", "got integer"),
    ("'', 1.5", "an exit status from 0 to 255 behind the output, or nil, got number"),
    ("'', 512 / 2", "from 0 to 255, got 256"), ("'', '1'", "got string"),
    ("'', 1, {}", "its standard error behind the exit status as a string, or nil, got table"),
    ("nil, 256", "from 0 to 255, got 256"), ("'', -1", "got -1"),
  ])
  func `whose function gives something else is misuse`(results: String, words: String) throws {
    let report = try Self.careless.scenario(
      "sim.run('flow.lua', { programs = { tool = function() return \(results) end } })")
    #expect(report.outcome == .error)
    let message = report.failure?.message ?? ""
    #expect(message.hasPrefix("sim.run: programs: tool: expected ") && message.contains(words))
  }

  @Test func `that is neither is misuse`() throws {
    let report = try Self.starting.scenario("sim.run('flow.lua', { programs = { tool = 5 } })")
    #expect(report.failure?.message.contains("or a function, got") == true)
  }
}
