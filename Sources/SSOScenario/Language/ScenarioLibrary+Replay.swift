//  ScenarioLibrary+Replay.swift - replay { … }: one run of a scenario in another file.
//
//  Knows: the other file is loaded in its place; of what it declares, one scenario stays.

internal import LuaEngine
internal import SSOScript
internal import Synchronization

/// What a saved failure asks for.
struct ReplayRequest: Sendable, Equatable {
  /// Canonical.
  let file: String
  /// ``ScenarioReport/name``.
  let scenario: String
  let seed: ReplaySeed
  /// What the command line gave to it.
  var used = UsedSettings()
}

extension ScenarioLibrary {
  var replays: [APIFunction] {
    [
      APIFunction(
        "_G", "replay",
        "Runs one scenario of another file again: file, scenario, seed, and what was given to it.",
        .positional([APIParameter("options", .table)]),
        example:
          "replay { file = \"login_spec.lua\", scenario = \"login › waits\", seed = \"0x1f\" }",
        { arguments, _ throws(ScriptFailure) in
          let request = try self.replay(arguments["options"])
          self.state.withLock { $0.replay = request }
          return .none
        })
    ]
  }

  private func replay(_ value: LuaValue) throws(ScriptFailure) -> ReplayRequest {
    guard stage == nil, state.withLock({ $0.replay }) == nil else {
      throw .misuse("replay: one for each file, outside of scenarios")
    }
    let options = try OptionTable(value, "replay", known: Self.replayOptions)
    guard let file = try options.text("file"), let name = try options.text("scenario"),
      let text = try options.text("seed")
    else { throw .misuse("replay: say file, scenario and seed") }
    guard let seed = ReplaySeed(text) else {
      throw .misuse(
        "replay: seed: write what a report shows, such as \"0x1f/0-3,7=5\" or \"0x1f@5\"")
    }
    let path = SystemPath.isAbsolute(file) ? file : "\(folder)/\(file)"
    return ReplayRequest(
      file: sources.canonical(path), scenario: name, seed: seed, used: try used(options))
  }

  private static let replayOptions = [
    "file", "scenario", "seed", "service_profile", "faults", "vars", "secret_vars", "secrets",
    "sim_limit",
  ]

  private func used(_ options: OptionTable) throws(ScriptFailure) -> UsedSettings {
    var used = UsedSettings()
    used.profile = try options.text("service_profile")
    used.virtualLimit = try options.duration("sim_limit")
    used.variables = try options.variables("vars")
    used.masked = Set(try options.texts("secret_vars") ?? [])
    used.secrets = Set(try options.texts("secrets") ?? [])
    let faults = try options.texts("faults") ?? []
    if let profile = used.profile, !ScenarioSettings.profiles.contains(profile) {
      let names = ScenarioSettings.profiles.joined(separator: " or ")
      throw .misuse("replay: service_profile: \(names)")
    }
    do throws(GivenValueError) {
      if !faults.isEmpty {
        used.faults = try ScenarioSettings.faults(faults.joined(separator: ","))
      }
    } catch {
      throw .misuse("replay: faults: \(error.message)")
    }
    return used
  }
}
