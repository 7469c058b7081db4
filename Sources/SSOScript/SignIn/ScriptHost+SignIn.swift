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
  var turn: LoginTurn
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
    let job = try signInJob(arguments, caller, asksAgain: asksAgain)
    return .ask(.signIn(job: signIns.add(job), url: job.client.endpoint.url))
  }

  /// Everything a login needs, by the same arguments.
  func signInJob(
    _ arguments: CheckedArguments, _ caller: String, asksAgain: Bool
  ) throws(ScriptFailure) -> SignInJob {
    var options = try Self.options(arguments, caller)
    options.asksAgain = asksAgain
    let store = try cache(arguments, caller)
    let turn = turn(caller)
    do throws(SSOError) {
      let target = try signInTarget(arguments)
      let client = try signInClient(target, settings(profile: arguments.text("profile")))
      return SignInJob(
        caller: caller, target: target, options: options, client: client, store: store,
        hooks: Self.hooks(arguments), turn: turn)
    } catch {
      if error.code == .invalidParameter { throw .misuse(error.message) }
      throw .operation(error)
    }
  }

  /// What locks the caller holds, and those above it.
  func turn(_ caller: String) -> LoginTurn {
    LoginTurn(caller, by: scheduler?.current?.hook)
  }

  /// Performs a permitted wish.
  func signIn(_ handle: Int64) async throws(ScriptFailure) -> LuaTable {
    guard let job = signIns[handle], let system else {
      throw .misuse("the script does not run any more")
    }
    signIns[handle] = nil
    let store = try await allowedStore(job.store)
    let hooks = ScriptHooks(of: job, system)
    let signIn = SignIn(
      job.target, options: job.options,
      cache: cache(TurnStore(store: store, turn: job.turn), system),
      client: SSOOIDCClient(job.client), doors: doors(system), hooks: hooks)
    do throws(SSOError) {
      let found = try await job.turn.run { () async throws(SSOError) in
        try await system.token(by: signIn)
      }
      return LuaTable(found.token, target: job.target, source: found.source)
    } catch {
      throw hooks.failure ?? .operation(error)
    }
  }

  /// A cache on `store` that remembers secrets and tells the person what is wrong with it.
  func cache(
    _ store: any SignInStore, _ system: ScriptSystem, _ said: SaidLines = SaidLines()
  ) -> SignInCache {
    SignInCache(RememberingStore(store: store, secrets: secrets), clock: world.clock, said: said) {
      line in system.onLoop { $0.tell(line) }
    }
  }

  func doors(_ system: ScriptSystem) -> SignInDoors {
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

  /// The user's settings; of the profiles the script's goes first.
  func settings(profile: String?) -> ClientSettings.Explicit {
    var settings = options.settings
    settings.profile = profile ?? settings.profile
    return settings
  }

  /// A client for the target's region and the user's endpoint.
  func signInClient(
    _ target: SignInTarget, _ settings: ClientSettings.Explicit, _ service: Service = .oidc
  ) throws(SSOError) -> ServiceClient {
    var explicit = settings
    explicit.region = target.region
    let settings = try ClientSettings.resolve(
      service, explicit: explicit, environment: world.environment.value, config: options.config)
    return serviceClient(
      try ClientConfiguration(settings: settings, service: service),
      over: RememberingTransport(transport: world.transport, secrets: secrets))
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
