//  ScenarioFaults.swift - which requests of a scenario meet which fault.
//
//  Knows: plans by operation, grant, number and time; chance.
//  Does not know: what a fault does to a reply (IdentityService), how it reaches a program
//  (SimulatedNetwork).

internal import IdentityService
internal import SSOOIDC

/// What a request meets.
enum ScenarioFault: Sendable {
  /// It does not get through.
  case network(NetworkFault)
  /// The service, or what stands before it, misbehaves.
  case service(DueFault)
  /// The service answers with an exception of AWS's, before or after its rules have run.
  case refusal(DueFault)

  /// For the time line.
  var text: String {
    switch self {
    case .network(let fault): "\(fault.id) \(fault.summary)"
    case .service(let due): "\(due.fault.id) \(due.fault.summary) (\(due.phase.rawValue))"
    case .refusal(let due): "answered \(due.fault.id)"
    }
  }

  /// One sentence.
  var summary: String {
    switch self {
    case .network(let fault): fault.summary
    case .service(let due): due.fault.summary
    case .refusal(let due): "The service answers \(due.fault.id)."
    }
  }

  /// Whether it can strike such a request; what lies between strikes all.
  func isAbout(_ request: RequestKind) -> Bool {
    switch self {
    case .network: true
    case .service(let due), .refusal(let due):
      request.operation.map { due.fault.isAbout($0, request.grant) } ?? false
    }
  }
}

/// A fault under way to a request.
struct MetFault: Sendable {
  let fault: ScenarioFault
  /// Of what chance decided.
  var number: Int?
}

/// One planned fault.
struct PlannedFault: Sendable {
  /// Whose requests; `nil` means any operation's.
  var operation: ServiceOperation?
  /// Of CreateToken: for this grant only.
  var grant: ServiceGrant?
  /// Which of them, from 1; `nil` means each.
  var calls: Set<Int>?
  /// Only from and until these times of the scenario.
  var from = Duration.zero
  var until: Duration?
  /// From which of them on it strikes; `nil` means from the first.
  var opening: Opening?
  /// How long it strikes from the first that it struck.
  var span: Duration?
  var fault: ScenarioFault
  /// How many requests it has seen.
  fileprivate var seen = 0
  /// When it first struck.
  fileprivate var opened: Duration?

  /// The request with which a fault begins.
  enum Opening: Sendable, Equatable {
    case second
    /// A poll, or whatever comes second.
    case tokenOrSecond
  }

  init(_ fault: ScenarioFault) { self.fault = fault }

  fileprivate mutating func meets(_ request: RequestKind, at time: Duration) -> Bool {
    guard operation == nil || operation == request.operation,
      grant == nil || grant == request.grant, fault.isAbout(request)
    else { return false }
    seen += 1
    guard time >= from, until.map({ time < $0 }) ?? true else { return false }
    if let calls { return calls.contains(seen) }
    guard opened != nil || opening?.isDue(request, seen) ?? true else { return false }
    let opened = opened ?? time
    self.opened = opened
    return span.map { time < opened + $0 } ?? true
  }
}

extension PlannedFault.Opening {
  fileprivate func isDue(_ request: RequestKind, _ number: Int) -> Bool {
    number > 1 || self == .tokenOrSecond && request.operation == .createToken
  }
}

/// A request as far as plans look at it.
struct RequestKind: Sendable, Equatable {
  var operation: ServiceOperation?
  var grant: ServiceGrant?

  /// `CreateToken (device_code)`.
  var name: String {
    guard let operation else { return "request" }
    switch grant {
    case .deviceCode: return "\(operation.rawValue) (device_code)"
    case let grant?: return "\(operation.rawValue) (\(grant.rawValue))"
    case nil: return operation.rawValue
    }
  }
}

/// The plans of one service.
struct ScenarioFaults: Sendable {
  private var plans: [PlannedFault] = []
  /// Of the command line; a scenario's own come first.
  private var standing: [PlannedFault] = []
  private var chance: ChancePlan?

  mutating func add(_ plan: PlannedFault) { plans.append(plan) }
  mutating func addStanding(_ plan: PlannedFault) { standing.append(plan) }
  mutating func setChance(_ plan: ChancePlan) { chance = plan }

  /// Counts a request and gives the fault that it meets; what was planned comes before chance.
  ///
  /// Whether it strikes is known when there is a reply that it can alter.
  mutating func next(
    _ request: RequestKind, at time: Duration, on stage: ScenarioStage
  ) -> MetFault? {
    var due: ScenarioFault?
    for index in plans.indices where plans[index].meets(request, at: time) {
      due = due ?? plans[index].fault
    }
    for index in standing.indices where standing[index].meets(request, at: time) {
      due = due ?? standing[index].fault
    }
    if let due { return MetFault(fault: due) }
    // Numbered though it may not be about the request: what a seed says of others stays as it is.
    guard let drawn = chance?.draw(stage), let number = stage.nextChance() else { return nil }
    return drawn.isAbout(request) ? MetFault(fault: drawn, number: number) : nil
  }
}

/// Faults by chance, from a scenario's seed.
struct ChancePlan: Sendable {
  /// What may go wrong.
  enum Kind: String, Sendable, CaseIterable {
    /// Between program and service.
    case network
    /// What the service, or something before it, answers.
    case http
    /// The machine's calendar.
    case clock
    /// Its disk.
    case disk
    /// The program ends at once, in the middle of a write or of a wait.
    case crash
  }

  let pool: [ScenarioFault]
  /// The share of requests that meet one.
  let rate: Double

  init(_ kinds: Set<Kind>, rate: Double) {
    var pool: [ScenarioFault] = []
    if kinds.contains(.network) {
      pool += NetworkFault.all.filter { $0.code != .tls }.map(ScenarioFault.network)
    }
    for fault in Fault.all {
      let isNetwork = fault.id.hasPrefix("N")
      guard kinds.contains(isNetwork ? .network : .http), !Self.big.contains(fault.id) else {
        continue
      }
      if let due = try? DueFault(fault) { pool.append(.service(due)) }
    }
    self.pool = pool
    self.rate = rate
  }

  /// Bodies of many megabytes cost more time than they find mistakes; a plan may name them.
  private static let big: Set = ["H20", "H21", "H19b", "H23"]

  func draw(_ stage: ScenarioStage) -> ScenarioFault? {
    guard !pool.isEmpty, stage.happens(rate) else { return nil }
    return pool[stage.draw(below: pool.count)]
  }
}

extension ScenarioSettings {
  /// The plans for services; faults of machines are none.
  var plans: [PlannedFault] {
    faults.compactMap { try? PlannedFault.named($0, nil) }
  }

  /// The faults of machines.
  var machineFaults: [MachineFault] { faults.compactMap { MachineFault.named($0) } }

  /// What else happens to machines.
  var machinePlans: [MachinePlan] {
    mishaps.compactMap { MachinePlan($0) }.map { plan in
      var plan = plan
      plan.isStanding = true
      return plan
    }
  }

  /// What happens to each program.
  var programPlans: [ProgramPlan] {
    mishaps.compactMap { ProgramPlan($0) }.map { plan in
      var plan = plan
      plan.isStanding = true
      return plan
    }
  }

  private var mishaps: [Mishap] { faults.compactMap { Mishap.named($0) } }
}

extension ScenarioFault {
  /// The fault that a scenario names by id or kind.
  ///
  /// - Throws: ``BehaviourError`` that lists what there is.
  static func named(
    _ name: String, _ phase: Fault.Phase?, for operation: ServiceOperation? = nil
  ) throws(BehaviourError) -> ScenarioFault {
    if let fault = NetworkFault.named(name) {
      try fault.check(phase)
      return .network(fault)
    }
    if let id = kinds[name] {
      return .service(try DueFault(Fault.named(id, for: operation), phase))
    }
    guard Fault.all.contains(where: { $0.id.lowercased() == name.lowercased() }) else {
      let words = NetworkFault.all.map(\.kind) + kinds.keys.sorted()
      let near = Spelling.nearest(to: name, among: words).map { "did you mean \"\($0)\"?" }
      throw BehaviourError(
        "unknown fault \"\(name.prefix(60))\" (\(near ?? "the kinds are \(words.joined(separator: " "))"))"
          + "; ids are those of the catalogue, such as N08")
    }
    return .service(try DueFault(Fault.named(name, for: operation), phase))
  }

  /// Kinds that the service's own faults have.
  static let kinds: [String: String] = [
    "reset": "N08", "timeout": "N06", "short": "N11", "cut": "N12", "slow": "N13",
    "closed": "N14", "captive_portal": "N17", "redirect": "N18",
  ]

  /// The exception that an OAuth word, or AWS's name, stands for.
  ///
  /// - Throws: ``BehaviourError`` that lists those of the operation, or of all where it is `nil`.
  static func answer(
    _ word: String, _ phase: Fault.Phase?, to operation: ServiceOperation?
  ) throws(BehaviourError) -> ScenarioFault {
    let shapes = shapes(of: operation)
    guard let shape = [word, shape(word)].first(where: shapes.contains) else {
      let words = shapes.contains("SlowDownException") ? "slow_down, or " : ""
      throw BehaviourError(
        "no error of \(operation?.rawValue ?? "the service") is called \"\(word.prefix(60))\"; "
          + (shapes.isEmpty
            ? "AWS's model has none"
            : "write \(words)one of \(shapes.joined(separator: " "))"))
    }
    return .refusal(try DueFault(Fault.named(shape, for: operation), phase))
  }

  private static func shape(_ word: String) -> String {
    let camel = word.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }
      .joined()
    return ["server_error": "InternalServerException"][word] ?? camel + "Exception"
  }

  private static func shapes(of operation: ServiceOperation?) -> [String] {
    let operations = operation.map { [$0] } ?? ServiceOperation.allCases
    return operations.reduce(into: []) { shapes, operation in
      shapes += BehaviourReply.errors(of: operation).filter { !shapes.contains($0) }
    }
  }
}
