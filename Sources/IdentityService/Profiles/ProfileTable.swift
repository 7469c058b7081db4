//  ProfileTable.swift - the differences between the profiles, in words (AWS-10).

extension Profile {
  /// One habit in which the profiles differ.
  public struct Row: Sendable {
    /// The property of ``Profile`` that it is about.
    public let property: String
    /// The rules behind it.
    public let rules: String
    /// What differs.
    public let subject: String
    private let words: @Sendable (Profile) -> String

    fileprivate init(
      _ property: String, _ rules: String, _ subject: String,
      _ words: @escaping @Sendable (Profile) -> String
    ) {
      self.property = property
      self.rules = rules
      self.subject = subject
      self.words = words
    }

    /// What a profile does about it.
    public func words(for profile: Profile) -> String { words(profile) }
  }

  /// Every difference, one row each.
  public static let table: [Row] = [
    Row("dialect", "AWS-01 R8628-25", "requests and replies") {
      $0.dialect == .aws
        ? "JSON, camelCase; errors named in x-amzn-ErrorType; CreateTokenWithIAM; no metadata"
        : "forms in, JSON with snake_case out; RFC 7591 registration; RFC 8414 metadata"
    },
    Row("dialect", "AWS-05 R8628-22", "registrations") {
      $0.dialect == .aws
        ? "200, the client type is public; refused with the exceptions of AWS's model"
        : "201; refused with invalid_client_metadata or invalid_redirect_uri"
    },
    Row("dialect", "AWS-06 R8628-02", "device authorizations") {
      $0.dialect == .aws
        ? "need a startUrl; scopes are those registered" : "need none; scope asks for less"
    },
    Row("dialect", "R6749-14", "scope in a token reply") {
      $0.dialect == .aws ? "never told" : "told, unless there is none"
    },
    Row("dialect", "R6749-15", "WWW-Authenticate with invalid_client") {
      $0.dialect == .aws ? "to clients that used Authorization" : "always"
    },
    Row("forgivenEarlyPolls", "R8628-17", "early polls forgiven per device code") {
      String($0.forgivenEarlyPolls)
    },
    Row("clientAuthentication", "R6749-01 R8628-14", "client authentication") {
      $0.clientAuthentication == .secretInBody
        ? "every client sends its secret in the body"
        : "confidential clients send HTTP Basic or a form secret, public ones their id alone"
    },
    Row("registeredPort", "R8252-01 R8252-04", "a port in a registered loopback redirect URI") {
      $0.registeredPort == .exact ? "that port only" : "any port"
    },
    Row("codeChallenges", "R7636-05 R8252-03", "code challenge (S256) at /authorize") {
      $0.codeChallenges == .always ? "from every client" : "from public clients"
    },
    Row("tokenScope", "AWS-07 R6749-17", "scope in a token request") {
      $0.tokenScope == .ignored ? "changes nothing" : "a refresh may ask for less, never for more"
    },
    Row("unscopedTokens", "R6749-14", "a client registered without scopes") {
      $0.unscopedTokens == .longAlone
        ? "gets an 8 h access token and no refresh token" : "gets what others get"
    },
    Row("portalToken", "R6750-01 R6750-02", "the portal's access token") {
      $0.portalToken == .amazonHeader
        ? "x-amz-sso_bearer_token; refusals are AWS's" : "Authorization: Bearer; RFC 6750 refusals"
    },
  ]

  /// The table as text: a block for each row, lines below 100 columns.
  public static var explanation: String {
    table.map { row in
      let lines = all.map { "  \($0.name)  \(row.words(for: $0))\n" }
      return "\(row.subject)  [\(row.rules)]\n" + lines.joined()
    }.joined(separator: "\n")
  }
}
