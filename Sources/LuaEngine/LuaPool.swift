//  LuaPool.swift - interpreters that were opened before, kept to begin others with.

import CLua

/// Opens machines faster, where many with the same libraries come one after another.
///
/// A machine that is given one cannot tell: what scripts of earlier machines did is gone. For seeded
/// machines of any thread.
@safe public final class LuaPool: Sendable {
  /// Held as a number, because a pointer could not say that C guards what it points to.
  private let address: UInt

  /// Makes one in which none waits; without memory for it, machines are opened anew.
  public init() { address = UInt(bitPattern: unsafe clua_pool_create()) }

  deinit { if let pointer = unsafe pointer { unsafe clua_pool_destroy(pointer) } }

  /// For tests: not under a sanitizer that watches over memory.
  package var keepsAny: Bool { address != 0 }

  var pointer: OpaquePointer? { unsafe OpaquePointer(bitPattern: address) }
}
