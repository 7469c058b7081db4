//  ScriptHost+SessionWork.swift - how what a script wants of sessions is done.
//
//  Knows: which store counts, which sessions the cache alone tells of, how a call gets its token.

import LuaEngine
import SSOOIDC

extension ScriptHost {
  /// Performs a permitted wish.
  func perform(_ wish: SessionWish, _ handle: Int64) async throws(ScriptFailure) -> LuaValue {
    guard let work = sessions[handle] else {
      throw .misuse("the script does not run any more")
    }
    sessions[handle] = nil
    let said = SaidLines()
    var jobs = work.jobs
    // First: the file of a known session may hold the token of another start URL.
    if let (store, turn) = work.others, work.isAll || wish == .logout {
      jobs = try await others(in: store, turn, of: work, wish, said) + jobs
    }
    // What lies where it may not is still shown, and ended.
    let keepsLogins = wish == .credentials || wish == .accounts
    for index in jobs.indices {
      let store = jobs[index].signIn.store
      let used = keepsLogins ? try await allowedStore(store) : try await usedStore(store)
      jobs[index].signIn.store = TurnStore(store: used, turn: jobs[index].signIn.turn)
    }
    switch wish {
    case .status:
      if work.isAll, let (store, _) = work.others {
        for item in try await closedItems(in: store, jobs, said) where said.isNew(item.reason) {
          tell(item.reason)
        }
      }
      return .table(await statusList(jobs, said))
    case .logout:
      var list = try await logout(jobs, said)
      if work.isAll, let (store, _) = work.others {
        let left = await cache(try await usedStore(store), said).removeRemains(by: world.clock)
        list.items += try await (left + closedItems(in: store, jobs, said)).map {
          .table(LuaTable($0))
        }
      }
      return .table(list)
    case .credentials: return .table(try await credentials(jobs[0], said))
    case .accounts: return .table(try await accounts(jobs[0], said))
    }
  }

  /// The sessions that are kept and that no config file names any more: all, or those that lie where
  /// the ones in question would.
  private func others(
    in store: any SignInStore, _ turn: LoginTurn, of work: SessionWork, _ wish: SessionWish,
    _ said: SaidLines
  ) async throws(ScriptFailure) -> [SessionJob] {
    let cache = cache(try await usedStore(store), said)
    let known = work.jobs.map(\.signIn.target)
    let found = await work.isAll ? cache.sessions(beside: known) : cache.sessions(inPlaceOf: known)
    var jobs = try found.map { target throws(ScriptFailure) in
      var job = try job(target, store, turn, work.settings)
      job.isFound = true
      return job
    }
    guard wish == .logout else { return jobs }
    // Who names one session does not ask for those of other services.
    if !work.isAll { jobs = jobs.filter(\.isAtHome) }
    for job in jobs where job.isAtHome {
      try permit(.session(wish, job: 0, urls: [job.portal.endpoint.url]), "sso.logout")
    }
    return jobs
  }

  /// What no session can be told from, and so was not ended.
  private func closedItems(
    in store: any SignInStore, _ jobs: [SessionJob], _ said: SaidLines
  ) async throws(ScriptFailure) -> [ClosedItem] {
    await cache(try await usedStore(store), said).closedItems(beside: jobs.map(\.signIn.target))
  }

  private func statusList(_ jobs: [SessionJob], _ said: SaidLines) async -> LuaTable {
    var tables: [LuaValue] = []
    let roles = ProfileRoles(options.config)
    for job in jobs {
      let target = job.signIn.target
      let now = world.clock.now
      let status = await SessionStatus(
        target, roles: roles[target], in: cache(job.signIn.store, said),
        judge: job.portal.judge, at: now)
      // What has ended and is in no config file is nobody's any more.
      guard !job.isFound || status.isAlive else { continue }
      tables.append(.table(LuaTable(status, at: now)))
    }
    return LuaTable(items: tables, kind: .list)
  }

  private func logout(_ jobs: [SessionJob], _ said: SaidLines) async throws(ScriptFailure)
    -> LuaTable
  {
    var tables: [LuaValue] = []
    let roles = ProfileRoles(options.config)
    for job in jobs {
      let target = job.signIn.target
      let cache = cache(job.signIn.store, said)
      guard job.isAtHome else {
        tables.append(.table(LuaTable(elsewhere(target, job.portal.endpoint))))
        continue
      }
      let portal = await home(of: job, cache)
      do throws(SSOError) {
        let end = try await job.signIn.turn.run { () async throws(SSOError) in
          try await SignOut.end(
            target, roles: roles[target], in: cache, portal: SSOPortalClient(portal))
        }
        if let end { tables.append(.table(LuaTable(end))) }
      } catch {
        throw .operation(error)
      }
    }
    return LuaTable(items: tables, kind: .list)
  }

  /// A session that was not ended: a service that was named is not told the tokens of others.
  private func elsewhere(_ target: SignInTarget, _ endpoint: Endpoint) -> SignOut {
    .left(
      target,
      reason: "it is no session of \(endpoint.host), the endpoint that was set: sign out of it "
        + "without --endpoint-url, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_SSO and a profile's "
        + "endpoint_url")
  }

  /// The portal of the region that gave the token, if that is none which was named.
  private func home(
    of job: SessionJob, _ cache: SignInCache
  ) async -> ServiceClient {
    var target = job.signIn.target
    guard !job.portal.endpoint.isCustom, let region = await cache.region(of: target),
      region != target.region
    else { return job.portal }
    target.region = region
    // What the file calls a region may be none, or lead where the script may not ask.
    guard let portal = try? portal(target, job.settings),
      (try? permit(.session(.logout, job: 0, urls: [portal.endpoint.url]), "sso.logout")) != nil
    else { return job.portal }
    return portal
  }

  private func credentials(_ job: SessionJob, _ said: SaidLines) async throws(ScriptFailure)
    -> LuaTable
  {
    let asking = try Asking(job, self, said)
    do throws(SSOError) {
      let role = try RoleSignIn(
        job.signIn.target, cache: cache(job.signIn.store, said),
        portal: SSOPortalClient(job.portal),
        report: asking.report)
      let found = try await job.signIn.turn.run { () async throws(SSOError) in
        try await role.credentials(
          force: job.signIn.options.force, onWait: { asking.hooks.onWait() },
          oidc: job.signIn.client,
          token: { refused throws(SSOError) in try await asking.token(refused: refused) })
      }
      return LuaTable(found.credentials, role.target, found.source)
    } catch {
      throw asking.hooks.failure ?? .operation(error)
    }
  }

  private func accounts(_ job: SessionJob, _ said: SaidLines) async throws(ScriptFailure)
    -> LuaTable
  {
    let asking = try Asking(job, self, said)
    do throws(SSOError) {
      let access = try await SSOPortalClient.withToken(
        { refused throws(SSOError) in try await asking.token(refused: refused) }
      ) { token throws(SSOError) in
        let listing = AccessListing(SSOPortalClient(job.portal), accessToken: token)
        let accounts = try await listing.accounts()
        return try await listing.access(to: accounts, report: asking.report) { done in
          await asking.tell(job.progress, done, accounts.count)
        }
      }
      return LuaTable(items: access.map { .table(LuaTable($0)) }, kind: .list)
    } catch {
      throw asking.hooks.failure ?? .operation(error)
    }
  }

  private func cache(_ store: any SignInStore, _ said: SaidLines) -> SignInCache {
    guard let system else { return SignInCache(store) { _ in } }
    return cache(store, system, said)
  }
}

/// How one call gets its token.
private struct Asking: Sendable {
  let hooks: ScriptHooks
  let report: @Sendable (String) -> Void
  private let system: ScriptSystem
  private let turn: LoginTurn
  private let signIn: @Sendable (_ refused: Secret?) -> SignIn

  init(_ job: SessionJob, _ host: ScriptHost, _ said: SaidLines) throws(ScriptFailure) {
    guard let system = host.system else { throw .misuse("the script does not run any more") }
    let hooks = ScriptHooks(of: job.signIn, system)
    let cache = host.cache(job.signIn.store, system, said)
    let doors = host.doors(system)
    self.hooks = hooks
    self.system = system
    turn = job.signIn.turn
    report = { line in system.onLoop { $0.tell(line) } }
    signIn = { refused in
      var options = job.signIn.options
      // Of role credentials: to force new keys is no reason for a new login.
      options.force = false
      options.refused = refused
      return SignIn(
        job.signIn.target, options: options, cache: cache,
        client: SSOOIDCClient(job.signIn.client), doors: doors, hooks: hooks)
    }
  }

  /// A token; another one when the portal has refused the one before.
  func token(refused: Secret?) async throws(SSOError) -> Secret {
    try await turn.run { () async throws(SSOError) in
      try await system.token(by: signIn(refused)).token.accessToken
    }
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

extension SessionJob {
  /// Whether the session may be one of the portal's that would end it; of what a file names it is.
  fileprivate var isAtHome: Bool {
    let endpoint = portal.endpoint
    return !isFound || !endpoint.isCustom
      || URLParts(signIn.target.startURL)?.authority == endpoint.host
  }
}
