//  WatchedFiles.swift - which scenario files --watch runs again: changed ones, new ones, those that are back. Pure.
//
//  Knows: what is not there is waited for, and is no reason to run once more.

/// What was seen of files.
public struct WatchedFiles: Sendable, Equatable {
  /// By scenario file: what it needs, and what was in it at the last look; `nil` for what was not there.
  private var seen: [String: [String: UInt64?]] = [:]

  /// Has seen nothing.
  public init() {}

  /// Looks once more.
  ///
  /// - Parameters:
  ///   - specs: The scenario files that are there.
  ///   - reads: By scenario file, what its runs have read, with its hash, and what they looked for in vain.
  ///   - content: Reads a file now; `nil` for what is not there.
  /// - Returns: Those that were not there at the last look, and those that need something that is not as it
  ///   was then, or in the run since then.
  public mutating func changes(
    in specs: [String], _ reads: [String: [String: UInt64?]], content: (String) -> [UInt8]?
  ) -> [String] {
    var changed: [String] = []
    var next: [String: [String: UInt64?]] = [:]
    var known: [String: UInt64?] = [:]
    func hash(_ path: String) -> UInt64? {
      if let hash = known[path] { return hash }
      let hash = content(path).map(LastRun.hash)
      known.updateValue(hash, forKey: path)
      return hash
    }
    for spec in specs where hash(spec) != nil {
      let before = (reads[spec] ?? [:]).merging(seen[spec] ?? [:]) { $1 }
      let paths = Set(before.keys).union([spec])
      let now = Dictionary(uniqueKeysWithValues: paths.map { ($0, hash($0)) })
      let isNew = seen[spec] == nil
      if isNew || before.contains(where: { now[$0.key] != $0.value }) { changed.append(spec) }
      next[spec] = now
    }
    seen = next
    return changed
  }
}
