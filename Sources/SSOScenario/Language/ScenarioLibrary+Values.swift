//  ScenarioLibrary+Values.swift - sim.var and sim.secret: what the command line gives.
//
//  Knows: what was asked for has to be given again when a failure is to come again.

internal import LuaEngine
internal import SSOOIDC
internal import SSOScript
internal import Synchronization

extension ScenarioLibrary {
  private static let parameters = [
    APIParameter("name", .string),
    APIParameter("default", .any, required: false, "Where none was given; else that is an error."),
  ]

  var values: [APIFunction] {
    [
      APIFunction(
        "_G.sim", "var", "A variable of the command line (--var, --vars, SSOSCRIPT_VAR_…).",
        .positional(Self.parameters), results: "string",
        example: "local region = sim.var(\"region\", \"us-east-1\")",
        { arguments, _ throws(ScriptFailure) in .value(try self.value(.variable, arguments)) }),
      APIFunction(
        "_G.sim", "secret", "A secret of the command line, which no report shows.",
        .positional(Self.parameters), results: "string",
        { arguments, _ throws(ScriptFailure) in .value(try self.value(.secret, arguments)) }),
    ]
  }

  private func value(
    _ kind: GivenValues.Kind, _ arguments: CheckedArguments
  ) throws(ScriptFailure) -> LuaValue {
    let name = arguments.text("name") ?? ""
    let settings = sources.settings
    let (known, others) =
      kind == .variable
      ? (settings.variables, settings.secrets) : (settings.secrets, settings.variables)
    if let value = known[name] {
      use { used in
        if kind == .variable { used.variables[name] = value } else { used.secrets.insert(name) }
      }
      return .string(value)
    }
    guard arguments["default"] == .nil else { return arguments["default"] }
    let (function, what) =
      kind == .variable ? ("sim.var", "variable") : ("sim.secret", "secret")
    guard GivenValues.isName(name) else {
      throw .misuse("\(function): \"\(name.prefix(40))\" is no name that can be given")
    }
    var hint = ""
    if others[name] != nil {
      hint = kind == .variable ? " (it is a secret: sim.secret)" : " (it is a variable: sim.var)"
    } else if let near = Spelling.nearest(to: name, among: known.keys.sorted()) {
      hint = " (did you mean \"\(near)\"?)"
    }
    throw .misuse("\(function): there is no \(what) \"\(name)\"\(hint): \(kind.ways(name))")
  }

  /// Notes what the scenario under way has used; outside of one, what all of the file do.
  private func use(_ change: (inout UsedSettings) -> Void) {
    guard let stage else { return state.withLock { change(&$0.used) } }
    stage.use(change)
  }
}
