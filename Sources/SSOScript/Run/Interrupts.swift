//  Interrupts.swift - stops a script from any thread, also before it has a machine.

import LuaEngine
import Synchronization

/// The machine's interrupter as soon as there is one, and a stop that came before it.
final class Interrupts: Sendable {
  private let state = Mutex<(interrupter: LuaInterrupter?, early: LuaStop?)>((nil, nil))

  func arm(_ interrupter: LuaInterrupter) {
    let early = state.withLock {
      $0.interrupter = interrupter
      return $0.early
    }
    if let early { interrupter.interrupt(early) }
  }

  var isRunning: Bool { state.withLock { $0.interrupter }?.isRunning ?? false }

  var stopping: LuaStop? { state.withLock { $0.interrupter }?.stopped }

  func interrupt(_ reason: LuaStop) {
    let interrupter = state.withLock {
      $0.early = $0.early ?? reason
      return $0.interrupter
    }
    interrupter?.interrupt(reason)
  }
}
