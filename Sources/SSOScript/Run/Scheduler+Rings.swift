//  Scheduler+Rings.swift - whether tasks would wait for each other for ever.

import LuaEngine

extension Scheduler {
  /// Whether `task` cannot end, or go on, before `other` does.
  ///
  /// The search goes from both ends by turns and is over when one of them leads nowhere: a chain of
  /// joins is long at one end only, wherever it grows.
  func isWaiting(_ task: ScriptTask, for other: ScriptTask) -> Bool {
    var awaited = Search(from: task)
    var waiters = Search(from: other)
    while true {
      guard let next = awaited.next() else { return false }
      if next === other { return true }
      awaited.add(awaitedBy(next))
      guard let next = waiters.next() else { return false }
      if next === task { return true }
      waiters.add(waiting(for: next))
    }
  }

  /// A task in a ring through `task` and its children that is in `join`.
  func joinerInRing(through task: ScriptTask) -> ScriptTask? {
    let children = task.children.compactMap { tasks[$0] }
    guard children.contains(where: { isWaiting($0, for: task) }) else { return nil }
    var search = Search(from: task)
    while let next = search.next() { search.add(awaitedBy(next)) }
    return search.found.sorted().compactMap { tasks[$0] }.first { found in
      if case .join(let other) = found.waiting { isWaiting(other, for: found) } else { false }
    }
  }

  /// The tasks that `task` needs.
  ///
  /// A race needs one member only, and a timeout ends by itself.
  private func awaitedBy(_ task: ScriptTask) -> [ScriptTask] {
    if case .returned = task.state { return task.children.compactMap { tasks[$0] } }
    switch task.waiting {
    case .join(let other): return [other]
    case .module(let name, let loader): return machine.isLoading(module: name) ? [loader] : []
    case .group(let group) where group.kind == .all && group.outcome == nil:
      return group.members.compactMap { tasks[$0] }
    case .nothing, .timer, .effect, .clock, .group: return []
    }
  }

  /// The tasks that need `task`.
  private func waiting(for task: ScriptTask) -> [ScriptTask] {
    var waiters = task.joiners.compactMap { tasks[$0] }
    waiters += task.observers.compactMap { tasks[$0] }.filter {
      awaitedBy($0).contains { $0 === task }
    }
    if let group = task.group, group.kind == .all, let waiter = tasks[group.waiter] {
      waiters.append(waiter)
    }
    if let parent = task.parent.flatMap({ tasks[$0] }), case .returned = parent.state {
      waiters.append(parent)
    }
    return waiters
  }
}

/// Tasks found and not yet looked at.
private struct Search {
  private(set) var found: Set<ScriptTask.ID>
  private var open: [ScriptTask]

  init(from task: ScriptTask) { (found, open) = ([task.id], [task]) }

  mutating func next() -> ScriptTask? { open.popLast() }

  mutating func add(_ tasks: [ScriptTask]) {
    for task in tasks where found.insert(task.id).inserted { open.append(task) }
  }
}
