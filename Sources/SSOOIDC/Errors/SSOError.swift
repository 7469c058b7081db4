//  SSOError.swift - the one error of this module.
//
//  Knows: what a caller needs to decide what follows. No field ever holds a secret.

/// A failed operation: what happened, in which operation, at which host, and what to do.
///
/// Texts of the service are kept escaped and cut, so that they may be printed as they are.
public struct SSOError: Error, Sendable, Equatable {
  /// The service's own word for the failure, or ours; open, so that new codes break nobody.
  public struct Code: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The code as text, `SlowDownException`.
    public let rawValue: String

    /// Makes a code.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// Makes a code of a literal.
    public init(stringLiteral rawValue: String) { self.rawValue = rawValue }
  }

  /// Where the failure arose.
  public enum Kind: String, Sendable, Hashable {
    /// The service answered with an error.
    case service
    /// No whole answer came; ``SSOError/transport`` says why.
    case transport
    /// An answer came that cannot be used.
    case parse
    /// The call was wrong and nothing was sent.
    case validation
    /// The call was not permitted and nothing was sent.
    case permission
    /// A limit of ours was reached.
    case limit
    /// The caller stopped the call.
    case cancelled
  }

  /// What happened.
  public var code: Code
  /// Where it arose.
  public var kind: Kind
  /// One sentence: the service's, or ours.
  public var message: String
  /// The operation, `CreateToken`; empty when the failure came before one.
  public var operation: String
  /// The host that was asked, with its port if that is not the default; empty before.
  public var host: String
  /// The HTTP status, when there was an answer.
  public var status: Int?
  /// The OAuth word (`authorization_pending`), when the service gave one.
  public var error: String?
  /// The service's `error_description`.
  public var errorDescription: String?
  /// The service's id of the request, for a support case.
  public var requestID: String?
  /// Whether the same call may succeed later as it is.
  public var retryable = false
  /// How long the service asked to wait.
  public var retryAfter: Duration?
  /// The modelled member `reason` (a KMS failure).
  public var reason: String?
  /// The modelled member `endpoint`: where the request belongs.
  public var endpoint: String?
  /// The modelled member `region`: where the request belongs.
  public var region: String?
  /// The failure below HTTP, when there was one.
  public var transport: TransportError?

  /// Makes an error; the other members can be set afterwards.
  public init(
    _ code: Code, _ kind: Kind, _ message: String, operation: String = "", host: String = ""
  ) {
    self.code = code
    self.kind = kind
    self.message = message
    self.operation = operation
    self.host = host
  }
}

extension SSOError {
  /// Whether a setting cannot be used, a CA file that is not there included: the service was not asked.
  var isConfiguration: Bool {
    switch code {
    case .invalidConfiguration, .invalidRegion, .noCredentials: true
    default: transport?.code == .invalidRequest
    }
  }
}
