//  ScenarioLibrary+Methods.swift - what the methods of all our objects have in common.

internal import SSOScript

extension ScenarioLibrary {
  /// A method of one of our objects.
  func method(
    _ container: String, _ name: String, _ summary: String, _ parameters: [APIParameter] = [],
    results: String = "", suspends: Bool = false,
    _ body:
      @escaping @Sendable (ScenarioObject, CheckedArguments, ScriptHost)
      throws(ScriptFailure) -> APIAnswer
  ) -> APIFunction {
    APIFunction(
      container, name, summary, .positional(parameters), results: results, suspends: suspends,
      isMethod: true,
      { arguments, host throws(ScriptFailure) in
        try body(try self.receiver(arguments), arguments, host)
      })
  }

  /// What is missing is told by what reads it.
  static let timeParameter = APIParameter("time", .any, required: false, "`42s`.")
}
