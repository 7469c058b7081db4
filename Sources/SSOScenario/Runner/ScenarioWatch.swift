//  ScenarioWatch.swift - ends what does not end: a loop in a flow or a scenario, by real time.
//
//  Why a thread of its own: a script that spins holds its loop's, and whoever waits for it may hold one of
//  Swift's pool.

internal import EventLoop
internal import LuaEngine
internal import SSOScript
internal import Synchronization

/// Looks, beside the loop, whether scenarios come to their end.
final class ScenarioWatch: Sendable {
  /// Why a run was interrupted.
  enum Stop: Sendable {
    /// The real time for it was over.
    case time
    /// Nobody waits for it any more: what it comes to says nothing.
    case cancelled
  }

  private struct State {
    var script: ScenarioScript?
    /// Since when it runs.
    var since = Duration.zero
    /// Whether it was interrupted.
    var stop: Stop?
  }

  private let loop: EventLoop
  private let timeout: Duration
  private let isCancelled: @Sendable () -> Bool
  private let state = Mutex(State())

  /// - Parameters:
  ///   - timeout: Real time for one run.
  ///   - isCancelled: Whether nobody waits for the end of a run any more.
  /// - Throws: ``EventLoopError`` when there is no thread to be had.
  init(
    timeout: Duration, isCancelled: @escaping @Sendable () -> Bool
  ) throws(EventLoopError) {
    (self.timeout, self.isCancelled) = (timeout, isCancelled)
    let loop = try EventLoop()
    self.loop = loop
    _ = try EventLoop.runOnThread(name: "watch") { loop.run() }
    scheduleLook()
  }

  func begin(_ script: ScenarioScript) {
    let now = loop.now
    state.withLock { $0 = State(script: script, since: now) }
  }

  /// Lets go of a run that has ended.
  ///
  /// - Returns: Why it was interrupted, if it was.
  func finish() -> Stop? {
    state.withLock { state in
      state.script = nil
      return state.stop
    }
  }

  func end() { loop.stop() }

  private func scheduleLook() {
    loop.schedule(at: loop.now + min(timeout / 4, .milliseconds(200))) { [weak self] in
      self?.look()
      self?.scheduleLook()
    }
  }

  /// Under the lock: a run that has ended meanwhile is left alone, and so is the next one.
  private func look() {
    let now = loop.now
    state.withLock { state in
      guard let script = state.script else { return }
      let isCancelled = isCancelled()
      let limit = state.stop == nil ? timeout : timeout * 2
      guard isCancelled || now - state.since >= limit else { return }
      script.interrupt(isLast: isCancelled || state.stop != nil)
      state.stop = isCancelled ? .cancelled : .time
    }
  }
}

extension ScenarioScript {
  /// Ends the flows that run; if that does not help, the scenario itself, and at once where that is
  /// what runs: its body, or a function of it that a flow waits for.
  fileprivate func interrupt(isLast: Bool) {
    let isBusy = system.isRunning
    for process in library.stage?.processes ?? [] {
      process.kill(status: 7, because: "is stopped: \(ScenarioFailure.timeIsOver)")
    }
    for behaviour in library.stage?.behaviours ?? [] { behaviour.interrupt(.time) }
    if isLast || isBusy || library.stage?.processes.isEmpty ?? true { system.interrupt(.time) }
  }

  /// Whether the script was stopped, so that nothing of it can be called any more.
  var isOver: Bool { system.stopping != nil }
}
