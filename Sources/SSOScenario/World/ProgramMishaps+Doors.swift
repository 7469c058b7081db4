//  ProgramMishaps+Doors.swift - strangers at a program's port, and policies with a mistake in them.

internal import EventLoop
internal import SSOScript

// MARK: The port

extension SimulatedListener {
  private static let path = "/oauth/callback"

  /// Lets a stranger ask, who does not know the login's state.
  func planStranger() {
    stranger(.wrongState, Self.path + "?code=stolen&state=wrong")
    stranger(.foreign, "/favicon.ico")
  }

  private func stranger(_ mishap: CallbackMishap, _ target: String) {
    guard let plan = mishaps.plan(.callback(mishap)) else { return }
    home.stage.schedule(at: home.stage.loop.now + (plan.after ?? .zero)) { [self] in
      guard !isClosed else { return }
      mishaps.strike(plan, "port \(port)")
      visit(target)
    }
  }

  /// What comes in place of the browser with its answer; `nil` where nothing goes wrong.
  func mishap(with target: String) -> [String]? {
    guard let target = NetworkTarget("http://127.0.0.1\(target)"), target.query.contains("code="),
      !target.query.contains("code=stolen")
    else { return nil }
    let asked = "\(target.path)?\(target.query)"
    if mishaps.strikes(.callback(.twice), "port \(port)") { return [asked, asked] }
    guard mishaps.strikes(.callback(.error), "port \(port)") else { return nil }
    let parts = target.query.split(separator: "&").map { part in
      part.hasPrefix("code=") ? "error=access_denied" : String(part)
    }
    return ["\(target.path)?\(parts.joined(separator: "&"))"]
  }
}

// MARK: Policies

extension ProgramMishaps {
  /// Read by the policies below, so that it is seen when they run.
  static let hookVariable = "SSOSCRIPT_SCENARIO_HOOK"

  private static let hooks: [(HookMishap, String)] = [
    (.loops, "while true do end"),
    (.hungry, "local pages = {} while true do pages[#pages + 1] = (\"page\"):rep(100000) end"),
    (.fails, "error \"the policy has a mistake\""),
  ]

  private var hook: (plan: ProgramPlan, text: String)? {
    Self.hooks.lazy.compactMap { mishap, text in
      self.plan(.hook(mishap)).map { ($0, text) }
    }.first
  }

  /// Those of the site, in force besides those that the scenario names.
  var policies: [PolicySource] {
    guard let (plan, text) = hook else { return [] }
    let source =
      "return { before_token = function() os.getenv \"\(Self.hookVariable)\" \(text) end }"
    return [
      PolicySource(
        path: "/etc/ssoscript/policy-\(plan.mishap.id).lua", text: Array(source.utf8),
        level: .system)
    ]
  }

  /// The function of such a policy has been called.
  func hookRuns() {
    if let (plan, _) = hook { strike(plan, "policy") }
  }
}
