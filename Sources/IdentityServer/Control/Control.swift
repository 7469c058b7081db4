//  Control.swift - the control API: what a test may do that a client may not (docs/service.md).
//
//  Knows: who may ask (S40), and the paths below /control.
//  Does not know: sockets, and the rules behind a decision (IdentityService).

internal import Crypto
internal import IdentityService
internal import StrictJSON

/// One request to the control API.
struct ControlRequest {
  let method: String
  /// Below `/control`: `/approve`.
  let path: String
  let authorization: String?
  /// Browsers send it with what pages ask for.
  let origin: String?
  let body: [UInt8]
}

/// One answer of the control API.
struct ControlReply: Equatable {
  let status: Int
  let json: JSON
  var allow: String?

  static func refusal(_ status: Int, _ error: String, _ message: String) -> Self {
    Self(status: status, json: ["error": .string(error), "message": .string(message)])
  }
}

/// Answers the control API.
struct Control: Sendable {
  static let path = "/control"
  /// What its paths begin with.
  static let prefix = Array("/control/".utf8)

  let token: String
  let host: ServiceHost
  let journal: Journal

  func answer(_ request: ControlRequest) -> ControlReply {
    if let refusal = refusal(of: request) { return refusal }
    switch (request.path, request.method) {
    case ("/requests", "GET"):
      return ControlReply(
        status: 200, json: ["requests": .array(journal.entries.map(\.json))])
    case ("/clock", "POST"): return moveClock(request.body)
    case ("/approve", "POST"): return decide(.approve, request.body)
    case ("/deny", "POST"): return decide(.deny, request.body)
    case ("/expire", "POST"): return decide(.expire, request.body)
    case ("/fault", "POST"): return planFault(request.body)
    case ("/chaos", "POST"): return setChaos(request.body)
    case ("/requests", _): return methodNotAllowed("GET")
    case ("/clock", _), ("/approve", _), ("/deny", _), ("/expire", _), ("/fault", _),
      ("/chaos", _):
      return methodNotAllowed("POST")
    default: return .refusal(404, "not_found", "No such control path")
    }
  }

  func refusal(of request: ControlRequest) -> ControlReply? {
    guard request.origin == nil else {
      return .refusal(403, "browser", "The control API does not answer browsers")
    }
    // Hashes are compared, so that the time taken says nothing about the token.
    let presented = SHA256.hash(data: Array((request.authorization ?? "").utf8))
    guard presented == SHA256.hash(data: Array("Bearer \(token)".utf8)) else {
      return .refusal(401, "unauthorized", "Send the header Authorization: Bearer <controlToken>")
    }
    return nil
  }

  func methodNotAllowed(_ method: String) -> ControlReply {
    var reply = ControlReply.refusal(405, "method_not_allowed", "Ask with \(method)")
    reply.allow = method
    return reply
  }
}

extension Control {
  private func decide(_ verdict: Verdict, _ body: [UInt8]) -> ControlReply {
    let members = members(of: body)
    guard let code = members?["userCode"]?.asString else {
      return .refusal(400, "invalid_request", "Send {\"userCode\": \"XXXX-XXXX\"}")
    }
    switch host.decide(userCode: code, verdict, as: members?["person"]?.asString) {
    case .done(let verification): return standing(of: verification, status: 200)
    case .conflict(let verification): return standing(of: verification, status: 409)
    case .unknownPerson: return .refusal(404, "unknown_person", "Nobody of that name can sign in")
    case .unknown: return .refusal(404, "unknown_user_code", "No live request has this user code")
    case .expired: return .refusal(410, "expired_user_code", "The user code has expired")
    }
  }

  private func standing(of verification: Verification, status: Int) -> ControlReply {
    let standing = "\(verification.standing)"
    guard status == 200 else {
      return .refusal(status, "already_decided", "The request is \(standing) already")
    }
    return ControlReply(
      status: status,
      json: ["userCode": .string(verification.userCode.display), "status": .string(standing)])
  }

  /// At most a year at a time: farther than anything here lives.
  private func moveClock(_ body: [UInt8]) -> ControlReply {
    guard let seconds = members(of: body)?["advance"]?.asNumber, (0...31_536_000).contains(seconds)
    else {
      return .refusal(
        400, "invalid_request", "Send {\"advance\": seconds}, from 0 to 31536000")
    }
    guard let now = host.clock.advance(by: .seconds(seconds)) else {
      return .refusal(409, "system_clock", "Time is real here; start with --clock virtual")
    }
    #if Server
      host.noteClock()
    #endif
    return ControlReply(status: 200, json: ["now": .string(now.internetDate)])
  }

  func members(of body: [UInt8]) -> JSONObject? {
    (try? JSON.parse(body, limits: JSONLimits(depth: 4)))?.asObject
  }
}
