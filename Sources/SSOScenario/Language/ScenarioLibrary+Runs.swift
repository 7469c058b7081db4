//  ScenarioLibrary+Runs.swift - processes and runs: what a flow did, as a scenario sees it.

internal import IdentityService
internal import LuaEngine
internal import SSOOIDC
internal import SSOScript

extension ScenarioLibrary {
  /// A run that has ended, as an object, and the one that was started beside it.
  func finished(_ process: RunningProcess, _ objects: [LuaObject]) async -> LuaValue {
    var (values, results) = ([LuaValue](), [await process.result()])
    if let twin = await process.twin?.result() { results.append(twin) }
    for (result, object) in zip(results, objects).reversed() {
      keep(.run(result), under: object.handle)
      var properties = result.properties
      if let twin = values.first { properties.fields.append(.init(key: "twin", value: twin)) }
      values = [.newObject(object, properties: properties)]
    }
    return values.first ?? .nil
  }

  var runMethods: [APIFunction] {
    [
      method("process", "wait", "Waits for the end.", results: "a run", suspends: true) {
        _, arguments, host throws(ScriptFailure) in
        .ask(
          .extended(
            "wait",
            [
              .integer(arguments.receiver?.handle ?? 0), self.emptyRun(host), self.emptyRun(host),
            ]))
      },
      method("process", "kill", "Ends it as kill -9 does.") { object, _, _ throws(ScriptFailure) in
        if case .process(let running) = object { running.process.kill() }
        return .none
      },
      method(
        "process", "signal", "Sends INT, TERM or HUP: it cleans up; a second one ends it at once.",
        [APIParameter("name", .string)]
      ) { object, arguments, _ throws(ScriptFailure) in
        let signal = try StoppingSignal(named: arguments.text("name") ?? "", "process:signal")
        if case .process(let running) = object { running.process.send(signal) }
        return .none
      },
      method(
        "run", "gaps", "Seconds between calls; the first poll counts from the authorization.",
        [APIParameter("operation", .string)], results: "a list"
      ) { object, arguments, _ throws(ScriptFailure) in
        guard case .run(let run) = object else { return .none }
        let operation = try Self.operation(arguments.text("operation") ?? "", "run:gaps")
        return .value(Self.list(run.calls.gaps(operation).map(ScenarioDuration.value)))
      },
      method("run", "grants", "The grants that it asked with, in order.", results: "a list") {
        object, _, _ throws(ScriptFailure) in
        guard case .run(let run) = object else { return .none }
        return .value(Self.list(run.calls.compactMap { $0.kind.grant?.word }.map(LuaValue.string)))
      },
      method(
        "run", "requests", "What it asked: operation, grant, time, status, error, fault.",
        [APIParameter("operation", .string, required: false)], results: "a list"
      ) { object, arguments, _ throws(ScriptFailure) in
        guard case .run(let run) = object else { return .none }
        let wanted = try arguments.text("operation").map { name throws(ScriptFailure) in
          try Self.operation(name, "run:requests")
        }
        let calls = run.calls.filter { wanted == nil || $0.kind.operation == wanted }
        return .value(Self.list(calls.map { .table($0.table) }))
      },
      method(
        "world", "number", "A whole number by chance.",
        [
          APIParameter("from", .integer), APIParameter("to", .integer),
        ], results: "integer"
      ) { object, arguments, _ throws(ScriptFailure) in
        guard case .world(let stage) = object, let from = arguments.integer("from"),
          let to = arguments.integer("to")
        else { return .none }
        guard from <= to else {
          throw .misuse("world:number: the lower number comes first: world:number(\(to), \(from))")
        }
        guard case (let span, false) = to.subtractingReportingOverflow(from), span < 1 << 32 else {
          throw .misuse("world:number: from \(from) to \(to) are more than 2^32 numbers")
        }
        let drawn = stage.draw(below: Int(span) + 1)
        let given = stage.settle(drawn, most: Int(span)) {
          "world:number gives \(from + Int64($0))"
        }
        return .value(.integer(from + Int64(given)))
      },
      method(
        "world", "pick", "One of a list by chance.",
        [
          APIParameter("list", .table)
        ], results: "an item"
      ) { object, arguments, _ throws(ScriptFailure) in
        guard case .world(let stage) = object, case .table(let table) = arguments["list"],
          !table.items.isEmpty
        else {
          throw .misuse(
            "world:pick: there is nothing to choose from: items go without names, as in { \"a\", \"b\" }"
          )
        }
        let drawn = stage.draw(below: table.items.count)
        let given = stage.settle(drawn, most: table.items.count - 1) { place in
          "world:pick gives \(Difference.text(table.items[place]))"
        }
        return .value(table.items[given])
      },
    ]
  }

  static func operation(
    _ name: String, _ place: String
  ) throws(ScriptFailure) -> ServiceOperation {
    let found = try ServiceLibrary.told { () throws(BehaviourError) in
      try FaultRule.operation(name)
    }
    guard let found else { throw .misuse("\(place): name one operation, as AWS does") }
    return found
  }

  private static func list(_ items: [LuaValue]) -> LuaValue {
    .table(LuaTable(items: items, kind: .list))
  }
}

extension ServiceGrant {
  /// As a scenario writes it.
  var word: String { self == .deviceCode ? "device_code" : rawValue }
}

extension ServiceCall {
  fileprivate var table: LuaTable {
    LuaTable([
      "operation": kind.operation.map { .string($0.rawValue) } ?? .nil,
      "grant": kind.grant.map { .string($0.word) } ?? .nil,
      "time": ScenarioDuration.value(began), "status": status.map { .integer(Int64($0)) } ?? .nil,
      "error": error.map(LuaValue.string) ?? .nil, "fault": fault.map(LuaValue.string) ?? .nil,
    ])
  }
}

extension ProcessResult {
  fileprivate var properties: LuaTable {
    LuaTable([
      "exit": .integer(Int64(exit)), "elapsed": ScenarioDuration.value(elapsed),
      "output": .string(output), "stdout": .string(standardOutput),
      "stderr": .string(standardError), "error": failure.map(LuaValue.string) ?? .nil,
      "steps": .integer(Int64(steps)),
      "pages": .table(LuaTable(items: pages.map(LuaValue.string), kind: .list)),
    ])
  }
}
