//  ServiceLibrary+Functions.swift - the functions of `require "service"` and of sessions, declared.

internal import IdentityService
internal import LuaEngine
internal import SSOOIDC
internal import SSOScript
internal import Synchronization

extension ServiceLibrary {
  var functions: [APIFunction] { planning + sessions }

  private var planning: [APIFunction] {
    [
      APIFunction(
        "service", "on", "Lets a function treat every request for an operation.",
        .positional([
          APIParameter("operation", .string, "By AWS's name, `CreateToken`."),
          APIParameter("handler", .function, "Gets the request and the session."),
        ]),
        { arguments, host throws(ScriptFailure) in
          guard let handler = arguments.reference("handler") else { return .none }
          let place = host.callers.first.map { "\($0.file):\($0.line)" }
          try self.on(
            arguments.text("operation") ?? "", RequestHandler(function: handler, place: place))
          return .none
        }),
      APIFunction(
        "service", "error", "Makes the reply of an exception, for a handler to return.",
        .positional([
          APIParameter("name", .string, "`SlowDownException`."),
          APIParameter("description", .string, required: false, "In place of the service's words."),
        ]),
        results: "a reply",
        { arguments, _ throws(ScriptFailure) in
          .value(
            .table(
              try Self.error(arguments.text("name") ?? "", arguments.text("description"))))
        }),
      decision("approve", .approve, [Self.person]),
      decision("deny", .deny, []),
      decision("expire", .expire, []),
      APIFunction(
        "service", "fault", "Plans a fault for an operation.",
        .positional([
          APIParameter("operation", .string, "By AWS's name, or \"*\"."),
          APIParameter("plan", .table, "`id`, `calls`, `phase`."),
        ]),
        { arguments, _ throws(ScriptFailure) in
          try self.plan(arguments.text("operation") ?? "", arguments["plan"])
          return .none
        }),
    ]
  }

  private var sessions: [APIFunction] {
    [
      APIFunction(
        "session", "proceed", "Lets the rules answer, once; gives what they say.",
        .positional([]), results: "a reply", suspends: true, isMethod: true,
        { arguments, _ throws(ScriptFailure) in
          .ask(.extended("proceed", [.integer(arguments.receiver?.handle ?? 0)]))
        }),
      APIFunction(
        "session", "delay", "Waits, by the service's time.",
        .positional([APIParameter("seconds", .number, "Fractions included.")]),
        suspends: true, isMethod: true,
        { arguments, _ throws(ScriptFailure) in
          .ask(.sleep(try arguments.duration("seconds") ?? .zero))
        }),
      APIFunction(
        "session", "fault", "Breaks the reply of this request.",
        .positional([
          APIParameter("id", .string, "`N08`."),
          APIParameter("phase", .string, required: false, "before or after."),
        ]),
        suspends: true, isMethod: true,
        { arguments, _ throws(ScriptFailure) in
          _ = try Self.due(arguments["id"], arguments["phase"])
          return .ask(
            .extended(
              "fault",
              [.integer(arguments.receiver?.handle ?? 0), arguments["id"], arguments["phase"]]))
        }),
    ]
  }

  private static let person = APIParameter(
    "as", .string, required: false, "Who approves; else the directory's first.")

  private func decision(
    _ name: String, _ verdict: Verdict, _ more: [APIParameter]
  ) -> APIFunction {
    APIFunction(
      "service", name, "Decides about device authorizations when the time has come.",
      .named(
        [
          APIParameter("after", .number, default: "0", "Seconds from its start."),
          APIParameter("at", .number, required: false, "Seconds from when the script was loaded."),
          APIParameter("start", .integer, required: false, "Which one, from 1; else each."),
        ] + more),
      { arguments, _ throws(ScriptFailure) in
        let start = arguments.integer("start")
        guard start.map({ $0 > 0 }) ?? true else {
          throw .misuse("service.\(name): start is counted from 1")
        }
        let (after, at) = (try arguments.duration("after"), try arguments.duration("at"))
        guard after == nil || at == nil else {
          throw .misuse("service.\(name): after and at both say when; choose one")
        }
        let decision = PlannedDecision(
          verdict: verdict, due: at.map(PlannedDecision.Due.at) ?? .after(after ?? .zero),
          person: arguments.text("as"), start: start.map { Int($0) })
        self.state.withLock { $0.decisions.append(decision) }
        return .none
      })
  }

  private func on(_ name: String, _ handler: RequestHandler) throws(ScriptFailure) {
    guard name != "*" else {
      throw .misuse("service.on: a handler is for one operation, named as AWS names it")
    }
    let operation = try Self.told { () throws(BehaviourError) in
      try ServiceOperation(named: name)
    }
    state.withLock { $0.handlers[operation] = handler }
  }

  private static func error(
    _ name: String, _ description: String?
  ) throws(ScriptFailure) -> LuaTable {
    let names = Set(
      ServiceOperation.allCases.flatMap { BehaviourReply.errors(of: $0) })
    guard names.contains(name) else {
      let near = Spelling.nearest(to: name, among: names.sorted())
      let hint = near.map { " (did you mean \"\($0)\"?)" } ?? ""
      throw .misuse("service.error: no operation has the error \"\(name.prefix(60))\"\(hint)")
    }
    return LuaTable([
      "error": .string(name), "error_description": description.map(LuaValue.string) ?? .nil,
      "headers": .table(LuaTable(headers: [])),
    ])
  }

  private func plan(_ operation: String, _ plan: LuaValue) throws(ScriptFailure) {
    guard case .table(let table) = plan else { return }
    for field in table.fields {
      guard case .string(let name) = field.key, ["id", "calls", "phase"].contains(name) else {
        throw .misuse("service.fault: a plan has id, calls and phase, and nothing else")
      }
    }
    let target = try Self.told { () throws(BehaviourError) in try FaultRule.operation(operation) }
    let due = try Self.due(table["id"], table["phase"], for: target)
    let calls = try Self.calls(table["calls"])
    state.withLock { $0.faults.add(FaultRule(target, calls, due)) }
  }

  private static func calls(_ value: LuaValue) throws(ScriptFailure) -> FaultRule.Calls {
    guard value != .nil else { return .every }
    if let calls = OptionTable.calls(value) { return .some(calls) }
    throw .misuse("service.fault: calls is a list of numbers from 1, such as { 2, 3 }")
  }
}
