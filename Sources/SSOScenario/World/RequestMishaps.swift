//  RequestMishaps.swift - faults of requests that have a course: when they begin, how long they last. Pure.

internal import IdentityService

extension PlannedFault {
  /// The plan for a fault that a scenario names by id or kind.
  ///
  /// - Throws: ``BehaviourError`` that lists what there is.
  static func named(_ name: String, _ phase: Fault.Phase?) throws(BehaviourError) -> PlannedFault {
    guard let mishap = Mishap.named(name), case .requests(let act) = mishap.act else {
      return PlannedFault(try ScenarioFault.named(name, phase))
    }
    return try PlannedFault(mishap, act)
  }

  private init(_ mishap: Mishap, _ act: RequestMishap) throws(BehaviourError) {
    switch act {
    case .refused(let span):
      self.init(try mishap.like("N03"))
      (opening, self.span) = (.second, span)
    case .unknownAuthority:
      self.init(try mishap.like("T02"))
      opening = .tokenOrSecond
    case .endedToken:
      self.init(try mishap.like("H15c"))
      operation = .createToken
    }
  }
}

extension Mishap {
  /// What a request meets: the same as with another fault.
  fileprivate func like(_ id: String) throws(BehaviourError) -> ScenarioFault {
    switch try ScenarioFault.named(id, nil) {
    case .network(let fault): return .network(fault.called(self.id, kind, summary))
    case .service(let due): return .service(try DueFault(due.fault.called(self.id, summary)))
    case .refusal(let shape, let phase): return .refusal(shape, phase)
    }
  }
}
