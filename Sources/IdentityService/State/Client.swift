//  Client.swift - a registered program.

/// A program that introduced itself with RegisterClient.
public struct Client: Sendable, Equatable {
  /// The public id.
  public var id: String
  /// The hash of its secret.
  public var secretHash: SecretHash
  /// As the program calls itself: any text, unverified.
  public var name: String
  /// Scopes of its tokens; empty for a client without.
  public var scopes: [String]
  /// Grants it may use; empty when it named none, which means all.
  public var grantTypes: [GrantType]
  /// Where authorization codes may go.
  public var redirectURIs: [String]
  /// When it registered.
  public var issued: ServiceTime
  /// When its secret ends.
  public var secretExpires: ServiceTime

  /// Makes a row.
  public init(
    id: String, secretHash: SecretHash, name: String, scopes: [String], grantTypes: [GrantType],
    redirectURIs: [String], issued: ServiceTime, secretExpires: ServiceTime
  ) {
    self.id = id
    self.secretHash = secretHash
    self.name = name
    self.scopes = scopes
    self.grantTypes = grantTypes
    self.redirectURIs = redirectURIs
    self.issued = issued
    self.secretExpires = secretExpires
  }

  /// Whether it may use a grant.
  func mayUse(_ grant: GrantType) -> Bool { grantTypes.isEmpty || grantTypes.contains(grant) }

  /// Only clients with scopes get refresh tokens, as with the real service.
  var getsRefreshTokens: Bool { !scopes.isEmpty && mayUse(.refreshToken) }
}
