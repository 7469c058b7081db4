//  LineCoverage.swift - which lines of which Lua files ran, and which never did. Pure data.

/// Lua files that were loaded, with how often their lines ran.
public struct LineCoverage: Sendable, Equatable {
  /// One file.
  public struct File: Sendable, Equatable {
    /// From the working directory, where it is below it.
    public var path: String
    /// How often each line that holds code ran.
    public var hits: [Int: Int]

    /// Names both.
    public init(path: String, hits: [Int: Int]) { (self.path, self.hits) = (path, hits) }

    /// Lines that ran at least once.
    public var executed: Int { hits.values.count { $0 > 0 } }
    /// In per cent.
    public var percentage: Double { LineCoverage.percentage(executed, of: hits.count) }

    /// Lines that never ran; a range ends before the next line that did.
    public var missed: [ClosedRange<Int>] {
      var ranges: [ClosedRange<Int>] = []
      var isOpen = false
      for (line, count) in hits.sorted(by: { $0.key < $1.key }) {
        if count == 0, isOpen, let first = ranges.last?.lowerBound {
          ranges[ranges.count - 1] = first...line
        } else if count == 0 {
          ranges.append(line...line)
        }
        isOpen = count == 0
      }
      return ranges
    }
  }

  /// By path.
  public private(set) var files: [File] = []

  /// Sorts files, and leaves out those without code.
  public init(_ files: [File] = []) { add(files) }

  /// The first file that has code in other lines there: it is not the same text.
  func firstDifferent(_ other: LineCoverage) -> String? {
    let lines = Dictionary(uniqueKeysWithValues: files.map { ($0.path, Set($0.hits.keys)) })
    return other.files.first { lines[$0.path, default: Set($0.hits.keys)] != Set($0.hits.keys) }?
      .path
  }

  /// Adds what another thread, file or process saw.
  public mutating func add(_ other: LineCoverage) { add(other.files) }

  private mutating func add(_ others: [File]) {
    var hits = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.hits) })
    for file in others where !file.hits.isEmpty {
      hits[file.path, default: [:]].merge(file.hits) { $0.addingCapped($1) }
    }
    files = hits.map { File(path: $0.key, hits: $0.value) }.sorted { $0.path < $1.path }
  }

  /// Lines that hold code.
  public var count: Int { files.reduce(0) { $0 + $1.hits.count } }
  /// Lines that ran at least once.
  public var executed: Int { files.reduce(0) { $0 + $1.executed } }
  /// In per cent; 0 where there was nothing to run, which is no success.
  public var percentage: Double { Self.percentage(executed, of: count) }

  private static func percentage(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) * 100 / Double(whole)
  }
}

extension Int {
  /// Counts of a file may be anybody's.
  fileprivate func addingCapped(_ other: Int) -> Int {
    let (sum, isTooLarge) = addingReportingOverflow(other)
    return isTooLarge ? .max : sum
  }
}
