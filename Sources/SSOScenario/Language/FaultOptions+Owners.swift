//  FaultOptions+Owners.swift - what home:fault, sim.run and sim.start are told of faults, as plans.

internal import IdentityService
internal import LuaEngine
internal import SSOScript

extension FaultOptions {
  /// Refuses what is no fault.
  static func checkIsKnown(_ name: String) throws(ScriptFailure) {
    if let advice = FaultAdvice.ofServices(name) { throw .misuse(advice) }
    guard FaultPlace.of(name) == nil else { return }
    _ = try ServiceLibrary.told { () throws(BehaviourError) in
      try ScenarioFault.named(name, nil)
    }
  }

  // MARK: Machines

  /// Plans a fault of a machine; without a plan, ends what was planned.
  static func plan(_ value: LuaValue, on home: SimulatedHome) throws(ScriptFailure) {
    guard value != .nil else {
      home.mishaps.end()
      return home.faults.plan(nil, uses: nil)
    }
    let name = try name(of: value, "home:fault")
    try checkPlace(.machine, "home:fault", name)
    if let mishap = Mishap.named(name), let plan = MachinePlan(mishap) {
      return try home.plan(plan, value)
    }
    guard let fault = MachineFault.named(name) else { throw unknownMachine(name) }
    let options = try OptionTable(named(value), "home:fault", known: ["id", "kind", "calls"])
    home.faults.plan(fault, uses: try options.calls("calls"))
  }

  private static func unknownMachine(_ name: String) -> ScriptFailure {
    let names =
      MachineFault.all.map { "\($0.id) \($0.kind)" }
      + Mishap.all.filter { MachinePlan($0) != nil }.map { "\($0.id) \($0.kind)" }
    return .misuse(
      "home:fault: no machine has the fault \"\(name.prefix(40))\"; there are "
        + names.joined(separator: ", "))
  }

  /// The id or kind in a plan, whatever else there is in it.
  private static func name(of value: LuaValue, _ place: String) throws(ScriptFailure) -> String {
    let all = ["id", "kind", "calls", "after", "path", "from", "until", "phase", "grant"]
    let options = try OptionTable(named(value), place, known: all)
    try checkIsOne(options, ["id", "kind"])
    return try name(options) ?? ""
  }

  // MARK: Programs

  /// The faults of a program: one plan, or a list of them, be it an empty one.
  static func plans(
    _ value: LuaValue, _ run: OptionTable
  ) throws(ScriptFailure) -> [ProgramPlan] {
    var values = [value]
    if case .table(let list) = value, list.fields.isEmpty { values = list.items }
    var plans: [ProgramPlan] = []
    for value in values where value != .nil {
      let plan = try plan(value, "\(run.place): fault")
      try checkIsOnly(plan, run)
      if let other = plans.first(where: { $0.act.part == plan.act.part }) {
        throw .misuse(
          "\(run.place): fault: say \(other.mishap.id) or \(plan.mishap.id), not both")
      }
      plans.append(plan)
    }
    return plans
  }

  private static func plan(_ value: LuaValue, _ place: String) throws(ScriptFailure) -> ProgramPlan
  {
    let name = try name(of: value, place)
    try checkPlace(.program, place, name)
    guard let mishap = Mishap.named(name), var plan = ProgramPlan(mishap) else {
      let names = Mishap.all.filter { ProgramPlan($0) != nil }.map { "\($0.id) \($0.kind)" }
      throw .misuse(
        "\(place): no program has the fault \"\(name.prefix(40))\"; there are "
          + names.joined(separator: ", "))
    }
    let options = try OptionTable(named(value), place, known: ["id", "kind"] + plan.act.options)
    plan.after = try options.duration("after")
    plan.call = try options.count("calls")
    try checkIsOne(options, plan.act == .killedWithLock ? [] : ["after", "calls"])
    return plan
  }

  /// An option of the run that says the same thing in another way.
  private static func checkIsOnly(_ plan: ProgramPlan, _ run: OptionTable) throws(ScriptFailure) {
    let others = ["umask", "stdout", "signal", "browser"].filter { $0 == plan.act.part }
    for option in others + (plan.act == .killedInChange ? ["crash_at"] : [])
    where run[option] != .nil {
      throw .misuse("\(run.place): say \(option) or fault = \"\(plan.mishap.id)\", not both")
    }
  }
}

extension ProgramMishap {
  /// What a plan may say besides its name.
  fileprivate var options: [String] {
    switch self {
    case .killedWithLock, .signal: ["after", "calls"]
    case .killedInChange: ["calls"]
    case .callback(.wrongState), .callback(.foreign): ["after"]
    default: []
    }
  }
}

extension MachineMishap {
  /// What a plan may say besides its name.
  fileprivate var options: [String] {
    switch self {
    case .variables: []
    case .jump, .sleep: ["after"]
    case .file, .folder: ["after", "path"]
    case .powerLoss: ["after", "calls"]
    case .swap: ["path"]
    }
  }
}

extension SimulatedHome {
  fileprivate func plan(_ plan: MachinePlan, _ value: LuaValue) throws(ScriptFailure) {
    var plan = plan
    let options = try OptionTable(
      FaultOptions.named(value), "home:fault: \(plan.mishap.id)",
      known: ["id", "kind"] + plan.act.options)
    plan.after = try options.duration("after")
    plan.calls = try options.calls("calls")
    plan.path = try options.text("path").map { path in disk.look { $0.lexical(path) } }
    try FaultOptions.checkIsOne(options, ["after", "calls"])
    do throws(MishapError) {
      try self.plan(plan)
    } catch {
      throw .misuse("home:fault: \(error.message)")
    }
  }
}
