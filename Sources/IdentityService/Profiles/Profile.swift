//  Profile.swift - the habits in which services differ (AWS-10).
//
//  Knows: every difference between AWS IAM Identity Center and a service by the RFCs.
//  Does not know: the rules that ask for them, and how the table of them looks (ProfileTable).

/// The habits of one kind of service; each difference has a name, and a row in ``Profile/table``.
public struct Profile: Sendable, Equatable {
  /// How clients without a password are treated.
  public enum ClientAuthentication: Sendable {
    /// Every client has a secret and sends it in the body.
    case secretInBody
    /// Confidential clients send HTTP Basic or the body's secret, public ones their id alone.
    case byClientType
  }

  /// What a port in a registered loopback redirect URI means (R8252-04).
  public enum RegisteredPort: Sendable {
    /// That port only.
    case exact
    /// Any port (RFC 8252, 7.3).
    case any
  }

  /// Who must send a code challenge.
  public enum CodeChallenges: Sendable {
    /// Every client.
    case always
    /// Public clients; others authenticate with their secret.
    case publicClients
  }

  /// What `scope` does in a token request.
  public enum TokenScope: Sendable {
    /// Nothing: tokens keep the scopes of the sign-in (AWS-07).
    case ignored
    /// A refresh may ask for less, never for more (R6749-17).
    case narrows
  }

  /// Where the portal looks for the access token.
  public enum PortalToken: Sendable {
    /// In `x-amz-sso_bearer_token`.
    case amazonHeader
    /// In `Authorization: Bearer` (RFC 6750).
    case bearer
  }

  /// What a client registered without scopes gets.
  public enum UnscopedTokens: Sendable {
    /// One token for eight hours, and no refresh token.
    case longAlone
    /// What clients with scopes get.
    case likeOthers
  }

  /// `aws` or `rfc`.
  public let name: String
  /// How requests and replies are spelled.
  public var dialect: Dialect
  /// Polls per device code that may come too early without `slow_down`.
  public var forgivenEarlyPolls: Int
  /// How clients prove who they are.
  public var clientAuthentication: ClientAuthentication
  /// What a registered port means.
  public var registeredPort: RegisteredPort
  /// Who must send a code challenge.
  public var codeChallenges: CodeChallenges
  /// What `scope` does in a token request.
  public var tokenScope: TokenScope
  /// What clients without scopes get.
  public var unscopedTokens: UnscopedTokens
  /// Where the portal looks for the access token.
  public var portalToken: PortalToken

  /// AWS IAM Identity Center.
  ///
  /// Its CLI polls twice at once before its first wait, and the service does not make it pay five
  /// seconds for that.
  public static let aws = Self(
    name: "aws", dialect: .aws, forgivenEarlyPolls: 1, clientAuthentication: .secretInBody,
    registeredPort: .exact, codeChallenges: .always, tokenScope: .ignored,
    unscopedTokens: .longAlone, portalToken: .amazonHeader)

  /// A service by RFC 6749, 7591, 7636, 8252, 8414 and 8628, for generic OAuth clients.
  public static let rfc = Self(
    name: "rfc", dialect: .rfc, forgivenEarlyPolls: 0, clientAuthentication: .byClientType,
    registeredPort: .any, codeChallenges: .publicClients, tokenScope: .narrows,
    unscopedTokens: .likeOthers, portalToken: .bearer)

  /// Both, by name.
  public static let all = [aws, rfc]
}
