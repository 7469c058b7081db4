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
    // The scheme is in any case (RFC 9110, 11.1). Hashes are compared, so that the time taken says
    // nothing about the token.
    let words = (request.authorization ?? "").split(separator: " ")
    let presented = SHA256.hash(data: Array((words.last ?? "").utf8))
    guard words.count == 2, words[0].lowercased() == "bearer",
      presented == SHA256.hash(data: Array(token.utf8))
    else {
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
    let members = members(of: body) ?? [:]
    guard let code = members["userCode"]?.asString else {
      return .refusal(400, "invalid_request", "Send {\"userCode\": \"XXXX-XXXX\"}")
    }
    // Who is named in another way would not be the one who signs in.
    let known = verdict == .approve ? ["userCode", "person"] : ["userCode"]
    if let refusal = refusal(of: members, otherThan: known) { return refusal }
    let person = members["person"]
    guard person.map({ $0.asString != nil }) ?? true else {
      return .refusal(400, "invalid_request", "person is a name, in quotes")
    }
    switch host.decide(userCode: code, verdict, as: person?.asString) {
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
    let members = members(of: body) ?? [:]
    guard let seconds = members["advance"]?.asNumber, (0...31_536_000).contains(seconds),
      members.keys == ["advance"]
    else {
      return .refusal(
        400, "invalid_request", "Send {\"advance\": seconds}, from 0 to 31536000")
    }
    guard let now = host.clock.advance(by: .microseconds((seconds * 1e6).rounded())) else {
      return .refusal(409, "system_clock", "Time is real here; start with --clock virtual")
    }
    #if Server
      host.noteClock()
    #endif
    return ControlReply(status: 200, json: ["now": .string(now.internetDate)])
  }

  /// What to say about members that a request does not have; `nil` when there are none.
  private func refusal(of members: JSONObject, otherThan known: [String]) -> ControlReply? {
    guard let name = members.keys.first(where: { !known.contains($0) }) else { return nil }
    return .refusal(
      400, "invalid_request",
      "unknown member \"\(name.prefix(60))\": known are \(known.joined(separator: ", "))")
  }

  func members(of body: [UInt8]) -> JSONObject? {
    (try? JSON.parse(body, limits: JSONLimits(depth: 4)))?.asObject
  }
}
