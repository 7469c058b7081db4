//  SourceReader.swift - reads Lua files, and remembers which scenario file needed which.

internal import LiveWorld
internal import SSOScenario
internal import SSOScript
internal import Synchronization

/// The disk, as far as scenarios read it.
final class SourceReader: Sendable {
  private static let luaLimit = 1 << 20

  /// By scenario file: what was read, with the hash of what was in it.
  private let reads = Mutex<[String: [String: UInt64]]>([:])
  /// By scenario file: what was looked for and not there.
  private let missing = Mutex<[String: Set<String>]>([:])

  private let world: ScenarioSurroundings

  init(_ world: ScenarioSurroundings) { self.world = world }

  func sources(for file: String) -> ScenarioSources {
    // Each file is read once: a property runs the same flow for every seed.
    let known = Mutex<[String: [UInt8]]>([:])
    let canonical = Mutex<[String: String]>([:])
    var sources = ScenarioSources(
      read: { [self] path throws(DoorError) in
        if let bytes = known.withLock({ $0[path] }) { return bytes }
        let bytes = try look(path, for: file)
        known.withLock { $0[path] = bytes }
        return bytes
      },
      canonical: { path in
        if let name = canonical.withLock({ $0[path] }) { return name }
        let name = ThisProcess.canonical(path)
        canonical.withLock { $0[path] = name }
        return name
      }, makeRules: world.makeRules,
      pages: pages(of: file))
    sources.pagesOf = { [self] in pages(of: $0) }
    sources.world = world.name
    sources.settings = world.given.settings
    sources.archive = world.archive
    sources.snapshots = world.snapshots
    sources.stepper = world.stepper
    return sources
  }

  private func pages(of file: String) -> RecordingPages? {
    world.recording?.pages(of: Self.recorded(file), world.given.settings)
  }

  private func look(_ path: String, for file: String) throws(DoorError) -> [UInt8] {
    do throws(DoorError) {
      // A pipe gives its bytes once, if ever, and a run reads its files again.
      let bytes = try ThisProcess.read(regular: path, limit: Self.limit(of: path))
      let hash = LastRun.hash(bytes)
      reads.withLock { $0[file, default: [:]][path] = hash }
      missing.withLock { _ = $0[file]?.remove(path) }
      return bytes
    } catch {
      missing.withLock { _ = $0[file, default: []].insert(path) }
      throw error
    }
  }

  /// A file's name in recordings, however it was typed: from the working folder, without links.
  private static func recorded(_ file: String) -> String {
    let (path, folder) = (ThisProcess.canonical(file), ThisProcess.canonical(".") + "/")
    return path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : path
  }

  /// Everything that was read so far.
  var all: [String: [String: UInt64]] { reads.withLock { $0 } }

  /// The same, with `nil` for what was not there when it was looked for last.
  var watched: [String: [String: UInt64?]] {
    var watched = all.mapValues { $0.mapValues(Optional.some) }
    for (file, paths) in missing.withLock({ $0 }) {
      for path in paths { watched[file, default: [:]].updateValue(nil, forKey: path) }
    }
    return watched
  }

  static func content(_ path: String) -> [UInt8]? {
    try? ThisProcess.read(regular: path, limit: limit(of: path))
  }

  private static func limit(of path: String) -> Int {
    SnapshotStore.spec(of: path) == nil ? luaLimit : SnapshotStore.sizeLimit
  }
}
