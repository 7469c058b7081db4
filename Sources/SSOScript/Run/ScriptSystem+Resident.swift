//  ScriptSystem+Resident.swift - a script that stays after its main body, to be called.
//
//  Knows: each call is a task of its own; a failure ends the call, a stop ends the script.
//  Does not know: who calls and why.

internal import EventLoop
package import LuaEngine
internal import SSOOIDC
internal import Synchronization

extension ScriptSystem {
  /// What is made of the values that a function returned, before Lua can collect one of them: an
  /// object is forgotten with its Lua value.
  typealias Reading<Found> = @Sendable ([LuaValue], ScriptHost) throws(LuaFailure) -> Found

  /// Runs a script's main body and keeps the script for ``call(_:_:)``.
  ///
  /// - Parameters:
  ///   - source: Its text.
  ///   - name: For messages: `@behaviour.lua`.
  ///   - lateFailure: Hears of tasks that fail when nobody waits for them any more.
  /// - Returns: What the main body returned.
  /// - Throws: ``LuaFailure`` when it cannot be compiled, or its main body fails or is stopped.
  @discardableResult
  package func start(
    _ source: [UInt8], name: String, lateFailure: @escaping @Sendable (LuaFailure) -> Void
  ) async throws(LuaFailure) -> [LuaValue] {
    try await start(source, name: name, lateFailure: lateFailure) { values, _ in values }
  }

  /// The same, with what is made of it.
  func start<Found: Sendable>(
    _ source: [UInt8], name: String, lateFailure: @escaping @Sendable (LuaFailure) -> Void,
    reading: @escaping Reading<Found>
  ) async throws(LuaFailure) -> Found {
    let (function, machine) = try load(source, name: name)
    let scheduler = makeScheduler(machine) { _ in }
    self.scheduler = scheduler
    host.scheduler = scheduler
    reportLateFailure = lateFailure
    return try await call(function, { _ in [] }, reading: reading)
  }

  /// Calls a function of the script as a new task.
  ///
  /// - Parameters:
  ///   - function: One that the script handed to the host.
  ///   - arguments: Made on the script's thread.
  /// - Returns: What it returned; tasks that it started may go on.
  /// - Throws: ``LuaFailure`` that it raised, or that says why the script does not run any more.
  package func call(
    _ function: LuaReference, _ arguments: @Sendable (ScriptHost) -> [LuaValue]
  ) async throws(LuaFailure) -> [LuaValue] {
    try await call(function, arguments) { values, _ in values }
  }

  /// The same, with what is made of it; `hook` is what a login calls it for.
  func call<Found: Sendable>(
    _ function: LuaReference, as hook: LoginTurn.Hook? = nil,
    _ arguments: @Sendable (ScriptHost) -> [LuaValue], reading: @escaping Reading<Found>
  ) async throws(LuaFailure) -> Found {
    try await loop.withContinuation { start(function, as: hook, arguments, nil, reading, $0) }
      .get()
  }

  /// The same, where the function is given up with the one that called it.
  func callCancellably<Found: Sendable>(
    _ function: LuaReference, as hook: LoginTurn.Hook? = nil,
    _ arguments: @Sendable (ScriptHost) -> [LuaValue], reading: @escaping Reading<Found>
  ) async throws(LuaFailure) -> Found {
    let task = StartedTask()
    let result: Result<Found, LuaFailure> = await withTaskCancellationHandler {
      await loop.withContinuation { start(function, as: hook, arguments, task, reading, $0) }
    } onCancel: {
      Task(executorPreference: loop.taskExecutor) { await self.cancel(task) }
    }
    return try result.get()
  }

  private func start<Found: Sendable>(
    _ function: LuaReference, as hook: LoginTurn.Hook?, _ arguments: (ScriptHost) -> [LuaValue],
    _ started: StartedTask?, _ reading: @escaping Reading<Found>,
    _ continuation: CheckedContinuation<Result<Found, LuaFailure>, Never>
  ) {
    guard let scheduler, !scheduler.isOver else {
      let failure =
        scheduler?.ending.map { LuaFailure(ending: $0) }
        ?? LuaFailure("the script does not run any more")
      return continuation.resume(returning: .failure(failure))
    }
    do throws(LuaFailure) {
      try CallDepth.check(hook?.name ?? "a function of the script")
      let task = try scheduler.spawn(function, arguments(host), parent: nil)
      task.depth = CallDepth.current + 1
      started?.id.store(task.id, ordering: .relaxed)
      task.hook = hook
      task.watcher = { [reportLateFailure] end, isFirst in
        if isFirst { return continuation.resume(returning: self.read(end, reading)) }
        if case .failure(let failure) = end { reportLateFailure(failure) }
      }
      // The handler may have run before there was a task to cancel.
      if let started, Task.isCancelled { cancel(started) }
    } catch {
      return continuation.resume(returning: .failure(error))
    }
    turn()
  }

  private func read<Found: Sendable>(
    _ end: Result<[LuaValue], LuaFailure>, _ reading: Reading<Found>
  ) -> Result<Found, LuaFailure> {
    do throws(LuaFailure) {
      let values = try end.get().map { value throws(LuaFailure) in try plain(value) }
      return .success(try reading(values, host))
    } catch {
      return .failure(error)
    }
  }

  private func cancel(_ started: StartedTask) {
    let id = started.id.load(ordering: .relaxed)
    guard let scheduler, let task = scheduler.tasks[id] else { return }
    scheduler.cancel(task, because: Scheduler.cancelled)
    turn()
  }

  /// Tables that a task returns or raises keep their identity; here they are data.
  ///
  /// - Throws: ``LuaFailure`` that names what no plain data can hold.
  package func plain(_ value: LuaValue) throws(LuaFailure) -> LuaValue {
    guard case .reference(let table) = value, table.kind == .table, let scheduler else {
      return value
    }
    return try scheduler.machine.value(of: table)
  }

  /// What stopped the script before anybody closed it.
  var stop: LuaStop? {
    guard case .stopped(let stop, _)? = scheduler?.ending else { return nil }
    return stop
  }

  /// Lets the script's `math.random` begin anew; its options had a seed.
  package func beginRun(seed: UInt64) { scheduler?.machine.beginRun(seed: seed) }

  /// Ends the script: calls under way fail.
  package func close() {
    stopWaiting(.exit)
    scheduler = nil
    host.scheduler = nil
    host.forgetObjects()
  }
}

/// How deep the calls of functions by the host stand in one another.
///
/// Each waits for the one that it caused, outside of Lua's stack and its memory limit.
enum CallDepth {
  static let limit = 100

  /// That of the task whose wish is being granted.
  @TaskLocal static var current = 0

  /// Refuses to call `function` where it would be too deep.
  static func check(_ function: String) throws(LuaFailure) {
    guard current >= limit else { return }
    let error = SSOError(
      .tooDeep, .limit, "\(function) is called inside itself, more than \(limit) deep")
    throw LuaFailure(
      value: .table(ErrorTable.make(error)), message: error.message,
      place: LuaPlace(position: "", traceback: ""))
  }
}

extension SSOError.Code {
  /// A function that the host calls makes the host call it again, and so on.
  static let tooDeep = Self("TooDeep")
}

extension LuaFailure {
  /// Whether calls stood too deep in one another.
  var isTooDeep: Bool {
    guard case .table(let error) = value, error.kind == .error else { return false }
    return error["code"] == .string(SSOError.Code.tooDeep.rawValue)
  }
}

/// Which task a call became, for the one who cancels it.
private final class StartedTask: Sendable {
  let id = Atomic<ScriptTask.ID>(0)
}

extension LuaFailure {
  /// What is said to whoever waits for, or calls, a script that has ended.
  init(ending: ScriptOutcome) {
    switch ending {
    case .failed(let failure): self = failure
    case .stopped(let stop, let place): self.init(stopped: stop, place)
    case .finished, .exited: self.init("the script has ended")
    }
  }

  init(stopped stop: LuaStop, _ place: LuaPlace) {
    let position = place.position.isEmpty ? "" : "\(place.position): "
    self.init(
      value: .nil, message: "\(position)the script was stopped (\(stop))", place: place)
  }
}
