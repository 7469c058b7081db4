//  LuaScripts.swift - the interpreter of one server: its thread, and what it loads.

internal import EventLoop
public import IdentityService
internal import LuaEngine
internal import SSOOIDC

/// Makes behaviours of Lua text, all on one thread.
public final class LuaScripts: Sendable {
  private let loop: EventLoop
  /// How long a script may run without waiting for anything.
  private let patience: Duration
  private let log: @Sendable (String) -> Void
  private let report: @Sendable (String) -> Void

  /// Starts the thread.
  ///
  /// - Parameters:
  ///   - log: Takes what scripts write: whole lines, their ends included.
  ///   - report: Takes what goes wrong in them, each time without an end of line.
  /// - Throws: ``BehaviourError`` when there is no thread to be had.
  public convenience init(
    log: @escaping @Sendable (String) -> Void, report: @escaping @Sendable (String) -> Void
  ) throws(BehaviourError) {
    try self.init(patience: .seconds(5), log: log, report: report)
  }

  init(
    patience: Duration, log: @escaping @Sendable (String) -> Void,
    report: @escaping @Sendable (String) -> Void
  ) throws(BehaviourError) {
    do {
      let loop = try EventLoop()
      _ = try EventLoop.runOnThread(stackSize: LuaMachine.stackSize, name: "behaviour") {
        loop.run()
      }
      self.loop = loop
    } catch {
      throw BehaviourError("\(error)")
    }
    self.patience = patience
    (self.log, self.report) = (log, report)
  }

  deinit { loop.stop() }

  /// Loads a script.
  ///
  /// - Parameters:
  ///   - source: Its text.
  ///   - name: For messages: `behaviour.lua`.
  ///   - door: The service that it belongs to.
  /// - Returns: The behaviour.
  /// - Throws: ``BehaviourError`` with line and cause, when its main body does not come to its end.
  public func load(
    _ source: [UInt8], _ name: String, _ door: any ServiceDoor
  ) async throws(BehaviourError) -> any Behaviour {
    let place = BehaviourPlace(
      loop: loop, patience: patience, randomness: SystemRandomness(), log: log,
      report: report, owner: self)
    return try await LuaBehaviour(source, name: name, door: door, place: place)
  }
}

/// The operating system's generator.
private struct SystemRandomness: WorldRandomness {
  func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}
