//  ClockOption.swift - the value of `--clock`.

internal import ArgumentParser
internal import IdentityService

/// Whose time the service lives by.
enum ClockOption: ExpressibleByArgument, Equatable {
  /// The machine's.
  case system
  /// A clock that stands still until the control API moves it; without a time it starts where it was
  /// left, or at ``defaultStart``.
  case virtual(start: ServiceTime?)

  /// Where a virtual clock starts unless told: 2026-01-01T00:00:00Z.
  static let defaultStart = ServiceTime(sinceEpoch: .seconds(1_767_225_600))

  init?(argument: String) {
    switch argument {
    case "system": self = .system
    case "virtual": self = .virtual(start: nil)
    default:
      guard argument.hasPrefix("virtual="),
        let start = ServiceTime(internetDate: String(argument.dropFirst(8)))
      else { return nil }
      self = .virtual(start: start)
    }
  }

  var defaultValueDescription: String { "system" }

  /// What there is to say where a state file is of a later time than was asked for.
  func remark(at time: ServiceTime?) -> String? {
    guard case .virtual(let start?) = self, let time, time > start else { return nil }
    return "The clock shows \(time.internetDate), where the state file left it, and not the "
      + "earlier time of --clock: it does not go back."
  }
}
