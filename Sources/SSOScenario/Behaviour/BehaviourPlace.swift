//  BehaviourPlace.swift - where a behaviour runs: on a thread of a server's, or within a scenario.

internal import EventLoop
internal import LuaEngine
internal import SSOOIDC
internal import SSOScript

/// What a behaviour lives on.
struct BehaviourPlace: Sendable {
  let loop: EventLoop
  /// Whether everything has to be done on the loop, whose time is simulated.
  var staysOnLoop = false
  /// How long the script may run without waiting for anything; `nil` where somebody else looks.
  var patience: Duration?
  /// Decides about its chance; `nil` in a server.
  var seed: UInt64?
  /// Where its lines are counted.
  var coverage: LuaCoverage?
  /// The script's chance, and the ids of requests.
  let randomness: any WorldRandomness
  /// Takes what it writes; whole lines.
  let log: @Sendable (String) -> Void
  /// Takes what goes wrong in it, with file and line; a line.
  let report: @Sendable (String) -> Void
  /// Gets its interpreter before anything runs in it.
  var begins: @Sendable (ScriptSystem) -> Void = { _ in }
  /// What has to live as long: with it the thread would go.
  var owner: (any Sendable)?

  /// Where its tasks run.
  var executor: LoopTaskExecutor? { staysOnLoop ? loop.taskExecutor : nil }
}
