//  EventLoopError.swift - why the system refused a loop or a thread.

/// A resource that the system refused.
public struct EventLoopError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was refused; open, so that new codes break nobody.
  public struct Code: Sendable, Hashable {
    /// The code as text, stable.
    public let rawValue: String

    init(_ rawValue: String) { self.rawValue = rawValue }

    /// No file descriptor left: close some, or raise the limit (`ulimit -n`).
    public static let noDescriptor = Self("no_descriptor")
    /// No thread: too many of them, or no memory for the stack.
    public static let noThread = Self("no_thread")
  }

  /// What was refused.
  public let code: Code
  /// The system's own number for the reason (`errno`).
  public let systemError: Int32

  /// One line: what was refused, and the system's words for why.
  public var description: String {
    let what = code == .noDescriptor ? "no file descriptor" : "no thread"
    return "\(what) to be had: \(systemWords(for: systemError))"
  }
}
