//  ScenarioLibrary+Snapshots.swift - assert.snapshot: what a value was when somebody looked at it.

internal import LuaEngine
internal import SSOScript

extension ScenarioLibrary {
  var snapshotAssertions: [APIFunction] {
    [
      APIFunction(
        "_G.assert", "snapshot", "It is what --update-snapshots has kept of it.",
        .positional([
          APIParameter("value", .any, "A text, a table, a number or a boolean."),
          APIParameter("name", .string, required: false, "Else its number in the scenario."),
        ]), example: "assert.snapshot(run.stderr)",
        { arguments, _ throws(ScriptFailure) in
          try self.checkSnapshot(arguments)
          return .none
        })
    ]
  }

  private func checkSnapshot(_ arguments: CheckedArguments) throws(ScriptFailure) {
    let stage = try stage(for: "assert.snapshot")
    let value = arguments["value"]
    switch value {
    case .nil, .null, .reference, .object, .newObject:
      throw .misuse("assert.snapshot: expected a text, a table, a number or a boolean")
    default: break
    }
    let number = stage.nextSnapshot(isNamed: arguments.text("name") != nil)
    let label = arguments.text("name") ?? String(number)
    guard !label.isEmpty else { throw .misuse("assert.snapshot: the name is empty") }
    // What counts after an end by force is what is found, not what the scenario expects.
    guard stage.crash.step == nil else { return }
    let search = SecretSearch(stage)
    try sources.snapshots.check(
      search.cleaned(SnapshotText.text(value)),
      SnapshotFile.Key(scenario: stage.name, label: search.cleaned(label)), in: snapshotPath,
      shown: sources.shown(snapshotPath), keeps: stage.keepsSnapshots, sources.read)
  }

  var snapshotPath: String { SnapshotStore.path(of: spec) }
}

extension ScenarioSources {
  /// A path as a person reads it: from the working directory, where it is below it.
  func shown(_ path: String) -> String {
    let here = canonical(".") + "/"
    return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
  }
}
