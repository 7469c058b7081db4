//  LastRun.swift - what the last run left for the next: who failed, which files were read. Pure.

internal import StrictJSON

/// The state between two runs.
public struct LastRun: Sendable, Equatable {
  /// What did not pass, by ``ScenarioReport/id``, and by name the files that did not load.
  public var failed: Set<String> = []
  /// Of each scenario file: the Lua files that it read, and what was in them (FNV-1a).
  public var reads: [String: [String: UInt64]] = [:]

  /// Knows nothing, or what was read.
  public init(reads: [String: [String: UInt64]] = [:]) { self.reads = reads }

  /// Reads what ``text`` gave; damaged text is as good as none.
  public init(_ bytes: [UInt8]) {
    guard let object = (try? JSON.parse(bytes))?.asObject else { return }
    failed = Set(object["failed"]?.asArray?.compactMap(\.asString) ?? [])
    for (file, read) in object["reads"]?.asObject ?? [:] {
      for (path, hash) in read.asObject ?? [:] {
        reads[file, default: [:]][path] = hash.asString.flatMap { UInt64($0, radix: 16) }
      }
    }
  }

  /// The same, with files named as they are now.
  ///
  /// - Parameters:
  ///   - names: Of files that are to be run.
  ///   - canonical: The absolute path without links.
  /// - Returns: What is known, under these names.
  public func spelled(as names: [String], canonical: (String) -> String) -> LastRun {
    let names = Dictionary(names.map { (canonical($0), $0) }) { first, _ in first }
    let renamed = reads.keys.compactMap { old in
      names[canonical(old)].flatMap { $0 == old ? nil : (old, $0) }
    }
    var last = self
    for (old, new) in renamed {
      let read = last.reads.removeValue(forKey: old)
      last.reads[new] = reads[new] ?? read
      last.failed = Set(last.failed.map { Self.renamed($0, from: old, to: new) })
    }
    return last
  }

  /// What is known of a file, or of a scenario in it.
  private static func renamed(_ id: String, from old: String, to new: String) -> String {
    guard id == old || id.hasPrefix(ScenarioReport.id(old, "")) else { return id }
    return new + id.dropFirst(old.count)
  }

  /// As JSON.
  public var text: String {
    let reads = reads.sorted { $0.key < $1.key }.map { file, read in
      let hashes = read.sorted { $0.key < $1.key }.map { path, hash in
        (path, JSON.string(String(hash, radix: 16)))
      }
      return (file, JSON.object(JSONObject(hashes)))
    }
    let object: JSONObject = [
      "failed": .array(failed.sorted().map(JSON.string)), "reads": .object(JSONObject(reads)),
    ]
    let bytes = (try? object.encoded(.pretty)) ?? []
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }

  /// Takes the end of a run in; what was not run keeps its state.
  public mutating func take(_ suite: SuiteReport) {
    for file in suite.files {
      if file.loadFailure != nil {
        failed.insert(file.file)
      } else if file.isWhole {
        failed.remove(file.file)
        forget(exceptThoseOf: file)
      }
    }
    for scenario in suite.scenarios where scenario.outcome != .unfinished {
      let isGood = scenario.outcome == .passed
      if isGood { failed.remove(scenario.id) } else { failed.insert(scenario.id) }
    }
  }

  /// Scenarios that a file has no more will never pass.
  private mutating func forget(exceptThoseOf file: ScenarioFileReport) {
    let known = Set(file.scenarios.map(\.id))
    failed = failed.filter {
      !$0.hasPrefix(ScenarioReport.id(file.file, "")) || known.contains($0)
    }
  }

  /// Whether a scenario file, or a Lua file that it read, is not as it was.
  ///
  /// - Parameters:
  ///   - file: As it was named.
  ///   - content: Reads a file now; `nil` for what is not there.
  /// - Returns: True, too, for a file that was never run.
  public func hasChanged(_ file: String, content: (String) -> [UInt8]?) -> Bool {
    guard let known = reads[file], !known.isEmpty else { return true }
    return known.contains { path, hash in content(path).map(Self.hash) != hash }
  }

  /// FNV-1a.
  public static func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
