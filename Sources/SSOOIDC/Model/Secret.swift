//  Secret.swift - text that no log line can leak by accident.

/// Text that never prints itself.
///
/// Read it with ``reveal()``; grep for that word in review.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable, ExpressibleByStringLiteral
{
  private let text: String

  /// Wraps `text`.
  public init(_ text: String) { self.text = text }

  /// Wraps a literal, as tests and examples write it.
  public init(stringLiteral text: String) { self.text = text }

  /// The text itself.
  public func reveal() -> String { text }

  /// Always `<secret>`.
  public var description: String { "<secret>" }

  /// Always `<secret>`.
  public var debugDescription: String { "<secret>" }

  /// Shows nothing of the text to `dump` and to debuggers.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
