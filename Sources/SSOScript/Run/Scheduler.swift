//  Scheduler.swift - which task runs next.
//
//  Knows: tasks, their waits, cancellation.
//  Does not know: what an effect is or how it is performed (the actor does).

import DequeModule
import EventLoop
import LuaEngine
import SSOOIDC

/// Runs the tasks of one script, one at a time, in the order in which they became ready.
final class Scheduler {
  /// Steps before the event loop gets a turn.
  private static let stepsPerTurn = 512
  /// How often a cancelled task may wait again: enough for any tidying up, and no endless loop.
  private static let swallowLimit = 1000

  let machine: LuaMachine
  /// Performs an effect and calls ``complete(_:_:)``.
  var perform: (ScriptTask.ID, Effect) -> Task<Void, Never>
  /// Calls ``timerFired(_:)`` at a deadline; a nil id means another turn.
  var schedule: (Duration, ScriptTask.ID?) -> TimerID
  var cancelTimer: (TimerID) -> Void
  /// Called once, with how the script ended.
  var finish: (ScriptOutcome) -> Void

  private(set) var tasks: [ScriptTask.ID: ScriptTask] = [:]
  private var ready: Deque<(task: ScriptTask, resumption: ScriptTask.Resumption)> = []
  private static let mainID: ScriptTask.ID = 1
  private var nextID = mainID
  /// How the script ended, if it has.
  private(set) var ending: ScriptOutcome?
  var isOver: Bool { ending != nil }
  /// Waits by the world's clock and calls ``clockFired(_:_:)``; without it, the loop's timers do.
  var waitByClock: ((Duration, ScriptTask.ID, TaskGroupWait.ID) -> Task<Void, Never>)?
  /// Whether that clock stands still until the main body has ended.
  var startsBeforeClock = false
  var current: ScriptTask?
  var nextGroup: TaskGroupWait.ID = 1
  /// Gives other programs turns and calls ``turnsPassed()``; needed where the world has turns.
  var giveTurns: ((Int) -> Task<Void, Never>)?
  /// The call that comes after them.
  ///
  /// Nothing else of this script runs until then, just as nothing does within a call.
  var held: (task: ScriptTask.ID, call: HeldCall)?
  /// Groups whose time was over meanwhile.
  var overdue: [TaskGroupWait] = []
  /// What the host function that is running wants to wait for.
  var request: Request?

  /// A wait that a host function asked for.
  enum Request {
    indirect case effect(Effect)
    case wait(Wait)
    /// Turns of other programs, before a call.
    case turns(Int, HeldCall)
  }

  /// A call of a host function, not made yet.
  typealias HeldCall = () throws(LuaRaise) -> LuaAnswer

  init(
    machine: LuaMachine, perform: @escaping (ScriptTask.ID, Effect) -> Task<Void, Never>,
    schedule: @escaping (Duration, ScriptTask.ID?) -> TimerID,
    cancelTimer: @escaping (TimerID) -> Void, finish: @escaping (ScriptOutcome) -> Void
  ) {
    self.machine = machine
    self.perform = perform
    self.schedule = schedule
    self.cancelTimer = cancelTimer
    self.finish = finish
  }

  // MARK: Starting

  /// Makes a task that will call `function`.
  @discardableResult
  func spawn(
    _ function: LuaReference, _ arguments: [LuaValue], parent: ScriptTask?
  ) throws(LuaFailure) -> ScriptTask {
    let thread = try machine.start(function, arguments)
    let task = ScriptTask(id: nextID, thread: thread, parent: parent?.id)
    nextID += 1
    task.hook = parent?.hook
    task.depth = parent?.depth ?? 0
    tasks[task.id] = task
    parent?.children.insert(task.id)
    ready.append((task, .start))
    return task
  }

  /// Runs whatever is ready.
  func drain() {
    for _ in 0..<Self.stepsPerTurn {
      guard !isOver, held == nil, let next = ready.popFirst() else { return refuseStandstill() }
      if !next.task.isDone { step(next.task, next.resumption) }
    }
    if ready.isEmpty { refuseStandstill() } else { _ = schedule(.zero, nil) }
  }

  /// A main body that waits for a clock which stands still, by itself or by other tasks, is told so.
  private func refuseStandstill() {
    guard startsBeforeClock, !isOver, let main = tasks[Self.mainID], case .running = main.state,
      main.cancellation == nil, tasks.values.allSatisfy(\.waitsForOthersOrClock)
    else { return }
    cancel(
      main,
      because: LuaRaise(
        .misuse(
          "the main body cannot wait: the clock stands still until the service is ready")))
    drain()
  }

  // MARK: Being called back

  /// An effect has been performed; one that was given up wakes nobody.
  func complete(_ id: ScriptTask.ID, _ resumption: ScriptTask.Resumption) {
    switch tasks[id]?.waiting {
    case .effect, .clock: resume(id, resumption)
    default: return
    }
    drain()
  }

  /// A deadline has come.
  func timerFired(_ id: ScriptTask.ID) {
    guard let task = tasks[id] else { return }
    if case .group(let group) = task.waiting {
      if held == nil { expire(group) } else { overdue.append(group) }
    } else {
      resume(id, .values([]))
    }
    drain()
  }

  /// Ends the script wherever its tasks wait; their `<close>` variables run.
  func stopWaiting(_ stop: LuaStop) {
    guard !isOver else { return }
    machine.stop(stop)
    end(.stopped(stop, LuaPlace(position: "", traceback: "")))
  }

  // MARK: One step

  func step(_ task: ScriptTask, _ resumption: ScriptTask.Resumption) {
    current = task
    request = nil
    task.waiting = .nothing
    let step =
      switch resumption {
      case .start: machine.resume(task.thread)
      case .values(let values): machine.resume(task.thread, returning: values)
      case .raise(let error): machine.resume(task.thread, raising: error)
      }
    current = nil
    // After the switch: whom this task waits for now shows whether they would wait in a ring.
    defer { wakeObservers(of: task) }
    switch step {
    case .suspended: wait(task)
    case .finished(let values): bodyEnded(task, .returned(values))
    case .failed(let failure): bodyEnded(task, .failed(failure))
    case .stopped(let stop, let place): end(.stopped(stop, place))
    }
  }

  /// Those that require a module which `task` may have loaded by now.
  private func wakeObservers(of task: ScriptTask) {
    guard !task.observers.isEmpty else { return }
    for observer in task.observers { resume(observer, .values([])) }
    task.observers = []
  }

  func wait(_ task: ScriptTask) {
    if let cancellation = task.cancellation { return refuse(task, cancellation) }
    switch request {
    case .effect(let effect): task.waiting = .effect(perform(task.id, effect))
    case .wait(.sleep(let duration)) where duration <= .zero: ready.append((task, .values([])))
    case .wait(.sleep(let duration)) where waitByClock != nil:
      task.waiting = .clock(perform(task.id, .sleep(duration)))
    case .wait(.sleep(let duration)): task.waiting = .timer(schedule(duration, task.id))
    case .wait(.join(let other)): join(task, other)
    case .wait(.module(let name, let loader)): waitForModule(task, name, loader)
    case .wait(.group(let kind, let functions)): startGroup(task, kind, functions)
    case .turns(let count, let call): hold(task, count, call)
    case nil: resume(task, .values([]))
    }
  }

  /// Lets a suspended task go on, once.
  func resume(_ id: ScriptTask.ID, _ resumption: ScriptTask.Resumption) {
    if let task = tasks[id] { resume(task, resumption) }
  }

  private func resume(_ task: ScriptTask, _ resumption: ScriptTask.Resumption) {
    guard !task.isDone else { return }
    task.waiting = .nothing
    ready.append((task, resumption))
  }

  // MARK: Ending

  private func bodyEnded(_ task: ScriptTask, _ state: ScriptTask.State) {
    task.state = state
    switch state {
    case .failed: cancelChildren(of: task, because: Self.cancelled)
    case .returned: refuseRings(through: task)
    case .running, .finished: break
    }
    task.tellWatcher()
    settle(task)
  }

  /// A task is done when its body and all its children are.
  ///
  /// A loop: tasks that only wait for their children may stand thousands deep.
  func settle(_ task: ScriptTask) {
    var next: ScriptTask? = task
    while let task = next {
      guard task.children.isEmpty else { return }
      if case .returned(let values) = task.state { task.state = .finished(values) }
      guard task.isDone else { return }
      if case .failed(let own) = task.state, own.isCancellation, let failure = task.childFailure {
        task.state = .failed(failure)
      }
      tasks[task.id] = nil
      next = tell(task)
    }
  }

  /// Lets everyone know that `task` is done; gives its parent, which may be done with it.
  private func tell(_ task: ScriptTask) -> ScriptTask? {
    for joiner in task.joiners { resume(joiner, Self.resumption(of: task)) }
    wakeObservers(of: task)
    if let group = task.group { memberEnded(group, task) }
    guard let parentID = task.parent, let parent = tasks[parentID] else {
      if task.parent == nil, task.watcher == nil { end(outcome(of: task)) }
      return nil
    }
    parent.children.remove(task.id)
    if case .failed(let failure) = task.state, task.joiners.isEmpty, task.group == nil,
      !(task.isCalledOff && failure.isCancellation)
    {
      childFailed(parent, failure)
    }
    return parent
  }

  /// Nobody waits for the failed child, so its parent gets the error and its siblings are cancelled.
  private func childFailed(_ parent: ScriptTask, _ failure: LuaFailure) {
    guard parent.cancellation == nil else {
      // It ends as it is. That it was told to must not hide what went wrong while it did.
      if !failure.isCancellation { parent.childFailure = parent.childFailure ?? failure }
      return
    }
    cancelChildren(of: parent, because: Self.cancelled)
    if case .returned = parent.state {
      parent.state = .failed(failure)
      parent.tellWatcher()
    } else {
      cancel(parent, because: LuaRaise(failure.value, from: failure.place))
    }
  }

  private func outcome(of task: ScriptTask) -> ScriptOutcome {
    switch task.state {
    case .failed(let failure): .failed(failure)
    default: .finished
    }
  }

  private func end(_ outcome: ScriptOutcome) {
    guard !isOver else { return }
    ending = outcome
    // What is left goes on into a stop, so that the coroutines inside it close as well.
    if !tasks.isEmpty { machine.stop(.exit) }
    for task in tasks.values.sorted(by: { $0.id > $1.id }) {
      release(task)
      machine.close(task.thread)
    }
    let watched = tasks.values.filter { $0.watcher != nil && !$0.isDone }
    tasks = [:]
    finish(outcome)
    for task in watched.sorted(by: { $0.id < $1.id }) { task.tellWatcher(outcome) }
  }

  // MARK: Cancelling

  static let cancelled = LuaRaise(
    .operation(SSOError(.cancelled, .cancelled, "the task was cancelled")))

  /// Cancels a task that the script does not want any more.
  func callOff(_ task: ScriptTask) {
    task.isCalledOff = true
    cancel(task, because: Self.cancelled)
  }

  /// Makes every wait of `task` and its children fail, the present one included; children first.
  func cancel(_ task: ScriptTask, because reason: LuaRaise) {
    var stack = [(task: task, isMarked: false)]
    while let (next, isMarked) = stack.popLast() {
      if isMarked {
        if release(next) { resume(next, .raise(next.cancellation ?? reason)) }
      } else if next.cancellation == nil, !next.isDone {
        next.cancellation = next === task ? reason : Self.cancelled
        stack.append((next, true))
        stack += next.children.sorted(by: >).compactMap { tasks[$0] }.map { ($0, false) }
      }
    }
  }

  /// Tells a cancelled task again, and ends one that has caught that too often.
  private func refuse(_ task: ScriptTask, _ cancellation: LuaRaise) {
    task.refusals += 1
    guard task.refusals > Self.swallowLimit else {
      return resume(task, .raise(cancellation))
    }
    current = task
    machine.close(task.thread)
    current = nil
    wakeObservers(of: task)
    bodyEnded(task, .failed(LuaFailure(swallowed: cancellation.value)))
  }

  func cancelChildren(of task: ScriptTask, because reason: LuaRaise) {
    for child in task.children.sorted().compactMap({ tasks[$0] }) {
      cancel(child, because: reason)
    }
  }

  /// Gives up what a task waits for; false if it waits for nothing.
  @discardableResult
  func release(_ task: ScriptTask) -> Bool {
    defer { task.waiting = .nothing }
    switch task.waiting {
    case .nothing: return false
    case .timer(let timer): cancelTimer(timer)
    case .effect(let effect), .clock(let effect): effect.cancel()
    case .join(let other): other.joiners.removeAll { $0 == task.id }
    case .module(_, let loader): loader.observers.removeAll { $0 == task.id }
    case .group(let group): stopTimer(of: group)
    }
    return true
  }
}

extension LuaFailure {
  /// Whether it is what the waits of a cancelled task fail with.
  fileprivate var isCancellation: Bool {
    guard case .table(let error) = value, error.kind == .error else { return false }
    return error["code"] == .string(SSOError.Code.cancelled.rawValue)
  }

  /// The end of a task that went on and on after `value` had been raised in it.
  fileprivate init(swallowed value: LuaValue) {
    let message: LuaValue = if case .table(let error) = value { error["message"] } else { value }
    let text = message.utf8Bytes.map { String(decoding: $0, as: UTF8.self) }
    self.init(
      value: value, message: text ?? "the task was cancelled",
      place: LuaPlace(position: "", traceback: "\t(a cancelled task went on waiting and was ended)")
    )
  }
}
