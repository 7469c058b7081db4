//  Scheduler+Groups.swift - join, all, race and timeout.

import LuaEngine
public import SSOOIDC

extension Scheduler {
  /// How the end of `task` reaches whoever waited for it.
  static func resumption(of task: ScriptTask) -> ScriptTask.Resumption {
    switch task.state {
    case .finished(let values), .returned(let values): .values(values)
    case .failed(let failure): .raise(LuaRaise(failure.value, from: failure.place))
    case .running: .values([])
    }
  }

  func join(_ task: ScriptTask, _ other: ScriptTask) {
    guard other.id != task.id else {
      return resume(task.id, .raise(LuaRaise(.misuse("task:join: a task cannot wait for itself"))))
    }
    guard !other.isDone else { return resume(task.id, Self.resumption(of: other)) }
    guard !isWaiting(other, for: task) else { return resume(task.id, .raise(Self.deadlock)) }
    other.joiners.append(task.id)
    task.waiting = .join(other)
  }

  private static let deadlock = LuaRaise(.misuse("task:join: the tasks wait for each other"))

  /// A body has returned: its task waits for its children now, which may wait for it.
  func refuseRings(through task: ScriptTask) {
    while let joiner = joinerInRing(through: task) {
      release(joiner)
      resume(joiner.id, .raise(Self.deadlock))
    }
  }

  /// Another task loads the module that `task` requires: it looks again when that has gone on.
  ///
  /// One that the host called may be what the other waits for, by ways that are not seen here.
  func waitForModule(_ task: ScriptTask, _ name: String, _ loader: ScriptTask) {
    guard root(of: loader) == root(of: task) else {
      return resume(task.id, .raise(LuaRaise(.loading(name))))
    }
    guard !isWaiting(loader, for: task) else {
      return resume(task.id, .raise(LuaRaise(.loading(name, ", which waits for this one"))))
    }
    loader.observers.append(task.id)
    task.waiting = .module(name, loader)
  }

  private func root(of task: ScriptTask) -> ScriptTask.ID {
    var root = task
    while let parent = root.parent.flatMap({ tasks[$0] }) { root = parent }
    return root.id
  }

  func startGroup(
    _ task: ScriptTask, _ kind: TaskGroupWait.Kind, _ functions: [LuaReference]
  ) {
    let group = TaskGroupWait(kind, id: nextGroup, waiter: task.id)
    nextGroup += 1
    task.waiting = .group(group)
    do throws(LuaFailure) {
      for function in functions { try add(function, to: group, of: task) }
    } catch {
      group.outcome = .raise(LuaRaise(error.value, from: error.place))
      cancelMembers(of: group)
    }
    if case .timeout(let limit) = kind { startTimer(of: group, limit) }
    settle(group)
  }

  private func startTimer(of group: TaskGroupWait, _ limit: Duration) {
    if let waitByClock {
      group.clock = waitByClock(limit, group.waiter, group.id)
    } else {
      group.timer = schedule(limit, group.waiter)
    }
  }

  func stopTimer(of group: TaskGroupWait) {
    if let timer = group.timer { cancelTimer(timer) }
    group.clock?.cancel()
  }

  /// The world's clock says that the time of a `timeout` is over; a later wait is not meant.
  func clockFired(_ id: ScriptTask.ID, _ group: TaskGroupWait.ID) {
    guard case .group(let waited)? = tasks[id]?.waiting, waited.id == group else { return }
    expire(waited)
    drain()
  }

  private func add(
    _ function: LuaReference, to group: TaskGroupWait, of task: ScriptTask
  ) throws(LuaFailure) {
    let member = try spawn(function, [], parent: task)
    member.group = group
    group.members.append(member.id)
  }

  /// A member is done; the first failure, or the first end of a race, decides.
  func memberEnded(_ group: TaskGroupWait, _ member: ScriptTask) {
    group.ended[member.id] = Self.resumption(of: member)
    if group.outcome == nil {
      switch (group.kind, member.state) {
      case (_, .failed): group.outcome = Self.resumption(of: member)
      case (.race, _), (.timeout, _): group.outcome = Self.resumption(of: member)
      case (.all, _): break
      }
      if group.outcome != nil { cancelMembers(of: group) }
    }
    settle(group)
  }

  /// The time of a `timeout` is over.
  func expire(_ group: TaskGroupWait) {
    guard group.outcome == nil, case .timeout(let limit) = group.kind else { return }
    let message = "not finished after \(limit.inSeconds) seconds"
    group.timer = nil
    group.outcome = .raise(
      LuaRaise(.failed(.timedOut, .limit, message, operation: "sso.task.timeout")))
    cancelMembers(of: group)
  }

  private func cancelMembers(of group: TaskGroupWait) {
    for member in group.members.compactMap({ tasks[$0] }) {
      cancel(member, because: Self.cancelled)
    }
  }

  /// The waiter goes on when no member is left.
  private func settle(_ group: TaskGroupWait) {
    guard group.ended.count == group.members.count else { return }
    guard let waiter = tasks[group.waiter], case .group(let waited) = waiter.waiting,
      waited === group
    else { return }
    stopTimer(of: group)
    resume(group.waiter, group.outcome ?? .values([.table(group.results)]))
  }
}

extension TaskGroupWait {
  /// The first result of each member, in the order of the functions.
  var results: LuaTable {
    LuaTable(
      items: members.map { id in
        guard case .values(let values) = ended[id] else { return .null }
        return values.first.flatMap { $0 == .nil ? nil : $0 } ?? .null
      }, kind: .list)
  }
}

extension SSOError.Code {
  /// A limit in time that the script set itself has passed.
  public static let timedOut = Self("Timeout")
}
