//  SimulatedCacheFolder.swift - a cache folder on a simulated disk, step by step as on a real one.
//
//  Knows: a draft is written, synced and renamed; which files are not to be trusted. Modes are set,
//  whatever the umask.
//  Does not know: what is in the files.

internal import SSOOIDC
internal import SSOScript
internal import Synchronization

/// The cache folders of one program.
struct SimulatedCaches: WorldCaches {
  let home: SimulatedHome
  let process: SimulatedProcess

  func folder(_ path: String) -> any CacheFolder {
    SimulatedCacheFolder(
      path: home.disk.look { $0.canonical(path) }, disk: home.disk, process: process,
      clock: home.clock)
  }
}

/// A folder of cache files of one program.
struct SimulatedCacheFolder: CacheFolder {
  /// Canonical.
  let path: String
  let disk: SimulatedDisk
  let process: SimulatedProcess
  let clock: any WorldClock

  var place: String? { path }

  func read(_ name: String) async throws(CacheFolderError) -> [UInt8]? {
    await turn("read", name)
    guard try folder() != nil, let node = disk.look({ $0["\(path)/\(name)"] }) else { return nil }
    switch node.content {
    case .link: throw untrusted(name, "it is a link")
    case .folder, .pipe: throw untrusted(name, "it is no regular file")
    case .file(let bytes):
      if node.isForeign { throw untrusted(name, "it belongs to somebody else") }
      if node.mode & 0o077 != 0 { throw untrusted(name, "others can reach it (chmod 600 it)") }
      return bytes
    }
  }

  func replace(_ name: String, with bytes: [UInt8]) async throws(CacheFolderError) {
    try Self.checkSize(of: name, bytes)
    await turn("write", name)
    let (place, draft) = ("\(path)/\(name)", "\(path)/\(name).tmp-\(process.number)")
    try makeFolder()
    guard try folder() != nil else { throw unwritable(.system(.noEntry, place)) }
    removeLeftovers(of: name, "tmp-")
    process.meetUmask()
    try step(
      name, "write", draft, bytes,
      torn: { tree in
        let half = Array(bytes.prefix(bytes.count / 2))
        tree.put(DiskNode(content: .file(half), mode: 0o600), at: draft)
      }
    ) { tree in
      tree.put(DiskNode(content: .file(bytes), mode: 0o600), at: draft, isSynced: true)
    }
    await turn("rename to", name)
    do throws(CacheFolderError) {
      guard disk.look({ $0[place]?.isFolder }) != true else {
        throw unwritable(.system(.isDirectory, place))
      }
      guard disk.look({ $0[draft] }) != nil else { throw unwritable(.system(.noEntry, draft)) }
      try step(name, "rename to", place) { tree in
        tree.move(draft, to: place, isSynced: true)
      }
    } catch {
      if process.isAlive { disk.arrange { $0.put(nil, at: draft, isSynced: true) } }
      throw error
    }
  }

  func remove(_ name: String) async throws(CacheFolderError) {
    await turn("remove", name)
    let place = "\(path)/\(name)"
    guard try folder() != nil else { return }
    if disk.look({ $0[place] }) != nil {
      try step(name, "remove", place) { $0.put(nil, at: place, isSynced: true) }
    }
    removeLeftovers(of: name, "tmp-", "bad-")
  }

  func setAside(_ name: String) async throws(CacheFolderError) -> String {
    await turn("rename", name)
    let target = Self.asideName(of: name, beside: list())
    let (from, to) = ("\(path)/\(name)", "\(path)/\(target)")
    try step(name, "rename to", to) { $0.move(from, to: to, isSynced: true) }
    return target
  }

  func names() async throws(CacheFolderError) -> [String] {
    await turn("list", "")
    return list()
  }

  func requireTrust() throws(CacheFolderError) { _ = try folder() }

  func makePrivate() throws(CacheFolderError) -> [String] {
    var mended: [String] = []
    for place in [path] + list().map({ "\(path)/\($0)" }) {
      guard let node = disk.look({ $0[place] }), !node.isForeign, node.mode & 0o077 != 0 else {
        continue
      }
      if case .link = node.content { continue }
      try step("", "chmod", place) { tree in
        var node = node
        node.mode &= 0o700
        tree.put(node, at: place, isSynced: true)
      }
      mended.append(place)
    }
    return mended
  }

  func lock(
    _ name: String, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock {
    await turn("lock", name)
    try makeFolder()
    let place = "\(path)/\(name)"
    guard try folder() != nil else { throw noLocks(name, .system(.noEntry, place)) }
    if disk.look({ $0[place] }) == nil {
      process.meetUmask()
      try step(name, "create", place, failure: noLocks) { tree in
        tree.put(DiskNode(content: .file([]), mode: 0o600), at: place, isSynced: true)
      }
    }
    let sleep = { try await clock.sleep(for: $0) }
    try await Self.wait(for: name, onWait: onWait, sleep: sleep) { () throws(CacheFolderError) in
      try hasLock(name, place)
    }
    return SimulatedLock(disk, place, of: process.number)
  }
}

extension SimulatedCacheFolder {
  private func turn(_ what: String, _ name: String) async {
    await SimulatedTurns(process: process).pass(before: "\(what) \(path)/\(name)")
  }

  private func list() -> [String] { disk.look { $0.names(in: path) } }

  private func hasLock(_ name: String, _ place: String) throws(CacheFolderError) -> Bool {
    do throws(DoorError) {
      guard try disk.lock(place, for: process.number) else { return false }
      try process.hasLocked(place)
      return true
    } catch {
      throw noLocks(name, error)
    }
  }

  private func folder() throws(CacheFolderError) -> DiskNode? {
    guard let node = disk.look({ $0[path] }) else { return nil }
    guard node.isFolder else { throw unwritable(.system(.notDirectory, path)) }
    if node.isForeign {
      throw CacheFolderError(
        .untrusted, "\(path) belongs to somebody else; not used (chown it to you)")
    }
    guard node.mode & 0o022 == 0 else {
      throw CacheFolderError(.untrusted, "\(path) \(Self.writableByOthers)")
    }
    return node
  }

  private func makeFolder() throws(CacheFolderError) {
    guard disk.look({ $0[path] }) == nil else { return }
    process.meetUmask()
    try step("", "create", path) { $0.makeFolder(path, mode: 0o700) }
  }

  private func removeLeftovers(of name: String, _ ends: String...) {
    let leftovers = list().filter { place in ends.contains { place.hasPrefix("\(name).\($0)") } }
    disk.arrange { tree in
      for leftover in leftovers { tree.put(nil, at: "\(path)/\(leftover)", isSynced: true) }
    }
  }

  private typealias Failure = (_ name: String, _ cause: DoorError) -> CacheFolderError

  private func step(
    _ name: String, _ what: String, _ place: String, _ content: [UInt8] = [],
    failure: Failure? = nil,
    torn: (inout DiskTree) -> Void = { _ in }, _ change: (inout DiskTree) -> Void
  ) throws(CacheFolderError) {
    do throws(DoorError) {
      try disk.step(process, place, what, content, torn: torn, change)
    } catch {
      throw failure?(name, error) ?? unwritable(error)
    }
  }

  private func untrusted(_ name: String, _ problem: String) -> CacheFolderError {
    Self.untrusted("\(path)/\(name)", problem)
  }

  private func unwritable(_ cause: DoorError) -> CacheFolderError {
    CacheFolderError(.unwritable, cause.message)
  }

  private func noLocks(_ name: String, _ cause: DoorError) -> CacheFolderError {
    let words = cause.message.split(separator: ": ").last.map(String.init) ?? cause.message
    return Self.noLocks("\(path)/\(name)", words)
  }
}

/// A lock on a simulated file.
private final class SimulatedLock: CacheLock {
  private let disk: SimulatedDisk
  private let path: String
  private let process: Int
  private let isHeld = Mutex(true)

  init(_ disk: SimulatedDisk, _ path: String, of process: Int) {
    (self.disk, self.path, self.process) = (disk, path, process)
  }

  deinit { release() }

  func release() {
    let wasHeld = isHeld.withLock { isHeld in
      defer { isHeld = false }
      return isHeld
    }
    if wasHeld { disk.unlock(path, for: process) }
  }
}
