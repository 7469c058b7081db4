//  RaisedTableTests.swift - what is said of an error that is a table.

import SSOScript
import Testing

@testable import SSOScenario

@Suite struct `An error that is a table` {
  @Test(arguments: [
    ("{ code = 1 }", "error { code = 1 }"),
    ("{ 'a', b = { c = true }, [2.5] = 'x' }", "error { \"a\", [2.5] = \"x\", b = { c = true } }"),
    ("{}", "error {}"),
    ("{ { { { { 1 } } } } }", "error { { { { {…} } } } }"),
    ("{ text = ('x'):rep(1000) }", "error { text = \"\(String(repeating: "x", count: 200))…\" }"),
    ("{ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, a = 1 }", "11, 12, …and 2 more }"),
    ("setmetatable({}, { __tostring = function() return 'my own words' end })", "my own words"),
    ("(function() local t = {} t.t = t return t end)()", "table contains itself at t"),
  ])
  func `is told by what it holds`(table: String, words: String) throws {
    let report = try Playground().scenario("error(\(table))")
    #expect(report.outcome == .error)
    let message = report.failure?.message ?? ""
    #expect(message.hasSuffix(words) || message.contains("itself"), "\(message)")
    #expect(message.contains(words), "\(message)")
  }

  @Test func `shows no secret of the scenario`() throws {
    var sources = Playground().sources
    sources.settings.secrets = ["key": "tell-nobody"]
    let read = sources.read
    sources.read = { path throws(DoorError) in
      guard path.hasSuffix("_spec.lua") else { return try read(path) }
      return Array(
        """
        it("x", function()
          local secret = sim.secret "key"
          error { a = ("x"):rep(195) .. secret, [secret] = 1, b = { "of " .. secret } }
        end)
        """.utf8)
    }
    let report = ScenarioFile("a_spec.lua", sources).run(ScenarioRunOptions())
    let message = report.scenarios.first?.failure?.message ?? ""
    #expect(!message.contains("tell") && message.contains("b = { \"of <secret>\" }"), "\(message)")
  }

  @Test func `is told of files, of expected errors and of programs`() throws {
    #expect(
      Playground().run("error { code = 1 }").loadFailure?.contains("error { code = 1 }") == true)
    let group = Playground().run("describe('x', function() error { code = 2 } end)")
    #expect(group.loadFailure?.contains("a_spec.lua:1: error { code = 2 }") == true)
    try Playground().pass("assert.has_error(function() error { code = 3 } end, 'code = 3')")
    let report = try Playground(flow: "pcall(os.execute, { 'tool' })").scenario(
      "sim.run('flow.lua', { programs = { tool = function() error { code = 4 } end } })")
    #expect(report.failure?.message == "error { code = 4 }")
  }
}
