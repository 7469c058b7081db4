//  SignInDoors.swift - what signing in needs of the person's machine.

/// Words for a person, a browser, and the way back from it.
public struct SignInDoors: Sendable {
  /// Shows a line to the person.
  public var say: @Sendable (String) -> Void
  /// Why no browser can be opened here, as far as that is known beforehand.
  public var browserObstacle: @Sendable () -> String?
  /// Opens a page; gives why it could not.
  public var openBrowser: @Sendable (String) async -> String?
  /// Where the browser comes back.
  public var listener: (any WorldListener)?
  /// Asks the person for the address that the browser ended at; `nil` when there is nobody to ask.
  public var paste: @Sendable (_ question: String) async -> String?
  /// Makes verifiers and states.
  public var randomness: (any WorldRandomness)?

  /// Doors that are all closed but for `say`.
  public init(say: @escaping @Sendable (String) -> Void) {
    self.say = say
    browserObstacle = { "there is none" }
    openBrowser = { _ in "there is none" }
    listener = nil
    paste = { _ in nil }
    randomness = nil
  }
}
