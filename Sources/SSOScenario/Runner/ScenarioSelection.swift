//  ScenarioSelection.swift - which scenarios the user means: names, tags, places, a shard. Pure.

/// A choice among scenarios; what is empty asks for nothing.
public struct ScenarioSelection: Sendable, Equatable {
  /// Names with one of these patterns in them.
  public var filters: [String] = []
  /// Names with none of these.
  public var exclusions: [String] = []
  /// With one of these tags, with or without `#`.
  public var tags: [String] = []
  /// With none of these.
  public var excludedTags: [String] = []
  /// Exactly these, by ``ScenarioReport/id``, or all of these files.
  public var ids: Set<String>?
  /// Of these files only scenarios of one of these lines.
  public var lines: [String: Set<Int>] = [:]

  /// Selects everything.
  public init() {}

  /// Whether a scenario is meant.
  ///
  /// - Parameters:
  ///   - report: The scenario.
  ///   - file: The one that is run, which may be a saved failure of the scenario's own.
  /// - Returns: True if it is.
  public func takes(_ report: ScenarioReport, in file: String) -> Bool {
    let name = report.name
    let matches = { (pattern: String) in Self.matches(name, pattern) }
    if !filters.isEmpty, !filters.contains(where: matches) { return false }
    if exclusions.contains(where: matches) { return false }
    if !tags.isEmpty, !Self.plain(tags).contains(where: report.tags.contains) { return false }
    if Self.plain(excludedTags).contains(where: report.tags.contains) { return false }
    // Lines of the scenario's own file say nothing about what another one has saved.
    if report.file == file, let wanted = lines[file], !wanted.contains(report.line) { return false }
    guard let ids else { return true }
    return ids.contains(report.id) || ids.contains(file)
  }

  /// Places such as `login_spec.lua:12` where there is no scenario, in files that were loaded.
  ///
  /// Scenarios that are left out for another reason are there.
  public func strays(in files: [ScenarioFileReport]) -> [String] {
    files.flatMap { file in
      (lines[file.file] ?? []).subtracting(file.places ?? lines[file.file] ?? []).sorted()
        .map { "\(file.file):\($0)" }
    }
  }

  private static func plain(_ tags: [String]) -> [String] {
    tags.map { $0.hasPrefix("#") ? String($0.dropFirst()) : $0 }
  }

  /// Whether a name has a pattern in it: text as it is, `*` for any text, `^` and `$` for the ends, `\*` for a
  /// star.
  static func matches(_ name: String, _ pattern: String) -> Bool {
    var pattern = Array(pattern.utf8)[...]
    let isStart = pattern.first == UInt8(ascii: "^")
    if isStart { pattern.removeFirst() }
    let isEnd = pattern.last == UInt8(ascii: "$")
    if isEnd { pattern.removeLast() }
    var parts = parts(of: pattern)
    var rest = Array(name.utf8)[...]
    if isStart, let first = parts.popFirst() {
      guard rest.starts(with: first) else { return false }
      rest = rest.dropFirst(first.count)
      if parts.isEmpty { return !isEnd || rest.isEmpty }
    }
    let last = isEnd ? parts.popLast() : nil
    for part in parts where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return last.map { rest.suffix($0.count).elementsEqual($0) } ?? true
  }

  /// The texts between the stars that stand for any text.
  private static func parts(of pattern: ArraySlice<UInt8>) -> ArraySlice<ArraySlice<UInt8>> {
    // No text has this byte.
    let (star, plain) = (UInt8(ascii: "*"), [0xFF] as [UInt8])
    return pattern.replacing("\\*".utf8, with: plain)
      .split(separator: star, omittingEmptySubsequences: false)
      .map { $0.replacing(plain, with: [star]) }[...]
  }
}

extension ScenarioReport {
  /// What names a scenario among all files.
  public var id: String { Self.id(file, name) }

  static func id(_ file: String, _ name: String) -> String { "\(file) › \(name)" }
}

/// One of several machines that share a run.
public struct Shard: Sendable, Equatable {
  /// From 1.
  public let number: Int
  /// Of how many.
  public let count: Int

  /// Reads `2/3`; `nil` for what is none.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1], number >= 1,
      number <= count, count <= 10_000
    else { return nil }
    (self.number, self.count) = (number, count)
  }

  /// The scenarios of this shard.
  ///
  /// With timings the longest go first, each to the shard with the least to do, so that all end at
  /// about the same time; without, each shard takes an equal run of the list.
  ///
  /// - Parameters:
  ///   - ids: All, in order.
  ///   - seconds: How long each took before; what is not known counts as the mean.
  /// - Returns: Those that are this shard's.
  public func share(of ids: [String], _ seconds: [String: Double] = [:]) -> Set<String> {
    guard !seconds.isEmpty else {
      let (start, end) = (ids.count * (number - 1) / count, ids.count * number / count)
      return Set(ids[start..<end])
    }
    let mean = seconds.values.reduce(0, +) / Double(seconds.count)
    let ordered = ids.enumerated().map { ($0.offset, $0.element, seconds[$0.element] ?? mean) }
      .sorted { $0.2 == $1.2 ? $0.0 < $1.0 : $0.2 > $1.2 }
    var loads = [Double](repeating: 0, count: count)
    var mine: Set<String> = []
    for (_, id, time) in ordered {
      let lightest = loads.indices.min { loads[$0] < loads[$1] } ?? 0
      loads[lightest] += time
      if lightest == number - 1 { mine.insert(id) }
    }
    return mine
  }
}
