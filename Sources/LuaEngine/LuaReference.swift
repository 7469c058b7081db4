//  LuaReference.swift - a Lua value kept alive from Swift.

import Synchronization

/// A function, coroutine, table or userdata that stays in Lua; Swift only holds on to it.
///
/// Equal references are the same reference; of two references to one Lua value ``isSameValue(as:)`` tells.
public final class LuaReference: Equatable, Sendable {
  /// What is behind it.
  public enum Kind: String, Sendable {
    /// A Lua function.
    case function
    /// A coroutine.
    case thread
    /// A table, with its identity and metatable.
    case table
    /// A userdata of somebody else's.
    case userdata
  }

  /// What is behind it.
  public let kind: Kind
  let id: Int64
  /// Where Lua has the value, and no other one as long as this holds it; 0 where nobody asked.
  private let place: UInt
  private let returns: ReturnedReferences

  init(id: Int64, kind: Kind, place: UInt = 0, returns: ReturnedReferences) {
    self.id = id
    self.kind = kind
    self.place = place
    self.returns = returns
  }

  deinit { returns.add(id) }

  /// Whether both hold one and the same Lua value.
  public func isSameValue(as other: LuaReference) -> Bool {
    self === other || place != 0 && place == other.place
  }

  /// Identity.
  public static func == (left: LuaReference, right: LuaReference) -> Bool { left === right }
}

/// References that Swift let go of, until the machine's own thread gives them back to Lua.
final class ReturnedReferences: Sendable {
  private let ids = Mutex<[Int64]>([])
  /// Looked at on each host call: cheaper than the lock.
  private let hasNone = Atomic<Bool>(true)

  var isEmpty: Bool { hasNone.load(ordering: .relaxed) }

  func add(_ id: Int64) {
    ids.withLock { $0.append(id) }
    hasNone.store(false, ordering: .relaxed)
  }

  func takeAll() -> [Int64] {
    guard !isEmpty else { return [] }
    hasNone.store(true, ordering: .relaxed)
    return ids.withLock { ids in
      defer { if !ids.isEmpty { ids = [] } }
      return ids
    }
  }
}
