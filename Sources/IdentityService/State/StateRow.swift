//  StateRow.swift - one row of the state, as a store keeps it and as a failed commit takes it back.
//
//  Knows: which tables there are, by name of the row. Decides nothing.

/// A name in one of the state's tables and what stands there; `nil` when nothing does.
public enum StateRow: Sendable, Equatable {
  /// By client id.
  case client(String, Client?)
  /// By hash of the device code.
  case flow(SecretHash, DeviceFlow?)
  /// By hash of the authorization code.
  case authorizationCode(SecretHash, AuthorizationCode?)
  /// By family id.
  case family(String, TokenFamily?)
  /// By hash of the token.
  case accessToken(SecretHash, AccessToken?)
  /// By hash of the token.
  case refreshToken(SecretHash, RefreshToken?)
  /// By what is counted.
  case guess(GuessKey, GuessTally?)
}

extension ServiceState {
  /// The row of the same name as it is now.
  public func current(_ row: StateRow) -> StateRow {
    switch row {
    case .client(let id, _): .client(id, clients[id])
    case .flow(let hash, _): .flow(hash, flows[hash])
    case .authorizationCode(let hash, _): .authorizationCode(hash, authorizationCodes[hash])
    case .family(let id, _): .family(id, families[id])
    case .accessToken(let hash, _): .accessToken(hash, accessTokens[hash])
    case .refreshToken(let hash, _): .refreshToken(hash, refreshTokens[hash])
    case .guess(let key, _): .guess(key, guesses[key])
    }
  }

  /// The row that a change will alter, as it is now; a sweep alters many.
  func row(under change: Change) -> StateRow? {
    switch change {
    case .clientRegistered(let client): current(.client(client.id, nil))
    case .flowStarted(let flow): current(.flow(flow.codeHash, nil))
    case .flowPolled(let hash, _, _, _), .flowDecided(let hash, _, _), .flowExpired(let hash, _),
      .flowRedeemed(let hash):
      current(.flow(hash, nil))
    case .codeIssued(let code): current(.authorizationCode(code.hash, nil))
    case .codeSpent(let hash, _): current(.authorizationCode(hash, nil))
    case .familyStarted(let family): current(.family(family.id, nil))
    case .familyRevoked(let id): current(.family(id, nil))
    case .accessTokenIssued(let token): current(.accessToken(token.hash, nil))
    case .refreshTokenIssued(let token): current(.refreshToken(token.hash, nil))
    case .refreshTokenRotated(let hash, _): current(.refreshToken(hash, nil))
    case .guessed(let key, _, _, _): current(.guess(key, nil))
    case .swept: nil
    }
  }
}
