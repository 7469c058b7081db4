//  HostFunctions.swift - where a call from C arrives in Swift.

import CLua

/// The host functions of one machine, by number.
final class HostFunctions {
  /// Where the number of a catalog's function names the catalog, from 1; below is its place there.
  private static let catalogShift = 16

  private var functions: [LuaHostFunction] = []
  private var catalogs: [(catalog: LuaCatalog, function: LuaCatalogFunction)] = []
  private let returns: ReturnedReferences
  /// Set as soon as the interpreter exists, before any call can come.
  var encoder: ReplyEncoder?

  init(returns: ReturnedReferences) { self.returns = returns }

  func add(_ function: @escaping LuaHostFunction) -> UInt32 {
    functions.append(function)
    return UInt32(functions.count - 1)
  }

  /// - Returns: The number of the catalog's first function.
  func add(_ catalog: LuaCatalog, _ function: @escaping LuaCatalogFunction) -> UInt32 {
    catalogs.append((catalog, function))
    return UInt32(catalogs.count) << Self.catalogShift
  }

  private func answer(
    _ number: Int, _ arguments: borrowing LuaArguments
  ) throws(LuaRaise) -> LuaAnswer {
    // By itself: the access to the list ends before the call, which may add to it.
    let place = number >> Self.catalogShift
    if place == 0 {
      let function = functions[number]
      return try function(arguments)
    }
    let function = catalogs[place - 1].function
    return try function(number & (1 << Self.catalogShift - 1), arguments)
  }

  @unsafe func call(_ call: clua_call) -> clua_verdict {
    guard let encoder else { return .CLUA_RETURN }
    // A script that never waits must not pile them up.
    if !returns.isEmpty {
      for id in returns.takeAll() { unsafe clua_release(encoder.runtime, id) }
    }
    do throws(LuaRaise) {
      let arguments = unsafe LuaArguments(call: call, returns: returns)
      let answer = unsafe try answer(Int(call.function), arguments)
      if case .suspend = answer { return .CLUA_SUSPEND }
      encoder.clear()  // starting a thread wrote its arguments there
      encoder.write(answer)
      return .CLUA_RETURN
    } catch {
      encoder.clear()
      encoder.write(error.value)
      return error.isMisuse ? .CLUA_MISUSE : .CLUA_RAISE
    }
  }
}

/// A plain function: a closure written elsewhere would check its executor at every call.
func callHost(
  _ context: UnsafeMutableRawPointer?, _ call: UnsafePointer<clua_call>?
) -> clua_verdict {
  guard let context = unsafe context, let call = unsafe call else { return .CLUA_RETURN }
  return unsafe Unmanaged<HostFunctions>.fromOpaque(context)._withUnsafeGuaranteedRef {
    unsafe $0.call(call.pointee)
  }
}
