//  HostFunctions.swift - where a call from C arrives in Swift.

import CLua

/// The host functions of one machine, by number.
final class HostFunctions {
  /// Where the number of a function names its group, from 1; below is its place there.
  private static let groupShift = 16

  /// Calls find them without a look at who changes them: only ``add(_:)`` does, in one step.
  @exclusivity(unchecked) private var groups: [HostFunctionGroup] = []
  private let returns: ReturnedReferences
  private let decoder: NodeDecoder
  /// Set as soon as the interpreter exists, before any call can come.
  var encoder: ReplyEncoder?

  init(returns: ReturnedReferences) {
    self.returns = returns
    decoder = NodeDecoder(returns: returns)
  }

  func add(_ function: @escaping LuaHostFunction) -> UInt32 {
    add(HostFunctionGroup(nil) { _, call throws(LuaRaise) in try function(call) })
  }

  /// - Returns: The number of the catalog's first function.
  func add(_ catalog: LuaCatalog, _ function: @escaping LuaCatalogFunction) -> UInt32 {
    add(HostFunctionGroup(catalog, function))
  }

  private func add(_ group: HostFunctionGroup) -> UInt32 {
    unsafe groups.append(group)
    return unsafe UInt32(groups.count) << Self.groupShift
  }

  private func answer(
    _ number: Int, _ arguments: borrowing LuaArguments
  ) throws(LuaRaise) -> LuaAnswer {
    // By itself: the access to the list ends before the call, which may add to it.
    let group = unsafe groups[number >> Self.groupShift - 1]
    return try group.function(number & (1 << Self.groupShift - 1), arguments)
  }

  @unsafe func call(_ call: clua_call) -> clua_verdict {
    guard let encoder else { return .CLUA_RETURN }
    // A script that never waits must not pile them up.
    if !returns.isEmpty {
      for id in returns.takeAll() { unsafe clua_release(encoder.runtime, id) }
    }
    do throws(LuaRaise) {
      let arguments = unsafe LuaArguments(call, decoder)
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

/// Functions that one closure answers by their places.
///
/// A class, so that a call counts one reference, not those of an array and a closure.
private final class HostFunctionGroup {
  /// Lives as long as what was made from it.
  private let catalog: LuaCatalog?
  let function: LuaCatalogFunction

  init(_ catalog: LuaCatalog?, _ function: @escaping LuaCatalogFunction) {
    (self.catalog, self.function) = (catalog, function)
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
