//  LuaCall.swift - one call of a host function, and how it is answered.

import CLua

/// Answers one call from a script.
///
/// - Throws: ``LuaRaise``, which becomes an error in the script.
public typealias LuaHostFunction = (borrowing LuaArguments) throws(LuaRaise) -> LuaAnswer

/// What a host function gives back.
public enum LuaAnswer {
  /// No result.
  case none
  /// One result.
  case value(LuaValue)
  /// Any number of results.
  case values([LuaValue])
  /// The answer comes later: the thread stays suspended until it is resumed with it.
  case suspend
}

/// An error that a host function raises in the script.
public struct LuaRaise: Error {
  /// The error value; usually a table of kind ``LuaTable/Kind/error``.
  public var value: LuaValue
  /// True for wrong use of a function, which is raised even where failures are returned.
  public var isMisuse: Bool
  /// Where another thread raised it first; told with it when nobody catches it.
  public var place: LuaPlace?

  /// Makes an error.
  public init(_ value: LuaValue, isMisuse: Bool = false, from place: LuaPlace? = nil) {
    self.value = value
    self.isMisuse = isMisuse
    self.place = place
  }
}

/// The arguments of one call, decoded as they are asked for.
///
/// Valid only during the call.
@safe public struct LuaArguments: ~Copyable {
  private let nodes: UnsafePointer<clua_node>?
  private let decoder: NodeDecoder
  /// How many there are.
  public let count: Int
  /// Whether the call could be answered with ``LuaAnswer/suspend``, had it been declared so.
  public let canSuspend: Bool
  /// Whether ``LuaMachine/nextReleased()`` has something.
  public let hasReleased: Bool

  init(_ call: clua_call, _ decoder: NodeDecoder) {
    unsafe nodes = call.arguments
    count = unsafe Int(call.count)
    canSuspend = unsafe call.can_suspend
    hasReleased = unsafe call.has_released
    self.decoder = decoder
  }

  /// The argument at `position`, counted from 0; nil beyond the last.
  public subscript(position: Int) -> LuaValue {
    guard position < count, var node = unsafe nodes else { return .nil }
    for _ in 0..<position { unsafe node = decoder.skip(node) }
    return unsafe decoder.decode(&node)
  }

  /// All arguments in order.
  public var all: [LuaValue] { values(from: 0) }

  /// The arguments from `first` on.
  ///
  /// - Parameters:
  ///   - first: Where to begin, counted from 0.
  ///   - raw: Bit n set: the nth of those given is wanted as ``LuaValue/bytes(_:)`` if it is a string
  ///     at all, which spares the look whether it is UTF-8.
  /// - Returns: The values in order.
  public func values(from first: Int, raw: UInt64 = 0) -> [LuaValue] {
    guard first < count, var node = unsafe nodes else { return [] }
    for _ in 0..<first { unsafe node = decoder.skip(node) }
    var values: [LuaValue] = []
    values.reserveCapacity(count - first)
    for index in 0..<(count - first) {
      let isRaw = index < 64 && raw >> UInt64(index) & 1 == 1
      values.append(unsafe isRaw ? decoder.decodeRaw(&node) : decoder.decode(&node))
    }
    return values
  }
}
