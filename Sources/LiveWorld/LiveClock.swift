//  LiveClock.swift - the machine's clocks and random numbers.

import EventLoop
import SSOOIDC

/// Calendar time of the machine; waiting and measuring by the event loop.
struct LiveClock: WorldClock {
  let loop: EventLoop

  var now: Timestamp { ThisProcess.now }

  var monotonic: Duration { loop.now }

  func sleep(for duration: Duration) async throws(CancellationError) {
    try await loop.sleep(for: duration)
  }
}

/// The operating system's generator.
struct LiveRandomness: WorldRandomness {
  func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}
