//  AccessListingTests.swift - all accounts and roles, at the portal's pace.

import StrictJSON
import Synchronization
import Testing

@testable import SSOOIDC

@Suite struct `The pace of calls` {
  @Test func `lets the first through at once and the next after a twentieth of a second`() {
    var pace = CallPace.portal
    #expect(pace.wait(at: .seconds(5)) == .zero)
    #expect(pace.wait(at: .seconds(5)) == .milliseconds(50))
    #expect(pace.wait(at: .seconds(5)) == .milliseconds(100))
  }

  @Test func `saves up nothing for a quiet time`() {
    var pace = CallPace.portal
    _ = pace.wait(at: .zero)
    #expect(pace.wait(at: .seconds(60)) == .zero)
    #expect(pace.wait(at: .seconds(60)) == .milliseconds(50))
  }

  @Test func `waits as long as the service asks, and goes slower from then on`() {
    var pace = CallPace.portal
    _ = pace.wait(at: .zero)
    pace.slowDown(pause: .seconds(3), at: .zero)
    #expect(pace.wait(at: .zero) == .seconds(3))
    #expect(pace.wait(at: .zero) == .milliseconds(3100))
  }

  @Test func `comes back to its full speed when calls succeed`() {
    var pace = CallPace.portal
    for _ in 0..<10 { pace.slowDown(pause: nil, at: .zero) }
    for _ in 0..<100 { pace.succeed() }
    _ = pace.wait(at: .seconds(100))
    #expect(pace.wait(at: .seconds(100)) == .milliseconds(50))
  }
}

@Suite struct `Listing what a token opens` {
  private static func listing(
    _ answers: Portal, _ clock: ManualClock = ManualClock()
  ) throws -> AccessListing {
    AccessListing(
      SSOPortalClient(try client(answers, .portal, clock: clock)), accessToken: "at")
  }

  @Test func `gives every account with its roles, in the service's order`() async throws {
    let listing = try Self.listing(Portal(accounts: 250))
    let accounts = try await listing.accounts()
    let access = try await listing.access(to: accounts) { _ in }
    #expect(accounts.count == 250)
    #expect(access.map(\.account) == accounts)
    #expect(access[249].roleNames == ["Role-000000000250"])
  }

  @Test func `tells how far it is, once for each account`() async throws {
    let listing = try Self.listing(Portal(accounts: 30))
    let told = Mutex<[Int]>([])
    _ = try await listing.access(to: try await listing.accounts()) { done in
      told.withLock { $0.append(done) }
    }
    #expect(told.withLock { $0 } == Array(1...30))
  }

  @Test func `takes a complaint about the pace as a wish to wait`() async throws {
    let clock = ManualClock()
    let portal = Portal(accounts: 3, complaints: 5)
    let access = try await Self.listing(portal, clock).access(
      to: try await Self.listing(portal, clock).accounts()
    ) { _ in }
    #expect(access.count == 3)
    #expect(clock.pauses.contains { $0 >= .seconds(1) })
  }

  @Test func `hears of each complaint itself: the client repeats no call that came too fast`()
    async throws
  {
    let portal = Portal(accounts: 3, complaints: 5)
    let listing = try Self.listing(portal)
    _ = try await listing.access(to: try await listing.accounts()) { _ in }
    #expect(portal.attempts == Array(repeating: "attempt=1; max=3", count: 1 + 3 + 5))
  }

  @Test func `begins no call before its turn`() async throws {
    let clock = ManualClock()
    let listing = try Self.listing(Portal(accounts: 250), clock)
    _ = try await listing.access(to: try await listing.accounts()) { _ in }
    // Three pages and 250 lists, the first at once.
    #expect(clock.monotonic >= .milliseconds(50 * 252))
  }

  @Test func `stops where the service asks to wait for an hour`() async throws {
    let clock = ManualClock()
    let portal = Portal(accounts: 3, complaints: 1, pause: "3600")
    let listing = try Self.listing(portal, clock)
    let accounts = try await listing.accounts()
    let error = await #expect(throws: SSOError.self) {
      try await listing.access(to: accounts) { _ in }
    }
    #expect(error?.retryAfter == .seconds(3600))
    #expect(clock.monotonic < .seconds(60))
  }

  @Test func `leaves out the accounts that a policy refuses, and says how many`() async throws {
    let portal = Portal(accounts: 3, failure: "PolicyRefused", in: "000000000002")
    let listing = try Self.listing(portal)
    let said = Mutex<[String]>([])
    let access = try await listing.access(
      to: try await listing.accounts(), report: { line in said.withLock { $0.append(line) } }
    ) { _ in }
    #expect(access.map(\.roleNames) == [["Role-000000000001"], ["Role-000000000003"]])
    #expect(said.withLock { $0.map { $0.prefix(25) } } == ["left out: 1 of 3 accounts"])
  }

  @Test func `stops at an error of another kind`() async throws {
    let listing = try Self.listing(Portal(accounts: 3, failure: "UnauthorizedException"))
    let accounts = try await listing.accounts()
    await #expect(throws: SSOError.self) { try await listing.access(to: accounts) { _ in } }
  }
}

/// A portal of so many accounts, one role in each.
private final class Portal: HTTPTransport {
  private let accounts: Int
  private let failure: String?
  private let pause: String?
  private let failing: String
  private let complaints: Mutex<Int>
  private let seen = Mutex<[String]>([])

  /// What each request says of its attempt.
  var attempts: [String] { seen.withLock { $0 } }

  init(
    accounts: Int, complaints: Int = 0, pause: String? = nil, failure: String? = nil,
    in failing: String = ""
  ) {
    self.pause = pause
    self.accounts = accounts
    self.failure = failure
    self.failing = failing
    self.complaints = Mutex(complaints)
  }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    seen.withLock { $0.append(request.headers["amz-sdk-request"] ?? "") }
    guard request.url.contains("/assignment/roles") else { return accountPage(request.url) }
    if let failure, failing.isEmpty || request.url.contains(failing) {
      return response(401, #"{"__type":"\#(failure)"}"#)
    }
    let complains = complaints.withLock { left in
      defer { left = max(0, left - 1) }
      return left > 0
    }
    if complains {
      let headers: HTTPHeaders = pause.map { ["Retry-After": $0] } ?? [:]
      return response(429, #"{"__type":"TooManyRequestsException"}"#, headers)
    }
    let account = Self.parameter("account_id", request.url) ?? ""
    return response(
      200, #"{"roleList":[{"roleName":"Role-\#(account)","accountId":"\#(account)"}]}"#)
  }

  private func accountPage(_ url: String) -> HTTPResponse {
    let start = Self.parameter("next_token", url).flatMap(Int.init) ?? 1
    let end = min(start + 99, accounts)
    let list = (start...end).map { #"{"accountId":"\#(Self.id($0))","accountName":"a\#($0)"}"# }
    let next = end < accounts ? #","nextToken":"\#(end + 1)""# : ""
    return response(200, #"{"accountList":[\#(list.joined(separator: ","))]\#(next)}"#)
  }

  private func response(
    _ status: Int, _ body: String, _ headers: HTTPHeaders = [:]
  ) -> HTTPResponse {
    HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
  }

  private static func id(_ number: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: 12 - digits.count) + digits
  }

  private static func parameter(_ name: String, _ url: String) -> String? {
    url.split(whereSeparator: { "?&".contains($0) }).first { $0.hasPrefix("\(name)=") }
      .map { String($0.dropFirst(name.count + 1)) }
  }
}
