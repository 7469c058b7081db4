//  ExchangeFacts.swift - what a journal and a security log may say about one exchange.

/// What happened in one exchange; holds no secret.
public struct ExchangeFacts: Sendable, Equatable {
  /// `nil` when the path names none.
  public var operation: Operation?
  /// Of CreateToken, when it is one of those known.
  public var grantType: GrantType?
  /// The public id of the client, once it is authenticated or registered.
  public var clientID: String?
  /// As displayed; of a started device authorization.
  public var userCode: String?
  /// The word in `error`.
  public var error: String?
  /// Something that a security log should keep.
  public var audit: AuditEvent?
  /// The fault that was made on purpose, by its id.
  public var fault: String?

  /// Nothing known yet.
  public init() {}

  /// Keeps what the rules have found: it stays true where another reply takes the place of theirs.
  public mutating func keep(_ found: Self) {
    (grantType, clientID) = (found.grantType, found.clientID)
    (userCode, audit) = (found.userCode, found.audit)
  }
}

/// An event for a security log.
public enum AuditEvent: String, Sendable {
  /// A device code was presented after its tokens were handed out (R8628-37).
  case deviceCodeReplayed = "device_code_replayed"
  /// A rotated refresh token was presented after the grace window; its family is revoked.
  case refreshTokenReused = "refresh_token_reused"
  /// An authorization code was presented after its use; its tokens are revoked (R6749-09).
  case authorizationCodeReplayed = "authorization_code_replayed"
  /// A wrong client secret came after as many as an address may try (R6749-02).
  case clientSecretGuessed = "client_secret_guessed"
  /// A redirect URI relies on the name `localhost` (R8252-02).
  case localhostRedirect = "localhost_redirect"
  /// An access or refresh token came in a URL, where logs and histories see it (R6750-04).
  case tokenInURL = "token_in_url"
}
