//  GuessBudget.swift - how many wrong user codes one visitor may try (R8628-26, R8628-27).
//
//  Knows: 5 wrong codes per session and 20 per address within one code lifetime; what cannot be a
//  code counts a fifth. Points are fifths of a wrong code. A right code gives nothing back.

/// Who looks for a user code.
public struct Visitor: Sendable, Equatable {
  /// The browser session; any text the caller keeps apart.
  public var session: String
  /// The network address, without port.
  public var address: String

  /// Makes a visitor.
  public init(session: String, address: String) {
    self.session = session
    self.address = address
  }
}

/// The prices and allowances of guessing.
enum GuessBudget {
  static let wrongCode = 5
  static let malformedCode = 1
  static let sessionAllowance = 5 * wrongCode
  static let addressAllowance = 20 * wrongCode
}

extension IdentityService {
  /// How long `visitor` must wait before trying again; `nil` while it may.
  func guessWait(of visitor: Visitor, at time: ServiceTime) -> Duration? {
    let counted = [
      (GuessKey.session(visitor.session), GuessBudget.sessionAllowance),
      (.address(visitor.address), GuessBudget.addressAllowance),
    ]
    let waits = counted.compactMap { key, allowance -> Duration? in
      guard let tally = state.guesses[kept(key)], tally.points >= allowance, time < tally.ends
      else { return nil }
      return tally.ends - time
    }
    return waits.max()
  }

  /// Counts a wrong or malformed code.
  mutating func chargeGuess(_ points: Int, to visitor: Visitor, at time: ServiceTime) {
    for key in [GuessKey.session(visitor.session), .address(visitor.address)] {
      record(
        .guessed(
          kept(key), points: points, time, windowEnds: time + configuration.codeLifetime))
    }
  }

  /// The key itself, or the common one when so many visitors are counted already.
  private func kept(_ key: GuessKey) -> GuessKey {
    let isFull = state.guesses.count >= configuration.limits.visitors
    return isFull && state.guesses[key] == nil ? .others : key
  }
}
