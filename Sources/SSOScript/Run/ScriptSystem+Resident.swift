//  ScriptSystem+Resident.swift - a script that stays after its main body, to be called.
//
//  Knows: each call is a task of its own; a failure ends the call, a stop ends the script.
//  Does not know: who calls and why.

internal import EventLoop
package import LuaEngine

extension ScriptSystem {
  /// Runs a script's main body and keeps the script for ``call(_:_:)``.
  ///
  /// - Parameters:
  ///   - source: Its text.
  ///   - name: For messages: `@behaviour.lua`.
  ///   - lateFailure: Hears of tasks that fail when nobody waits for them any more.
  /// - Throws: ``LuaFailure`` when it cannot be compiled, or its main body fails or is stopped.
  package func start(
    _ source: [UInt8], name: String, lateFailure: @escaping @Sendable (LuaFailure) -> Void
  ) async throws(LuaFailure) {
    let (function, machine) = try load(source, name: name)
    let scheduler = makeScheduler(machine) { _ in }
    self.scheduler = scheduler
    host.scheduler = scheduler
    reportLateFailure = lateFailure
    _ = try await call(function) { _ in [] }
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
    let result: Result<[LuaValue], LuaFailure> = await loop.withContinuation { continuation in
      guard let scheduler, !scheduler.isOver else {
        let failure = LuaFailure("the script does not run any more")
        return continuation.resume(returning: .failure(failure))
      }
      do throws(LuaFailure) {
        let task = try scheduler.spawn(function, arguments(host), parent: nil)
        task.watcher = { [reportLateFailure] end, isFirst in
          if isFirst { return continuation.resume(returning: end) }
          if case .failure(let failure) = end { reportLateFailure(failure) }
        }
      } catch {
        return continuation.resume(returning: .failure(error))
      }
      turn()
    }
    return try result.get().map { value throws(LuaFailure) in try plain(value) }
  }

  /// Tables that a task returns keep their identity for whoever joins it; here they are data.
  private func plain(_ value: LuaValue) throws(LuaFailure) -> LuaValue {
    guard case .reference(let table) = value, table.kind == .table, let scheduler else {
      return value
    }
    return try scheduler.machine.value(of: table)
  }

  /// Ends the script: calls under way fail.
  package func close() {
    stopWaiting(.exit)
    scheduler = nil
    host.scheduler = nil
  }
}

extension LuaFailure {
  init(stopped stop: LuaStop, _ place: LuaPlace) {
    let position = place.position.isEmpty ? "" : "\(place.position): "
    self.init(
      value: .nil, message: "\(position)the script was stopped (\(stop))", place: place)
  }
}
