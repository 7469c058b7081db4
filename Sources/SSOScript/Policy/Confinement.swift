//  Confinement.swift - what is closed to a policy that may refuse, and do nothing else.
//
//  Twice: functions say that they are closed, and the doors behind them are, should one be forgotten.

import SSOOIDC

/// Keeps a script from everything that is its user's: logins, settings, the network, the person.
struct Confinement: Sendable {
  /// Whom it keeps: `a project's policy`.
  let owner: String

  init(_ owner: String) { self.owner = owner }

  /// What reaches nothing, or asks for a permission that such a script does not have.
  private static let open = [
    "_G", "io", "os", APIClass.file.rawValue, APIClass.lines.rawValue, APIClass.task.rawValue,
    "sso.task", "sso.time", "sso.json", "sso.log", "sso.crypto", "sso.notify", "sso.is",
    "sso.arguments", "sso.terminal.is_terminal", "sso.terminal.qr", "sso.cache.files",
    "sso.cache.memory", "sso.cache.layered", "sso.cache.encrypted",
  ]

  /// Refuses functions that are not known to be harmless.
  func check(_ function: APIFunction) throws(ScriptFailure) {
    let names = [function.container, "\(function.container).\(function.name)"]
    guard !Self.open.contains(where: { names.contains($0) }) else { return }
    throw .failed(
      .notPermitted, .permission, "\(owner) may not use this", operation: function.fullName)
  }
}

extension World {
  /// Time, chance, modules and words for a person; everything else is closed.
  func closed(to owner: String) -> World {
    let closed = ClosedDoors(owner) { _ in }
    return World(
      clock: clock, randomness: randomness, transport: closed, environment: closed, files: files,
      terminal: terminal, browser: closed, programs: closed, zone: zone)
  }
}
