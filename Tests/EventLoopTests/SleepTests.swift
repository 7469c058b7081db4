//  SleepTests.swift - waiting without a thread.

import EventLoop
import TestSupport
import Testing

@Suite struct `Sleep` {
  @Test func `lasts its time, and the simulated clock jumps over it`() async throws {
    try await onLoop(.simulated(start: .seconds(5))) { loop in
      try await loop.sleep(for: .seconds(3600))
      #expect(loop.now == .seconds(3605))
    }
  }

  @Test func `of real time lasts at least its time`() async throws {
    try await onLoop(.real) { loop in
      let start = loop.now
      try await loop.sleep(for: .milliseconds(2))
      #expect(loop.now - start >= .milliseconds(2))
    }
  }

  @Test func `on an actor of the loop makes no detour over the thread pool`() async throws {
    // With one, simulated time would find nothing to do meanwhile and jump over the rival timer.
    let loop = try EventLoop(time: .simulated(start: .zero))
    let log = Log<String>()
    let sleeper = Sleeper(loop: loop)
    // A task of the pool, without the loop's preference.
    let task = Task.detached { await sleeper.sleepOften(log) }
    let thread = try EventLoop.runOnThread(name: "loop") { loop.run() }
    await task.value
    loop.stop()
    thread.join()
    let late = log.all.enumerated().filter { $1 != "\(Double($0 + 1)) seconds" }
    #expect(log.all.count == 100)
    #expect(late.isEmpty)
  }

  @Test(arguments: [Duration.zero, .seconds(-1)])
  func `of nothing returns at once`(duration: Duration) async throws {
    try await onLoop(.simulated(start: .zero)) { loop in
      try await loop.sleep(for: duration)
      #expect(loop.now == .zero)
    }
  }

  @Test func `ends with an error when its task is cancelled`() async throws {
    try await onLoop(.simulated(start: .zero)) { loop in
      let sleeper = Task(executorPreference: loop.taskExecutor) {
        try await loop.sleep(for: .seconds(3600))
      }
      try await loop.sleep(for: .seconds(1))
      sleeper.cancel()
      await #expect(throws: CancellationError.self) { try await sleeper.value }
      #expect(loop.now == .seconds(1))
    }
  }

  @Test func `does not begin in a cancelled task`() async throws {
    try await onLoop(.simulated(start: .zero)) { loop in
      let sleeper = Task(executorPreference: loop.taskExecutor) {
        try await loop.sleep(for: .seconds(3600))
      }
      sleeper.cancel()
      await #expect(throws: CancellationError.self) { try await sleeper.value }
      #expect(loop.now == .zero)
    }
  }

  @Test func `survives cancellation from other threads at any moment`() async throws {
    let loop = try EventLoop()
    let thread = try EventLoop.runOnThread(name: "loop") { loop.run() }
    let ended = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<1000 {
        group.addTask {
          let sleeper = Task { try await loop.sleep(for: .microseconds(number)) }
          if number % 2 == 0 { await Task.yield() }
          sleeper.cancel()
          _ = await sleeper.result
          return true
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    loop.stop()
    thread.join()
    #expect(ended == 1000)
  }

  @Test func `of ten thousand tasks ends in the order of time`() async throws {
    try await onLoop(.simulated(start: .zero)) { loop in
      let order = Log<Int>()
      await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<10_000 {
          group.addTask {
            let second = number * 7919 % 10_000 + 1
            try await loop.sleep(for: .seconds(second))
            order.add(second)
          }
        }
      }
      #expect(order.all == Array(1...10_000))
    }
  }
}

/// Sleeps a second at a time, with a timer set for a little after the end of each.
private actor Sleeper {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe loop.asUnownedSerialExecutor()
  }

  init(loop: EventLoop) { self.loop = loop }

  func sleepOften(_ log: Log<String>) async {
    for second in 1...100 {
      let rival = loop.schedule(at: .seconds(second) + .milliseconds(1)) {}
      try? await loop.sleep(for: .seconds(second) - loop.now)
      log.add("\(loop.now)")
      loop.cancel(rival)
    }
  }
}
