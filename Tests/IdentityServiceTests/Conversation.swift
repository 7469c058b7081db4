//  Conversation.swift - a client and a service in one room, for tests: time and chance are plain.

import IdentityService
import StrictJSON
import Testing

/// Talks to a service as a client would: JSON in, status, headers and JSON out.
struct Conversation {
  var service: IdentityService
  var time = ServiceTime(sinceEpoch: .seconds(1_767_225_600))  // 2026-01-01T00:00:00Z
  /// Every change so far, in order.
  var changes: [Change] = []
  /// Where requests come from.
  var address = "203.0.113.7"
  private var chance = Chance()

  init(_ configure: (inout ServiceConfiguration) -> Void = { _ in }) {
    var configuration = ServiceConfiguration()
    configure(&configuration)
    service = IdentityService(configuration: configuration)
  }

  mutating func wait(_ duration: Duration) { time = time + duration }

  /// Sends `body` as it is.
  mutating func send(
    _ path: String, raw body: String, method: String = "POST", query: String = "",
    headers: RequestHeaders = [:]
  ) -> Answer {
    let request = ServiceRequest(
      method: method, path: path, query: query, headers: headers, body: Array(body.utf8),
      requester: Requester(address: address, userAgent: "aws-cli/2"))
    var chance = chance
    let outcome = service.handle(request, at: time) { chance.bytes($0) }
    self.chance = chance
    changes += outcome.changes
    return Answer(reply: outcome.reply)
  }

  /// Sends members; `nil` leaves one out.
  mutating func send(_ path: String, _ members: [String: JSON?]) -> Answer {
    let object = JSONObject(members.compactMap { key, value in value.map { (key, $0) } })
    let body = (try? JSON.object(object).encoded()) ?? []
    return send(path, raw: String(decoding: body, as: UTF8.self))
  }

  mutating func look(
    _ typed: String, session: String = "s1", address: String = "203.0.113.7"
  ) -> LookUp {
    let visitor = Visitor(session: session, address: address)
    let outcome = service.lookUp(typed, by: visitor, at: time)
    changes += outcome.changes
    return outcome.reply
  }

  @discardableResult
  mutating func decide(_ userCode: String, _ verdict: Verdict) -> DecisionResult {
    let outcome = service.decide(userCode: userCode, verdict, at: time)
    changes += outcome.changes
    return outcome.reply
  }
}

/// A reply, taken apart.
struct Answer {
  let reply: ServiceReply
  var status: Int { reply.status }
  var json: JSONObject { (try? JSON.parse(reply.body))?.asObject ?? [:] }
  /// The OAuth word of a refusal.
  var error: String? { json["error"]?.asString }
  /// AWS's name of a refusal, without the namespace behind it.
  var shape: String? { header(.errorType)?.split(separator: ":").first.map(String.init) }

  func text(_ name: String) -> String { json[name]?.asString ?? "" }
  func header(_ name: ServiceHeader.Name) -> String? {
    reply.headers.first { $0.name == name }?.value
  }
}

/// A registered client.
struct Registration {
  let id: String
  let secret: String
}

extension Conversation {
  static let deviceGrant: JSON = "urn:ietf:params:oauth:grant-type:device_code"
  static let startURL: JSON = "https://example.awsapps.com/start"

  mutating func register(scopes: [JSON] = [], grantTypes: [JSON] = []) -> Registration {
    let answer = send(
      "/client/register",
      [
        "clientName": "laptop", "clientType": "public", "scopes": .array(scopes),
        "grantTypes": .array(grantTypes),
      ])
    return Registration(id: answer.text("clientId"), secret: answer.text("clientSecret"))
  }

  mutating func start(_ client: Registration) -> Answer {
    send(
      "/device_authorization",
      [
        "clientId": .string(client.id), "clientSecret": .string(client.secret),
        "startUrl": Self.startURL,
      ])
  }

  mutating func poll(_ client: Registration, _ flow: Answer) -> Answer {
    send(
      "/token",
      [
        "clientId": .string(client.id), "clientSecret": .string(client.secret),
        "grantType": Self.deviceGrant, "deviceCode": flow.json["deviceCode"],
      ])
  }

  mutating func refresh(_ client: Registration, _ token: String) -> Answer {
    send(
      "/token",
      [
        "clientId": .string(client.id), "clientSecret": .string(client.secret),
        "grantType": "refresh_token", "refreshToken": .string(token),
      ])
  }

  /// A whole sign-in of a client with a scope.
  mutating func signIn() -> (client: Registration, token: Answer) {
    let client = register(scopes: ["sso:account:access"])
    let flow = start(client)
    decide(flow.text("userCode"), .approve)
    return (client, poll(client, flow))
  }
}

/// Repeatable bytes (SplitMix64).
private struct Chance {
  private var state: UInt64 = 42

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in next() } }

  private mutating func next() -> UInt8 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return UInt8(truncatingIfNeeded: mixed ^ (mixed >> 31))
  }
}
