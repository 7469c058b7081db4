//  FaultAdvice.swift - what to write for a fault that is not to be planned where it is named. Pure.

enum FaultAdvice {
  /// For a fault of a machine, named as one of a service.
  ///
  /// - Returns: `nil` where there is nothing to say.
  static func ofOthers(_ name: String) -> String? {
    if let fault = MachineFault.all.first(where: { $0.id == name || $0.kind == name }) {
      return "\"\(name)\" is a fault of a machine (\(fault.summary)): plan it with home:fault"
    }
    return elsewhere(name)
  }

  /// For an id of the catalogue that is not a fault of a request, a disk, a lock or a port.
  static func elsewhere(_ name: String) -> String? {
    let digits = name.dropFirst()
    guard let letter = name.first, !digits.isEmpty,
      digits.allSatisfy({ $0.isASCII && $0.isNumber })
    else { return nil }
    let ways: [Character: String] = [
      "K": "clocks are set by clock:jump, and time passes by clock:advance",
      "F": "faults of machines are \(MachineFault.all.map(\.id).joined(separator: ", ")); for "
        + "ends of programs and of power there are crash_at, process:kill and home:power_loss",
      "S": "it is of services, which scenarios do not break",
    ]
    guard let way = ways[letter] else { return nil }
    return "\"\(name)\" is none to plan: \(way)"
  }
}
