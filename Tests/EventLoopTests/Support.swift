//  Support.swift - what the loop's tests share.

import EventLoop
import Testing

/// Runs `body` on the loop's own thread, as a task with all its children, until it returns.
func onLoop(_ time: EventLoop.Time, _ body: @escaping @Sendable (EventLoop) async throws -> Void)
  async throws
{
  let loop = try EventLoop(time: time)
  let thread = try EventLoop.runOnThread(name: "test loop") { loop.run() }
  let task = Task(executorPreference: loop.taskExecutor) { try await body(loop) }
  let result = await task.result
  loop.stop()
  thread.join()
  try result.get()
}

/// An actor that lives on a loop.
actor Resident {
  nonisolated let loop: EventLoop
  private(set) var count = 0

  init(loop: EventLoop) { self.loop = loop }

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe loop.asUnownedSerialExecutor()
  }

  func add() -> Bool {
    count += 1
    return loop.isCurrent
  }

  /// From a callback that is no job, but runs on the loop's thread.
  nonisolated func addSynchronously() { assumeIsolated { $0.count += 1 } }
}
