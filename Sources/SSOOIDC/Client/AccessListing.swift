//  AccessListing.swift - every account and role that a token opens, at a pace the portal bears.
//
//  Knows: how many calls are under way, that a complaint about the pace is no failure.
//  Does not know: who shows the progress.

internal import Synchronization

/// An account and the roles one has there.
public struct AccountAccess: Sendable, Hashable {
  /// The account.
  public let account: AccountInfo
  /// The names of the roles, in the service's order, but those that a policy does not allow.
  public let roleNames: [String]

  /// Puts both together.
  public init(account: AccountInfo, roleNames: [String]) {
    self.account = account
    self.roleNames = roleNames
  }
}

/// Lists what a token opens.
public final class AccessListing: Sendable {
  /// Role lists asked for at the same time.
  private static let width = 8
  /// Complaints about the pace in a row that are waited out.
  private static let patience = 8
  /// The longest pause that is waited out: whoever asks for more is not asking for another pace.
  private static let longestPause = Duration.seconds(60)

  private let portal: SSOPortalClient
  private let accessToken: Secret
  private let pace: Mutex<CallPace>

  /// Prepares a listing.
  ///
  /// - Parameters:
  ///   - portal: The access portal.
  ///   - accessToken: Whose access is listed.
  ///   - pace: How fast.
  public init(_ portal: SSOPortalClient, accessToken: Secret, pace: CallPace = .portal) {
    self.portal = SSOPortalClient(portal.service.unpaced)
    self.accessToken = accessToken
    self.pace = Mutex(pace)
  }

  /// Lists all accounts.
  ///
  /// - Returns: The accounts in the service's order.
  /// - Throws: ``SSOError``.
  public func accounts() async throws(SSOError) -> [AccountInfo] {
    try await pages { [portal, accessToken] next throws(SSOError) in
      try await portal.listAccounts(accessToken: accessToken, maximum: 100, nextToken: next)
    }
  }

  /// Lists the roles in each of `accounts`, but the accounts and roles that a policy does not allow.
  ///
  /// - Parameters:
  ///   - accounts: Of ``accounts()``.
  ///   - report: Takes a line for a person: how many are left out, and why.
  ///   - progress: Told after each account how many are done.
  /// - Returns: The accounts with their roles, in the given order.
  /// - Throws: ``SSOError``, the first that is no complaint about the pace, or one that asks to wait
  ///   more than a minute.
  public func access(
    to accounts: [AccountInfo], report: @Sendable (String) -> Void = { _ in },
    progress: @Sendable (Int) async -> Void
  ) async throws(SSOError) -> [AccountAccess] {
    var found = [[String]?](repeating: nil, count: accounts.count)
    var failure: SSOError?
    var leftOut = LeftOut()
    await withTaskGroup(of: (Int, Result<[RoleInfo], SSOError>).self) { group in
      var waiting = accounts.indices.makeIterator()
      func startNext() {
        guard let index = waiting.next() else { return }
        let accountID = accounts[index].accountID
        group.addTask { (index, await self.roles(in: accountID)) }
      }
      for _ in 0..<Self.width { startNext() }
      var done = 0
      while let (index, result) = await group.next() {
        switch result {
        case .success(let roles): found[index] = allowed(roles.map(\.roleName), &leftOut)
        case .failure(let error) where error.code == .policyRefused: leftOut.accounts.append(error)
        case .failure(let error):
          failure = failure ?? error
          group.cancelAll()
        }
        guard failure == nil else { continue }
        done += 1
        await progress(done)
        startNext()
      }
    }
    if let failure { throw failure }
    for line in leftOut.lines(of: accounts.count) { report(line) }
    return zip(accounts, found).compactMap { account, roleNames in
      roleNames.map { AccountAccess(account: account, roleNames: $0) }
    }
  }

  /// The roles of which credentials are to be had.
  private func allowed(_ names: [String], _ leftOut: inout LeftOut) -> [String] {
    leftOut.seenRoles += names.count
    return names.filter { name in
      guard let obstacle = portal.service.judge?.obstacle(toRole: name) else { return true }
      leftOut.roles.append(obstacle)
      return false
    }
  }

  private func roles(in accountID: String) async -> Result<[RoleInfo], SSOError> {
    // What is refused takes no turn of the pace.
    if let obstacle = portal.service.judge?.obstacle(toAccount: accountID) {
      return .failure(obstacle)
    }
    do throws(SSOError) {
      let roles = try await pages { [portal, accessToken] next throws(SSOError) in
        try await portal.listAccountRoles(
          accountID: accountID, accessToken: accessToken, maximum: 100, nextToken: next)
      }
      return .success(roles)
    } catch {
      return .failure(error)
    }
  }

  private func pages<Element>(
    _ page: @Sendable (String?) async throws(SSOError) -> Page<Element>
  ) async throws(SSOError) -> [Element] {
    var elements: [Element] = []
    var next: String?
    for _ in 0..<Paginator.pageLimit {
      let token = next
      let found = try await paced { () async throws(SSOError) in try await page(token) }
      elements += found.elements
      guard let following = found.nextToken, !following.isEmpty else { return elements }
      guard following != next else {
        throw SSOError(.pagination, .parse, "the service offered the same page twice")
      }
      next = following
    }
    throw SSOError(
      .pagination, .limit, "the list has more than \(Paginator.pageLimit) pages",
      host: portal.service.endpoint.host)
  }

  /// Makes a call when its turn comes, and again when the service found it too early.
  private func paced<Answer: Sendable>(
    _ call: () async throws(SSOError) -> Answer
  ) async throws(SSOError) -> Answer {
    for attempt in 1... {
      try await waitForTurn()
      do throws(SSOError) {
        let answer = try await call()
        pace.withLock { $0.succeed() }
        return answer
      } catch {
        guard RetryPolicy.isThrottling(code: error.code, status: error.status),
          attempt < Self.patience, (error.retryAfter ?? .zero) <= Self.longestPause
        else { throw error }
        let now = portal.service.clock.monotonic
        pace.withLock { $0.slowDown(pause: error.retryAfter, at: now) }
      }
    }
    throw .cancelled(operation: "", host: portal.service.endpoint.host)
  }

  private func waitForTurn() async throws(SSOError) {
    let clock = portal.service.clock
    let wait = pace.withLock { $0.wait(at: clock.monotonic) }
    do {
      try await clock.sleep(for: wait)
    } catch {
      throw .cancelled(operation: "", host: portal.service.endpoint.host)
    }
  }
}

/// What policies do not allow, and why.
private struct LeftOut {
  var accounts: [SSOError] = []
  var roles: [SSOError] = []
  /// How many roles there are in the other accounts.
  var seenRoles = 0

  /// One line for the person about each kind of which something is missing.
  func lines(of allAccounts: Int) -> [String] {
    [(accounts, allAccounts, "accounts"), (roles, seenRoles, "roles")].compactMap {
      refusals, all, word in
      refusals.first.map { "left out: \(refusals.count) of \(all) \(word) (\($0.message))" }
    }
  }
}
