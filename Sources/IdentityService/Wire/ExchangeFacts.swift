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
  /// Why it was answered so, where the reply must not tell; for who counts what was judged.
  public var cause: Cause?
  /// The fault that was made on purpose, by its id.
  public var fault: String?

  /// Nothing known yet.
  public init() {}

  /// Keeps what the rules have found: it stays true where another reply takes the place of theirs.
  public mutating func keep(_ found: Self) {
    (grantType, clientID) = (found.grantType, found.clientID)
    (userCode, audit, cause) = (found.userCode, found.audit, found.cause)
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

/// What lies behind answers that look alike on the wire, where no ``AuditEvent`` tells.
public enum Cause: Sendable {
  /// No client has this id, or none any more.
  case unknownClient
  /// The secret is not that of the client (R8628-15).
  case wrongClientSecret
  /// The client's secret has expired (AWS-05).
  case expiredRegistration
  /// Nobody signs in at this start URL (AWS-06).
  case unknownStartURL
  /// A poll came too soon (R8628-17).
  case earlyPoll
  /// A verifier that does not fit its code (R7636-06).
  case wrongVerifier
  /// A rotated refresh token was presented within the grace window (R6749-18).
  case repeatedRefreshToken
  /// The portal does not take the token (R6750-03).
  case refusedToken
}
