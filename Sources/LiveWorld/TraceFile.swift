//  TraceFile.swift - a trace on disk, line by line, for its owner's eyes.

public import SSOScript

/// A file that lines are added to; made 0600.
public struct TraceFile: TraceSink {
  private let file: LiveFile

  /// Opens or makes the file.
  ///
  /// - Parameter path: Where it is.
  /// - Throws: ``DoorError``.
  public init(_ path: String) throws(DoorError) {
    file = try LiveFile(path: path, .adding)
  }

  /// Adds one line.
  public func write(_ line: String) { try? file.write(Array((line + "\n").utf8)) }
}
