//  LoopRun.swift - a command's own work on an event loop: the calling thread waits for it.

public import EventLoop
import LuaEngine
import Synchronization

/// Work on a loop that has no thread yet.
public enum LoopRun {
  /// Runs `body` on a new thread of `loop`, and waits for its end.
  ///
  /// - Parameters:
  ///   - loop: Stopped afterwards.
  ///   - body: The work.
  /// - Returns: What it gave.
  /// - Throws: ``EventLoopError`` when there is no thread for it.
  public static func wait<Value: Sendable>(
    on loop: EventLoop, _ body: @escaping @Sendable () async -> Value
  ) throws(EventLoopError) -> Value? {
    ThisProcess.ignoreFileSizeSignal()
    let result = Result<Value>()
    let thread = try EventLoop.runOnThread(stackSize: LuaMachine.stackSize, name: "loop") {
      Task(executorPreference: loop.taskExecutor) {
        let value = await body()
        result.value.withLock { $0 = value }
        loop.stop()
      }
      loop.run()
    }
    thread.join()
    return result.value.withLock { $0 }
  }

  private final class Result<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
  }
}
