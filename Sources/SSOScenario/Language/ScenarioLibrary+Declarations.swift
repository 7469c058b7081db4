//  ScenarioLibrary+Declarations.swift - describe, it, property, before_each, after_each.

internal import LuaEngine
internal import SSOOIDC
internal import SSOScript
internal import Synchronization

extension ScenarioLibrary {
  private static let name = APIParameter("name", .string, "What it says; words with # are tags.")
  private static let body = APIParameter("fn", .function)

  var declarations: [APIFunction] {
    [
      APIFunction(
        "_G", "describe", "Groups scenarios; the function declares them.",
        .positional([Self.name, Self.body]), suspends: true,
        { arguments, host throws(ScriptFailure) in
          let node = try self.declare(.group, "describe", arguments, host)
          return .ask(.extended("describe", [.integer(Int64(node))]))
        }),
      APIFunction(
        "_G", "it", "Declares a scenario.", .positional([Self.name, Self.body]),
        { arguments, host throws(ScriptFailure) in
          _ = try self.declare(.scenario, "it", arguments, host)
          return .none
        }),
      APIFunction(
        "_G", "property", "Declares what must hold for many seeds.",
        .positional([
          Self.name, APIParameter("options", .any, "seeds (100), shrink (true); may be left out."),
          APIParameter("fn", .function, required: false, "Gets a world, the source of chance."),
        ]),
        { arguments, host throws(ScriptFailure) in
          try self.declareProperty(arguments, host)
          return .none
        }),
      hook("before_each", "Runs before each scenario of the group.") { $0.before($1) },
      hook("after_each", "Runs after each scenario of the group, even one that failed.") {
        $0.after($1)
      },
    ]
  }

  private func hook(
    _ name: String, _ summary: String,
    _ add: @escaping @Sendable (inout ScenarioTree, LuaReference) -> Void
  ) -> APIFunction {
    APIFunction(
      "_G", name, summary, .positional([Self.body]),
      { arguments, _ throws(ScriptFailure) in
        guard let body = arguments.reference("fn") else { return .none }
        try self.checkIsLoading(name)
        self.state.withLock { add(&$0.tree, body) }
        return .none
      })
  }

  private func declare(
    _ kind: ScenarioNode.Kind, _ function: String, _ arguments: CheckedArguments,
    _ host: ScriptHost
  ) throws(ScriptFailure) -> Int {
    try checkIsLoading(function)
    let body = arguments.reference("fn") ?? arguments.reference("options")
    return state.withLock {
      $0.tree.add(kind, arguments.text("name") ?? "", host.caller, body)
    }
  }

  private func declareProperty(
    _ arguments: CheckedArguments, _ host: ScriptHost
  ) throws(ScriptFailure) {
    var options = LuaValue.nil
    if case .reference = arguments["options"] {} else { options = arguments["options"] }
    let table = try OptionTable(options, "property", known: ["seeds", "shrink"])
    guard arguments.reference("fn") ?? arguments.reference("options") != nil else {
      throw .misuse("property: argument 3 (fn) is missing (function)")
    }
    let seeds = try table.count("seeds") ?? 100
    _ = try declare(
      .property(seeds: seeds, shrinks: try table.flag("shrink") ?? true), "property", arguments,
      host)
  }

  private func checkIsLoading(_ function: String) throws(ScriptFailure) {
    guard stage == nil else {
      throw .misuse("\(function): a scenario cannot declare others; move it out of it")
    }
  }
}
