//  Library.swift - Lua files in memory, and what a run of them gives.

import SSOScript

@testable import SSOScenario

/// Lua files in memory.
struct Library {
  var files: [String: String]

  var sources: ScenarioSources {
    ScenarioSources(
      read: { [files] path throws(DoorError) in
        guard let text = files[path] else { throw DoorError("\(path): there is none", number: 2) }
        return Array(text.utf8)
      },
      canonical: { $0.hasPrefix("/") ? $0 : "/" + $0 })
  }

  func run(
    _ names: [String]? = nil, jobs: Int = 2, limit: Int? = nil,
    _ change: (inout ScenarioRunOptions) -> Void = { _ in },
    each: @escaping @Sendable (ScenarioFileReport) -> Void = { _ in }
  ) -> SuiteReport {
    var options = ScenarioRunOptions()
    // By runs, not by time: a busy machine is to find the same.
    options.shrinkBudget.time = .seconds(120)
    change(&options)
    let names = names ?? files.keys.filter { $0.hasSuffix("_spec.lua") }.sorted()
    let suite = ScenarioSuite(
      files: names, sources: { [sources] _ in sources }, options: options, jobs: jobs,
      failureLimit: limit)
    var report = SuiteReport()
    report.take(suite.run(each: each))
    return report
  }

  /// A property that fails as soon as its flow hears of a 503.
  static let touchy = Library(files: [
    "/flow.lua": """
    local client = assert(require "sso.safe".client { retries = 1 })
    for _ = 1, 20 do
      local reg, err = client:register_client { clientName = "x", clientType = "public" }
      if err and err.status == 503 then os.exit(9) end
      require "sso".time.sleep(60)
    end
    """,
    "/touchy_spec.lua": """
    property("never minds", { seeds = 200 }, function(world)
      local svc = sim.service {}
      svc:chaos(world, { "network", "http", "clock" }, { rate = 0.3 })
      local run = sim.run("flow.lua", { service = svc, limit = "12h" })
      assert.is_true(run.exit ~= 9)
    end)
    """,
  ])
}
