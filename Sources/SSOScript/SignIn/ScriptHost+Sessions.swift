//  ScriptHost+Sessions.swift - what a script wants of sessions: status, end, role credentials, lists.

import LuaEngine
import SSOOIDC

/// One call about sessions, until it is permitted and performed.
struct SessionJob {
  /// How a token is had; of status and logout only the store and the target count.
  var signIn: SignInJob
  /// The access portal.
  var portal: ServiceClient
  /// Hears how far a list is.
  var progress: LuaReference?
}

extension ScriptHost {
  // MARK: Asking

  /// The wish for credentials or a list.
  func askSession(
    _ wish: SessionWish, _ arguments: CheckedArguments, _ caller: String
  ) throws(ScriptFailure) -> APIAnswer {
    var signIn = try signInJob(arguments, caller, asksAgain: false)
    signIn.target.accountID = arguments.text("account_id") ?? signIn.target.accountID
    signIn.target.roleName = arguments.text("role_name") ?? signIn.target.roleName
    let portal = try portal(signIn.target, arguments)
    let job = SessionJob(
      signIn: signIn, portal: portal, progress: arguments.reference("on_progress"))
    return .ask(
      .session(
        wish, jobs: [sessions.add(job)], hosts: [signIn.client.endpoint.host, portal.endpoint.host])
    )
  }

  /// The wish to see what is kept.
  func askStatus(_ arguments: CheckedArguments) throws(ScriptFailure) -> APIAnswer {
    let jobs = try targets(arguments).map { target throws(ScriptFailure) in
      sessions.add(try job(target, arguments, "sso.status"))
    }
    return .ask(.session(.status, jobs: jobs, hosts: []))
  }

  /// The wish to end sessions.
  func askLogout(_ arguments: CheckedArguments) throws(ScriptFailure) -> APIAnswer {
    let isAll = arguments.boolean("all") ?? false
    guard !isAll || arguments.targetNames.isEmpty else {
      throw .misuse("sso.logout: all = true ends every session; name none beside it")
    }
    let found = isAll ? options.config.signInTargets : [try target(arguments)]
    let jobs = try found.map { target throws(ScriptFailure) in
      try job(target, arguments, "sso.logout")
    }
    let hosts = jobs.map(\.portal.endpoint.host)
    return .ask(.session(.logout, jobs: jobs.map { sessions.add($0) }, hosts: hosts))
  }

  /// What is named, or everything.
  private func targets(_ arguments: CheckedArguments) throws(ScriptFailure) -> [SignInTarget] {
    let isNamed = !arguments.targetNames.isEmpty || options.settings.profile != nil
    return isNamed ? [try target(arguments)] : options.config.signInTargets
  }

  private func job(
    _ target: SignInTarget, _ arguments: CheckedArguments, _ caller: String
  ) throws(ScriptFailure) -> SessionJob {
    let store = try store(arguments["cache"], caller)
    let portal = try portal(target, arguments)
    return SessionJob(
      signIn: SignInJob(
        caller: caller, target: target, options: SignIn.Options(), client: portal, store: store,
        hooks: [:]), portal: portal, progress: nil)
  }

  private func portal(
    _ target: SignInTarget, _ arguments: CheckedArguments
  ) throws(ScriptFailure) -> ServiceClient {
    try ScriptFailure.wrapping { () throws(SSOError) in
      try signInClient(target, profile: arguments.text("profile"), .portal)
    }
  }

  // MARK: Performing

  /// Performs a permitted wish.
  func perform(_ wish: SessionWish, _ handles: [Int64]) async throws(ScriptFailure) -> LuaValue {
    var jobs = handles.compactMap { sessions[$0] }
    for handle in handles { sessions[handle] = nil }
    // What lies where it may not is still shown, and ended.
    let keepsLogins = wish == .credentials || wish == .accounts
    for index in jobs.indices {
      let store = jobs[index].signIn.store
      jobs[index].signIn.store =
        keepsLogins ? try await allowedStore(store) : try await usedStore(store)
    }
    switch wish {
    case .status: return .table(await statusList(jobs))
    case .logout: return .table(try await logout(jobs))
    case .credentials: return .table(try await credentials(jobs[0]))
    case .accounts: return .table(try await accounts(jobs[0]))
    }
  }

  private func statusList(_ jobs: [SessionJob]) async -> LuaTable {
    var tables: [LuaValue] = []
    for job in jobs {
      let target = job.signIn.target
      let now = world.clock.now
      let status = await SessionStatus(
        target, roles: options.config.roles(of: target), in: cache(job), at: now)
      tables.append(.table(LuaTable(status, at: now)))
    }
    return LuaTable(items: tables, kind: .list)
  }

  private func logout(_ jobs: [SessionJob]) async throws(ScriptFailure) -> LuaTable {
    var tables: [LuaValue] = []
    for job in jobs {
      let target = job.signIn.target
      do throws(SSOError) {
        let end = try await SignOut.end(
          target, roles: options.config.roles(of: target), in: cache(job),
          portal: SSOPortalClient(job.portal))
        if let end { tables.append(.table(LuaTable(end))) }
      } catch {
        throw .operation(error)
      }
    }
    return LuaTable(items: tables, kind: .list)
  }

  private func credentials(_ job: SessionJob) async throws(ScriptFailure) -> LuaTable {
    let asking = try Asking(job, self)
    do throws(SSOError) {
      let role = try RoleSignIn(
        job.signIn.target, cache: cache(job), portal: SSOPortalClient(job.portal),
        report: asking.report)
      let found = try await role.credentials(
        force: job.signIn.options.force, onWait: { asking.hooks.onWait() },
        token: { refused throws(SSOError) in try await asking.token(refused: refused) })
      return LuaTable(found.credentials, role.target, found.source)
    } catch {
      throw asking.hooks.failure ?? .operation(error)
    }
  }

  private func accounts(_ job: SessionJob) async throws(ScriptFailure) -> LuaTable {
    let asking = try Asking(job, self)
    do throws(SSOError) {
      let token = try await asking.token(refused: false)
      let listing = AccessListing(SSOPortalClient(job.portal), accessToken: token)
      let accounts = try await listing.accounts()
      let access = try await listing.access(to: accounts) { done in
        await asking.tell(job.progress, done, accounts.count)
      }
      return LuaTable(items: access.map { .table(LuaTable($0)) }, kind: .list)
    } catch {
      throw asking.hooks.failure ?? .operation(error)
    }
  }

  private func cache(_ job: SessionJob) -> SignInCache {
    guard let system else { return SignInCache(job.signIn.store) { _ in } }
    return cache(job.signIn.store, system)
  }
}

/// How one call gets its token.
private struct Asking: Sendable {
  let hooks: ScriptHooks
  let report: @Sendable (String) -> Void
  private let system: ScriptSystem
  private let signIn: @Sendable (Bool) -> SignIn

  init(_ job: SessionJob, _ host: ScriptHost) throws(ScriptFailure) {
    guard let system = host.system else { throw .misuse("the script does not run any more") }
    let hooks = ScriptHooks(
      job.signIn.hooks, of: system, caller: job.signIn.caller, target: job.signIn.target)
    let cache = host.cache(job.signIn.store, system)
    let doors = host.doors(system)
    self.hooks = hooks
    self.system = system
    report = { line in system.onLoop { $0.tell(line) } }
    signIn = { force in
      var options = job.signIn.options
      options.force = force
      return SignIn(
        job.signIn.target, options: options, cache: cache,
        client: SSOOIDCClient(job.signIn.client), doors: doors, hooks: hooks)
    }
  }

  /// A token; a new one when the portal has refused the one before.
  func token(refused: Bool) async throws(SSOError) -> Secret {
    try await signIn(refused).token().token.accessToken
  }

  /// Tells a script's function how far a list is; its failure is told and no failure of the list.
  func tell(_ function: LuaReference?, _ done: Int, _ total: Int) async {
    guard let function else { return }
    do throws(LuaFailure) {
      _ = try await system.call(function) { _ in [.integer(Int64(done)), .integer(Int64(total))] }
    } catch {
      await system.warn("on_progress: \(error.message)")
    }
  }
}
