//  ScenarioLibrary+People.swift - people: what somebody before a screen does, and when.

internal import IdentityService
internal import LuaEngine
internal import SSOScript

extension ScenarioLibrary {
  var personMethods: [APIFunction] {
    [
      step("at", "What follows happens so long after now.", [Self.timeParameter]) {
        person, arguments throws(ScriptFailure) in
        person.at(try Self.wait(arguments, "person:at"))
      },
      step("after", "So long after what was said before.", [Self.timeParameter]) {
        person, arguments throws(ScriptFailure) in
        person.after(try Self.wait(arguments, "person:after"))
      },
      step(
        "opens", "Opens a page.",
        [
          APIParameter(
            "page", .string, required: false,
            "verification_uri, verification_uri_complete, browser: what the flow opens itself, or "
              + "terminal: the address that stands there, on another machine.")
        ]
      ) { person, arguments throws(ScriptFailure) in
        let page = arguments.text("page") ?? "verification_uri"
        let pages = ["verification_uri", "verification_uri_complete", "browser", "terminal"]
        guard pages.contains(page) else {
          throw .misuse(
            "person:opens: verification_uri, verification_uri_complete, browser or terminal, not "
              + "\"\(page.prefix(40))\"")
        }
        person.opens(page)
      },
      step("sees_code", "Denies if the page shows another code.", [APIParameter("code", .string)]) {
        person, arguments throws(ScriptFailure) in
        person.sees(code: arguments.text("code") ?? "")
      },
      decision("approves", "Approves.", .approve),
      decision("denies", "Denies.", .deny),
      decision("double_clicks", "Approves twice.", .approve, times: 2),
      step("closes", "Closes the page without a decision.") { person, _ throws(ScriptFailure) in
        person.closes()
      },
      step("is_phished", "Gets an attacker's link, with the attacker's code.") {
        person, _ throws(ScriptFailure) in person.isPhished()
      },
    ]
  }

  private static func wait(
    _ arguments: CheckedArguments, _ place: String
  ) throws(ScriptFailure) -> Duration {
    let time = try ScenarioDuration.read(arguments["time"], place)
    guard time >= .zero else { throw .misuse("\(place): a person acts later, not earlier") }
    return time
  }

  private func decision(
    _ name: String, _ summary: String, _ verdict: Verdict, times: Int = 1
  ) -> APIFunction {
    step(name, summary) { person, _ throws(ScriptFailure) in
      guard !person.hasClosed else {
        throw .misuse("person:\(name): the page is closed; :opens() comes before")
      }
      person.decides(verdict, times: times)
    }
  }

  /// A method that gives the person back, for the next.
  private func step(
    _ name: String, _ summary: String, _ parameters: [APIParameter] = [],
    _ act: @escaping @Sendable (SimulatedPerson, CheckedArguments) throws(ScriptFailure) -> Void
  ) -> APIFunction {
    method("person", name, summary, parameters, results: "the person") {
      object, arguments, host throws(ScriptFailure) in
      guard case .person(let person) = object, let handle = arguments.receiver?.handle else {
        return .none
      }
      try act(person, arguments)
      return .value(host.object("person", handle))
    }
  }
}
