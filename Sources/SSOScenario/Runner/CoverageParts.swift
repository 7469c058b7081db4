//  CoverageParts.swift - what a run may tell of what it reached.

/// Parts of a coverage report.
public struct CoverageParts: OptionSet, Sendable, Hashable {
  /// One bit each.
  public let rawValue: Int
  /// Makes parts from bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Lines of flows, policies and modules.
  public static let lua = Self(rawValue: 1)
  /// Rules of the protocol.
  public static let rules = Self(rawValue: 2)
  /// Faults of the catalogue.
  public static let faults = Self(rawValue: 4)
  /// Lines of scenario files and their helpers.
  public static let specs = Self(rawValue: 8)
  /// What is told unless parts are named.
  public static let usual: Self = [.lua, .rules, .faults]

  /// The words for them, as they are written on a command line.
  public static let words: [(word: String, part: Self)] = [
    ("lua", .lua), ("protocol", .rules), ("faults", .faults), ("specs", .specs),
  ]

  /// Reads a list such as `lua,protocol`; `nil` for words that are none of these.
  public init?(_ list: String) {
    var parts: Self = []
    for word in list.split(separator: ",", omittingEmptySubsequences: false) {
      guard let known = Self.words.first(where: { $0.word == word }) else { return nil }
      parts.insert(known.part)
    }
    self = parts
  }

  /// Whether lines are counted.
  public var hasLines: Bool { !isDisjoint(with: [.lua, .specs]) }
}
