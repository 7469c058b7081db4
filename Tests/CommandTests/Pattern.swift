//  Pattern.swift - an expected text, with `~~~` where it may vary. Pure.

/// `~~~` stands for any text within its line; alone in a line, for any number of lines.
struct Pattern {
  private static let gap = "~~~"
  private let lines: [String]

  init(_ text: String) { lines = Self.lines(of: text) }

  /// Whether the whole of `text`, its last line end included, is as expected.
  func matches(_ text: String) -> Bool {
    Self.match(lines[...], Self.lines(of: text)[...])
  }

  private static func lines(of text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private static func match(_ expected: ArraySlice<String>, _ found: ArraySlice<String>) -> Bool {
    guard let first = expected.first else { return found.isEmpty }
    if first == gap {
      return match(expected.dropFirst(), found)
        || !found.isEmpty && match(expected, found.dropFirst())
    }
    guard let line = found.first, matches(line, first) else { return false }
    return match(expected.dropFirst(), found.dropFirst())
  }

  private static func matches(_ line: String, _ expected: String) -> Bool {
    let parts = expected.split(separator: gap, omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else {
      return line == expected
    }
    guard line.hasPrefix(first) else { return false }
    var rest = line.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.hasSuffix(last)
  }
}
