//  ServiceLibrary.swift - what `require "service"` gives, and what a script planned with it.
//
//  Knows: handlers, plans, and the sessions of requests under way.
//  Does not know: how Lua calls them (ServiceLibrary+Functions), when handlers run (LuaBehaviour).

internal import IdentityService
internal import LuaEngine
internal import SSOScript
internal import Synchronization

/// A decision about device authorizations.
struct PlannedDecision: Sendable, Equatable {
  /// When it is due.
  enum Due: Sendable, Equatable {
    /// So long after the device authorization has started.
    case after(Duration)
    /// So long after the script was loaded; at once, where that has passed.
    case at(Duration)
  }

  let verdict: Verdict
  let due: Due
  let person: String?
  /// Of which device authorization, from 1; `nil` means of each.
  let start: Int?
}

/// A function that treats requests.
struct RequestHandler: Sendable {
  let function: LuaReference
  /// Where `service.on` was called: `behaviour.lua:3`.
  let place: String?
}

/// The module, and what one script did with it.
final class ServiceLibrary: ScriptExtension {
  struct State {
    var handlers: [ServiceOperation: RequestHandler] = [:]
    var faults = FaultPlan()
    var decisions: [PlannedDecision] = []
    var starts = 0
    var exchanges: [Int64: Exchange] = [:]
    var nextExchange: Int64 = 1
  }

  let state = Mutex(State())

  let classes = ["session"]

  /// Counts a request: the fault it meets, and the handler that treats it.
  func take(_ operation: ServiceOperation) -> (DueFault?, RequestHandler?) {
    state.withLock { ($0.faults.next(operation), $0.handlers[operation]) }
  }

  /// Counts a device authorization; gives the decisions about it.
  func decisionsAboutNextStart() -> [PlannedDecision] {
    state.withLock { state in
      state.starts += 1
      return state.decisions.filter { $0.start == nil || $0.start == state.starts }
    }
  }

  func open(_ exchange: Exchange) -> Int64 {
    state.withLock { state in
      defer { state.nextExchange += 1 }
      state.exchanges[state.nextExchange] = exchange
      return state.nextExchange
    }
  }

  func close(_ handle: Int64) { state.withLock { $0.exchanges[handle] = nil } }

  /// The handlers go with the script that they are of.
  func forgetHandlers() { state.withLock { $0.handlers = [:] } }

  func perform(
    _ name: String, _ arguments: [LuaValue]
  ) async throws(ScriptFailure) -> [LuaValue] {
    let exchange = try exchange(arguments.first)
    if name == "fault", arguments.count > 1 {
      let due = try Self.due(
        arguments[1], arguments.dropFirst(2).first ?? .nil, for: exchange.request.operation)
      await exchange.strike(due)
      return []
    }
    return [.table(await exchange.proceed().table)]
  }

  private func exchange(_ handle: LuaValue?) throws(ScriptFailure) -> Exchange {
    guard case .integer(let handle) = handle,
      let exchange = state.withLock({ $0.exchanges[handle] })
    else { throw .misuse("session: the request is over; a session is of use to its handler only") }
    return exchange
  }

  static func due(
    _ id: LuaValue, _ phase: LuaValue, for operation: ServiceOperation? = nil
  ) throws(ScriptFailure) -> DueFault {
    guard case .string(let id) = id else { throw .misuse("the id of a fault is a string") }
    return try told {
      () throws(BehaviourError) in
      try DueFault(
        try Fault.named(id, for: operation),
        phase == .nil ? nil : try Fault.Phase(named: phase.utf8Text ?? phase.typeName))
    }
  }

  /// An error of a plan as one of the script's calls.
  static func told<Value>(
    _ body: () throws(BehaviourError) -> Value
  ) throws(ScriptFailure) -> Value {
    do {
      return try body()
    } catch {
      throw .misuse(error.description)
    }
  }
}

extension LuaValue {
  fileprivate var utf8Text: String? {
    if case .string(let text) = self { text } else { nil }
  }
}
