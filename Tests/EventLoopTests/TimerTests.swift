//  TimerTests.swift - scheduled actions, on simulated time.

import TestSupport
import Testing

@testable import EventLoop

@Suite struct `Timers` {
  @Test func `of a time that has passed do not take simulated time back`() throws {
    let loop = try EventLoop(time: .simulated(start: .seconds(10)))
    let log = Log<Duration>()
    loop.schedule(at: .seconds(5)) {
      log.add(loop.now)
      loop.stop()
    }

    loop.run()

    #expect(log.all == [.seconds(10)])
  }

  @Test func `fire in the order of their deadlines, ties in the order of scheduling`() throws {
    let loop = try EventLoop(time: .simulated(start: .zero))
    let log = Log<String>()
    for (name, second) in [("c", 3), ("a", 1), ("b1", 2), ("b2", 2), ("b3", 2)] {
      loop.schedule(at: .seconds(second)) { log.add("\(name) at \(loop.now)") }
    }
    loop.schedule(at: .seconds(4)) { loop.stop() }

    loop.run()

    #expect(
      log.all == [
        "a at 1.0 seconds", "b1 at 2.0 seconds", "b2 at 2.0 seconds", "b3 at 2.0 seconds",
        "c at 3.0 seconds",
      ])
  }

  @Test func `are waited for with a word before simulated time moves, and only then`() throws {
    let log = Log<String>()
    let loop = try EventLoop(
      time: .simulated(start: .zero), beforeMove: { log.add("to \($0)") })
    loop.schedule(at: .zero) { log.add("at once") }
    for second in [2, 2, 5] { loop.schedule(at: .seconds(second)) { log.add("\(second)") } }
    loop.schedule(at: .seconds(5)) { loop.stop() }

    loop.run()

    #expect(
      log.all == ["at once", "to 2.0 seconds", "2", "2", "to 5.0 seconds", "5"])
  }

  @Test func `that are cancelled never fire, and cancelling twice is no error`() throws {
    let loop = try EventLoop(time: .simulated(start: .zero))
    let log = Log<Int>()
    let timers = (0..<200).map { number in
      loop.schedule(at: .seconds(number)) { log.add(number) }
    }
    loop.schedule(at: .seconds(1000)) { loop.stop() }
    for (number, timer) in timers.enumerated() where number % 50 != 7 {
      loop.cancel(timer)
      loop.cancel(timer)
    }

    loop.run()

    #expect(log.all == [7, 57, 107, 157])
    #expect(loop.now == .seconds(1000))
  }

  @Test func `can be cancelled by an action of the same instant`() throws {
    let loop = try EventLoop(time: .simulated(start: .zero))
    let log = Log<String>()
    let victims = Log<TimerID>()
    loop.schedule(at: .seconds(1)) { victims.all.forEach(loop.cancel) }
    victims.add(loop.schedule(at: .seconds(1)) { log.add("victim") })
    loop.schedule(at: .seconds(1)) {
      log.add("other")
      loop.stop()
    }

    loop.run()

    #expect(log.all == ["other"])
  }

  @Test func `scheduled for a time gone by fire once a turn and leave room for jobs`() throws {
    let loop = try EventLoop(time: .simulated(start: .seconds(100)))
    let log = Log<String>()
    @Sendable func again() {
      log.add("timer at \(loop.now)")
      guard log.all.contains("job") else { return _ = loop.schedule(at: .zero, again) }
      loop.stop()
    }
    again()
    Task(executorPreference: loop.taskExecutor) {
      for _ in 0..<100 { await Task.yield() }
      log.add("job")
    }

    loop.run()

    let timers = log.all.filter { $0 == "timer at 100.0 seconds" }
    #expect((50...500).contains(timers.count))
    #expect(timers.count == log.all.count - 1)
  }

  @Test func `of ten thousand an hour apart cost no real time`() throws {
    let loop = try EventLoop(time: .simulated(start: .zero))
    let log = Log<Duration>()
    for number in (1...10_000).reversed() {
      loop.schedule(at: .seconds(3600 * number)) { log.add(loop.now) }
    }
    loop.schedule(at: .seconds(3600 * 10_001)) { loop.stop() }
    let clock = ContinuousClock()

    let spent = clock.measure { loop.run() }

    #expect(log.all == (1...10_000).map { .seconds(3600 * $0) })
    #expect(spent < .seconds(30))
  }

  @Test func `on real time fire when their time has come`() throws {
    let loop = try EventLoop()
    let log = Log<Duration>()
    let start = loop.now
    for milliseconds in [6, 3] {
      loop.schedule(at: start + .milliseconds(milliseconds)) {
        log.add(loop.now)
        if milliseconds == 6 { loop.stop() }
      }
    }

    loop.run()

    try #require(log.all.count == 2)
    #expect(log.all[0] >= start + .milliseconds(3))
    #expect(log.all[1] >= start + .milliseconds(6))
  }

  @Test(
    arguments: [
      (.nanoseconds(1), 1), (.milliseconds(20), 20), (.microseconds(20_001), 21),
      (.seconds(999_999), 999_999_000), (.seconds(1_000_000), 1_000_000_000),
      (.seconds(9_000_000_000), 1_000_000_000),
    ] as [(Duration, Int32)])
  func `are slept for until then, or for as long as the system takes at a time`(
    duration: Duration, milliseconds: Int32
  ) {
    #expect(Turn.Wait.upTo(duration).milliseconds == milliseconds, "or the loop would spin")
  }

  @Test func `set from another thread wake a waiting loop`() async throws {
    let log = Log<Bool>()
    try await onLoop(.real) { loop in
      // The far timer makes the loop wait for long; the near one comes from outside.
      loop.schedule(at: loop.now + .seconds(3600)) {}
      await withCheckedContinuation { done in
        Task.detached {
          loop.schedule(at: loop.now + .milliseconds(1)) {
            log.add(loop.isCurrent)
            done.resume()
          }
        }
      }
    }
    #expect(log.all == [true])
  }

  @Test func `let go what they hold without the loop's lock`() throws {
    final class Tidy: Sendable {
      let loop: EventLoop
      let log: Log<String>
      init(_ loop: EventLoop, _ log: Log<String>) { (self.loop, self.log) = (loop, log) }
      deinit { log.add("gone at \(loop.now)") }
    }
    let loop = try EventLoop(time: .simulated(start: .zero))
    let log = Log<String>()
    let timer = loop.schedule(at: .seconds(1)) { [tidy = Tidy(loop, log)] in _ = tidy }
    loop.watch(0, for: []) { [tidy = Tidy(loop, log)] _ in _ = tidy }
    loop.watch(0, for: []) { [tidy = Tidy(loop, log)] _ in _ = tidy }

    loop.cancel(timer)
    loop.unwatch(0)

    #expect(log.all == Array(repeating: "gone at 0.0 seconds", count: 3))
  }
}
