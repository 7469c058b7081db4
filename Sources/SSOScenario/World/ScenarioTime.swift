//  ScenarioTime.swift - the time of one scenario, and the clocks that its machines read.
//
//  Knows: all clocks hang on one event loop; a machine's calendar may be wrong, waiting never is.
//  Does not know: when time moves (EventLoop does that, when everybody waits).

internal import EventLoop
internal import IdentityService
internal import SSOOIDC
internal import Synchronization

/// The calendar of a scenario: what it shows at the start, and how long ago that was.
final class ScenarioTime: Sendable {
  /// Where a scenario begins unless it says otherwise: 2026-01-01T00:00:00Z.
  static let usualStart = Timestamp(seconds: 1_767_225_600)

  let loop: EventLoop
  /// The loop's time at the start of the scenario.
  let origin: Duration
  private let calendar = Mutex(ScenarioTime.usualStart)

  init(loop: EventLoop) {
    self.loop = loop
    origin = loop.now
  }

  /// Since the start of the scenario.
  var elapsed: Duration { loop.now - origin }

  /// The true calendar time.
  var now: Timestamp { calendar.withLock { $0 } + elapsed }

  /// The calendar at the start.
  var start: Timestamp { calendar.withLock { $0 } }

  /// Lets the scenario have begun at another date; what has elapsed stays.
  func begin(at start: Timestamp) { calendar.withLock { $0 = start } }
}

/// The clock of one machine.
final class SimulatedClock: WorldClock {
  let time: ScenarioTime
  private let error = Mutex(Duration.zero)

  init(_ time: ScenarioTime) { self.time = time }

  var now: Timestamp {
    let error = error.withLock { $0 }
    return error == .zero ? time.now : time.now + error
  }

  var monotonic: Duration { time.elapsed }

  func sleep(for duration: Duration) async throws(CancellationError) {
    try await time.loop.sleep(for: duration)
  }

  /// Sets the calendar forward or back; nobody's waiting changes.
  func jump(by duration: Duration) { error.withLock { $0 += duration } }
}

extension Timestamp {
  /// The same moment, as the service counts.
  var serviceTime: ServiceTime {
    ServiceTime(sinceEpoch: .seconds(seconds) + .nanoseconds(Int64(nanoseconds)))
  }
}

/// Bytes of a seed.
final class SeededBytes: WorldRandomness {
  private let generator: Mutex<SplitMix64>

  init(seed: UInt64) { generator = Mutex(SplitMix64(seed: seed)) }

  func bytes(_ count: Int) -> [UInt8] {
    generator.withLock { generator in
      var bytes: [UInt8] = []
      bytes.reserveCapacity(count + 7)
      while bytes.count < count {
        var word = generator.next()
        for _ in 0..<8 {
          bytes.append(UInt8(truncatingIfNeeded: word))
          word >>= 8
        }
      }
      bytes.removeLast(bytes.count - count)
      return bytes
    }
  }
}
