//  ScriptHost+SignIn.swift - `sso.login` and `sso.ensure`: from arguments to a token.
//
//  Knows: what the script, the user and AWS's config file say about a target, in this order.

import LuaEngine
import SSOOIDC

/// One call of `sso.login` or `sso.ensure`, until it is permitted and performed.
struct SignInJob {
  var caller: String
  var target: SignInTarget
  var options: SignIn.Options
  var client: ServiceClient
  var store: any SignInStore
  var hooks: [String: LuaReference]
}

extension ScriptHost {
  /// The wish to sign in that a script's arguments describe.
  ///
  /// - Parameters:
  ///   - arguments: Those declared as ``API/signInParameters``.
  ///   - caller: The function, for messages.
  ///   - asksAgain: Whether a login that was declined a moment ago may be asked for again.
  /// - Returns: The wish.
  /// - Throws: ``ScriptFailure`` that names what cannot be used.
  func askSignIn(
    _ arguments: CheckedArguments, _ caller: String, asksAgain: Bool
  ) throws(ScriptFailure) -> APIAnswer {
    var options = try Self.options(arguments, caller)
    options.asksAgain = asksAgain
    let store = try store(arguments["cache"], caller)
    do throws(SSOError) {
      let target = try signInTarget(arguments)
      let client = try signInClient(target, profile: arguments.text("profile"))
      let job = SignInJob(
        caller: caller, target: target, options: options, client: client,
        store: store, hooks: Self.hooks(arguments))
      return .ask(.signIn(job: signIns.add(job), host: client.endpoint.host))
    } catch {
      if error.code == .invalidParameter { throw .misuse(error.message) }
      throw .operation(error)
    }
  }

  /// Performs a permitted wish.
  func signIn(_ handle: Int64) async throws(ScriptFailure) -> LuaTable {
    guard let job = signIns[handle], let system else {
      throw .misuse("the script does not run any more")
    }
    signIns[handle] = nil
    let hooks = ScriptHooks(job.hooks, of: system, caller: job.caller, target: job.target)
    let signIn = SignIn(
      job.target, options: job.options, cache: cache(job.store, system),
      client: SSOOIDCClient(job.client), doors: doors(system), hooks: hooks)
    do throws(SSOError) {
      let found = try await signIn.token()
      return LuaTable(found.token, target: job.target, source: found.source)
    } catch {
      throw hooks.failure ?? .operation(error)
    }
  }

  /// A cache on `store` that remembers secrets and tells the person what is wrong with it.
  func cache(_ store: any SignInStore, _ system: ScriptSystem) -> SignInCache {
    SignInCache(RememberingStore(store: store, secrets: secrets)) { line in
      system.onLoop { $0.tell(line) }
    }
  }

  private func doors(_ system: ScriptSystem) -> SignInDoors {
    let (browser, terminal) = (world.browser, world.terminal)
    var doors = SignInDoors { line in system.onLoop { $0.tell(line) } }
    doors.browserObstacle = { browser.obstacle }
    doors.openBrowser = { url in
      do throws(DoorError) { try await browser.open(url) } catch { return error.message }
      return nil
    }
    doors.paste = { question in
      let line = try? await terminal.prompt(question, hidden: false)
      return line ?? nil
    }
    doors.listener = world.listener
    doors.randomness = world.randomness
    return doors
  }

  // MARK: What is wanted

  /// The target that `profile`, `session`, or `start_url` and `region` name; the user's profile if
  /// none of them is there.
  func signInTarget(_ arguments: CheckedArguments) throws(SSOError) -> SignInTarget {
    var target = try namedTarget(
      profile: arguments.text("profile"), session: arguments.text("session"),
      startURL: arguments.text("start_url"), region: arguments.text("region"))
    if let scopes = arguments.texts("scopes"), !scopes.isEmpty { target.scopes = scopes }
    return target
  }

  private func namedTarget(
    profile: String?, session: String?, startURL: String?, region: String?
  ) throws(SSOError) -> SignInTarget {
    let named = [profile, session, startURL].count { $0 != nil }
    guard named <= 1 else {
      throw .misuse("name one of profile, session and start_url")
    }
    if let startURL {
      guard let region = region ?? options.settings.region else {
        throw .misuse("start_url needs the region of the Identity Center: region = \"us-east-1\"")
      }
      return SignInTarget(startURL: try Self.checked(startURL), region: region)
    }
    guard region == nil else {
      throw .misuse("region goes with start_url; profiles and sessions have their own")
    }
    if let session { return try .session(session, in: options.config) }
    let variables = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].compactMap {
      world.environment.value($0)
    }
    let name = profile ?? options.settings.profile ?? variables.first { !$0.isEmpty } ?? "default"
    return try .profile(name, in: options.config)
  }

  /// It decides where a person is led, so it must be a URL that is meant for browsers.
  private static func checked(_ startURL: String) throws(SSOError) -> String {
    let isSafe =
      startURL.hasPrefix("https://")
      || ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { start in
        startURL.hasPrefix(start)
          && ["", ":", "/"].contains(startURL.dropFirst(start.count).first.map(String.init) ?? "")
      }
    guard isSafe, HostPattern.isPlain(startURL) else {
      throw .misuse("start_url must be an https URL, or http on this machine")
    }
    return startURL
  }

  /// A client for the target's region and the user's endpoint.
  func signInClient(
    _ target: SignInTarget, profile: String?, _ service: Service = .oidc
  ) throws(SSOError) -> ServiceClient {
    var explicit = options.settings
    explicit.region = target.region
    explicit.profile = profile ?? explicit.profile
    let settings = try ClientSettings.resolve(
      service, explicit: explicit, environment: world.environment.value, config: options.config)
    return ServiceClient(
      try ClientConfiguration(settings: settings, service: service),
      transport: RememberingTransport(transport: world.transport, secrets: secrets),
      clock: world.clock, randomness: world.randomness)
  }

  private static func options(
    _ arguments: CheckedArguments, _ caller: String
  ) throws(ScriptFailure) -> SignIn.Options {
    var options = SignIn.Options()
    options.force = arguments.boolean("force") ?? false
    options.opensBrowser = arguments.boolean("browser") ?? true
    options.pastes = arguments.boolean("paste") ?? false
    let word = arguments.text("flow") ?? "auto"
    options.flow = SignInFlow(rawValue: word)
    guard word == "auto" || options.flow != nil else {
      throw .misuse(
        "\(caller): flow must be \"auto\", \"device\" or \"pkce\", got "
          + "\"\(PrintableText.escaped(word, limit: 40))\"")
    }
    guard !options.pastes || options.flow != .device else {
      throw .misuse("\(caller): paste goes with flow = \"pkce\"")
    }
    if let port = arguments.integer("redirect_port") {
      guard (1...65_535).contains(port) else {
        throw .misuse("\(caller): redirect_port must be from 1 to 65535, got \(port)")
      }
      options.redirectPort = Int(port)
    }
    return options
  }

  private static func hooks(_ arguments: CheckedArguments) -> [String: LuaReference] {
    var hooks: [String: LuaReference] = [:]
    for name in ScriptHooks.names {
      if let function = arguments.reference(name) { hooks[name] = function }
    }
    return hooks
  }
}
