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
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 7)
    // Each number is a call of the system, and eight bytes.
    while bytes.count < count {
      let number: UInt64 = generator.next()
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: number >> shift))
      }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }
}
