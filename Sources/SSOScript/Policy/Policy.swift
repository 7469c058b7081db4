//  Policy.swift - one policy file, running in an interpreter of its own.
//
//  Knows: how it is loaded, how a hook is called, and what a hook may return.
//  Does not know: when hooks are called (PolicySet).

import EventLoop
import LuaEngine
import SSOOIDC

/// A policy that has been loaded.
///
/// The flow cannot touch it: it has an interpreter, limits and permissions of its own.
final class Policy: Sendable {
  /// What a hook answered.
  enum Answer {
    /// Go on.
    case agreed
    /// Go on with this in place of what it was given.
    case changed(LuaTable)
  }

  let source: PolicySource
  let table: PolicyTable
  let system: ScriptSystem
  /// The store that its table names, if that is an object: its script drops it with the table.
  let store: (any SignInStore)?

  private init(
    _ source: PolicySource, _ table: PolicyTable, _ system: ScriptSystem, _ host: ScriptHost
  ) {
    (self.source, self.table, self.system) = (source, table, system)
    if case .object = table.cache { store = try? host.store(table.cache, "") } else { store = nil }
  }

  // MARK: Loading

  /// How long the main body may take.
  private static let patience = Duration.seconds(10)
  /// For its main body and all its hooks together: about a second of pure Lua.
  private static let instructions: UInt64 = 100_000_000

  /// Runs the main body of a policy and looks at what it returns.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - world: The doors, as the flow has them.
  ///   - options: Those of the flow.
  ///   - secrets: Those of the flow: neither shows what the other has seen.
  ///   - loop: Where the flow runs, too.
  ///   - confinement: Keeps it from everything; a project's policy always is.
  ///   - warn: Takes a line for the log.
  /// - Returns: The policy; its table may have problems.
  /// - Throws: ``PolicyProblem`` when the main body does not come to its end.
  static func load(
    _ source: PolicySource, _ world: World, _ options: ScriptOptions, _ secrets: SecretKeeper,
    _ loop: EventLoop, confinement: Confinement? = nil,
    warn: @escaping @Sendable (String) -> Void
  ) async throws(PolicyProblem) -> Policy {
    var options = Self.options(source, options)
    options.confinement = source.level == .project ? Confinement("a project's policy") : confinement
    let doors = options.confinement.map { world.closed(to: $0.owner) } ?? world
    let system = ScriptSystem(world: doors, options: options, secrets: secrets, loop: loop)
    let alarm = Task(executorPreference: loop.taskExecutor) {
      guard (try? await world.clock.sleep(for: patience)) != nil else { return }
      system.interrupt(.time)
    }
    defer { alarm.cancel() }
    do throws(LuaFailure) {
      return try await system.start(
        source.text, name: "@\(source.path)",
        lateFailure: { failure in
          let words = failure.placedText.withoutBreaks
          warn("a task of the policy \(source.path) failed that nobody waits for: \(words)")
        },
        reading: { values, host in
          Policy(source, PolicyTable(values.first ?? .nil, source), system, host)
        })
    } catch {
      await system.close()
      throw PolicyProblem(failure: error, source.path)
    }
  }

  /// The system's policy may do everything; one that came with a folder may do nothing: whoever
  /// wrote the folder's files is nobody the user has trusted with more.
  private static func options(_ source: PolicySource, _ flow: ScriptOptions) -> ScriptOptions {
    var options = ScriptOptions()
    switch source.level {
    case .system: options.permissions = .all
    case .user, .option: options.permissions = flow.permissions
    case .project: options.permissions = Permissions()
    }
    options.hasFlags = flow.hasFlags
    options.limits = flow.limits
    options.limits.memory = 32 << 20
    options.limits.instructions = instructions
    options.outputLimit = 1 << 20
    options.settings = flow.settings
    options.config = flow.config
    options.scriptName = source.path
    options.isAside = true
    options.countdownLine = flow.countdownLine
    options.seed = flow.seed
    options.logLevel = flow.logLevel
    options.logFormat = flow.logFormat
    options.coverage = flow.coverage
    options.pool = flow.pool
    options.moduleRoots = source.folder.map { [$0] } ?? []
    return options
  }

  // MARK: Hooks

  /// Calls a hook, if there is one.
  ///
  /// - Parameters:
  ///   - hook: Which.
  ///   - table: What it is about.
  ///   - context: Operation, region and host.
  /// - Returns: What it answered.
  /// - Throws: `SSOError` when it refused, failed, or answered something it may not.
  func call(
    _ hook: PolicyHook, _ table: LuaTable, _ context: LuaTable
  ) async throws(SSOError) -> Answer {
    guard let function = self.table.hooks[hook] else { return .agreed }
    let values: [LuaValue]
    do throws(LuaFailure) {
      values = try await system.call(
        function, as: turn(hook.rawValue), { _ in [.table(table), .table(context)] }
      ) { values, _ in values }
    } catch {
      throw .policy(
        "\(hook.rawValue) of the policy \(source.path) refused: \(error.placedText)",
        operation: context.operation)
    }
    return try answer(values, hook, context)
  }

  /// What a login that the function asks for must not wait for.
  private func turn(_ function: String) -> LoginTurn.Hook? {
    LoginTurn.current.map {
      LoginTurn.Hook(name: "\(function) of the policy \(source.path)", turn: $0)
    }
  }

  private func answer(
    _ values: [LuaValue], _ hook: PolicyHook, _ context: LuaTable
  ) throws(SSOError) -> Answer {
    let place = table.place(hook.rawValue)
    switch values.first ?? .nil {
    case .nil, true: return .agreed
    case false:
      var reason = ""
      if values.count > 1, case .string(let text) = values[1] {
        reason = ": \(PrintableText.escaped(text))"
      }
      throw .policy(
        "\(hook.rawValue) of the policy \(place) refused\(reason)", operation: context.operation)
    case .table(let changed) where hook.changesInput:
      guard source.level != .project else {
        throw .badPolicy(
          "the policy \(place): \(hook.rawValue) returned a table; "
            + "a project's policy may refuse, but not change anything")
      }
      return .changed(changed)
    case let other:
      let wanted = hook.changesInput ? "nil, a table to send, " : "nil "
      throw .badPolicy(
        "the policy \(place): \(hook.rawValue) returned \(other.typeWithArticle); "
          + "expected \(wanted)or false and a reason")
    }
  }

  /// Tells one of the policy's required notifications; one that fails is a warning and nothing more.
  ///
  /// - Returns: What stopped the whole policy meanwhile.
  func notify(
    _ function: LuaReference, _ event: LuaTable, warn: (String) -> Void
  ) async -> LuaStop? {
    let hadStopped = await system.stop != nil
    do throws(LuaFailure) {
      _ = try await system.call(function, as: turn("notify"), { _ in [.table(event)] }) {
        values, _ in values
      }
    } catch {
      let words = error.placedText.withoutBreaks
      warn("notify of the policy \(table.place("notify")) failed: \(words)")
    }
    return hadStopped ? nil : await system.stop
  }
}

extension ScriptHost {
  /// The store that a value of a policy means.
  fileprivate func policyStore(
    _ value: LuaValue, _ caller: String
  ) -> Result<any SignInStore, ScriptFailure> {
    do throws(ScriptFailure) {
      guard value != .nil else { throw .misuse("\(caller): cache must give a store, got nil") }
      return .success(try store(value, caller))
    } catch {
      return .failure(error)
    }
  }
}

extension ScriptSystem {
  /// The store that a value of this policy means.
  func store(_ value: LuaValue, _ caller: String) -> Result<any SignInStore, ScriptFailure> {
    host.policyStore(value, caller)
  }

  /// The store that a function of this policy returns.
  func store(
    from function: LuaReference, _ caller: String
  ) async throws(LuaFailure) -> Result<any SignInStore, ScriptFailure> {
    try await call(function, { _ in [] }) { values, host in
      host.policyStore(values.first ?? .nil, caller)
    }
  }
}

extension PolicyProblem {
  /// A main body that failed; Lua's message begins with the place.
  fileprivate init(failure: LuaFailure, _ path: String) {
    let text = failure.placedText
    let line =
      text.hasPrefix("\(path):") ? Int(text.dropFirst(path.count + 1).prefix { $0 != ":" }) : nil
    let head = line.map { "\(path):\($0): " } ?? ""
    self.init(
      place: PolicyPlace(path: path, line: line),
      message: PrintableText.escaped(
        String(text.dropFirst(head.count)).withoutBreaks, limit: 2000))
  }
}

extension String {
  /// The messages of `require`, which go on in a line of their own, on one.
  fileprivate var withoutBreaks: String {
    replacing(":\n\t", with: ": ").replacing("\n\t", with: "; ")
  }
}

extension LuaValue {
  /// `a table`, `an integer`.
  var typeWithArticle: String {
    "\("aeio".contains(typeName.prefix(1)) ? "an" : "a") \(typeName)"
  }
}

extension LuaFailure {
  /// Place and message: errors of the host do not name their place.
  var placedText: String {
    place.position.isEmpty || message.hasPrefix(place.position)
      ? message : "\(place.position): \(message)"
  }
}

extension LuaTable {
  fileprivate var operation: String {
    if case .string(let name) = self["operation"] { name } else { "" }
  }
}
