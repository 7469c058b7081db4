//  TraceFile.swift - a trace on disk, line by line, for its owner's eyes.

public import SSOScript
import Synchronization

/// A file that lines are added to; made 0600.
public final class TraceFile: TraceSink {
  /// Nil once it could not be written.
  private let file: Mutex<LiveFile?>
  private let onFailure: @Sendable (String) -> Void

  /// Opens or makes the file.
  ///
  /// - Parameters:
  ///   - path: Where it is.
  ///   - onFailure: Told once, when a line cannot be written; there will be no more lines then.
  /// - Throws: ``DoorError``.
  public init(
    _ path: String, onFailure: @escaping @Sendable (String) -> Void
  ) throws(DoorError) {
    file = Mutex(try LiveFile(path: path, .adding, areExact: true))
    self.onFailure = onFailure
  }

  /// Adds one line.
  public func write(_ line: String) {
    let failure: String? = file.withLock { file in
      do throws(DoorError) {
        try file?.write(Array((line + "\n").utf8))
        return nil
      } catch {
        file = nil
        return error.message
      }
    }
    if let failure { onFailure(failure) }
  }
}
