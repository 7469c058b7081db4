//  RunTests.swift - starting, stopping, and the thread below.

import EventLoop
import TestSupport
import Testing

@Suite struct `Running` {
  @Test func `ends by a stop from another thread`() throws {
    let loop = try EventLoop()
    let thread = try EventLoop.runOnThread(name: "loop") { loop.run() }
    loop.stop()
    thread.join()
    #expect(!loop.isCurrent)
  }

  @Test func `goes on where it stopped`() throws {
    let loop = try EventLoop(time: .simulated(start: .zero))
    let log = Log<String>()
    loop.schedule(at: .seconds(1)) { loop.stop() }
    loop.schedule(at: .seconds(2)) {
      log.add("later")
      loop.stop()
    }

    loop.run()
    #expect(log.all == [])
    loop.run()

    #expect(log.all == ["later"])
  }

  @Test func `ends when those that were cancelled have ended`() throws {
    let loop = try EventLoop(time: .simulated(start: .zero))
    let log = Log<String>()
    let sleeper = Task(executorPreference: loop.taskExecutor) {
      try? await loop.sleep(for: .seconds(3600))
      await Task.yield()
      log.add("awake")
    }
    loop.schedule(at: .seconds(1)) {
      sleeper.cancel()
      loop.stop()
    }

    loop.run()

    #expect(log.all == ["awake"])
    #expect(loop.now == .seconds(1))
  }

  @Test func `ends though a task never does`() throws {
    let loop = try EventLoop(time: .simulated(start: .zero))
    let busy = Task(executorPreference: loop.taskExecutor) {
      while !Task.isCancelled { await Task.yield() }
    }
    Task(executorPreference: loop.taskExecutor) { loop.stop() }

    loop.run()
    busy.cancel()
    loop.stop()
    loop.run()

    #expect(busy.isCancelled)
  }

  @Test func `does not begin after a stop, once`() throws {
    let loop = try EventLoop(time: .simulated(start: .zero))
    let log = Log<String>()
    loop.schedule(at: .zero) {
      log.add("ran")
      loop.stop()
    }
    loop.stop()

    loop.run()
    #expect(log.all == [])
    loop.run()

    #expect(log.all == ["ran"])
  }

  @Test func `finds the stack it was promised`() throws {
    let log = Log<Int>()
    let thread = try EventLoop.runOnThread(stackSize: 32 << 20, name: "a name of many bytes") {
      log.add(dig(1000))
    }
    thread.join()
    #expect(log.all == [1000])
  }

  @Test func `on a thread that cannot be had is an error`() {
    #expect(throws: EventLoopError.self) {
      let thread = try EventLoop.runOnThread(stackSize: 1 << 60, name: "huge") {}
      thread.join()
    }
  }
}

/// Uses about 16 KiB of stack per level; gives back the depth.
@inline(never) private func dig(_ depth: Int) -> Int {
  guard depth > 0 else { return 0 }
  return unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: 2048) { memory in
    unsafe memory.initialize(repeating: depth)
    return unsafe dig(depth - 1) + memory[depth % 2048] - depth + 1
  }
}
