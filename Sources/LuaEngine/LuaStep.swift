//  LuaStep.swift - how far a thread got, and why it stopped.

import CLua

/// What one step of a thread came to.
public enum LuaStep: Sendable {
  /// The thread's function returned these.
  case finished([LuaValue])
  /// A host function answered ``LuaAnswer/suspend``.
  case suspended
  /// An error reached the top.
  indirect case failed(LuaFailure)
  /// A limit, an interrupt or an exit ended the script; it cannot go on.
  indirect case stopped(LuaStop, LuaPlace)
}

/// Where in the script something happened.
public struct LuaPlace: Sendable, Equatable {
  /// `flow.lua:3`, or empty where no Lua code was running.
  public var position: String
  /// Lua's own traceback, coroutines inside the thread first.
  public var traceback: String

  /// Names a place.
  public init(position: String, traceback: String) {
    self.position = position
    self.traceback = traceback
  }
}

/// An error that a script did not catch, or that kept it from starting.
public struct LuaFailure: Error {
  /// The error value; the host's own errors are tables.
  public var value: LuaValue
  /// The value as text, the way `tostring` gives it.
  public var message: String
  /// Where it was raised.
  public var place: LuaPlace

  /// Makes a failure.
  public init(value: LuaValue, message: String, place: LuaPlace) {
    self.value = value
    self.message = message
    self.place = place
  }
}

/// Why a script was stopped for good.
///
/// Nothing a script does can undo it.
public enum LuaStop: Sendable, Equatable {
  /// Somebody asked: a signal.
  case interrupted
  /// The time limit.
  case time
  /// The instruction limit.
  case instructions
  /// The memory limit.
  case memory
  /// The stack of calls.
  case depth
  /// The output limit.
  case output
  /// The script asked to end.
  case exit

  init?(_ reason: clua_stop_reason) {
    switch reason {
    case .CLUA_NOT_STOPPED: return nil
    case .CLUA_INTERRUPTED: self = .interrupted
    case .CLUA_TIME: self = .time
    case .CLUA_INSTRUCTIONS: self = .instructions
    case .CLUA_MEMORY: self = .memory
    case .CLUA_DEPTH: self = .depth
    case .CLUA_OUTPUT: self = .output
    case .CLUA_EXIT: self = .exit
    }
  }

  var reason: clua_stop_reason {
    switch self {
    case .interrupted: .CLUA_INTERRUPTED
    case .time: .CLUA_TIME
    case .instructions: .CLUA_INSTRUCTIONS
    case .memory: .CLUA_MEMORY
    case .depth: .CLUA_DEPTH
    case .output: .CLUA_OUTPUT
    case .exit: .CLUA_EXIT
    }
  }
}
