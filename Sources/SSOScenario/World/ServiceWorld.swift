//  ServiceWorld.swift - the doors of a script that is a service's behaviour: the service's time, chance,
//  a log, and nothing else.
//
//  Knows: what is closed, and how it says so.

internal import IdentityService
internal import SSOOIDC
internal import SSOScript

extension World {
  /// The world of a behaviour.
  ///
  /// - Parameters:
  ///   - door: Whose clock it lives by.
  ///   - randomness: Its chance.
  ///   - log: Takes what the script writes, whole lines.
  /// - Returns: A world in which only time, chance and the log are open.
  static func service(
    _ door: any ServiceDoor, _ randomness: any WorldRandomness,
    log: @escaping @Sendable (String) -> Void
  ) -> World {
    let closed = ClosedDoors("a behaviour", log: log)
    return World(
      clock: ServiceScriptClock(door: door, start: door.now), randomness: randomness,
      transport: closed, environment: closed, files: closed, terminal: closed, browser: closed,
      programs: closed)
  }
}

/// The service's clock as scripts see it.
struct ServiceScriptClock: WorldClock {
  let door: any ServiceDoor
  let start: ServiceTime

  var now: Timestamp {
    let (seconds, attoseconds) = door.now.sinceEpoch.components
    return Timestamp(seconds: seconds, nanoseconds: Int32(attoseconds / 1_000_000_000))
  }

  var monotonic: Duration { door.now - start }

  func sleep(for duration: Duration) async throws(CancellationError) {
    try await door.sleep(for: duration)
  }
}
