//  ServiceCall.swift - one request of a program, as a scenario remembers it.

internal import IdentityService
internal import SSOOIDC
internal import StrictJSON

/// One exchange, or an attempt at one.
struct ServiceCall: Sendable {
  /// The program's number.
  let process: Int
  /// Since the start of the scenario.
  let began: Duration
  var ended = Duration.zero
  let kind: RequestKind
  /// The device code or refresh token that a token is asked for with.
  var credential: Secret?
  /// The id that a client names.
  var client: String?
  /// What the rules found; `nil` where they were not asked.
  var verdict: ExchangeFacts?
  /// Of the reply that arrived.
  var status: Int?
  /// The word in `error` of the reply that arrived, or how the network failed.
  var error: String?
  /// The fault that it met.
  var fault: String?
  /// Whether it can have been received: not so where no name, connection, handshake or proxy let it out.
  var isSent = true
  /// What the program got.
  var body: [UInt8] = []

  /// Whether a reply in the service's own words arrived, so that its interval counts.
  var isAnswered: Bool { status.map { $0 == 200 || $0 == 400 } ?? false }

  private var members: JSONObject? { (try? JSON.parse(body, limits: .foreign))?.asObject }

  /// The device code of a device authorization.
  var deviceCode: Secret? {
    members.flatMap { $0["deviceCode"] ?? $0["device_code"] }?.asString.map { Secret($0) }
  }

  /// What a device authorization announced, read as a careful client reads it (H16): one that is as long
  /// as the code lives leaves time for one poll, a second before its end.
  var interval: Duration {
    guard let members else { return .seconds(5) }
    let value = members["interval"]
    guard let number = value?.asInteger ?? value?.asString.flatMap({ Int64($0) }) else {
      return .seconds(5)
    }
    let lifetime = (members["expiresIn"] ?? members["expires_in"])?.asInteger ?? 600
    return number < 0 ? .seconds(5) : .seconds(max(1, min(number, lifetime - 1)))
  }
}

extension Array where Element == ServiceCall {
  /// The time between each call of an operation and the one before it; the first poll counts from the
  /// authorization that it is about.
  func gaps(_ operation: ServiceOperation) -> [Duration] {
    var gaps: [Duration] = []
    var before: Duration?
    for call in self {
      if operation == .createToken {
        if call.kind.operation == .startDeviceAuthorization, call.status == 200 {
          before = call.ended
        }
        guard call.kind.grant == .deviceCode else { continue }
      }
      guard call.kind.operation == operation else { continue }
      if let before { gaps.append(call.began - before) }
      before = call.began
    }
    return gaps
  }
}
