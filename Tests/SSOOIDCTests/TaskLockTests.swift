//  TaskLockTests.swift - one task at a time.

import Synchronization
import Testing

@testable import SSOOIDC

@Suite struct `Locks of tasks` {
  @Test func `let one in at a time, in the order of asking`() async throws {
    let locks = TaskLocks()
    let order = Order()
    let first = try await locks.lock("a") {}
    var tasks: [Task<Void, any Error>] = []
    for number in 1...3 {
      let (waits, isWaiting) = AsyncStream.makeStream(of: Void.self)
      tasks.append(
        Task {
          let lock = try await locks.lock("a") { isWaiting.yield() }
          order.add(number)
          await lock.release()
        })
      for await _ in waits { break }
    }
    await first.release()
    for task in tasks { try await task.value }
    #expect(order.all.sorted() == [1, 2, 3])
    _ = try await locks.lock("a") {}
  }

  @Test func `give up when the task is cancelled`() async throws {
    let locks = TaskLocks()
    let held = try await locks.lock("a") {}
    let (waits, isWaiting) = AsyncStream.makeStream(of: Void.self)
    let task = Task { try await locks.lock("a") { isWaiting.yield() } }
    for await _ in waits { break }
    task.cancel()
    await #expect(throws: CacheFolderError.self) { _ = try await task.value }
    await held.release()
    _ = try await locks.lock("a") {}
  }

  @Test(.timeLimit(.minutes(1)))
  func `are given up as well by a task that was cancelled before it asked`() async throws {
    let locks = TaskLocks()
    let held = try await locks.lock("a") {}
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await locks.lock("a") {}
    }
    task.cancel()
    await #expect(throws: CacheFolderError.self) { _ = try await task.value }
    await held.release()
    _ = try await locks.lock("a") {}
  }
}

private final class Order: Sendable {
  private let numbers = Mutex<[Int]>([])
  var all: [Int] { numbers.withLock { $0 } }
  func add(_ number: Int) { numbers.withLock { $0.append(number) } }
}
