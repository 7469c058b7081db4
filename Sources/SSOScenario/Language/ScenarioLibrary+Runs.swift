//  ScenarioLibrary+Runs.swift - processes and runs: what a flow did, as a scenario sees it.

internal import IdentityService
internal import LuaEngine
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

  var processMethods: [APIFunction] {
    [
      method("process", "wait", "Waits for the end.", results: "a run", suspends: true) {
        _, arguments, host throws(ScriptFailure) in
        let handle = arguments.receiver?.handle ?? 0
        let results = [self.emptyRun(host), self.emptyRun(host)]
        return .ask(.extended("wait", [.integer(handle)] + results))
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
    ]
  }

  var runMethods: [APIFunction] {
    [
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
        return .value(try Self.requests(run, arguments.text("operation")))
      },
    ]
  }

  private static func requests(
    _ run: ProcessResult, _ name: String?
  ) throws(ScriptFailure) -> LuaValue {
    let wanted = try name.map { name throws(ScriptFailure) in try operation(name, "run:requests") }
    let calls = run.calls.filter { wanted == nil || $0.kind.operation == wanted }
    return list(calls.map { .table($0.table) })
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
      "output": LuaValue(bytes: output), "stdout": LuaValue(bytes: standardOutput),
      "stderr": LuaValue(bytes: standardError), "error": failure.map(LuaValue.string) ?? .nil,
      "steps": .integer(Int64(steps)),
      "pages": .table(LuaTable(items: pages.map(LuaValue.string), kind: .list)),
    ])
  }
}
