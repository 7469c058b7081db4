//  RequestMishaps.swift - faults of requests that have a course: when they begin, how long they last. Pure.

internal import IdentityService

extension PlannedFault {
  /// The plan for a fault that a scenario names by id or kind.
  ///
  /// - Throws: ``BehaviourError`` that lists what there is.
  static func named(
    _ name: String, _ phase: Fault.Phase?, for operation: ServiceOperation? = nil
  ) throws(BehaviourError) -> PlannedFault {
    guard let mishap = Mishap.named(name), case .requests(let act) = mishap.act else {
      return PlannedFault(try ScenarioFault.named(name, phase, for: operation))
    }
    return try PlannedFault(mishap, act, phase)
  }

  private init(
    _ mishap: Mishap, _ act: RequestMishap, _ phase: Fault.Phase?
  ) throws(BehaviourError) {
    switch act {
    case .refused(let span):
      self.init(try mishap.like("N03", phase))
      (opening, self.span) = (.second, span)
    case .unknownAuthority:
      self.init(try mishap.like("T02", phase))
      opening = .tokenOrSecond
    case .endedToken:
      self.init(try mishap.like("H15c", phase))
      operation = .createToken
    }
  }
}

extension Mishap {
  /// What a request meets: the same as with another fault.
  fileprivate func like(
    _ id: String, _ phase: Fault.Phase?
  ) throws(BehaviourError) -> ScenarioFault {
    switch try ScenarioFault.named(id, nil) {
    case .network(let other):
      let fault = other.called(self.id, kind, summary)
      try fault.check(phase)
      return .network(fault)
    case .service(let due):
      return .service(try DueFault(due.fault.called(self.id, summary), phase))
    case .refusal(let due): return .refusal(due)
    }
  }
}
