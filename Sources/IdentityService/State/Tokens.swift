//  Tokens.swift - what came out of a sign-in, remembered by hash.

/// All tokens of one sign-in; revoked together (RFC 9700, 4.14.2).
public struct TokenFamily: Sendable, Equatable {
  /// A random name.
  public var id: String
  /// Whose tokens these are (R6749-17).
  public var clientID: String
  /// The name of the person who signed in.
  public var person: String
  /// Where the person signed in.
  public var startURL: String
  /// What the tokens are good for.
  public var scopes: [String]
  /// When the person's session ends, and with it every token.
  public var ends: ServiceTime

  /// Makes a row.
  public init(
    id: String, clientID: String, person: String, startURL: String, scopes: [String],
    ends: ServiceTime
  ) {
    self.id = id
    self.clientID = clientID
    self.person = person
    self.startURL = startURL
    self.scopes = scopes
    self.ends = ends
  }
}

/// An access token.
public struct AccessToken: Sendable, Equatable {
  /// The hash of the token; the row's name.
  public var hash: SecretHash
  /// The family it belongs to; without family it is worth nothing.
  public var familyID: String
  /// What it is good for; never more than its family.
  public var scopes: [String]
  /// When it ends.
  public var expires: ServiceTime

  /// Makes a row.
  public init(hash: SecretHash, familyID: String, scopes: [String], expires: ServiceTime) {
    self.hash = hash
    self.familyID = familyID
    self.scopes = scopes
    self.expires = expires
  }
}

/// A refresh token.
public struct RefreshToken: Sendable, Equatable {
  /// The hash of the token; the row's name.
  public var hash: SecretHash
  /// The family it belongs to; without family it is worth nothing.
  public var familyID: String
  /// `nil` while it is the family's newest.
  public var rotation: Rotation?

  /// Makes a row.
  public init(hash: SecretHash, familyID: String) {
    self.hash = hash
    self.familyID = familyID
  }

  /// How long a used one is remembered when the service is full; else as long as its family.
  static let fullMemory = Duration.seconds(600)
}

/// The use of a refresh token: what it takes to give the same answer again.
public struct Rotation: Sendable, Equatable {
  /// When it was used.
  public var time: ServiceTime
  /// With it and the old token, which only its owner has, the new tokens are derived again; so the
  /// store never holds a token.
  public var salt: [UInt8]
  /// Of the access token, as told.
  public var lifetime: Duration
  /// Of the access token, as told.
  public var scopes: [String]

  /// Makes a rotation.
  public init(time: ServiceTime, salt: [UInt8], lifetime: Duration, scopes: [String]) {
    self.time = time
    self.salt = salt
    self.lifetime = lifetime
    self.scopes = scopes
  }
}
