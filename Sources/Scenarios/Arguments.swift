//  Arguments.swift - values of options: seeds, times, reports.

internal import ArgumentParser
internal import SSOScenario

/// A seed: decimal, or hexadecimal after `0x`.
struct SeedArgument: CustomStringConvertible {
  var number: UInt64

  init(number: UInt64) { self.number = number }

  /// - Throws: `ValidationError` that says what a seed is.
  init(word: String) throws {
    guard let seed = ReplaySeed(word), seed == ReplaySeed(seed: seed.seed) else {
      throw ValidationError("a seed is a number below 2^64, such as 7 or 0x1f")
    }
    number = seed.seed
  }

  var description: String { String(number) }
}

/// `aws`, or another name of a profile.
struct ProfileArgument: ExpressibleByArgument {
  static var allValueStrings: [String] { ScenarioSettings.profiles }

  let name: String

  init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    name = argument
  }
}

/// `10s`, `24h`, `500ms`, or seconds.
struct TimeArgument: ExpressibleByArgument {
  var duration: Duration

  init(duration: Duration) { self.duration = duration }

  init?(argument: String) {
    guard let duration = ScenarioRunOptions.duration(argument) else { return nil }
    self.duration = duration
  }

  var defaultValueDescription: String {
    let seconds = duration.components.seconds
    return seconds >= 3600 && seconds % 3600 == 0 ? "\(seconds / 3600)h" : "\(seconds)s"
  }
}

/// `junit:report.xml`, or a kind alone for standard output.
struct ReportArgument: ExpressibleByArgument {
  var kind: ReportKind
  var file: String?

  init(kind: ReportKind, file: String? = nil) { (self.kind, self.file) = (kind, file) }

  init?(argument: String) {
    let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let kind = parts.first.flatMap({ ReportKind(rawValue: String($0)) }) else { return nil }
    let file = parts.count == 2 ? String(parts[1]) : nil
    guard file != "" else { return nil }
    self.init(kind: kind, file: file == "-" ? nil : file)
  }
}

/// `2/3`.
struct ShardArgument: ExpressibleByArgument {
  let shard: Shard

  init?(argument: String) {
    guard let shard = Shard(argument) else { return nil }
    self.shard = shard
  }
}

/// `CacheWrite` or `all`, however it is written.
struct CrashArgument: ExpressibleByArgument {
  let points: CrashPoints

  init(points: CrashPoints) { self.points = points }

  init?(argument: String) {
    let word = argument.lowercased()
    guard let points = CrashPoints.allCases.first(where: { $0.rawValue.lowercased() == word })
    else { return nil }
    self.points = points
  }

  var defaultValueDescription: String { points.rawValue }
}

/// `lua,protocol`; the option alone stands for what is usual.
struct CoverageArgument: ExpressibleByArgument, CustomStringConvertible {
  let parts: CoverageParts

  init(parts: CoverageParts) { self.parts = parts }

  init?(argument: String) {
    guard let parts = CoverageParts(argument) else { return nil }
    self.parts = parts
  }

  var description: String {
    CoverageParts.words.filter { parts.contains($0.part) }.map(\.word).joined(separator: ",")
  }

  /// Arguments with the list that `--coverage` alone stands for.
  ///
  /// A word behind it is a path, unless it is a list. The parser's own default for an option without a
  /// value takes wrong values, too.
  static func completed(_ arguments: [String]) -> [String] {
    let usual = "--coverage=\(Self(parts: .usual))"
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return arguments.enumerated().map { place, argument in
      guard argument == "--coverage", place < end else { return argument }
      let next = arguments.dropFirst(place + 1).first
      return next.flatMap { Self(argument: $0) } == nil ? usual : argument
    }
  }
}

/// `--changed REF`, or `--changed` alone.
enum ChangedArgument {
  /// Arguments with the commit that `--changed` alone stands for.
  ///
  /// - Parameters:
  ///   - arguments: As they were typed.
  ///   - isThere: Whether something has this path: a word that is one is no commit.
  /// - Returns: The arguments for the parser.
  static func completed(
    _ arguments: [String], isThere: (String) -> Bool
  ) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return arguments.enumerated().map { place, argument in
      guard argument == "--changed", place < end else { return argument }
      guard let next = arguments.dropFirst(place + 1).first, !next.hasPrefix("-"),
        !isThere(next), !next.hasSuffix(".lua"), !next.contains(".lua:")
      else { return "--changed=HEAD" }
      return argument
    }
  }
}

/// What may stand beside `--merge`.
enum MergeArguments {
  /// Each with a value.
  private static let options = [
    "--merge", "--report", "--color", "--coverage", "--min-protocol-coverage",
    "--min-fault-coverage", "--min-line-coverage",
  ]

  /// The first argument of another kind: an option for runs, or a path, such as a report without its
  /// own `--merge`.
  ///
  /// - Parameter arguments: As the parser takes them.
  /// - Returns: `nil` where there is none.
  static func first(besides arguments: [String]) -> String? {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" { return rest.first }
      let name = argument.prefix { $0 != "=" }
      guard options.contains(String(name)) else { return argument }
      if name == argument { _ = rest.popFirst() }
    }
    return nil
  }
}
