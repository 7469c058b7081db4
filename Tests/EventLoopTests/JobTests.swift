//  JobTests.swift - the loop as executor of actors and tasks.

import EventLoop
import TestSupport
import Testing

@Suite struct `Jobs` {
  @Test func `of an actor run on the loop's thread`() async throws {
    try await onLoop(.real) { loop in
      let resident = Resident(loop: loop)
      for _ in 0..<3 { #expect(await resident.add()) }
      #expect(await resident.count == 3)
    }
  }

  @Test func `reach the loop from many threads, none lost`() async throws {
    let loop = try EventLoop()
    let resident = Resident(loop: loop)
    let thread = try EventLoop.runOnThread(name: "loop") { loop.run() }

    let onThread = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var inside = 0
          for _ in 0..<500 where await resident.add() { inside += 1 }
          return inside
        }
      }
      return await group.reduce(0, +)
    }
    loop.stop()
    thread.join()

    #expect(onThread == 4000)
  }

  @Test func `are first come, first served`() throws {
    let loop = try EventLoop(time: .simulated(start: .zero))
    let log = Log<Int>()
    for number in 0..<1000 {
      Task(executorPreference: loop.taskExecutor) {
        log.add(number)
        await Task.yield()
        log.add(number + 1000)
        if number == 999 { loop.stop() }
      }
    }

    loop.run()

    #expect(log.all == Array(0..<2000))
  }

  @Test func `of child tasks stay on the loop`() async throws {
    try await onLoop(.simulated(start: .zero)) { loop in
      async let one = loop.isCurrent
      let others = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<10 { group.addTask { loop.isCurrent } }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(await one)
      #expect(others == Array(repeating: true, count: 10))
    }
  }

  @Test func `that never end still leave room for timers and descriptors`() throws {
    let loop = try EventLoop()
    let pipe = try Pipe()
    pipe.write("x")
    let log = Log<String>()
    let busy = Task(executorPreference: loop.taskExecutor) {
      while !Task.isCancelled { await Task.yield() }
    }
    loop.schedule(at: loop.now + .milliseconds(1)) { log.add("timer") }
    loop.watch(pipe.readEnd, for: .read) { _ in
      loop.unwatch(pipe.readEnd)
      log.add("descriptor")
    }
    Task(executorPreference: loop.taskExecutor) {
      try? await eventually { log.all.count == 2 }
      busy.cancel()
      await busy.value
      loop.stop()
    }

    loop.run()

    #expect(Set(log.all) == ["timer", "descriptor"])
  }

  @Test func `and actor state can be reached from a timer's action`() async throws {
    try await onLoop(.simulated(start: .zero)) { loop in
      let resident = Resident(loop: loop)
      loop.schedule(at: .seconds(1)) { resident.addSynchronously() }
      try await loop.sleep(for: .seconds(2))
      #expect(await resident.count == 1)
    }
  }

  @Test func `and actor state cannot be reached from any other thread`() async {
    await #expect(processExitsWith: .failure) {
      let resident = Resident(loop: try EventLoop())
      resident.addSynchronously()
    }
  }
}
