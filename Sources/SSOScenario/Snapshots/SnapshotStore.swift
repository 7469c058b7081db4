//  SnapshotStore.swift - the snapshots of a run: what was kept, what is asked for, what is kept next.
//
//  Knows: many threads ask, one writes in the end; a snapshot has one value in a run.
//  Does not know: how files are written (Scenarios), how they look (SnapshotFile).

public import SSOScript
internal import StrictJSON
internal import Synchronization

/// All snapshots of a run.
public final class SnapshotStore: Sendable {
  /// Reads a whole file.
  public typealias Reader = @Sendable (_ path: String) throws(DoorError) -> [UInt8]

  fileprivate struct Spec {
    /// The path for a person.
    let shown: String
    var known: Result<SnapshotFile, ScriptFailure>
    var asked: [SnapshotFile.Key: String] = [:]
    /// Names of scenarios, all and those that ran to their end.
    var declared: Set<String> = []
    var ran: Set<String> = []
    /// Whether those are known: a replay tells of none.
    var hasEnded = false
  }

  /// The most bytes that a file of snapshots may have.
  public static let sizeLimit = 16 << 20

  /// Whether what differs is taken, and what is obsolete dropped.
  public let updates: Bool
  /// By path of the snapshots.
  private let specs = Mutex<[String: Spec]>([:])

  /// - Parameter updates: Whether what differs is taken, and not a failure.
  public init(updates: Bool) { self.updates = updates }

  /// Begins another run.
  public func clear() { specs.withLock { $0 = [:] } }

  /// Where the snapshots of a spec are.
  static func path(of spec: String) -> String {
    let name = SystemPath.split(spec).name
    let base = name.hasSuffix(".lua") ? String(name.dropLast(4)) : name
    return "\(DiskTree.parent(of: spec))/snapshots/\(base).snap"
  }

  /// The file of the spec that snapshots are of, from the folder that holds both; `nil` for other files.
  public static func spec(of name: String) -> String? {
    name.hasSuffix(".snap") ? String(name.dropLast(5)) + ".lua" : nil
  }

  /// Whether a file is one of ours: other tools keep files of this name in folders of this name.
  public static func wrote(_ bytes: [UInt8]) -> Bool { SnapshotFile.hasHeader(bytes) }

  // MARK: In scenarios

  /// Holds a value against what was kept.
  ///
  /// - Parameters:
  ///   - text: The value, without secrets.
  ///   - key: Its name.
  ///   - path: Of the snapshots.
  ///   - shown: The same, for a person.
  ///   - keeps: Whether it counts as asked for: not when a failure is only made small.
  ///   - read: Reads files.
  /// - Throws: ``ScriptFailure`` with the difference, where there is one.
  func check(
    _ text: String, _ key: SnapshotFile.Key, in path: String, shown: String, keeps: Bool,
    _ read: Reader
  ) throws(ScriptFailure) {
    let (known, before) = try specs.withLock { specs throws(ScriptFailure) in
      specs[path] = specs[path] ?? Spec(shown: shown, known: Self.load(path, shown, read))
      let before = specs[path]?.asked[key]
      if before == nil, keeps { specs[path]?.asked[key] = text }
      return (try specs[path]?.known.get(), before)
    }
    if updates {
      guard let before, !before.hasSameBytes(as: text) else { return }
      throw .expected(
        "snapshot \"\(key.label)\" has two values in one run: give each a name of its own\n"
          + SnapshotText.difference(expected: before, got: text))
    }
    guard let kept = known?.entries[key] else {
      throw .expected(
        "there is no snapshot \"\(key.label)\" of this scenario in \(shown): --update-snapshots keeps "
          + "this one\n\(SnapshotText.shown(text))")
    }
    guard !kept.hasSameBytes(as: text) else { return }
    let line = known?.lines[key].map { ":\($0)" } ?? ""
    throw .expected(
      "snapshot \"\(key.label)\" differs (\(shown)\(line); --update-snapshots takes what it is now)\n"
        + SnapshotText.difference(expected: kept, got: text))
  }

  private static func load(
    _ path: String, _ shown: String, _ read: Reader
  ) -> Result<SnapshotFile, ScriptFailure> {
    let bytes: [UInt8]
    do throws(DoorError) {
      bytes = try read(path)
    } catch {
      return error.cause == .noEntry ? .success(SnapshotFile()) : .failure(.misuse(error.message))
    }
    do throws(SnapshotFile.Problem) {
      return .success(try SnapshotFile(String(decoding: bytes, as: UTF8.self)))
    } catch {
      return .failure(
        .misuse("\(shown):\(error.line): this is no line of snapshots; mend it, or remove the file")
      )
    }
  }

  /// Takes the end of a thread's part of a spec.
  func end(
    _ path: String, declared: [String], ran: [String], shown: String, _ read: Reader
  ) {
    specs.withLock { specs in
      var spec = specs[path] ?? Spec(shown: shown, known: Self.load(path, shown, read))
      spec.declared.formUnion(declared)
      spec.ran.formUnion(ran)
      spec.hasEnded = true
      specs[path] = spec
    }
  }

  // MARK: At the end

  /// What is to be done with the files, once all scenarios have ended.
  ///
  /// What somebody else has kept meanwhile stays.
  ///
  /// - Parameters:
  ///   - isGood: Whether all went well, so that what nobody has asked for is obsolete.
  ///   - read: Reads files.
  /// - Returns: Files to be written, and what to tell of it.
  public func result(isGood: Bool, _ read: Reader) -> SnapshotResult {
    var result = SnapshotResult()
    for (path, spec) in specs.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      guard case .success(let known) = spec.known else { continue }
      let obsolete = isGood ? spec.obsolete(in: known) : []
      guard updates else {
        result.obsolete += obsolete.map { "\(spec.shown): \($0.scenario) › \($0.label)" }
        continue
      }
      let now = (try? Self.load(path, path, read).get()) ?? known
      var new = now
      new.entries.merge(spec.asked) { $1 }
      for key in obsolete { new.entries[key] = nil }
      let written = spec.asked.count { key, text in
        now.entries[key].map { !$0.hasSameBytes(as: text) } ?? true
      }
      guard written > 0 || new.entries.count < now.entries.count else { continue }
      let name = Self.spec(of: SystemPath.split(path).name) ?? ""
      let text = new.entries.isEmpty ? nil : new.text(of: name)
      // No later run could read it.
      guard text.map({ $0.utf8.count <= Self.sizeLimit }) ?? true else {
        result.refused.append("\(spec.shown): it would be larger than \(Self.sizeLimit) bytes")
        continue
      }
      result.written += written
      result.removed += obsolete.count { now.entries[$0] != nil }
      result.files.append((path, text))
    }
    return result
  }
}

extension SnapshotStore.Spec {
  /// Of scenarios that are not there any more, or that ran and did not ask.
  fileprivate func obsolete(in known: SnapshotFile) -> [SnapshotFile.Key] {
    guard hasEnded else { return [] }
    return known.entries.keys.filter { key in
      asked[key] == nil && (!declared.contains(key.scenario) || ran.contains(key.scenario))
    }.sorted { ($0.scenario, $0.label) < ($1.scenario, $1.label) }
  }
}

/// What came of the snapshots of a run.
public struct SnapshotResult: Sendable {
  /// Files to be written whole; those without a text are to be removed.
  public var files: [(path: String, text: String?)] = []
  /// How many are new or changed.
  public var written = 0
  /// How many are no more.
  public var removed = 0
  /// Files that would be too large and stay as they were, in words.
  public var refused: [String] = []
  /// Those that nobody asked for, in words.
  public var obsolete: [String] = []
}

extension SnapshotResult {
  /// For a report; empty where nothing was done or is to be done.
  public var words: [String] {
    var words: [String] = []
    if written > 0 { words.append("\(ReportText.count(written, "snapshot")) written") }
    if removed > 0 { words.append("\(ReportText.count(removed, "snapshot")) removed") }
    guard !obsolete.isEmpty else { return words }
    words.append("Obsolete snapshots, which --update-snapshots removes:")
    return words + obsolete.map { "  \($0)" }
  }
}
