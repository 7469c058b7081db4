//  GuessBudget.swift - how many wrong user codes one visitor may try (R8628-26, R8628-27).
//
//  Knows: 5 wrong codes per session and 20 per address within one code lifetime, 100 from everyone
//  within a minute (S14); what cannot be a code counts a fifth. Points are fifths of a wrong code.
//  A right code gives nothing back. Wrong client secrets are counted apart (R6749-02).

/// Who looks for a user code; addresses are counted as ``ClientNetwork`` says.
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

extension Visitor {
  fileprivate var network: GuessKey { .address(ClientNetwork.counted(address)) }
}

/// The prices and allowances of guessing.
enum GuessBudget {
  static let wrongCode = 5
  static let malformedCode = 1
  static let sessionAllowance = 5 * wrongCode
  static let addressAllowance = 20 * wrongCode
  static let commonAllowance = 100 * wrongCode
  static let commonWindow = Duration.seconds(60)
  /// With secrets of 5,760 bits this is about load, not about luck.
  static let secretAllowance = 1000
}

extension IdentityService {
  /// How long `visitor` must wait before trying again; `nil` while it may.
  public func guessWait(of visitor: Visitor, at time: ServiceTime) -> Duration? {
    let counted = [
      (GuessKey.session(visitor.session), GuessBudget.sessionAllowance),
      (visitor.network, GuessBudget.addressAllowance),
      (.everyone, GuessBudget.commonAllowance),
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
    for key in [GuessKey.session(visitor.session), visitor.network] {
      record(
        .guessed(
          kept(key), points: points, time, windowEnds: time + configuration.codeLifetime))
    }
    record(
      .guessed(.everyone, points: points, time, windowEnds: time + GuessBudget.commonWindow))
  }

  /// Whether so much of the budget is gone that answers should teach less than before.
  func isSuspicious(_ visitor: Visitor, at time: ServiceTime) -> Bool {
    isSpent(.session(visitor.session), allowance: GuessBudget.sessionAllowance / 2, at: time)
      || isSpent(visitor.network, allowance: GuessBudget.addressAllowance / 2, at: time)
  }

  /// Whether a visitor has used up an allowance.
  func isSpent(_ key: GuessKey, allowance: Int, at time: ServiceTime) -> Bool {
    guard let tally = state.guesses[kept(key)] else { return false }
    return tally.points >= allowance && time < tally.ends
  }

  /// Counts a wrong client secret.
  mutating func chargeWrongSecret(to key: GuessKey, at time: ServiceTime) {
    record(
      .guessed(kept(key), points: 1, time, windowEnds: time + configuration.codeLifetime))
  }

  /// The key itself, or the common one when so many visitors are counted already.
  private func kept(_ key: GuessKey) -> GuessKey {
    let isFull = state.guesses.count >= configuration.limits.visitors
    return isFull && key != .everyone && state.guesses[key] == nil ? .others : key
  }
}
