//  SnapshotFile.swift - what a spec's snapshots hold, as a text that one can read and compare. Pure.
//
//  Knows: `#` begins a scenario's name, `##` a snapshot's, `|` a line of it; all of it is sorted.

internal import StrictJSON

/// The snapshots of one spec.
struct SnapshotFile: Sendable, Equatable {
  /// Names one of them.
  struct Key: Hashable, Sendable {
    let scenario: String
    /// What the scenario calls it, or its number.
    let label: String

    /// What a scenario calls them may differ in nothing but its bytes.
    static func == (left: Self, right: Self) -> Bool {
      left.scenario == right.scenario && left.label.hasSameBytes(as: right.label)
    }
  }

  /// Texts, and where they stand in the file that was read.
  var entries: [Key: String] = [:]
  private(set) var lines: [Key: Int] = [:]

  init() {}

  /// Why a text is none.
  struct Problem: Error, Equatable {
    let line: Int
  }

  init(_ text: String) throws(Problem) {
    var scenario: String?
    var key: Key?
    let rows = text.utf8.split(separator: 10, omittingEmptySubsequences: false)
    for (number, row) in rows.enumerated() {
      let line = row.last == 13 ? row.dropLast() : row
      if let name = Self.rest(line, after: "## "), let scenario {
        let new = Key(scenario: scenario, label: Self.plain(name))
        guard lines[new] == nil else { throw Problem(line: number + 1) }
        (key, lines[new]) = (new, number + 1)
      } else if let name = Self.rest(line, after: "# ") {
        (scenario, key) = (Self.plain(name), nil)
      } else if let key, let row = Self.rest(line, after: "| ") ?? Self.rest(line, after: "|") {
        // An editor may have taken the space from an empty line.
        // In place: a copy for each line would take minutes of a large file.
        if entries[key] == nil { entries[key] = String(row) } else { entries[key]? += "\n\(row)" }
      } else if !line.isEmpty, Self.rest(line, after: "--") == nil {
        throw Problem(line: number + 1)
      }
    }
    guard Set(lines.keys) == Set(entries.keys) else { throw Problem(line: rows.count) }
  }

  /// By bytes: a letter may join with the mark before it.
  private static func rest(_ line: Substring.UTF8View, after mark: String) -> Substring? {
    line.starts(with: mark.utf8) ? Substring(line.dropFirst(mark.utf8.count)) : nil
  }

  private static let header = (start: "-- Snapshots of ", end: ", written by `ssoscript test ")

  /// Whether a text begins as ``text(of:)`` does, whatever the spec is called.
  static func hasHeader(_ bytes: [UInt8]) -> Bool {
    let line = String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
    return line.hasPrefix(header.start) && line.contains(header.end)
  }

  /// The file, for the spec of this name.
  func text(of spec: String) -> String {
    var text = "\(Self.header.start)\(spec)\(Self.header.end)--update-snapshots`.\n"
    for (scenario, keys) in Dictionary(grouping: entries.keys, by: \.scenario).sorted(by: {
      $0.key < $1.key
    }) {
      text += "\n# \(Self.escaped(scenario))\n"
      for key in keys.sorted(by: Self.isBefore) {
        let rows = (entries[key] ?? "").byteLines
        text += "\n## \(Self.escaped(key.label))\n"
        text += rows.map { $0.isEmpty ? "|\n" : "| \($0)\n" }.joined()
      }
    }
    return text
  }

  /// Numbers by their value, then names.
  private static func isBefore(_ left: Key, _ right: Key) -> Bool {
    let (a, b) = (Int(left.label) ?? .max, Int(right.label) ?? .max)
    return a == b ? left.label.utf8.lexicographicallyPrecedes(right.label.utf8) : a < b
  }

  private static func escaped(_ name: String) -> String {
    name.replacingBytes("\\", with: "\\\\").replacingBytes("\n", with: "\\n")
      .replacingBytes("\r", with: "\\r")
  }

  private static func plain(_ text: Substring) -> String {
    var result = "".unicodeScalars
    var rest = text.unicodeScalars
    while let letter = rest.popFirst() {
      guard letter == "\\", let next = rest.popFirst() else {
        result.append(letter)
        continue
      }
      result.append(next == "n" ? "\n" : next == "r" ? "\r" : next)
    }
    return String(result)
  }
}
