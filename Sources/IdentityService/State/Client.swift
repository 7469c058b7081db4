//  Client.swift - a registered program.

/// What kind of program a client is (R8252-05).
public enum ClientKind: String, Sendable {
  /// Runs on people's machines: even when it has a secret, that proves nothing (R8628-32).
  case `public`
  /// Can keep a secret.
  case confidential
}

/// A program that introduced itself with RegisterClient.
public struct Client: Sendable, Equatable {
  /// The public id.
  public var id: String
  /// What it registered as.
  public var kind: ClientKind
  /// The hash of its secret; `nil` for one that has none.
  public var secretHash: SecretHash?
  /// As the program calls itself: any text, unverified.
  public var name: String
  /// Scopes of its tokens; empty for a client without.
  public var scopes: [String]
  /// Grants it may use; empty when it named none, which means all.
  public var grantTypes: [GrantType]
  /// Where authorization codes may go.
  public var redirectURIs: [String]
  /// Where its people sign in, when it named an issuer.
  public var startURL: String?
  /// When it registered.
  public var issued: ServiceTime
  /// When its secret ends.
  public var secretExpires: ServiceTime

  /// Makes a row.
  public init(
    id: String, kind: ClientKind, secretHash: SecretHash?, name: String, scopes: [String],
    grantTypes: [GrantType], redirectURIs: [String], startURL: String?, issued: ServiceTime,
    secretExpires: ServiceTime
  ) {
    self.id = id
    self.kind = kind
    self.secretHash = secretHash
    self.name = name
    self.scopes = scopes
    self.grantTypes = grantTypes
    self.redirectURIs = redirectURIs
    self.startURL = startURL
    self.issued = issued
    self.secretExpires = secretExpires
  }

  /// Whether it may use a grant.
  func mayUse(_ grant: GrantType) -> Bool { grantTypes.isEmpty || grantTypes.contains(grant) }
}
