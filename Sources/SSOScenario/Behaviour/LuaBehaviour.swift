//  LuaBehaviour.swift - a service's behaviour written in Lua.
//
//  Knows: a handler that fails answers 500 and says where; one that does not come to an end stops
//  the script.
//  Does not know: what handlers may call (ServiceLibrary), how replies leave (IdentityServer).

internal import EventLoop
internal import IdentityService
internal import LuaEngine
internal import SSOOIDC
internal import SSOScript
internal import Synchronization

/// One script that treats requests.
final class LuaBehaviour: Behaviour {
  private let system: ScriptSystem
  private let library: ServiceLibrary
  private let name: String
  private let began: ServiceTime
  private let door: any ServiceDoor
  private let place: BehaviourPlace
  private let secrets: RecentSecrets
  private let isOver = Atomic<Bool>(false)
  /// How often a thread that gives no sign of life is looked at before its script is stopped; by the
  /// clock alone, a machine that was asleep would be held against it.
  private static let looks = 10
  /// Decisions that wait for their time.
  private let decisions = Mutex(Waiting())

  private struct Waiting {
    var tasks: [Int: Task<Void, Never>] = [:]
    var nextID = 0
  }

  /// Runs the main body of a script, which says what it wants to treat.
  init(
    _ source: [UInt8], name: String, door: any ServiceDoor, place: BehaviourPlace
  ) async throws(BehaviourError) {
    let secrets = RecentSecrets()
    let library = ServiceLibrary()
    var options = ScriptOptions()
    options.extension = library
    options.sleepsByClock = true
    options.startsBeforeClock = door.standsStill
    options.hasFlags = false
    // A server may run for months.
    options.outputLimit = nil
    options.scriptName = name
    options.seed = place.seed
    options.coverage = place.coverage
    let log = { @Sendable (text: String) in place.log(secrets.redact(text)) }
    system = ScriptSystem(
      world: .service(door, place.randomness, log: log), options: options, loop: place.loop)
    (self.library, self.door, self.place) = (library, door, place)
    (self.secrets, self.name, began) = (secrets, name, door.now)
    place.begins(system)
    do throws(LuaFailure) {
      try await start(source)
    } catch {
      await system.close()
      throw BehaviourError(secrets.redact(error.placedMessage))
    }
  }

  /// Runs the main body; one that waits is given up with the task.
  private func start(_ source: [UInt8]) async throws(LuaFailure) {
    let watch = watch()
    defer { watch?.cancel() }
    let started: Result<Void, LuaFailure> = await withTaskCancellationHandler {
      do throws(LuaFailure) {
        try await system.start(source, name: "@\(name)") { [secrets, place] failure in
          place.report(secrets.redact(failure.placedMessage))
        }
        return .success(())
      } catch {
        return .failure(error)
      }
    } onCancel: {
      system.interrupt(.exit)
    }
    try started.get()
  }

  func treat(
    _ request: BehaviourRequest, _ rules: @escaping @Sendable () async -> BehaviourReply
  ) async -> BehaviourReply {
    let (fault, handler) = library.take(request.operation)
    let inner = { @Sendable [self] in
      guard let handler else { return await rules() }
      return await handled(request, handler, rules)
    }
    let reply = if let fault { await fault.treat(request, inner) } else { await inner() }
    if let userCode = reply.facts.userCode { decide(about: userCode) }
    return reply
  }

  func end() {
    isOver.store(true, ordering: .releasing)
    library.forgetHandlers()
    for task in decisions.withLock({ $0.tasks }).values { task.cancel() }
    // A thread that the script keeps to itself would not come to closing it.
    if place.patience != nil { system.interrupt(.exit) }
    close()
  }

  deinit { close() }

  /// Lets go of the interpreter, which holds itself as long as its script may go on.
  private func close() {
    Task(executorPreference: place.executor) { [system, place] in
      await system.close()
      withExtendedLifetime(place.owner) {}
    }
  }
}

// MARK: - Handlers

extension LuaBehaviour {
  private func handled(
    _ request: BehaviourRequest, _ handler: RequestHandler,
    _ rules: @escaping @Sendable () async -> BehaviourReply
  ) async -> BehaviourReply {
    secrets.remember(request)
    let exchange = Exchange(request, on: place.executor) { [secrets] in
      let reply = await rules()
      secrets.remember(reply)
      return reply
    }
    let handle = library.open(exchange)
    defer { library.close(handle) }
    do throws(BehaviourError) {
      return try await answer(of: handler, handle, exchange)
    } catch {
      // A script that was replaced leaves what it was at to the rules.
      guard !isOver.load(ordering: .acquiring) else { return await exchange.proceed() }
      // What a module of the script is at has that one's name.
      let file = error.description.hasPrefix(name + ":") ? "" : name + ": "
      report("\(request.operation.rawValue): \(file)\(error.description)")
      return await failure(exchange)
    }
  }

  private func report(_ text: String) { place.report(secrets.redact(text)) }

  private func answer(
    of handler: RequestHandler, _ handle: Int64, _ exchange: Exchange
  ) async throws(BehaviourError) -> BehaviourReply {
    let value = try await call(handler, handle, exchange.request)
    guard let due = await exchange.fault, due.isDue(for: exchange.request) else {
      return try await reply(value, of: handler, exchange)
    }
    let said = await exchange.said
    guard value == .nil, said == nil, due.phase == .before else {
      return due.struck(try await reply(value, of: handler, exchange), exchange.request)
    }
    return due.struck(nil, exchange.request)
  }

  private func call(
    _ handler: RequestHandler, _ handle: Int64, _ request: BehaviourRequest
  ) async throws(BehaviourError) -> LuaValue {
    let watch = watch()
    defer { watch?.cancel() }
    do throws(LuaFailure) {
      let table = request.table
      let values = try await system.call(handler.function) { host in
        [.table(table), host.object("session", handle)]
      }
      return values.first ?? .nil
    } catch {
      guard error.place.position.isEmpty else { throw BehaviourError(error.placedMessage) }
      throw handler.told(error.message)
    }
  }

  private func reply(
    _ value: LuaValue, of handler: RequestHandler, _ exchange: Exchange
  ) async throws(BehaviourError) -> BehaviourReply {
    guard value != .nil else { return await exchange.proceed() }
    var reply = try read(value, of: handler, exchange.request)
    if let said = await exchange.said {
      let error = reply.facts.error
      reply.facts = said.facts
      if error != nil { reply.facts.error = error }
    }
    return reply
  }

  /// What a handler returned; what is wrong with it is told with the handler's line, as Lua knows of none.
  private func read(
    _ value: LuaValue, of handler: RequestHandler, _ request: BehaviourRequest
  ) throws(BehaviourError) -> BehaviourReply {
    do throws(BehaviourError) {
      return try BehaviourReply(value, to: request, place.randomness.bytes)
    } catch {
      throw handler.told(error.description)
    }
  }

  private func failure(_ exchange: Exchange) async -> BehaviourReply {
    var reply = BehaviourReply(
      internalErrorTo: exchange.request, random: place.randomness.bytes(16))
    if let said = await exchange.said { reply.facts.keep(said.facts) }
    return reply
  }

  /// Stops the script if its thread does not come to anything else for too long.
  ///
  /// Asks the thread for a sign of life again and again: one that is given before the script's turn
  /// says nothing about what follows.
  private func watch() -> Task<Void, Never>? {
    guard let patience = place.patience else { return nil }
    return Task { [system, loop = place.loop] in
      var (sign, looks) = (SignOfLife(of: loop), 0)
      while (try? await Task.sleep(for: patience / Self.looks)) != nil {
        looks += 1
        if sign.isGiven.load(ordering: .relaxed) {
          (sign, looks) = (SignOfLife(of: loop), 0)
        } else if looks == Self.looks {
          return system.interrupt(.time)
        }
      }
    }
  }
}

/// Given by a thread that came to it.
private final class SignOfLife: Sendable {
  let isGiven = Atomic<Bool>(false)

  /// Asks for it.
  init(of loop: EventLoop) {
    Task(executorPreference: loop.taskExecutor) { [self] in
      isGiven.store(true, ordering: .relaxed)
    }
  }
}

// MARK: - Decisions

extension LuaBehaviour {
  private func decide(about userCode: String) {
    for decision in library.decisionsAboutNextStart() {
      // Within the lock, so that a task that is quick does not forget itself too early.
      decisions.withLock { waiting in
        let id = waiting.nextID
        waiting.nextID += 1
        waiting.tasks[id] = Task(executorPreference: place.executor) { [self] in
          await carryOut(decision, userCode)
          decisions.withLock { $0.tasks[id] = nil }
        }
      }
    }
  }

  private func carryOut(_ decision: PlannedDecision, _ userCode: String) async {
    let wait =
      switch decision.due {
      case .after(let duration): duration
      case .at(let duration): max(.zero, began + duration - door.now)
      }
    guard (try? await door.sleep(for: wait)) != nil else { return }
    let result = await door.judge(userCode: userCode, decision.verdict, as: decision.person)
    if result == .unknownPerson {
      report("service.approve: nobody can sign in as \"\(decision.person ?? "")\"")
    }
  }
}

extension RequestHandler {
  /// What went wrong at no line that Lua knows.
  fileprivate func told(_ text: String) -> BehaviourError {
    BehaviourError((place.map { "\($0): " } ?? "") + text)
  }
}

extension LuaFailure {
  /// File and line, and what happened: errors of the host do not name their place.
  fileprivate var placedMessage: String {
    place.position.isEmpty || message.hasPrefix(place.position)
      ? message : "\(place.position): \(message)"
  }
}
