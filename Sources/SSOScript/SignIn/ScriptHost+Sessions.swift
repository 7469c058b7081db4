//  ScriptHost+Sessions.swift - what a script wants of sessions: status, end, role credentials,
//  lists.
//
//  Does not know: how that is done (ScriptHost+SessionWork).

import LuaEngine
import SSOOIDC

/// One call about sessions, until it is permitted and performed.
struct SessionWork {
  /// The sessions it is about.
  var jobs: [SessionJob]
  /// Where further ones may be, and the call that they are locked by.
  var others: (store: any SignInStore, turn: LoginTurn)?
  /// Whether it is about all there are.
  var isAll = false
  /// What their portals are set up by.
  var settings = ClientSettings.Explicit()
}

/// What there is to do with one session.
struct SessionJob {
  /// How a token is had; of status and logout only the store and the target count.
  var signIn: SignInJob
  /// The access portal, and what it is set up by.
  var portal: ServiceClient
  var settings: ClientSettings.Explicit
  /// Hears how far a list is.
  var progress: LuaReference?
  /// Whether the cache alone tells of it.
  var isFound = false
}

extension ScriptHost {
  /// The wish for credentials or a list.
  func askSession(
    _ wish: SessionWish, _ arguments: CheckedArguments, _ caller: String
  ) throws(ScriptFailure) -> APIAnswer {
    let signIn = try signInJob(arguments, caller, asksAgain: false)
    let settings = settings(profile: arguments.text("profile"))
    let portal = try portal(signIn.target, settings)
    let job = SessionJob(
      signIn: signIn, portal: portal, settings: settings,
      progress: arguments.reference("on_progress"))
    return .ask(
      .session(
        wish, job: sessions.add(SessionWork(jobs: [job])),
        urls: [signIn.client.endpoint.url, portal.endpoint.url]))
  }

  /// The wish to see what is kept.
  func askStatus(_ arguments: CheckedArguments) throws(ScriptFailure) -> APIAnswer {
    let isNamed = !arguments.targetNames.isEmpty || options.settings.profile != nil
    let work = try work(arguments, isAll: !isNamed, "sso.status")
    return .ask(.session(.status, job: sessions.add(work), urls: []))
  }

  /// The wish to end sessions.
  func askLogout(_ arguments: CheckedArguments) throws(ScriptFailure) -> APIAnswer {
    let isAll = arguments.boolean("all") ?? false
    guard !isAll || arguments.targetNames.isEmpty else {
      throw .misuse("sso.logout: all = true ends every session; name none beside it")
    }
    let work = try work(arguments, isAll: isAll, "sso.logout")
    let urls = work.jobs.map(\.portal.endpoint.url)
    return .ask(.session(.logout, job: sessions.add(work), urls: urls))
  }

  /// What is named, or everything.
  private func work(
    _ arguments: CheckedArguments, isAll: Bool, _ caller: String
  ) throws(ScriptFailure) -> SessionWork {
    let store = try cache(arguments, caller)
    let turn = turn(caller)
    let targets = isAll ? options.config.signInTargets : [try target(arguments)]
    var settings = settings(profile: arguments.text("profile"))
    // The service of a profile that nobody named is not told the tokens of others.
    settings.usesProfileEndpoint = !isAll || settings.profile != nil
    let own = ownTarget
    let jobs = try targets.map { target throws(ScriptFailure) in
      var settings = settings
      if own?.isOfSameSession(as: target) == true { settings.usesProfileEndpoint = true }
      return try job(target, store, turn, settings)
    }
    return SessionWork(jobs: jobs, others: (store, turn), isAll: isAll, settings: settings)
  }

  /// What the profile names whose settings count where nobody says otherwise.
  private var ownTarget: SignInTarget? {
    let profile = TargetNames.profile(of: world.environment.value) ?? "default"
    return try? .profile(profile, in: options.config)
  }

  /// What status and logout need of one session.
  func job(
    _ target: SignInTarget, _ store: any SignInStore, _ turn: LoginTurn,
    _ settings: ClientSettings.Explicit
  ) throws(ScriptFailure) -> SessionJob {
    let portal = try portal(target, settings)
    return SessionJob(
      signIn: SignInJob(
        caller: "", target: target, options: SignIn.Options(), client: portal, store: store,
        hooks: [:], turn: turn), portal: portal, settings: settings, progress: nil)
  }

  func portal(
    _ target: SignInTarget, _ settings: ClientSettings.Explicit
  ) throws(ScriptFailure) -> ServiceClient {
    try ScriptFailure.wrapping { () throws(SSOError) in
      try signInClient(target, settings, .portal)
    }
  }
}
