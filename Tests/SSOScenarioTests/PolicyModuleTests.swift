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

  @Test func `does not find those of the flow, nor what is not there`() {
    for files in [["/flows/lists.lua": "return {}"], [:]] {
      let report = run("return require 'lists'", files)
      #expect(report.scenarios.first?.failure?.message.contains("'lists' not found") == true)
    }
  }
}
