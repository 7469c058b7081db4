//  PolicySet.swift - all policies of a run, asked before and after each step.
//
//  Knows: the order. Inner policies speak first and may narrow what is asked for; the lists of all of
//  them are held against what comes of that, the outermost last: nobody inside can undo it.

import EventLoop
import LuaEngine
import SSOOIDC
import StrictJSON
import Synchronization

/// The policies in force.
final class PolicySet: ClientGuard {
  private typealias Loading = @Sendable (PolicySource) async throws(PolicyProblem) -> Policy

  /// The outermost first.
  var policies: [Policy] { state.withLock { $0.policies } }
  private let state: Mutex<(policies: [Policy], isClosed: Bool)>
  private let load: Loading
  private let clock: any WorldClock
  private let secrets: SecretKeeper
  private let warn: @Sendable (String) -> Void
  /// The store of ``keeper`` in the making, or made.
  private let opening = Mutex<Task<Result<any SignInStore, ScriptFailure>, Never>?>(nil)

  private init(
    _ policies: [Policy], _ load: @escaping Loading, _ clock: any WorldClock,
    _ secrets: SecretKeeper, _ warn: @escaping @Sendable (String) -> Void
  ) {
    state = Mutex((policies, isClosed: false))
    (self.load, self.clock, self.secrets, self.warn) = (load, clock, secrets, warn)
  }

  /// Loads policies; one that cannot be used ends it.
  ///
  /// - Parameters:
  ///   - sources: The files, in any order.
  ///   - world: The doors.
  ///   - options: Those of the flow.
  ///   - secrets: Those of the flow.
  ///   - loop: Where the flow runs.
  ///   - warn: Takes a line for the log.
  /// - Returns: The policies.
  /// - Throws: `SSOError` that names file, line and what is wrong.
  static func load(
    _ sources: [PolicySource], _ world: World, _ options: ScriptOptions, _ secrets: SecretKeeper,
    _ loop: EventLoop, warn: @escaping @Sendable (String) -> Void
  ) async throws(SSOError) -> PolicySet {
    let load: Loading = { source throws(PolicyProblem) in
      let policy = try await Policy.load(source, world, options, secrets, loop, warn: warn)
      guard let problem = policy.table.problems.first else { return policy }
      await policy.system.close()
      throw problem
    }
    var policies: [Policy] = []
    for source in sources.sorted(by: { $0.level < $1.level }) {
      do throws(PolicyProblem) { policies.append(try await load(source)) } catch {
        for policy in policies { await policy.system.close() }
        throw .badPolicy("the policy \(error)")
      }
    }
    return PolicySet(policies, load, world.clock, secrets, warn)
  }

  func close() async {
    state.withLock { $0.isClosed = true }
    for policy in policies { await policy.system.close() }
  }

  // MARK: Before a call

  func before(_ call: GuardedCall) async throws(SSOError) -> JSONObject {
    // Before the functions, which may print what they see.
    secrets.remember(call.input, call.operation.input)
    var input = call.input
    if let hook = PolicyHook(before: call.operation) {
      for policy in policies.reversed() {
        input = try await ask(policy, hook, input, call)
      }
    }
    try check(call, input)
    return input
  }

  private func ask(
    _ policy: Policy, _ hook: PolicyHook, _ input: JSONObject, _ call: GuardedCall
  ) async throws(SSOError) -> JSONObject {
    let shown = LuaTable(json: policy.source.level.view(of: input, call.operation.input))
    guard case .changed(let table) = try await policy.call(hook, shown, call.context) else {
      return input
    }
    let json = try? LuaValue.table(table).json()
    guard case .object(let changed)? = json else {
      throw .badPolicy(
        "the policy \(policy.table.place(hook.rawValue)): \(hook.rawValue) returned a table that is "
          + "no set of named members")
    }
    // The script's own members were looked at before: what is wrong now is this policy's doing.
    do throws(SSOError) { try call.operation.check(changed) } catch {
      throw .badPolicy(
        "the policy \(policy.table.place(hook.rawValue)): \(hook.rawValue) returned a table that "
          + "\(call.operation.name) does not take: \(error.message)")
    }
    return changed
  }

  /// Holds the lists against what is about to be sent.
  private func check(_ call: GuardedCall, _ input: JSONObject) throws(SSOError) {
    let facts = CallFacts(call, input)
    // A logout only takes away: whoever may not ask there any more may still end what he has from there.
    if call.operation.name != "Logout" {
      try check(.regions, facts.region ?? "(unknown)", call.operation)
    }
    if let url = facts.startURL { try check(.startURLs, url, call.operation) }
    if let flow = facts.flow { try check(.flows, flow, call.operation) }
    if let account = facts.account { try check(.accounts, account, call.operation) }
    if let role = facts.role { try check(.roles, role, call.operation) }
  }

  private func check(
    _ subject: PolicyRule.Subject, _ value: String, _ operation: Operation? = nil
  ) throws(SSOError) {
    guard var error = refusal(of: subject, value) else { return }
    error.operation = operation?.name ?? ""
    throw error
  }

  /// Why `value` is refused by the outermost policy that does, or nil.
  func refusal(of subject: PolicyRule.Subject, _ value: String) -> SSOError? {
    policies.lazy.compactMap { $0.table.rules.refusal(of: subject, value) }.first
  }

  // MARK: Where logins are kept

  /// The outermost policy that says where logins are kept.
  var keeper: Policy? { policies.first { $0.table.cache != .nil } }

  /// The store of ``keeper``; it takes the place of the script's.
  ///
  /// Its function is called until it gives one, once: what is kept in memory must be found again.
  func store() async throws(ScriptFailure) -> (any SignInStore)? {
    guard let keeper else { return nil }
    let task = opening.withLock { opening in
      let task =
        opening
        ?? Task(executorPreference: keeper.system.loop.taskExecutor) { await Self.open(keeper) }
      opening = task
      return task
    }
    let result = await task.value
    // The next may find the place that was not there.
    if case .failure = result { opening.withLock { if $0 == task { $0 = nil } } }
    return try result.get()
  }

  private static func open(_ policy: Policy) async -> Result<any SignInStore, ScriptFailure> {
    if let store = policy.store { return .success(store) }
    let place = policy.table.place("cache")
    let found: Result<any SignInStore, ScriptFailure>
    do throws(LuaFailure) {
      found =
        switch policy.table.cache {
        case .reference(let function):
          try await policy.system.store(from: function, "the policy \(place)")
        case let value: await policy.system.store(value, "the policy \(place)")
        }
    } catch {
      return .failure(
        .operation(.policy("cache of the policy \(place) failed: \(error.placedText)")))
    }
    // Whoever wrote the policy made the mistake, not the script.
    guard case .failure(.misuse(let message)) = found else { return found }
    return .failure(.operation(.badPolicy(message)))
  }

  /// Opens the store again when it is next asked for, if its functions are those of a policy that is
  /// gone.
  private func forgetStore() async {
    guard let task = opening.withLock({ $0 }), case .success(let store) = await task.value,
      store.callsScript
    else { return }
    opening.withLock { if $0 == task { $0 = nil } }
  }

  /// Refuses stores that are not in the lists; `names` are those of all their parts.
  func check(cache names: [String]) throws(SSOError) {
    for name in names { try check(.cache, name) }
  }

  // MARK: After a call

  func after(_ call: GuardedCall, _ output: JSONObject) async throws(SSOError) -> JSONObject {
    // Before the functions, which may print what they see.
    secrets.remember(output, call.operation.output)
    if let hook = PolicyHook(after: call.operation) {
      for policy in policies.reversed() {
        let shown = LuaTable(json: policy.source.level.view(of: output, call.operation.output))
        _ = try await policy.call(hook, shown, call.context)
      }
    }
    let limited = Lifetime.limit(output, to: maximumLifetime?.limit, now: clock.now)
    if let event = PolicyEvent(call, limited) { await notify(event.table) }
    return limited
  }

  /// The shortest of all, and where it is said.
  var maximumLifetime: (limit: Duration, place: PolicyPlace)? {
    policies.compactMap(\.table.rules.maximumLifetime).min { $0.limit < $1.limit }
  }

  private func notify(_ event: LuaTable) async {
    for var policy in policies {
      for index in policy.table.notify.indices where index < policy.table.notify.count {
        let stop = await policy.notify(policy.table.notify[index], event, warn: warn)
        guard let stop, stop != .interrupted, stop != .time else { continue }
        policy = await reload(policy)
      }
    }
  }

  /// Gives a policy that its notification stopped, loaded again: a notification is no judgement, so
  /// that one went wrong must not refuse what comes next.
  ///
  /// What cannot be loaded again stays stopped, and refuses.
  private func reload(_ stopped: Policy) async -> Policy {
    let policy: Policy
    do throws(PolicyProblem) { policy = try await load(stopped.source) } catch {
      warn("the policy \(error)")
      return stopped
    }
    let isKeeper = keeper === stopped
    guard replace(stopped, with: policy) else {
      await policy.system.close()
      return stopped
    }
    await stopped.system.close()
    if isKeeper { await forgetStore() }
    return policy
  }

  /// Unless everything has ended, or another notification did this.
  private func replace(_ stopped: Policy, with policy: Policy) -> Bool {
    state.withLock { state in
      guard !state.isClosed, let index = state.policies.firstIndex(where: { $0 === stopped }) else {
        return false
      }
      state.policies[index] = policy
      return true
    }
  }

  // MARK: A sign-in

  func begin(_ target: SignInTarget) async throws(SSOError) {
    try check(.startURLs, target.startURL)
    try check(.regions, target.region)
    if let account = target.accountID { try check(.accounts, account) }
    if let role = target.roleName { try check(.roles, role) }
  }

  func authorize(_ target: SignInTarget) async throws(SSOError) {
    if let obstacle = obstacle(to: .authorizationCode) { throw obstacle }
    let input = LuaTable(["startUrl": .string(target.startURL)])
    let context = LuaTable([
      "operation": "authorize", "region": .string(target.region), "flow": "pkce",
    ])
    for policy in policies.reversed() {
      if case .changed = try await policy.call(.beforeAuthorize, input, context) {
        throw .badPolicy(
          "the policy \(policy.table.place(PolicyHook.beforeAuthorize.rawValue)): before_authorize "
            + "cannot change the address of a browser login; return nil, or false and a reason")
      }
    }
    await notify(
      LuaTable([
        "event": "verification", "operation": "authorize", "flow": "pkce",
        "region": .string(target.region), "startUrl": .string(target.startURL),
      ]))
  }

  func obstacle(to flow: SignInFlow) -> SSOError? { refusal(of: .flows, flow.rawValue) }

  func obstacle(toAccount id: String) -> SSOError? { refusal(of: .accounts, id) }

  func obstacle(toRole name: String) -> SSOError? { refusal(of: .roles, name) }

  var lifetimeLimit: Duration? { maximumLifetime?.limit }
}
