//  AuthorizationCode.swift - a person's approval on its way to the client (RFC 6749, 4.1.2).

/// An authorization code, and all that it is bound to (R6749-08, R7636-04).
public struct AuthorizationCode: Sendable, Equatable {
  /// The hash of the code; the row's name.
  public var hash: SecretHash
  /// Who may use it.
  public var clientID: String
  /// Where it was sent.
  public var redirectURI: String
  /// Whether the request named that, so that the token request must too (R6749-12).
  public var hasRedirectURI: Bool
  /// The S256 challenge; `nil` for a confidential client that sent none.
  public var challenge: String?
  /// Who approved.
  public var person: String
  /// Where the person signed in.
  public var startURL: String
  /// What was approved.
  public var scopes: [String]
  /// When it can no longer be used; one that was used is remembered as long as its tokens.
  public var expires: ServiceTime
  /// Whether it was used, rightly or in vain.
  public var isSpent = false
  /// The tokens that came of it: revoked when it comes again (R6749-09).
  public var familyID: String?

  /// Makes the row of a new code.
  public init(
    hash: SecretHash, clientID: String, redirectURI: String, hasRedirectURI: Bool,
    challenge: String?, person: String, startURL: String, scopes: [String], expires: ServiceTime
  ) {
    self.hash = hash
    self.clientID = clientID
    self.redirectURI = redirectURI
    self.hasRedirectURI = hasRedirectURI
    self.challenge = challenge
    self.person = person
    self.startURL = startURL
    self.scopes = scopes
    self.expires = expires
  }
}
