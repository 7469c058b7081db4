//  Change.swift - everything that can happen to the state, as values.
//
//  Knows: the vocabulary between the rules and the state.
//  Does not know: why a change is due (Rules), how the altered rows are kept.

/// One change of the state; complete, so that the state can be rebuilt from them.
public enum Change: Sendable, Equatable {
  /// A program registered.
  case clientRegistered(Client)
  /// A device authorization began.
  case flowStarted(DeviceFlow)
  /// A poll counted: the new reference time, interval and number of forgiven polls.
  case flowPolled(SecretHash, lastPoll: ServiceTime?, interval: Duration, forgivenPolls: Int)
  /// Someone decided; the person is named when it was an approval.
  case flowDecided(SecretHash, Decision, person: String?)
  /// A flow was ended before its time.
  case flowExpired(SecretHash, ServiceTime)
  /// The tokens of a flow were handed out.
  case flowRedeemed(SecretHash)
  /// A person approved at the authorization endpoint.
  case codeIssued(AuthorizationCode)
  /// An authorization code was used: for a family of tokens, or in vain.
  case codeSpent(SecretHash, familyID: String?)
  /// A person signed in.
  case familyStarted(TokenFamily)
  /// All tokens of a sign-in became worthless.
  case familyRevoked(String)
  /// An access token was issued.
  case accessTokenIssued(AccessToken)
  /// A refresh token was issued.
  case refreshTokenIssued(RefreshToken)
  /// A refresh token was used.
  case refreshTokenRotated(SecretHash, Rotation)
  /// A wrong user code or client secret was entered; the window counts only when this is the first guess in it.
  case guessed(GuessKey, points: Int, ServiceTime, windowEnds: ServiceTime)
  /// What was over at this time was forgotten: all of it, or in a large state the next part.
  case swept(SweepScope, ServiceTime)
}

/// How much a sweep forgets.
public enum SweepScope: Sendable, Equatable {
  /// What no rule needs any more; of a large state a part at a time.
  case dead
  /// At once; also expired and redeemed flows, and used codes and refresh tokens that are kept to notice
  /// when they come again: the service is full.
  case finished
}

/// Whose wrong user codes or client secrets are counted together (R8628-26, R6749-02).
public enum GuessKey: Sendable, Hashable {
  /// One browser session.
  case session(String)
  /// One network address.
  case address(String)
  /// Everyone beyond ``ServiceLimits/visitors``.
  case others
  /// All who look for user codes, within a minute (S14).
  case everyone
  /// Wrong client secrets from one network address.
  case secrets(String)
}

/// Wrong guesses of one visitor.
public struct GuessTally: Sendable, Equatable {
  /// Five for a wrong code, one for something that cannot be a code (R8628-27).
  public var points: Int
  /// When they are forgotten.
  public var ends: ServiceTime

  /// Makes a row.
  public init(points: Int, ends: ServiceTime) {
    self.points = points
    self.ends = ends
  }
}
