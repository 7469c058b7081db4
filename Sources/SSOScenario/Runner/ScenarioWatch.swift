//  ScenarioWatch.swift - ends what does not end: a loop in a flow or a scenario, by real time.
//
//  Why not on the loop: a script that spins holds its thread.

internal import LuaEngine
internal import SSOScript
internal import Synchronization

/// Looks, beside the loop, whether scenarios come to their end.
final class ScenarioWatch: Sendable {
  private struct State {
    var number = 0
    var script: ScenarioScript?
    var isOver = false
  }

  private let state = Mutex(State())

  /// - Parameters:
  ///   - timeout: Real time for one run.
  ///   - isCancelled: Whether nobody waits for the end of a run any more.
  init(timeout: Duration, isCancelled: @escaping @Sendable () -> Bool) {
    Task.detached { [weak self] in
      let clock = ContinuousClock()
      var (seen, since, isSecond) = (-1, clock.now, false)
      while let self, !self.state.withLock({ $0.isOver }) {
        let (number, script) = self.state.withLock { ($0.number, $0.script) }
        if number != seen { (seen, since, isSecond) = (number, clock.now, false) }
        let limit = isSecond ? timeout * 2 : timeout
        if let script, isCancelled() || clock.now - since >= limit {
          script.interrupt(isSecond: isSecond)
          isSecond = true
        }
        try? await Task.sleep(for: min(timeout / 4, .milliseconds(200)))
      }
    }
  }

  func begin(_ script: ScenarioScript) {
    state.withLock { state in
      state.number += 1
      state.script = script
    }
  }

  func finish() { state.withLock { $0.script = nil } }
  func end() { state.withLock { $0.isOver = true } }
}

extension ScenarioScript {
  /// Ends the flows that run; if that does not help, the scenario itself.
  fileprivate func interrupt(isSecond: Bool) {
    for process in library.stage?.processes ?? [] {
      process.kill(status: 7, because: "is stopped: the real time for one scenario is over")
    }
    if isSecond || library.stage?.processes.isEmpty ?? true { system.interrupt(.time) }
  }

  /// Whether the script was stopped, so that nothing of it can be called any more.
  var isOver: Bool { system.stopping != nil }
}
