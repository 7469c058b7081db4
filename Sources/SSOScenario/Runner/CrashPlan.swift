//  CrashPlan.swift - one step of the disk at which the flow is ended, and what is found after that.
//
//  Knows: steps are counted over the whole scenario; the flow is started again on what is left.

internal import SSOOIDC
internal import SSOScript
internal import Synchronization

/// The steps of a scenario's disks, and the one at which a program is to end.
final class CrashPlan: Sendable {
  private struct State {
    /// Of each step: whether it changed a file of a cache.
    var steps: [Bool] = []
    /// The program that was ended.
    var ended: Int?
    var verdict: String?
  }

  /// From 1; `nil` lets everything live.
  let step: Int?
  private let state = Mutex(State())

  init(step: Int?) { self.step = step }

  /// Counts a step; whether the program ends within it.
  func count(_ path: String, by process: Int) -> Bool {
    state.withLock { state in
      state.steps.append(path.contains("cache"))
      guard state.steps.count == step else { return false }
      state.ended = process
      return true
    }
  }

  func hasEnded(_ process: Int) -> Bool { state.withLock { $0.ended == process } }

  /// The numbers of the steps that this choice means.
  func steps(_ points: CrashPoints) -> [Int] {
    state.withLock { state in
      state.steps.indices.filter { points == .all || points == .cacheWrite && state.steps[$0] }
        .map { $0 + 1 }
    }
  }

  /// What was wrong after the end of the program; `nil` when nothing was, or when nothing was ended.
  var verdict: String? { state.withLock { $0.verdict } }

  /// Looks at what the ended program left, before it is started again.
  func judge(_ home: SimulatedHome) {
    for (phrase, check) in Promise.final.sorted(by: { $0.key < $1.key }) {
      do throws(ScriptFailure) {
        try check(home)
      } catch {
        blame("after the end, \(phrase) does not hold: \(error.words)")
      }
    }
  }

  /// Looks at how the run ended that found what was left.
  func judge(_ result: ProcessResult) {
    guard result.exit == 1 || result.exit == 7 else { return }
    let words = result.failure ?? result.standardError.split(separator: "\n").last.map(String.init)
    blame("the next run ended with \(result.exit): \(words ?? "without a word")")
  }

  private func blame(_ words: String) {
    let whole = "the flow was ended at step \(step ?? 0) of its disk; \(words)"
    state.withLock { $0.verdict = $0.verdict ?? whole }
  }
}

extension ScenarioStage {
  /// Steps of the disk that the scenario took.
  func diskSteps(_ points: CrashPoints) -> [Int] { crash.steps(points) }
}

extension ScriptFailure {
  fileprivate var words: String {
    switch self {
    case .operation(let error): error.message
    case .misuse(let message): message
    default: "\(self)"
    }
  }
}
