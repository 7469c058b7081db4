//  LoopRun.swift - a command's own work on an event loop: the calling thread waits for it.

public import EventLoop
import Synchronization

/// Work on a loop that has no thread yet.
public enum LoopRun {
  /// Deep enough for Lua's 200 levels of C calls with Swift frames in between.
  private static let stackSize = 16 << 20

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
    let thread = try EventLoop.runOnThread(stackSize: stackSize, name: "loop") {
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
