//  SignIn.swift - a valid token with as little trouble as possible: cached, renewed, or by a person.
//
//  Knows: the order of the three, that only one process of the user does the work, and that a person
//  who said no is left alone for a while.
//  Does not know: how a person signs in (SignIn+Flows), where things are kept.

/// Signs in to one Identity Center.
public struct SignIn: Sendable {
  /// Where a token came from.
  public enum Source: String, Sendable {
    /// It was cached and is good for a while.
    case cache
    /// It was renewed.
    case refresh
    /// A person signed in.
    case login
  }

  /// What the caller decides.
  public struct Options: Sendable, Equatable {
    /// Whether a person signs in whatever is cached.
    public var force = false
    /// A token that its service does not take, however long it has to live: when it is the cached
    /// one it is renewed, or a person signs in.
    public var refused: Secret?
    /// Whether a person who declined a moment ago is asked again.
    public var asksAgain = false
    /// How a person signs in; `nil` chooses.
    public var flow: SignInFlow?
    /// Whether a browser may be opened.
    public var opensBrowser = true
    /// The port to come back to, if it is free.
    public var redirectPort: Int?
    /// Whether the person brings the address that the browser ended at, from another machine.
    public var pastes = false

    /// The defaults named on each member.
    public init() {}
  }

  /// A new token, and the client it was given to.
  public typealias Grant = (token: CreateTokenResponse, registration: CachedRegistration)

  /// A token and where it came from.
  public typealias Found = (token: CachedToken, source: Source)

  /// What to sign in to.
  public let target: SignInTarget
  let options: Options
  let cache: SignInCache
  let client: SSOOIDCClient
  let doors: SignInDoors
  let hooks: any SignInHooks

  /// Prepares to sign in.
  ///
  /// - Parameters:
  ///   - target: What to sign in to.
  ///   - options: What the caller decides.
  ///   - cache: Where tokens are kept.
  ///   - client: Registers, asks, renews.
  ///   - doors: The way to the person.
  ///   - hooks: Who hears of it.
  public init(
    _ target: SignInTarget, options: Options = Options(), cache: SignInCache,
    client: SSOOIDCClient, doors: SignInDoors, hooks: any SignInHooks = NoHooks()
  ) {
    self.target = target
    self.options = options
    self.cache = cache
    self.client = client
    self.doors = doors
    self.hooks = hooks
  }

  /// Gives a valid token: the cached one, a renewed one, or a person signs in.
  ///
  /// Of many processes that ask at once one renews or signs in; the others wait and take its result
  /// from the cache.
  ///
  /// - Returns: The token and where it came from.
  /// - Throws: ``SSOError``: what the service or a hook said, ``SSOError/Code/loginDeclined`` while
  ///   a declined login is remembered, ``SSOError/Code/cancelled`` when the task is.
  public func token() async throws(SSOError) -> Found {
    do throws(SSOError) {
      try await client.service.judge?.begin(target)
      let found = try await token { () async throws(SSOError) in try await logIn() }
      try await hooks.onToken(found.token, found.source)
      return found
    } catch {
      if error.kind != .cancelled, !error.isConfiguration { await hooks.onFailure(error) }
      throw error
    }
  }

  /// The same with a login of the caller's own.
  ///
  /// - Parameter login: Lets a person sign in; called at most once, and not at all while a token is
  ///   good.
  /// - Returns: The token and where it came from.
  /// - Throws: What `login` throws, and what ``token()`` does.
  public func token(
    login: () async throws(SSOError) -> Grant
  ) async throws(SSOError) -> Found {
    if !options.force, let token = await cache.token(for: target), state(of: token) == .valid {
      return (token, .cache)
    }
    let hooks = hooks
    let declined = await cache.note(beside: target.tokenItem).declinedUntil
    let wait = LockWait(at: now)
    let found = try await cache.withLock(
      on: target.tokenItem,
      onWait: {
        wait.begin()
        hooks.onWait()
      }
    ) { () async throws(SSOError) in
      try await tokenUnderLock(login, wait, declinedBefore: declined)
    }
    // Not before: a hook may want the same lock.
    switch found.source {
    case .refresh: await hooks.onRefresh(found.token)
    case .cache where state(of: found.token) != .valid: await hooks.onExpiring(found.token)
    case .cache, .login: break
    }
    return found
  }

  var now: Timestamp { client.service.clock.now }

  private func state(of token: CachedToken) -> TokenState {
    token.state(
      for: target, at: now, isRefused: objection(to: token) != nil, isBorrowed: cache.isBorrowed)
  }

  /// Why a cached token counts as one that has ended, whatever it says.
  private func objection(to token: CachedToken) -> String? {
    if token.accessToken == options.refused { return "the cached token is not taken any more" }
    let isTooLong = client.service.judge?.isTooLong(until: token.expiresAt, at: now) ?? false
    return isTooLong ? "the cached token lives longer than the policy allows" : nil
  }

  /// Reads again first: whoever held the lock before may have done the work.
  private func tokenUnderLock(
    _ login: () async throws(SSOError) -> Grant, _ wait: LockWait, declinedBefore: Timestamp?
  ) async throws(SSOError) -> Found {
    let old = await reread()
    if !options.force, let old, let found = try await use(old) { return found }
    let grant = try await ask(login, wait, declinedBefore: declinedBefore)
    return (await keep(grant, replacing: old?.withoutRefreshToken), .login)
  }

  // MARK: A person

  /// Lets a person sign in, unless one has said no a moment ago.
  ///
  /// Who is asked again gives an answer to all that were waiting for it. That nobody came is none the
  /// first time; else forty that wait would ask one after another.
  private func ask(
    _ login: () async throws(SSOError) -> Grant, _ wait: LockWait, declinedBefore: Timestamp?
  ) async throws(SSOError) -> Grant {
    let note = await cache.note(beside: target.tokenItem)
    let isNew = note.declinedUntil != declinedBefore
    let asksAgain = asksAnew && (note.ranOut || !isNew)
    if !asksAgain, let end = note.declined(at: now) {
      throw SSOError(
        .loginDeclined, .service, reasonNotToAsk(note, until: end), operation: "sign-in",
        host: client.service.endpoint.host)
    }
    do throws(SSOError) {
      return try await cache.asking([client.service], for: target.tokenItem, after: wait, login)
    } catch {
      if error.code == .accessDenied || error.code == .expiredToken {
        await noteDeclined(ranOut: error.code == .expiredToken && !(note.ranOut && isNew))
      }
      throw error
    }
  }

  /// Whether a no of before does not count.
  private var asksAnew: Bool { options.asksAgain || options.force }

  private func reasonNotToAsk(_ note: SignInNote, until end: Timestamp) -> String {
    // Who asks again comes here with a no that another one got meanwhile.
    guard !asksAnew else {
      return "the login that this one waited for came to nothing; sign in once more to be asked"
    }
    let end = end.rfc3339
    return
      "a login \(note.ranOut ? "ran out" : "was declined or ran out") a moment ago; nobody is asked "
      + "again before \(end), except by `ssoscript login` or sso.login"
  }

  private func noteDeclined(ranOut: Bool) async {
    var note = await cache.note(beside: target.tokenItem)
    note.declinedUntil = now + SignInNote.declinedFor
    note.ranOut = ranOut
    await cache.setNote(note, beside: target.tokenItem)
  }

  private func keep(_ grant: Grant, replacing old: CachedToken?) async -> CachedToken {
    let token = CachedToken(
      grant.token, target: target, registration: grant.registration, now: now, replacing: old)
    await cache.keep(token, for: target)
    if await !cache.note(beside: target.tokenItem).isEmpty {
      await cache.setNote(SignInNote(), beside: target.tokenItem)
    }
    return token
  }

  // MARK: The cached token

  /// What the cached token is good for; `nil` when a person has to sign in.
  private func use(_ old: CachedToken) async throws(SSOError) -> Found? {
    let objection = objection(to: old)
    if let objection { doors.say(objection) }
    switch state(of: old) {
    case .valid: return (old, .cache)
    case .ending(let obstacle):
      doors.say(obstacle.description)
      return (old, .cache)
    case .ended(let obstacle):
      doors.say(obstacle.description)
      return nil
    case .renewable(let registration, let refreshToken, let isUrgent):
      let renewal = try await renew(registration, refreshToken)
      if case .renewed(let token) = renewal {
        return (await keep((token, registration), replacing: old), .refresh)
      }
      // Perhaps a tool that knows nothing of our lock was quicker.
      if let other = await renewedByOthers() { return (other, .cache) }
      // Who cannot be reached for a renewal, or has a problem, is no better for a login.
      let isStillGood = renewal == .unreachable && old.expiresAt > now && objection == nil
      return isStillGood || !isUrgent ? (old, .cache) : nil
    }
  }

  func renewedByOthers() async -> CachedToken? {
    await reread().flatMap { state(of: $0) == .valid ? $0 : nil }
  }

  /// After a refusal, what was kept for speed is not to be trusted: another process may have renewed.
  private func reread() async -> CachedToken? {
    await (options.refused == nil ? cache : cache.lasting).token(for: target)
  }
}

extension SSOError.Code {
  /// A person declined a login, or let it run out, a moment ago, and is not asked again yet.
  public static let loginDeclined = Self("LoginDeclined")
  /// Whoever asks would wait for itself: do not sign in to what is being signed in to.
  public static let deadlock = Self("Deadlock")
  /// No browser of this machine can come back here: take the device flow.
  public static let noCallback = Self("NoCallback")
}
