//  Scheduler+Turns.swift - other programs go first, where the world decides who is next.

import LuaEngine

extension Scheduler {
  /// Makes a call after others had their turns.
  func hold(_ task: ScriptTask, _ turns: Int, _ call: @escaping HeldCall) {
    guard let giveTurns else { return make(call, of: task) }
    held = (task.id, call)
    task.waiting = .effect(giveTurns(turns))
  }

  /// The others had their turns.
  ///
  /// The call is no wait: that a time was over meanwhile shows at the next one.
  func turnsPassed() {
    guard let (id, call) = held else { return }
    held = nil
    if let task = tasks[id], case .effect = task.waiting { make(call, of: task) }
    if held == nil {
      for group in overdue { expire(group) }
      overdue = []
    }
    drain()
  }

  private func make(_ call: HeldCall, of task: ScriptTask) {
    task.waiting = .nothing
    request = nil
    current = task
    let resumption: ScriptTask.Resumption?
    do throws(LuaRaise) {
      resumption =
        switch try call() {
        case .none: .values([])
        case .value(let value): .values([value])
        case .values(let values): .values(values)
        case .suspend: nil
        }
    } catch {
      resumption = .raise(error)
    }
    current = nil
    if let resumption { step(task, resumption) } else { wait(task) }
  }
}
