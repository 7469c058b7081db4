//  Playground.swift - scenario files and flows as texts, run as the runner runs them.

import SSOScript
import Testing

@testable import SSOScenario

/// A folder of Lua files in memory.
struct Playground {
  /// By path, from the folder.
  var files: [String: String] = [:]

  /// - Parameter flow: What `sim.run("flow.lua")` runs.
  init(flow: String = "") { files["flow.lua"] = flow }

  private static let folder = "/project/"

  var sources: ScenarioSources {
    ScenarioSources(
      read: { [files] path throws(DoorError) in
        guard let text = files[String(path.dropFirst(Self.folder.count))] else {
          throw DoorError("\(path): No such file or directory", number: 2)
        }
        return Array(text.utf8)
      },
      canonical: { $0.hasPrefix("/") ? $0 : Self.folder + $0 })
  }

  /// Runs the text of a scenario file.
  func run(
    _ text: String, _ options: ScenarioRunOptions = ScenarioRunOptions()
  ) -> ScenarioFileReport {
    var playground = self
    playground.files["a_spec.lua"] = text
    return ScenarioFile("a_spec.lua", playground.sources).run(options)
  }

  /// Runs a body as the only scenario.
  func scenario(
    _ body: String, _ options: ScenarioRunOptions = ScenarioRunOptions()
  ) throws -> ScenarioReport {
    let report = run("it('works', function() \(body)\nend)", options)
    #expect(report.loadFailure == nil)
    return try #require(report.scenarios.first)
  }

  /// Runs a body that must pass; its failure becomes the test's.
  func pass(
    _ body: String, _ options: ScenarioRunOptions = .patient,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let report = try scenario(body, options)
    let lines = [report.failure?.message ?? ""] + report.events.map(\.line)
    #expect(
      report.outcome == .passed, "\(lines.joined(separator: "\n"))", sourceLocation: sourceLocation)
  }
}

extension Playground {
  /// A device login by hand that polls as it should, says how it fails, and keeps its token.
  static let login = Playground(
    flow: """
      local sso = require "sso.safe"
      local client = assert(sso.client {})
      local reg = assert(client:register_client {
        clientName = "login", clientType = "public", scopes = { "sso:account:access" } })
      local auth = assert(client:start_device_authorization {
        clientId = reg.clientId, clientSecret = reg.clientSecret,
        startUrl = "https://example.awsapps.com/start" })
      if os.getenv "OPEN" then sso.browser.open(auth.verificationUriComplete) end
      local interval = auth.interval or 5
      if interval < 0 then interval = 5 end
      interval = math.max(1, interval)
      while true do
        sso.time.sleep(interval)
        local token, err = client:create_token {
          clientId = reg.clientId, clientSecret = reg.clientSecret,
          grantType = sso.grant.device_code, deviceCode = auth.deviceCode }
        if token then
          local file = io.open("token", "w")
          if file then file:write(token.accessToken) file:close() end
          os.exit(0)
        end
        if err.code == "SlowDownException" then interval = interval + 5
        elseif err.code ~= "AuthorizationPendingException" and err.kind ~= "transport" then
          error(err)
        end
      end
      """)
}

extension ScenarioRunOptions {
  /// For what ends by itself, on a machine that is busy or under a sanitizer.
  static var patient: Self {
    var options = Self()
    options.timeout = .seconds(120)
    options.shrinkBudget.time = .seconds(120)
    return options
  }
}
