//  Fault.swift - one named way in which a service or its network can go wrong.
//
//  Knows: ids and phases. The ids are those of the project's failure catalogue: N for the network,
//  H for HTTP and bodies; a letter behind the number is a variant.
//  Does not know: what each does (FaultTable), when it is due (FaultPlan).

/// A named fault.
public struct Fault: Sendable {
  /// When it strikes.
  public enum Phase: String, Sendable, CaseIterable {
    /// Before the rules have run: nothing has changed.
    case before
    /// After them: the state has changed, the reply is lost or altered.
    case after
  }

  /// Such as `N08`.
  public let id: String
  /// One sentence.
  public let summary: String
  /// When it strikes unless told.
  public let phase: Phase
  /// Whether it takes more of the client's time than a test can spare; not drawn by chance.
  public let isSlow: Bool
  /// Whether it needs a success of the rules to spoil; another reply passes as it is.
  public let spoils: Bool
  /// Whose requests it can strike, where others pass; `nil` means any operation's.
  public internal(set) var operations: Set<Operation>?
  /// The grant whose requests it can strike, where others pass; `nil` means any.
  public internal(set) var grant: GrantType?
  let act: @Sendable (inout BehaviourReply, BehaviourRequest) -> Void

  /// Every fault, by id.
  public static let all: [Fault] = networkFaults + answerFaults + memberFaults

  /// The fault of this id, or the exception of this name in AWS's models.
  ///
  /// - Parameters:
  ///   - id: `N08`, or `SlowDownException`.
  ///   - operation: Whose requests it is to strike; `nil` means any operation's.
  /// - Returns: The fault.
  /// - Throws: ``BehaviourError`` that names the ids there are, or the operations that it is of.
  public static func named(
    _ id: String, for operation: Operation? = nil
  ) throws(BehaviourError) -> Fault {
    if let fault = all.first(where: { $0.id.lowercased() == id.lowercased() }) {
      try fault.check(operation)
      return fault
    }
    let operations = operation.map { [$0] } ?? Operation.allCases
    if operations.contains(where: { BehaviourReply.errors(of: $0).contains(id) }) {
      return exception(id)
    }
    guard let operation, id.hasSuffix("Exception") else {
      throw BehaviourError(
        "unknown fault \"\(shown(id))\": the ids are \(all.map(\.id).joined(separator: " ")), and "
          + "the names of AWS's exceptions")
    }
    let errors = BehaviourReply.errors(of: operation).joined(separator: " ")
    throw BehaviourError(
      "\(operation.rawValue) has no exception \"\(shown(id))\" in AWS's model: it has \(errors)")
  }

  /// The same fault under another id of the catalogue, where it is one of the ways to it.
  public func called(_ id: String, _ summary: String) -> Fault {
    Fault(
      id: id, summary: summary, phase: phase, isSlow: isSlow, spoils: spoils,
      operations: operations, grant: grant, act: act)
  }

  /// Whether it can strike requests of this kind.
  public func isAbout(_ operation: Operation, _ grant: GrantType?) -> Bool {
    operations?.contains(operation) ?? true && (self.grant == nil || self.grant == grant)
  }

  /// Refuses an operation whose requests all pass.
  private func check(_ operation: Operation?) throws(BehaviourError) {
    guard let operation, let operations, !operations.contains(operation) else { return }
    let names = Operation.allCases.filter(operations.contains).map(\.rawValue)
    throw BehaviourError(
      "\(id) is a fault of \(names.joined(separator: ", ")), not of \(operation.rawValue)")
  }
}

/// A fault that is due.
public struct DueFault: Sendable {
  /// Which.
  public let fault: Fault
  /// When it strikes.
  public let phase: Fault.Phase

  /// Names a fault and when it strikes.
  ///
  /// - Throws: ``BehaviourError`` for a fault that can only spoil what the rules say, before they do.
  public init(_ fault: Fault, _ phase: Fault.Phase? = nil) throws(BehaviourError) {
    guard !fault.spoils || phase != .before else {
      throw BehaviourError("\(fault.id) alters what the rules say: its phase is after")
    }
    self.fault = fault
    self.phase = phase ?? fault.phase
  }

  /// Whether a request is of the kind that the fault can strike.
  public func isDue(for request: BehaviourRequest) -> Bool {
    fault.isAbout(request.operation, request.grant)
  }

  /// Treats a request.
  public func treat(
    _ request: BehaviourRequest, _ rules: @Sendable () async -> BehaviourReply
  ) async -> BehaviourReply {
    guard isDue(for: request) else { return await rules() }
    return phase == .after ? struck(await rules(), request) : struck(nil, request)
  }

  /// The reply after the fault.
  ///
  /// - Parameters:
  ///   - reply: What the rules said; `nil` if they were not asked.
  ///   - request: What was asked.
  /// - Returns: What the client gets.
  public func struck(_ reply: BehaviourReply?, _ request: BehaviourRequest) -> BehaviourReply {
    var result = reply ?? BehaviourReply(status: 200)
    result.facts.operation = request.operation
    let isSuccess = (200...299).contains(result.status) && !result.body.isEmpty
    guard !fault.spoils || isSuccess else { return result }
    let whole = result
    fault.act(&result, request)
    result.facts.keep(whole.facts)
    // One that found nothing to spoil has not struck.
    if result != whole { result.facts.fault = fault.id }
    return result
  }
}

/// What a person typed, fit for a message.
func shown(_ text: String) -> String {
  String(text.unicodeScalars.prefix(60).map { (33...126).contains($0.value) ? Character($0) : "?" })
}
