//  Configuration.swift - what can be chosen about a service, each with the real service's value.

/// How one identity service behaves.
public struct ServiceConfiguration: Sendable, Equatable {
  /// Scheme, host and port that people and clients see, without a slash at the end.
  public var origin = "http://127.0.0.1:8087"
  /// Part of every client id, as with the real service.
  public var region = "us-east-1"
  /// Whose habits to imitate.
  public var profile = Profile.aws
  /// The people, and what they may use.
  public var directory = Directory.example
  /// Start URLs that exist, in place of the directory's; `nil` takes what that says.
  public var startURLs: [String]?
  /// Between two polls; whole seconds.
  ///
  /// The real service sends 1. Zero never asks to slow down.
  public var interval = Duration.seconds(1)
  /// Of device code and user code; longer than 1,800 s counts as that (R8628-30).
  public var codeLifetime = Duration.seconds(600)
  /// Of authorization codes (R6749-08).
  public var authorizationCodeLifetime = Duration.seconds(600)
  /// Of access tokens; `nil` means 1 h, and 8 h for clients without scopes in profile `aws`.
  public var tokenLifetime: Duration?
  /// Of role credentials.
  public var roleLifetime = Duration.seconds(3600)
  /// From sign-in until refresh tokens end.
  public var sessionLifetime = Duration.seconds(8 * 3600)
  /// From registration until the client secret expires.
  public var registrationLifetime = Duration.seconds(90 * 86_400)
  /// How long a rotated refresh token still gives the same answer (R6749-18).
  public var refreshGrace = Duration.seconds(30)
  /// How far the time in a signature may be off; `nil` takes any, for a clock that is not real.
  public var signatureTolerance: Duration? = .seconds(300)
  /// Who decides.
  public var approval = Approval.manual
  /// Where the random bytes come from.
  public var codeOrigin = CodeOrigin.operatingSystem
  /// Given out whenever no live authorization has it, for simulations; else codes are drawn.
  public var wantedUserCode: UserCode?
  /// Sizes and counts.
  public var limits = ServiceLimits()

  /// The defaults named on each member.
  public init() {}
}

/// Who decides about a device authorization, or a browser at the authorization endpoint.
public enum Approval: Sendable, Equatable {
  /// A person, on the page, or about a device authorization the control API.
  case manual
  /// The service, this long after the start; zero at once. About a device authorization a person may
  /// decide before; a browser waits for its answer.
  case after(Duration)

  /// After which time the service approves by itself.
  public var delay: Duration? {
    if case .after(let delay) = self { delay } else { nil }
  }
}

/// Where random bytes come from; told by the caller, who hands them in.
public enum CodeOrigin: Sendable, Equatable {
  /// Fit for keys.
  case operatingSystem
  /// Repeatable, for simulations only: device codes are marked `sim-` (R8628-28).
  case seeded
}

/// The limits of one service.
///
/// Each has a number, so that none finds one in production.
public struct ServiceLimits: Sendable, Equatable {
  /// Bytes of one request body.
  public var body = 64 << 10
  /// Registrations held at a time; more get `SlowDownException`.
  public var clients = 100_000
  /// Device authorizations held at a time; more get `SlowDownException`.
  public var flows = 100_000
  /// Authorization codes held at a time; more get `temporarily_unavailable`.
  public var authorizationCodes = 100_000
  /// Access and refresh tokens held at a time, each; more get `SlowDownException`.
  public var tokens = 200_000
  /// Portal requests per second; more get `TooManyRequestsException`.
  ///
  /// The real portal takes 20, shared by everyone; `nil` counts none.
  public var portalRequests: Int?
  /// Registrations and device authorizations, together, of one network address within a minute;
  /// more get `SlowDownException` (S32).
  ///
  /// `nil` counts none: on loopback, all clients have the same address.
  public var startsPerAddress: Int?
  /// Sessions and addresses whose wrong user codes are counted one by one.
  public var visitors = 10_000

  /// The defaults named on each member.
  public init() {}
}
