//  FailureHint.swift - what Lua's own words about a mistake leave out: the name that was meant, which limit
//  it was. Pure.

internal import LuaEngine
internal import SSOOIDC
internal import SSOScript

/// Words of a failure, for a person who writes scenarios.
struct FailureHint {
  /// The functions and methods of scenarios.
  let functions: [APIFunction]

  /// - Parameters:
  ///   - failure: As Lua tells it.
  ///   - stop: Why the script was stopped, if it was.
  /// - Returns: Its message with what helps.
  func message(of failure: LuaFailure, _ stop: LuaStop?) -> String {
    if let limit = stop.flatMap(Self.limit) { return "\(failure.message): \(limit)" }
    return failure.message + (near(failure.message).map { " (did you mean \"\($0)\"?)" } ?? "")
  }

  /// By what others call it.
  private static let words = [
    "setup": "before_each", "before_all": "before_each", "lazy_setup": "before_each",
    "strict_setup": "before_each", "beforeEach": "before_each", "teardown": "after_each",
    "after_all": "after_each", "lazy_teardown": "after_each", "strict_teardown": "after_each",
    "afterEach": "after_each", "test": "it", "spec": "it", "context": "describe",
  ]

  private static func limit(_ stop: LuaStop) -> String? {
    switch stop {
    case .time: ScenarioFailure.timeIsOver
    case .memory:
      "scenario files have at most \((LuaLimits().memory ?? 0) >> 20) MiB of memory, which no option changes"
    case .interrupted, .instructions, .depth, .output, .exit: nil
    }
  }

  /// Of a call of what is not there: `attempt to call a nil value (method 'aproves')`.
  private func near(_ message: String) -> String? {
    guard let start = message.firstRange(of: "attempt to call a nil value (")?.upperBound
    else { return nil }
    let words = message[start...].prefix { $0 != ")" }.split(separator: " ", maxSplits: 1)
    guard words.count == 2 else { return nil }
    let name = words[1].trimmingPrefix("'").prefix { $0 != "'" }
    if words[0] == "global", let ours = Self.words[String(name)] { return ours }
    let names = functions.filter { function in
      switch words[0] {
      case "method": !function.container.hasPrefix("_G")
      case "field": function.container.hasPrefix("_G.")
      default: function.container == "_G"
      }
    }.map(\.name)
    return names.contains(String(name)) ? nil : Spelling.nearest(to: String(name), among: names)
  }
}
