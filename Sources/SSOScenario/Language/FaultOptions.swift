//  FaultOptions.swift - what service:fault and home:fault are told, as plans.

internal import IdentityService
internal import LuaEngine
internal import SSOOIDC
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
    var plan = PlannedFault(try fault(options))
    plan.operation = try told { () throws(BehaviourError) in try FaultRule.operation(operation) }
    plan.calls = try options.calls("calls")
    plan.grant = try grant(options)
    let now = stage.time.elapsed
    if let from = try options.duration("from") { plan.from = now + from } else { plan.from = now }
    if let until = try options.duration("until") { plan.until = now + until }
    return plan
  }

  /// The fault of a machine, or nil for none, and which uses meet it.
  static func machine(_ value: LuaValue) throws(ScriptFailure) -> (MachineFault?, Set<Int>?) {
    guard value != .nil else { return (nil, nil) }
    let options = try OptionTable(named(value), "home:fault", known: ["id", "kind", "calls"])
    try checkIsOne(options, ["id", "kind"])
    let (id, kind) = (try options.text("id"), try options.text("kind"))
    let name = id ?? kind ?? ""
    guard let fault = MachineFault.all.first(where: { $0.id == name || $0.kind == name }) else {
      if (try? ScenarioFault.named(name, nil)) != nil {
        throw .misuse(
          "home:fault: \"\(name.prefix(40))\" is a fault of requests: plan it with service:fault")
      }
      let names = MachineFault.all.map { "\($0.id) \($0.kind)" }.joined(separator: ", ")
      throw .misuse(
        "home:fault: no machine has the fault \"\(name.prefix(40))\"; there are \(names)")
    }
    return (fault, try options.calls("calls"))
  }

  /// Two of them would say what goes wrong, and one would be forgotten.
  private static func checkIsOne(
    _ options: OptionTable, _ names: [String]
  ) throws(ScriptFailure) {
    let given = names.filter { options[$0] != .nil }
    guard given.count > 1 else { return }
    throw .misuse("\(options.place): say \(given[0]) or \(given[1]), not both")
  }

  /// A word alone is the id or kind.
  private static func named(_ value: LuaValue) -> LuaValue {
    guard case .string = value else { return value }
    return .table(LuaTable(["id": value]))
  }

  private static func fault(_ options: OptionTable) throws(ScriptFailure) -> ScenarioFault {
    var phase: Fault.Phase?
    if let text = try options.text("phase") {
      phase = try told { () throws(BehaviourError) in try Fault.Phase(named: text) }
    }
    if let word = try options.text("answer") {
      return .refusal(
        try told { () throws(BehaviourError) in try ScenarioFault.shape(word) }, phase ?? .before)
    }
    let (id, kind) = (try options.text("id"), try options.text("kind"))
    guard let name = id ?? kind else {
      throw .misuse("service:fault: say id (N08), kind (reset) or answer (slow_down)")
    }
    return try told { () throws(BehaviourError) in try ScenarioFault.named(name, phase) }
  }

  private static func grant(_ options: OptionTable) throws(ScriptFailure) -> ServiceGrant? {
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
    return grant
  }

  private static func told<Value>(
    _ body: () throws(BehaviourError) -> Value
  ) throws(ScriptFailure) -> Value {
    try ServiceLibrary.told(body)
  }
}
