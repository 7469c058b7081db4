//  CrashPlan.swift - one step of the disk at which the flow is ended, and what is found after that.
//
//  Knows: steps are counted over the whole scenario; the flow is started again on what is left.

internal import SSOOIDC
internal import SSOScript
internal import StrictJSON
internal import Synchronization

/// The steps of a scenario's disks, and the one at which a program is to end.
final class CrashPlan: Sendable {
  private struct State {
    /// Of each step: whether it changed a file of a cache.
    var steps: [Bool] = []
    /// The program that was ended.
    var ended: Int?
    /// What each program found when it started.
    var found: [Int: [DiskPath: DiskNode]] = [:]
    /// What each program ended with.
    var exits: [Int: Int32] = [:]
    var verdict: String?
  }

  /// From 1; `nil` lets everything live.
  let step: Int?
  /// What each program ends with that nothing ends.
  private let usual: [Int: Int32]
  private let state = Mutex(State())

  init(step: Int?, usual: [Int: Int32] = [:]) { (self.step, self.usual) = (step, usual) }

  /// What each program has ended with.
  var exits: [Int: Int32] { state.withLock { $0.exits } }

  /// Takes note of what a program finds.
  func begin(_ process: Int, _ home: SimulatedHome) {
    guard step != nil else { return }
    let found = home.disk.look { $0.nodes }
    state.withLock { $0.found[process] = found }
  }

  /// Takes note of how a program ended.
  func end(_ process: Int, with status: Int32) { state.withLock { $0.exits[process] = status } }

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

  /// Looks at what the ended program left, before it is started again; what was wrong before is not its
  /// fault.
  func judge(_ home: SimulatedHome, after process: Int) {
    let found = state.withLock { $0.found[process] } ?? [:]
    let files = home.disk.look { $0.nodes }.filter { found[$0.key] != $0.value }
    for (phrase, check) in Promise.final.sorted(by: { $0.key < $1.key }) {
      do throws(ScriptFailure) {
        try check(files)
      } catch {
        blame("after the end, \(phrase) does not hold: \(error.words)")
      }
    }
  }

  /// Looks at how the run ended that found what was left: it may fail as it does without an end before it.
  func judge(_ result: ProcessResult, after process: Int) {
    guard result.exit == 1 || result.exit == 7, result.exit != usual[process] else { return }
    let last = result.errorText.byteLines.last { !$0.isEmpty }
    let words = result.failure ?? last.map(String.init)
    blame("the next run ended with \(result.exit): \(words ?? "without a word")")
  }

  private func blame(_ words: String) {
    let whole = "the flow was ended at step \(step ?? 0) of its disk; \(words)"
    state.withLock { $0.verdict = $0.verdict ?? whole }
  }
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
