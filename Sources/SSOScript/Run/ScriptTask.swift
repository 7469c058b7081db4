//  ScriptTask.swift - one line of execution in a script, and what it waits for.

import EventLoop
package import LuaEngine

/// One task: the main body of the script, or what `sso.task` started.
package final class ScriptTask {
  typealias ID = Int64

  /// How a task goes on.
  enum Resumption {
    case start
    case values([LuaValue])
    case raise(LuaRaise)
  }

  /// What a suspended task waits for.
  enum Waiting {
    case nothing
    case timer(TimerID)
    case effect(Task<Void, Never>)
    /// Until the world's clock has come so far.
    case clock(Task<Void, Never>)
    case join(ScriptTask)
    /// Until that task, which loads the module it requires, has gone on.
    case module(String, ScriptTask)
    case group(TaskGroupWait)
  }

  /// How far a task got.
  enum State {
    case running
    /// The body returned, but children are still at work.
    case returned([LuaValue])
    case finished([LuaValue])
    case failed(LuaFailure)
  }

  let id: ID
  let thread: LuaReference
  let parent: ID?
  /// Belongs to `all`, `race` or `timeout`, which looks after its failure.
  var group: TaskGroupWait?
  var state = State.running
  var waiting = Waiting.nothing
  var children: Set<ID> = []
  /// Tasks in `join` on this one.
  var joiners: [ID] = []
  /// Tasks that require a module which this one loads.
  var observers: [ID] = []
  /// Hears how the body ended, and of a child that fails after that; a task with a watcher does not
  /// end the script.
  var watcher: ((_ end: Result<[LuaValue], LuaFailure>, _ isFirst: Bool) -> Void)?
  /// Whether the watcher knows how the body ended.
  fileprivate var isTold = false
  /// Level-triggered: every wait of a cancelled task fails with this.
  var cancellation: LuaRaise?
  /// Whether the script itself stopped it: that it ends is no failure of its parent then.
  var isCalledOff = false
  /// What a child failed with when this task was cancelled already.
  var childFailure: LuaFailure?
  /// How often it waited again after its cancellation.
  var refusals = 0
  /// The hook of a login that it belongs to.
  var hook: LoginTurn.Hook?
  /// How many calls by the host it stands in; see ``CallDepth``.
  var depth = 0

  init(id: ID, thread: LuaReference, parent: ID?) {
    self.id = id
    self.thread = thread
    self.parent = parent
  }

  var isDone: Bool {
    switch state {
    case .running, .returned: false
    case .finished, .failed: true
    }
  }

  /// Whether it goes on only when another task or the world's clock has come so far.
  var waitsForOthersOrClock: Bool {
    switch waiting {
    case .clock, .join, .module, .group: true
    case .nothing: if case .returned = state { true } else { false }
    case .timer, .effect: false
    }
  }
}

// MARK: - Telling

extension ScriptTask {
  /// Tells how the body ended.
  func tellWatcher() {
    switch state {
    case .returned(let values), .finished(let values): tellWatcher(.success(values))
    case .failed(let failure): tellWatcher(.failure(failure))
    case .running: break
    }
  }

  /// Tells that the whole script ended before this task did.
  func tellWatcher(_ outcome: ScriptOutcome) {
    guard case .running = state else { return }
    tellWatcher(.failure(LuaFailure(ending: outcome)))
  }

  private func tellWatcher(_ end: Result<[LuaValue], LuaFailure>) {
    let isFirst = !isTold
    isTold = true
    watcher?(end, isFirst)
  }
}

/// What a task waits for besides an effect.
package enum Wait {
  /// Time, or just a turn for the others.
  case sleep(Duration)
  /// The end of another task.
  case join(ScriptTask)
  /// A module that another task loads.
  case module(String, ScriptTask)
  /// The end of several new tasks.
  case group(TaskGroupWait.Kind, [LuaReference])
}

/// Several tasks that one other waits for.
package final class TaskGroupWait {
  package enum Kind: Equatable {
    /// All must finish; the first failure cancels the others.
    case all
    /// The first to end decides; the others are cancelled.
    case race
    /// The only member has so long.
    case timeout(Duration)
  }

  /// Differs from group to group.
  package typealias ID = Int

  let kind: Kind
  let id: ID
  let waiter: ScriptTask.ID
  var members: [ScriptTask.ID] = []
  /// How each member that is done ended.
  var ended: [ScriptTask.ID: ScriptTask.Resumption] = [:]
  var timer: TimerID?
  /// In place of the timer, where the world's clock counts.
  var clock: Task<Void, Never>?
  /// Set as soon as it is known what the waiter gets.
  var outcome: ScriptTask.Resumption?

  init(_ kind: Kind, id: ID, waiter: ScriptTask.ID) {
    self.kind = kind
    self.id = id
    self.waiter = waiter
  }
}
