//  NamePattern.swift - names of variables and programs, and the patterns that permit them. Pure.

import StrictJSON

/// Patterns for names: a star at the end stands for any rest.
package enum NamePattern {
  private static let star = UInt8(ascii: "*")

  /// Whether a star stands at the end or nowhere: elsewhere it looks like a permission and is none.
  package static func isPattern(_ text: String) -> Bool { !text.utf8.dropLast().contains(star) }

  /// Whether `name` fits `pattern`, by their bytes.
  static func matches(_ name: String, _ pattern: String) -> Bool {
    pattern.hasSameBytes(as: name)
      || pattern.utf8.last == star && name.utf8.starts(with: pattern.utf8.dropLast())
  }

  /// Whether a name, typed as a pattern, would permit others as well.
  static func hasStar(_ name: String) -> Bool { name.utf8.contains(star) }
}
