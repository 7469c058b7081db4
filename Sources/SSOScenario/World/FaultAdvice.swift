//  FaultAdvice.swift - where a fault of the catalogue is planned. Pure.

/// Where a fault is planned.
enum FaultPlace: Sendable, Equatable {
  case requests
  case machine
  case program

  /// `a fault of a machine`.
  var words: String {
    switch self {
    case .requests: "a fault of requests"
    case .machine: "a fault of a machine"
    case .program: "a fault of a program"
    }
  }

  /// What to write.
  func way(_ name: String) -> String {
    switch self {
    case .requests: "plan it with service:fault"
    case .machine: "plan it with home:fault"
    case .program: "give it to sim.run or sim.start, as fault = \"\(name)\""
    }
  }

  /// The place and the summary of a fault, by id or kind; `nil` for what is none.
  static func of(_ name: String) -> (place: FaultPlace, summary: String)? {
    if let mishap = Mishap.named(name) { return (of(mishap.act), mishap.summary) }
    if let fault = MachineFault.named(name) { return (.machine, fault.summary) }
    guard let fault = try? ScenarioFault.named(name, nil) else { return nil }
    return (.requests, fault.summary)
  }

  private static func of(_ act: Mishap.Act) -> FaultPlace {
    switch act {
    case .requests: .requests
    case .machine: .machine
    case .program: .program
    }
  }
}

enum FaultAdvice {
  /// For a fault that is planned somewhere else than here.
  ///
  /// - Returns: `nil` for what is no fault, or one of this place.
  static func elsewhere(than here: FaultPlace, _ name: String) -> String? {
    if let advice = ofServices(name) { return advice }
    guard let (place, summary) = FaultPlace.of(name), place != here else { return nil }
    return "\"\(name)\" is \(place.words) (\(summary)): \(place.way(name))"
  }

  /// For an id of the catalogue that no scenario can plan.
  static func ofServices(_ name: String) -> String? {
    let digits = name.dropFirst()
    guard name.first == "S", !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber })
    else { return nil }
    return "\"\(name)\" is none to plan: it is of services, which scenarios do not break"
  }

  /// Why a fault cannot be in force in all scenarios; `nil` where it can.
  static func standing(_ id: String) -> String? {
    guard let mishap = Mishap.named(id), let why = mishap.moment else { return nil }
    let (place, _) = FaultPlace.of(id) ?? (.machine, "")
    return "\"\(id)\" cannot be in force all the time: \(why) (\(mishap.summary)); "
      + place.way(id)
  }
}
