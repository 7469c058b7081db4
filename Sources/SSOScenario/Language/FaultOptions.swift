//  FaultOptions.swift - what service:fault and home:fault are told, as plans.

internal import IdentityService
internal import LuaEngine
internal import SSOScript

enum FaultOptions {
  private static let known = [
    "id", "kind", "answer", "calls", "grant", "phase", "from", "until",
  ]

  /// The plan for an operation.
  static func plan(
    _ operation: String, _ value: LuaValue, _ stage: ScenarioStage
  ) throws(ScriptFailure) -> PlannedFault {
    let options = try OptionTable(named(value), "service:fault", known: known)
    try checkIsOne(options, ["answer", "id", "kind"])
    let operation = try told { () throws(BehaviourError) in try FaultRule.operation(operation) }
    var plan = try fault(options, operation)
    try aim(&plan, operation)
    plan.calls = try options.calls("calls")
    plan.grant = try grant(options, plan)
    let from = try options.duration("from") ?? .zero
    let until = try options.duration("until")
    guard until.map({ from < $0 }) ?? true else {
      throw .misuse("service:fault: until comes after from, or it never strikes")
    }
    let now = stage.time.elapsed
    (plan.from, plan.until) = (now + from, until.map { now + $0 })
    return plan
  }

  /// A fault of one operation alone is not planned for another.
  private static func aim(
    _ plan: inout PlannedFault, _ asked: ServiceOperation?
  ) throws(ScriptFailure) {
    guard let only = plan.operation, let asked, asked != only else {
      plan.operation = plan.operation ?? asked
      return
    }
    throw .misuse("service:fault: this fault is one of \(only.rawValue), not \(asked.rawValue)")
  }

  /// Two of them would say what goes wrong, and one would be forgotten.
  static func checkIsOne(
    _ options: OptionTable, _ names: [String]
  ) throws(ScriptFailure) {
    let given = names.filter { options[$0] != .nil }
    guard given.count > 1 else { return }
    throw .misuse("\(options.place): say \(given[0]) or \(given[1]), not both")
  }

  /// A word alone is the id or kind.
  static func named(_ value: LuaValue) -> LuaValue {
    guard case .string = value else { return value }
    return .table(LuaTable(["id": value]))
  }

  private static func fault(
    _ options: OptionTable, _ operation: ServiceOperation?
  ) throws(ScriptFailure) -> PlannedFault {
    var phase: Fault.Phase?
    if let text = try options.text("phase") {
      phase = try told { () throws(BehaviourError) in try Fault.Phase(named: text) }
    }
    if let word = try options.text("answer") {
      return try told { () throws(BehaviourError) in
        PlannedFault(try ScenarioFault.answer(word, phase, to: operation))
      }
    }
    guard let name = try name(options) else {
      throw .misuse("service:fault: say id (N08), kind (reset) or answer (slow_down)")
    }
    try checkPlace(.requests, options.place, name)
    return try told { () throws(BehaviourError) in
      try PlannedFault.named(name, phase, for: operation)
    }
  }

  static func name(_ options: OptionTable) throws(ScriptFailure) -> String? {
    let (id, kind) = (try options.text("id"), try options.text("kind"))
    return id ?? kind
  }

  /// A fault of something else is told where it is planned.
  static func checkPlace(
    _ place: FaultPlace, _ function: String, _ name: String
  ) throws(ScriptFailure) {
    guard let advice = FaultAdvice.elsewhere(than: place, name) else { return }
    throw .misuse("\(function): \(advice)")
  }

  private static func grant(
    _ options: OptionTable, _ plan: PlannedFault
  ) throws(ScriptFailure) -> ServiceGrant? {
    guard let name = try options.text("grant") else { return nil }
    let grants: [String: ServiceGrant] = [
      "device_code": .deviceCode, "refresh_token": .refreshToken,
      "authorization_code": .authorizationCode,
    ]
    guard let grant = grants[name] else {
      throw .misuse(
        "service:fault: grant: device_code, refresh_token or authorization_code, not "
          + "\"\(name.prefix(40))\"")
    }
    if let asked = plan.operation, asked != .createToken {
      throw .misuse("service:fault: grant is about CreateToken, not \(asked.rawValue)")
    }
    if case .service(let due) = plan.fault, let only = due.fault.grant, only != grant {
      throw .misuse("service:fault: \(due.fault.id) is about \(only.rawValue), not \(name)")
    }
    return grant
  }

  private static func told<Value>(
    _ body: () throws(BehaviourError) -> Value
  ) throws(ScriptFailure) -> Value {
    try ServiceLibrary.told(body)
  }
}
