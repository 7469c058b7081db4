//  PolicyModuleTests.swift - what policies require in a simulated world.

import Testing

@testable import SSOScenario

@Suite struct `A policy in a simulated world` {
  private func run(_ policy: String, _ files: [String: String]) -> SuiteReport {
    let spec = """
      it("runs", function()
        local run = sim.run("flows/flow.lua", { policies = { "policies/p.lua" } })
        assert.same("", run.stderr)
        assert.exit(run, 0)
      end)
      """
    let own = [
      "/flows/flow.lua": "print(1)", "/policies/p.lua": policy, "/a_spec.lua": spec,
    ]
    return Library(files: own.merging(files) { $1 }).run { $0.coverage = .lua }
  }

  @Test func `requires modules that lie beside it`() throws {
    let report = run("return require 'lists'", ["/policies/lists.lua": "return { allow = {} }"])
    #expect(report.count(.passed) == 1, "\(report.scenarios.map(\.failure))")
    let lines = try #require(CoverageReport(report.files).lines)
    #expect(
      lines.files.map(\.path) == ["/flows/flow.lua", "/policies/lists.lua", "/policies/p.lua"])
  }

  @Test func `draws by the scenario's seed`() {
    func drawn(_ seed: UInt64) -> String? {
      let files = [
        "/flow.lua": "print(1)", "/p.lua": "print(math.random(1 << 40)) return {}",
        "/a_spec.lua": """
        it("runs", function() print(sim.run("flow.lua", { policies = { "p.lua" } }).stderr) end)
        """,
      ]
      return Library(files: files).run { $0.seed = seed }.scenarios.first?.output
    }
    #expect(drawn(7) == drawn(7))
    #expect(drawn(7) != drawn(8))
  }

  @Test func `does not find those of the flow, nor what is not there`() {
    for files in [["/flows/lists.lua": "return {}"], [:]] {
      let report = run("return require 'lists'", files)
      #expect(report.scenarios.first?.failure?.message.contains("'lists' not found") == true)
    }
  }
}
