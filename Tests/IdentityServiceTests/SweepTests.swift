//  SweepTests.swift - how a state that has grown large forgets, without keeping a request waiting.

import IdentityService
import Testing

@Suite struct `A sweep of a large state` {
  /// Rows of each table; half of them are over at `start`.
  private static let rows = 5000
  private let start = ServiceTime(sinceEpoch: .seconds(1_767_225_600))

  @Test func `S32 forgets within half a minute all that is over, and nothing else`() throws {
    var service = IdentityService(state: try state(0..<Self.rows))

    for tick in 0..<300 { visit(&service, after: tick) }

    let left = service.state
    #expect(left.clients.keys.sorted() == names { Self.name($0, "client") })
    #expect(left.families.keys.sorted() == names { Self.name($0, "family") })
    #expect(left.flows.count == Self.rows / 2 && left.userCodes.count == Self.rows / 2)
    #expect(left.flows.values.allSatisfy { $0.expires > start })
    #expect(left.accessTokens.count == Self.rows / 2)
    #expect(left.accessTokens.values.allSatisfy { left.families[$0.familyID] != nil })
    #expect(left.refreshTokens.count == Self.rows / 2)
    #expect(left.refreshTokens.values.allSatisfy { left.families[$0.familyID] != nil })
  }

  @Test func `looks at a part of one table for a request, and waits before the next`() throws {
    var service = IdentityService(state: try state(0..<Self.rows))
    var altered: [(tables: Set<String>, rows: Int)] = []

    for tick in 0..<300 {
      let replaced = visit(&service, after: tick)
      #expect(visit(&service, after: tick).isEmpty)
      if !replaced.isEmpty { altered.append((Set(replaced.map(Self.table(of:))), replaced.count)) }
    }

    #expect(altered.allSatisfy { $0.tables.count == 1 && $0.rows < Self.rows / 3 })
    #expect(Set(altered.flatMap(\.tables)).count == 5)
    #expect(altered.count == 10)
  }

  @Test func `S32 forgets all that is over though the clock stands still`() throws {
    var service = IdentityService(state: try state(0..<Self.rows))

    for _ in 0..<2000 { visit(&service, after: 0) }

    #expect(service.state.clients.count == Self.rows / 2)
    #expect(service.state.refreshTokens.count == Self.rows / 2)
  }

  @Test func `S32 goes on a minute after its end`() throws {
    var service = IdentityService(state: try state(0..<Self.rows))
    for tick in 0..<300 { visit(&service, after: tick) }

    service = IdentityService(state: try grown(service.state))
    for tick in 300..<500 { visit(&service, after: tick) }
    #expect(service.state.accessTokens.count == Self.rows)
    for tick in 500..<1200 { visit(&service, after: tick) }

    #expect(service.state.accessTokens.count == Self.rows / 2)
  }

  @Test func `is the same whatever the order of the rows in memory, and for who replays it`() throws
  {
    var service = IdentityService(state: try state(0..<Self.rows))
    var other = IdentityService(state: try state((0..<Self.rows).reversed()))
    var rebuilt = try state(0..<Self.rows)

    for tick in 0..<10 {
      for change in outcome(of: &service, after: tick).changes { rebuilt.apply(change) }
      visit(&other, after: tick)

      #expect(service.state == other.state)
      #expect(service.state == rebuilt)
    }
  }

  // MARK: - Requests

  /// A request that changes nothing itself; what was altered on the way, as it was.
  @discardableResult
  private func visit(_ service: inout IdentityService, after tick: Int) -> [StateRow] {
    outcome(of: &service, after: tick).replaced
  }

  private func outcome(
    of service: inout IdentityService, after tick: Int
  ) -> Outcome<ServiceReply> {
    let time = start + .milliseconds(tick * 100)
    return service.handle(ServiceRequest(method: "GET", path: "/none", body: []), at: time) {
      [UInt8](repeating: 0, count: $0)
    }
  }

  private static func table(of row: StateRow) -> String {
    switch row {
    case .client: "clients"
    case .flow: "flows"
    case .family: "families"
    case .accessToken: "access tokens"
    case .refreshToken: "refresh tokens"
    default: "another"
    }
  }

  // MARK: - Rows

  /// Begins with any letters of base64url, as names that are drawn.
  private static func name(_ number: Int, _ kind: String) -> String {
    let letters = Array("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
    return "\(letters[number / 2 % 64])\(letters[number % 64])\(number)\(kind)"
  }

  private static func hash(_ number: Int) throws -> SecretHash {
    let word = (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    return try #require(SecretHash(bytes: word + word + word + word))
  }

  private func state(_ numbers: some Sequence<Int>) throws -> ServiceState {
    var state = ServiceState()
    for number in numbers {
      let (hash, family) = (try Self.hash(number), Self.name(number, "family"))
      state.put(.client(Self.name(number, "client"), client(number)))
      state.put(.flow(hash, try flow(number)))
      state.put(.family(family, self.family(family, ends: end(of: number))))
      state.put(.accessToken(hash, try token(number)))
      state.put(.refreshToken(hash, RefreshToken(hash: hash, familyID: family)))
    }
    return state
  }

  /// The same with as many access tokens more, of sign-ins that there are no more.
  private func grown(_ state: ServiceState) throws -> ServiceState {
    var state = state
    for number in 0..<Self.rows where number.isMultiple(of: 2) {
      state.put(.accessToken(try Self.hash(number), try token(number)))
    }
    return state
  }

  /// Even ones are long over.
  private func end(of number: Int) -> ServiceTime {
    start + .seconds((number.isMultiple(of: 2) ? -1 : 1) * 3 * 86_400)
  }

  private func names(_ name: (Int) -> String) -> [String] {
    (0..<Self.rows).filter { !$0.isMultiple(of: 2) }.map(name).sorted()
  }

  private func client(_ number: Int) -> Client {
    Client(
      id: Self.name(number, "client"), kind: .public, secretHash: nil, name: "laptop",
      scopes: [], grantTypes: [], redirectURIs: [], startURL: nil, issued: start,
      secretExpires: end(of: number))
  }

  private func flow(_ number: Int) throws -> DeviceFlow {
    let letters = Array("BCDFGHJKLMNPQRSTVWXZ")
    let code = [1, 20, 400, 8000].map { letters[number / $0 % 20] }
    return DeviceFlow(
      codeHash: try Self.hash(number),
      userCode: try #require(UserCode(typed: String(code) + "BBBB")), clientID: "laptop",
      startURL: "https://a", scopes: [], requester: Requester(), started: start,
      expires: end(of: number), approves: nil, interval: .seconds(5))
  }

  private func family(_ id: String, ends: ServiceTime) -> TokenFamily {
    TokenFamily(
      id: id, clientID: "laptop", person: "ada", startURL: "https://a", scopes: [], ends: ends)
  }

  private func token(_ number: Int) throws -> AccessToken {
    AccessToken(
      hash: try Self.hash(number), familyID: Self.name(number, "family"), scopes: [],
      expires: start + .seconds(86_400))
  }
}
