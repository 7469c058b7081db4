//  ScenarioWorld.swift - the doors of a scenario's own script: its time, its modules, a log.
//
//  Everything else is closed: what is simulated is reached through sim.

internal import EventLoop
internal import SSOOIDC
internal import SSOScript
internal import Synchronization

extension World {
  /// The world of a scenario file.
  static func scenario(_ library: ScenarioLibrary, _ loop: EventLoop) -> World {
    let closed = ClosedDoors("a scenario") { text in
      library.state.withLock { $0.output += text }
    }
    return World(
      clock: ScenarioFileClock(library: library, loop: loop),
      randomness: ScenarioRandomness(library: library), transport: closed, environment: closed,
      files: ScenarioModules(sources: library.sources, closed: closed), terminal: closed,
      browser: closed, programs: closed)
  }
}

/// The time of the scenario under way; between scenarios, of none.
private struct ScenarioFileClock: WorldClock {
  let library: ScenarioLibrary
  let loop: EventLoop

  var now: Timestamp { library.stage?.time.now ?? ScenarioTime.usualStart }
  var monotonic: Duration { library.stage?.time.elapsed ?? .zero }

  func sleep(for duration: Duration) async throws(CancellationError) {
    try await loop.sleep(for: duration)
  }
}

/// The chance of the scenario under way.
private struct ScenarioRandomness: WorldRandomness {
  let library: ScenarioLibrary

  func bytes(_ count: Int) -> [UInt8] {
    SeededBytes(seed: library.stage?.draw() ?? 0).bytes(count)
  }
}

/// Lua files beside the scenario, for `require`; no others.
private struct ScenarioModules: WorldFiles {
  let sources: ScenarioSources
  let closed: ClosedDoors

  func canonical(_ path: String) -> String { sources.canonical(path) }
  func read(_ path: String, limit: Int) throws(DoorError) -> [UInt8] { try sources.read(path) }
  func open(_ path: String, _ mode: FileMode) throws(DoorError) -> any OpenFile {
    try closed.open(path, mode)
  }
  func remove(_ path: String) throws(DoorError) { try closed.remove(path) }
  func rename(_ path: String, to target: String) throws(DoorError) {
    try closed.rename(path, to: target)
  }
}
