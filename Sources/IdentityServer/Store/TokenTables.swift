//  TokenTables.swift - the columns of sign-ins, their tokens, and counted guesses.

#if Server
  internal import Foundation
  internal import GRDB
  internal import IdentityService

  extension StateTable {
    static let families = StateTable("families", key: "id", columns: 6) { row throws(StoreError) in
      let family = TokenFamily(
        id: try row.value("id"), clientID: try row.value("client_id"),
        person: try row.value("person"), startURL: try row.value("start_url"),
        scopes: try row.list("scopes"), ends: try row.time("ends"))
      return .family(family.id, family)
    }

    static let accessTokens = StateTable("access_tokens", key: "hash", columns: 4) {
      row throws(StoreError) in
      let token = AccessToken(
        hash: try row.hash("hash"), familyID: try row.value("family_id"),
        scopes: try row.list("scopes"), expires: try row.time("expires"))
      return .accessToken(token.hash, token)
    }

    static let refreshTokens = StateTable("refresh_tokens", key: "hash", columns: 6) {
      row throws(StoreError) in
      var token = RefreshToken(hash: try row.hash("hash"), familyID: try row.value("family_id"))
      if let time = try row.optionalTime("rotated") {
        guard let salt = try row.bytes("salt") else { throw row.damage("salt") }
        token.rotation = Rotation(
          time: time, salt: salt, lifetime: try row.span("lifetime"),
          scopes: try row.list("scopes"))
      }
      return .refreshToken(token.hash, token)
    }

    static let guesses = StateTable("guesses", key: "key", columns: 3) { row throws(StoreError) in
      guard let key = GuessKey(text: try row.value("key")) else { throw row.damage("key") }
      return .guess(key, GuessTally(points: try row.value("points"), ends: try row.time("ends")))
    }
  }

  extension TokenFamily {
    var columns: StatementArguments {
      [id, clientID, person, startURL, scopes.stored, ends.microseconds]
    }
  }

  extension AccessToken {
    var columns: StatementArguments {
      [hash.data, familyID, scopes.stored, expires.microseconds]
    }
  }

  extension RefreshToken {
    var columns: StatementArguments {
      [
        hash.data, familyID, rotation?.time.microseconds, rotation.map { Data($0.salt) },
        rotation?.lifetime.wholeMicroseconds, rotation?.scopes.stored,
      ]
    }
  }

  extension GuessTally {
    func columns(_ key: GuessKey) -> StatementArguments { [key.text, points, ends.microseconds] }
  }

  extension GuessKey {
    /// One word, or two with a space between them.
    var text: String {
      switch self {
      case .session(let id): "session \(id)"
      case .address(let address): "address \(address)"
      case .secrets(let address): "secrets \(address)"
      case .others: "others"
      case .everyone: "everyone"
      }
    }

    init?(text: String) {
      let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      switch (parts[0], parts.count) {
      case ("session", 2): self = .session(String(parts[1]))
      case ("address", 2): self = .address(String(parts[1]))
      case ("secrets", 2): self = .secrets(String(parts[1]))
      case ("others", 1): self = .others
      case ("everyone", 1): self = .everyone
      default: return nil
      }
    }
  }
#endif
