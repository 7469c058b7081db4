//  ScenarioLibrary+Declarations.swift - describe, it, property, before_each, after_each.

internal import LuaEngine
internal import SSOScript
internal import StrictJSON
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
          Self.name,
          APIParameter(
            "options", .any, required: false, "seeds (100), shrink (true); may be left out."),
          APIParameter("fn", .any, required: false, "Gets a world, the source of chance."),
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
        guard self.stage == nil else {
          throw .misuse("\(name): within a scenario it comes too late: call it \(Self.beside)")
        }
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
    let callers = host.callers
    let line = callers.first { $0.file.hasSameBytes(as: file) }?.line
    let helper = callers.first.flatMap { caller in
      caller.file.hasSameBytes(as: file) ? nil : "\(caller.file):\(caller.line)"
    }
    return state.withLock {
      $0.tree.add(kind, arguments.text("name") ?? "", line, helper, body)
    }
  }

  private func declareProperty(
    _ arguments: CheckedArguments, _ host: ScriptHost
  ) throws(ScriptFailure) {
    let isWithout = arguments.reference("options")?.kind == .function
    let body = arguments[isWithout ? "options" : "fn"]
    guard case .reference(let function) = body, function.kind == .function,
      !isWithout || arguments["fn"] == .nil
    else {
      let problem = isWithout ? "something follows the function" : "the function is missing"
      throw .misuse(
        "property: \(problem): write property(name, { seeds = 100 }, function(world) … end)")
    }
    let options = isWithout ? .nil : arguments["options"]
    let table = try OptionTable(options, "property", known: ["seeds", "shrink"])
    let seeds = try table.count("seeds") ?? 100
    _ = try declare(
      .property(seeds: seeds, shrinks: try table.flag("shrink") ?? true), "property", arguments,
      host)
  }

  private func checkIsLoading(_ function: String) throws(ScriptFailure) {
    guard stage == nil else {
      throw .misuse("\(function): a scenario cannot declare others: call it \(Self.beside)")
    }
  }

  private static let beside = "beside scenarios, in a describe or in the file itself"
}
