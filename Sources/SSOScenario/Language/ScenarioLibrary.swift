//  ScenarioLibrary.swift - what a scenario file declared, and the objects in its hands.
//
//  Knows: objects live as long as their scenario.
//  Does not know: how Lua calls them (the extensions beside this file), when scenarios run (Runner).

internal import EventLoop
internal import LuaEngine
internal import SSOScript
internal import Synchronization

/// The functions of a scenario file.
final class ScenarioLibrary: ScriptExtension {
  struct State {
    var tree = ScenarioTree()
    var stage: ScenarioStage?
    var objects: [Int64: ScenarioObject] = [:]
    var next: Int64 = 1
    var output = ""
    /// What the file has used of the command line while it was loaded.
    var used = UsedSettings()
    /// Of a file that is a saved failure.
    var replay: ReplayRequest?
  }

  /// An object in a script's hands.
  enum ScenarioObject: Sendable {
    case service(SimulatedService)
    case home(SimulatedHome)
    case person(SimulatedPerson)
    case clock(SimulatedClock)
    case process(RunningProcess)
    case run(ProcessResult)
    case world(ScenarioStage)
    case proxy(SimulatedProxy)
  }

  let state = Mutex(State())
  let sources: ScenarioSources
  /// The scenario file as it was named.
  let file: String
  /// The folder of the scenario file, canonical.
  let folder: String
  /// The scenario file itself, canonical.
  let spec: String
  /// Counts lines of flows, where that is wanted.
  let counter: LineCounter?
  private let system = Mutex<ScriptSystem?>(nil)

  let classes = ["service", "home", "person", "clock", "process", "run", "world", "proxy"]

  init(
    _ sources: ScenarioSources, _ file: String, spec: String, _ counter: LineCounter? = nil
  ) {
    (self.sources, self.file, self.spec) = (sources, file, spec)
    folder = DiskTree.parent(of: spec)
    self.counter = counter
  }

  var functions: [APIFunction] {
    [
      declarations, replays, simulation, values, proxies, serviceMethods, clockMethods,
      personMethods, fileMethods, machineMethods, processMethods, runMethods, worldMethods,
      assertions,
    ].flatMap(\.self)
  }

  /// The script that the functions belong to; it is called from within them.
  func attach(_ system: ScriptSystem?) { self.system.withLock { $0 = system } }

  func call(
    _ function: LuaReference, _ arguments: [LuaValue] = []
  ) async throws(LuaFailure) -> [LuaValue] {
    guard let system = system.withLock({ $0 }) else { return [] }
    do throws(LuaFailure) {
      return try await system.call(function) { _ in arguments }
    } catch {
      throw await told(error)
    }
  }

  /// What hides the secrets of this scenario.
  var keeper: SecretKeeper { stage?.secrets ?? sources.settings.keeper }

  /// A failure in words: Lua says no more of a table than that it is one.
  func told(_ failure: LuaFailure) async -> LuaFailure {
    guard case .reference(let table) = failure.value, table.kind == .table,
      failure.message == "(error object is a table value)", let system = system.withLock({ $0 })
    else { return failure }
    var failure = failure
    do throws(LuaFailure) {
      guard case .table(let content) = try await system.plain(failure.value) else { return failure }
      let keeper = keeper
      failure.message = RaisedTable { keeper.redact($0) }.words(content)
    } catch {
      failure.message = "(error object is a table value that cannot be shown: \(error.message))"
    }
    return failure
  }

  // MARK: Scenarios

  func begin(_ stage: ScenarioStage) {
    let used = state.withLock { state in
      (state.stage, state.output) = (stage, "")
      state.objects.removeAll(keepingCapacity: true)
      return state.used
    }
    sources.settings.remember(in: stage.secrets)
    stage.use {
      $0 = used
      $0.faults = sources.settings.faults
      $0.world = sources.world
    }
    sources.stepper?.begin(stage)
  }

  /// Ends the scenario under way; gives what its script wrote.
  @discardableResult
  func end() -> String {
    sources.stepper?.end()
    return state.withLock { state in
      state.stage = nil
      state.objects.removeAll(keepingCapacity: true)
      return state.output
    }
  }

  var stage: ScenarioStage? { state.withLock { $0.stage } }

  /// The scenario under way.
  func stage(for function: String) throws(ScriptFailure) -> ScenarioStage {
    guard let stage = stage else {
      throw .misuse(
        "\(function): every scenario has a world of its own; call it within it, property, "
          + "before_each or after_each")
    }
    return stage
  }

  // MARK: Objects

  func keep(_ object: ScenarioObject) -> Int64 {
    state.withLock { state in
      defer { state.next += 1 }
      state.objects[state.next] = object
      return state.next
    }
  }

  /// A handle for an object that is still to come.
  func reserve() -> Int64 {
    state.withLock { state in
      defer { state.next += 1 }
      return state.next
    }
  }

  func keep(_ object: ScenarioObject, under handle: Int64) {
    state.withLock { $0.objects[handle] = object }
  }

  func object(_ handle: Int64) -> ScenarioObject? { state.withLock { $0.objects[handle] } }

  func receiver(_ arguments: CheckedArguments) throws(ScriptFailure) -> ScenarioObject {
    guard let handle = arguments.receiver?.handle, let object = object(handle) else {
      throw .misuse("this object belongs to a scenario that has ended")
    }
    return object
  }

  /// What a value of a call stands for, if it is one of our objects.
  func object(in value: LuaValue) -> ScenarioObject? {
    if case .object(let object) = value { self.object(object.handle) } else { nil }
  }

  // MARK: What takes time

  func perform(
    _ name: String, _ arguments: [LuaValue]
  ) async throws(ScriptFailure) -> [LuaValue] {
    switch (name, arguments.first) {
    case ("describe", .integer(let node)?): return try await describe(Int(node))
    case ("has_error", _):
      try await hasError(arguments)
      return []
    case ("has_no_error", _):
      try await hasNoError(arguments)
      return []
    case ("behave", _): return try await behave(arguments)
    case ("advance", .integer(let nanoseconds)?):
      let stage = try stage(for: "advance")
      stage.expect("the scenario goes on", in: .nanoseconds(nanoseconds))
      try? await stage.loop.sleep(for: .nanoseconds(nanoseconds))
      return []
    case ("wait", .integer(let handle)?):
      guard case .process(let process) = object(handle) else { return [] }
      let objects = arguments.compactMap { argument -> LuaObject? in
        if case .object(let object) = argument { object } else { nil }
      }
      return [await finished(process, objects)]
    default: return []
    }
  }

  private func describe(_ node: Int) async throws(ScriptFailure) -> [LuaValue] {
    let (body, outer) = state.withLock { state in
      let outer = state.tree.current
      state.tree.enter(node)
      return (state.tree.nodes[node].body, outer)
    }
    defer { state.withLock { $0.tree.leave(to: outer) } }
    guard let body else { return [] }
    do throws(LuaFailure) {
      _ = try await call(body)
    } catch {
      throw .misuse(error.placed)
    }
    return []
  }
}

extension LuaFailure {
  /// The message with file and line, where it does not name them itself.
  var placed: String {
    place.position.isEmpty || message.hasPrefix(place.position)
      ? message : "\(place.position): \(message)"
  }
}
