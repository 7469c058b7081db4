//  ScenarioLibrary+Replay.swift - replay { … }: one run of a scenario in another file.
//
//  Knows: the other file is loaded in its place; of what it declares, one scenario stays.

internal import LuaEngine
internal import SSOOIDC
internal import SSOScript
internal import Synchronization

/// What a saved failure asks for.
struct ReplayRequest: Sendable, Equatable {
  /// Canonical.
  let file: String
  /// ``ScenarioReport/name``.
  let scenario: String
  let seed: ReplaySeed
}

extension ScenarioLibrary {
  var replays: [APIFunction] {
    [
      APIFunction(
        "_G", "replay", "Runs one scenario of another file again: file, scenario, seed.",
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
    let options = try OptionTable(value, "replay", known: ["file", "scenario", "seed"])
    guard let file = try options.text("file"), let name = try options.text("scenario"),
      let text = try options.text("seed")
    else { throw .misuse("replay: say file, scenario and seed") }
    guard let seed = ReplaySeed(text) else {
      throw .misuse("replay: seed: write what a report shows, such as \"0x1f/0-3,7\" or \"0x1f@5\"")
    }
    let path = file.hasPrefix("/") ? file : "\(folder)/\(file)"
    return ReplayRequest(file: sources.canonical(path), scenario: name, seed: seed)
  }
}
