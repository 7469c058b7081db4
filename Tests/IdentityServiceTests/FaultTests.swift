//  FaultTests.swift - named faults: how they are written, when they are due, what they do.

import IdentityService
import StrictJSON
import Testing

@Suite struct `A planned fault` {
  @Test(arguments: [
    ("CreateToken#2:N08", [2], "N08", "after"), ("CreateToken#2,4:n06", [2, 4], "N06", "before"),
    ("*#2-4:H01", [2, 3, 4], "H01", "before"),
    ("CreateToken:N08:before", [1, 2, 3, 4, 5], "N08", "before"),
    ("CreateToken#*:N17:after", [1, 2, 3, 4, 5], "N17", "after"),
  ])
  func `is written as operation, calls, id and phase`(
    text: String, calls: [Int], id: String, phase: String
  ) throws {
    var plan = FaultPlan()
    plan.add(try FaultRule(text))

    let due = (1...5).map { _ in plan.next(.createToken) }

    #expect((1...5).filter { due[$0 - 1] != nil } == calls)
    #expect(due.compactMap { $0 }.allSatisfy { $0.fault.id == id && $0.phase.rawValue == phase })
  }

  @Test(arguments: [
    ("", "is no fault"), ("CreateToken", "is no fault"), ("a:b:c:d", "is no fault"),
    ("CreateTokens#1:N08", "unknown operation \"CreateTokens\": one of * RegisterClient"),
    ("Authorize#1:N08", "unknown operation"), ("CreateToken#0:N08", "\"0\" names no calls"),
    ("CreateToken#:N08", "names no calls"), ("CreateToken#3-2:N08", "names no calls"),
    ("CreateToken#1-2-3:N08", "names no calls"), ("CreateToken#1-999999:N08", "names no calls"),
    ("CreateToken#1:N99", "unknown fault \"N99\": the ids are N08"),
    ("CreateToken#1:N08:during", "unknown phase \"during\": before or after"),
    ("CreateToken#1:H14:before", "H14 alters what the rules say: its phase is after"),
    ("ListAccounts:H16", "H16 is a fault of StartDeviceAuthorization, not of ListAccounts"),
    ("Logout:H09b", "H09b is a fault of RegisterClient, StartDeviceAuthorization, CreateToken"),
    ("RegisterClient:N09", "N09 is a fault of CreateToken, not of RegisterClient"),
    ("Create\u{1B}[2J#1:N08", "unknown operation \"Create?[2J\""),
  ])
  func `is refused with the part that is wrong`(text: String, message: String) throws {
    let error = #expect(throws: BehaviourError.self) { try FaultRule(text) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func `counts the calls of its operation only, from when it was made`() throws {
    var plan = FaultPlan()
    plan.add(try FaultRule("RegisterClient#1:H01"))
    _ = plan.next(.createToken)
    plan.add(try FaultRule("CreateToken#1:N08"))

    #expect(plan.next(.registerClient)?.fault.id == "H01")
    #expect(plan.next(.createToken)?.fault.id == "N08")
    #expect(plan.next(.createToken) == nil)
  }

  @Test func `each id is told once, with a sentence`() {
    #expect(Set(Fault.all.map(\.id)).count == Fault.all.count)
    #expect(Fault.all.allSatisfy { $0.summary.hasSuffix(".") })
    #expect(Fault.all.count >= 60)
  }
}

@Suite struct `Faults by chance` {
  private func draw(_ seed: UInt64, _ rate: Double, _ operations: [Operation]) -> [String] {
    var plan = FaultPlan()
    plan.setChaos(Chaos(seed: seed, rate: rate))
    return operations.map { plan.next($0)?.fault.id ?? "-" }
  }

  private let polls = [Operation](repeating: .createToken, count: 1000)

  @Test func `are the same for the same seed, and others for another`() {
    #expect(draw(7, 0.2, polls) == draw(7, 0.2, polls))
    #expect(draw(7, 0.2, polls) != draw(8, 0.2, polls))
  }

  @Test(arguments: [(0.0, 0...0), (0.2, 150...250), (1.0, 1000...1000)])
  func `strike at the rate that was asked for`(rate: Double, count: ClosedRange<Int>) {
    #expect(count.contains(draw(1, rate, polls).count { $0 != "-" }))
  }

  @Test func `do not depend on what other operations do in between`() {
    let mixed = draw(3, 0.5, polls.flatMap { [$0, .registerClient] })
    let alone = draw(3, 0.5, polls)

    #expect(stride(from: 0, to: mixed.count, by: 2).map { mixed[$0] } == alone)
  }

  @Test func `never keep a client waiting`() {
    let drawn = Set(draw(1, 1, polls))
    #expect(drawn.isDisjoint(with: ["N06", "N13"]) && drawn.count > 40)
  }
}

@Suite struct `A fault` {
  private func request(_ path: String, grant: String = "") throws -> BehaviourRequest {
    try #require(
      BehaviourRequest(
        ServiceRequest(
          method: "POST", path: path, body: Array(#"{"grantType":"\#(grant)"}"#.utf8)),
        headers: [], profile: .aws, at: ServiceTime(sinceEpoch: .seconds(1_767_225_600))))
  }

  private static let token = #"{"accessToken":"aoa-1","expiresIn":3600,"tokenType":"Bearer"}"#

  /// What comes of the fault, and how often the rules were asked.
  private func strike(
    _ id: String, _ body: String = Self.token, path: String = "/token", grant: String = ""
  ) async throws -> (reply: BehaviourReply, calls: Int) {
    let due = try DueFault(try Fault.named(id))
    let calls = Calls()
    let reply = await due.treat(try request(path, grant: grant)) {
      await calls.add()
      var reply = BehaviourReply(status: 200, body: Array(body.utf8))
      reply[header: "Content-Type"] = "application/json"
      return reply
    }
    return (reply, await calls.count)
  }

  @Test(arguments: Fault.all.map(\.id))
  func `strikes before or after the rules, as its phase says`(id: String) async throws {
    let phase = try Fault.named(id).phase
    let grant = id.hasPrefix("N10") ? "authorization_code" : "refresh_token"
    let calls = try await strike(id, grant: grant).calls
    #expect(calls == (phase == .after ? 1 : 0))
  }

  @Test(arguments: [
    ("H10", #"{"accessToken":"aoa-1","expiresIn":3600,"#),
    ("H09b", #"{"expiresIn":3600,"tokenType":"Bearer"}"#),
    (
      "H11",
      #"{"accessToken":"aoa-1","accessToken":"another-one","expiresIn":3600,"tokenType":"Bearer"}"#
    ),
    ("H12b", #"{"accessToken":"abc\ud800def","expiresIn":3600,"tokenType":"Bearer"}"#),
    ("H13", "\u{FEFF}" + token), ("H14", #"{"accessToken":"aoa-1","tokenType":"Bearer"}"#),
    ("H15c", #"{"accessToken":"aoa-1","expiresIn":-5,"tokenType":"Bearer"}"#),
    ("H15e", #"{"accessToken":"aoa-1","expiresIn":1e308,"tokenType":"Bearer"}"#),
    ("H15f", #"{"accessToken":"aoa-1","expiresIn":NaN,"tokenType":"Bearer"}"#),
    ("H26", #"{"accessToken":"aoa-1","expiresIn":3600,"tokenType":"MAC"}"#),
    ("H34", #"{"clientId":"x","clientSecret":"y","clientSecretExpiresAt":0}"#),
    ("H16", token), ("H18", token),
  ])
  func `alters a success where it can`(id: String, body: String) async throws {
    let reply = try await strike(id).reply

    #expect(String(decoding: reply.body, as: UTF8.self) == body)
    #expect(reply.facts.fault == (body == Self.token ? nil : id))
  }

  @Test(arguments: [
    ("H09b", #"{"roleCredentials":{"accessKeyId":"a","expiration":1767225600000}}"#),
    (
      "H11",
      #"{"roleCredentials":{"accessKeyId":"a","expiration":1767225600000,"secretAccessKey":"s","#
        + #""secretAccessKey":"another-one","sessionToken":"t"}}"#
    ),
    (
      "H14", #"{"roleCredentials":{"accessKeyId":"a","secretAccessKey":"s","sessionToken":"t"}}"#
    ),
    (
      "H12c",
      keys.replacing(#""s""#, with: #""abc\u0000def""#)
        .replacing(#""t""#, with: #""abc\u0000def""#)
    ),
    ("H15", keys.replacing("1767225600000", with: #""3600""#)),
    ("H15c", keys.replacing("1767225600000", with: "-5")),
    ("H15e", keys.replacing("1767225600000", with: "1e308")),
  ])
  func `finds the members of a role's credentials`(id: String, body: String) async throws {
    let reply = try await strike(id, Self.keys, path: "/federation/credentials").reply

    #expect(String(decoding: reply.body, as: UTF8.self) == body)
    #expect(reply.facts.fault == id)
    _ = try FaultRule("GetRoleCredentials:\(id)")
  }

  private static let keys =
    #"{"roleCredentials":{"accessKeyId":"a","expiration":1767225600000,"#
    + #""secretAccessKey":"s","sessionToken":"t"}}"#

  @Test(arguments: ["H14", "H10", "H34"])
  func `lets a refusal pass as it is`(id: String) async throws {
    let due = try DueFault(try Fault.named(id))
    let refusal = BehaviourReply(status: 400, body: Array("{}".utf8))

    let reply = await due.treat(try request("/token")) { refusal }

    #expect(reply.status == 400 && reply.body == refusal.body && reply.facts.fault == nil)
  }

  @Test(arguments: ["H01", "H28", "H29", "InternalServerException", "N08", "H14"])
  func `keeps what the rules have found, whatever it says in their place`(id: String) async throws {
    var found = BehaviourReply(status: 200, body: Array(Self.token.utf8))
    found.facts.grantType = .deviceCode
    found.facts.clientID = "client-1"
    found.facts.userCode = "BBBB-BBBB"
    found.facts.audit = .deviceCodeReplayed
    let said = found

    let reply = try await DueFault(try Fault.named(id), .after).treat(try request("/token")) {
      said
    }

    var facts = found.facts
    (facts.operation, facts.fault) = (.createToken, id)
    facts.error = reply.facts.error
    #expect(reply.facts == facts && reply != found)
  }

  @Test(arguments: [
    ("H01", 500), ("H02", 503), ("H05", 429), ("H06", 403), ("H07", 400), ("N17", 200),
    ("N18", 302), ("N19", 307), ("H27", 400), ("H31", 401),
  ])
  func `answers with its status`(id: String, status: Int) async throws {
    #expect(try await strike(id).reply.status == status)
  }

  private static let grants = [
    "urn:ietf:params:oauth:grant-type:device_code", "refresh_token", "authorization_code",
  ]

  @Test(arguments: [
    ("N08", grants), ("N08b", grants), ("N08c", grants), ("N09", [grants[1]]),
    ("N09b", [grants[1]]), ("N10", [grants[2]]), ("N10c", [grants[2]]),
  ])
  func `N08 N09 N10 loses the reply to the grant it is about`(
    id: String, struck: [String]
  ) async throws {
    for grant in Self.grants {
      let (reply, calls) = try await strike(id, grant: grant)

      #expect((reply.delivery != .whole) == struck.contains(grant), "\(grant)")
      #expect((reply.facts.fault == id) == struck.contains(grant) && calls == 1)
    }
    let other = try await strike(id, path: "/client/register", grant: "refresh_token").reply
    #expect((other.delivery != .whole) == id.hasPrefix("N08"))
  }

  @Test func `H21 says at great length very little`() async throws {
    let body = try await strike("H21").reply.body
    #expect(body.count < 1 << 19 && body.prefix(2) == [0x78, 0x9C])
  }

  @Test func `H01 speaks as the portal does not, where the portal has no such error`() async throws
  {
    let reply = try await strike("H01", path: "/assignment/accounts").reply
    #expect(reply.status == 500 && reply.facts.operation == .listAccounts)
  }
}

/// Counts across tasks.
private actor Calls {
  private(set) var count = 0
  func add() { count += 1 }
}
