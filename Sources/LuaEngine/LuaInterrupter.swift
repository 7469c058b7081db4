//  LuaInterrupter.swift - stops a running script from another thread.

import CLua
import Synchronization

/// Stops the script of one machine, wherever it is, from any thread.
public final class LuaInterrupter: Sendable {
  /// The runtime's address while the machine lives, then 0.
  ///
  /// Held as a number, because what is reached through it is made for other threads, and a pointer
  /// could not say so.
  private let address: Mutex<UInt>
  private let running = Atomic(false)

  init(_ runtime: OpaquePointer) {
    address = Mutex(UInt(bitPattern: runtime))
  }

  /// Sets the stop and breaks into running Lua code.
  ///
  /// The first reason stays.
  public func interrupt(_ reason: LuaStop) {
    address.withLock {
      guard let runtime = unsafe OpaquePointer(bitPattern: $0) else { return }
      unsafe clua_interrupt(runtime, reason.reason)
    }
  }

  /// Why the script is to stop, if it is; nil as well when the machine is gone.
  public var stopped: LuaStop? {
    address.withLock {
      guard let runtime = unsafe OpaquePointer(bitPattern: $0) else { return nil }
      return unsafe LuaStop(clua_stopped(runtime))
    }
  }

  /// Whether the script's code runs, and does not wait; as a glance of another thread.
  public var isRunning: Bool { running.load(ordering: .relaxed) }

  func noteRunning(_ isRunning: Bool) { running.store(isRunning, ordering: .relaxed) }

  func disarm() { address.withLock { $0 = 0 } }
}
