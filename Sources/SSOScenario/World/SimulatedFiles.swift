//  SimulatedFiles.swift - a machine's disk as one program sees it.
//
//  Knows: what open, read, write, rename and remove do, permissions included.
//  Does not know: faults (SimulatedDisk).

internal import SSOScript
internal import StrictJSON
internal import Synchronization

/// Reads Lua files of the real disk: where a flow's modules are.
typealias SourceReader = @Sendable (_ path: String) throws(DoorError) -> [UInt8]

/// The files of one program.
struct SimulatedFiles: WorldFiles {
  let disk: SimulatedDisk
  let process: SimulatedProcess
  /// The real folders of flow and policies, from which `require` reads; nothing is written there.
  let moduleRoots: [String]
  let readSource: SourceReader

  func canonical(_ path: String) -> String {
    isModule(path) ? path : disk.look { $0.canonical(path) }
  }

  private func isModule(_ path: String) -> Bool {
    path.hasByteSuffix(".lua") && moduleRoots.contains { SystemPath.isBelow(path, $0) }
  }

  /// A path without a slash at its end, which only that of a folder may have.
  private func settled(_ path: String, followsLink: Bool = true) throws(DoorError) -> String {
    if !followsLink, path.hasByteSuffix("/.") {
      let isFolder = disk.look { $0[String(path.unicodeScalars.dropLast(2))]?.isFolder }
      if isFolder == true { throw .system(.invalid, path) }
    }
    guard SystemPath.namesFolder(path) else { return path }
    let bare = String(path.unicodeScalars.dropLast())
    guard let node = disk.look({ $0[followsLink ? $0.canonical(path) : bare] }) else {
      throw .system(.noEntry, path)
    }
    guard node.isFolder else { throw .system(.notDirectory, path) }
    return bare
  }

  func open(_ path: String, _ mode: FileMode) throws(DoorError) -> any OpenFile {
    guard !SystemPath.namesFolder(path) || !mode.creates else { throw .system(.isDirectory, path) }
    let path = canonical(try settled(path))
    guard process.isAlive else { throw .killed }
    if let cause = disk.look({ $0.obstacle(before: path) }) { throw .system(cause, path) }
    let node = disk.look { $0[path] }
    try checkKind(node, path)
    if let node {
      guard !mode.isExclusive else { throw .system(.exists, path) }
      if mode.reads && !node.isReadable || mode.writes && !node.isWritable {
        throw .system(.noAccess, path)
      }
      if mode.truncates {
        try disk.step(process, path, "empty") { $0.put(node.holding([]), at: $0.canonical(path)) }
      }
    } else {
      try make(path, mode)
    }
    return SimulatedFile(self, canonical(path), mode)
  }

  private func checkKind(_ node: DiskNode?, _ path: String) throws(DoorError) {
    switch node?.content {
    case .folder: throw .system(.isDirectory, path)
    // It was not followed to an end.
    case .link: throw .system(.endlessLinks, path)
    case .pipe: throw process.blocked(by: path)
    case .file, nil: break
    }
  }

  func openDraft(_ path: String, of target: String) throws(DoorError) -> any OpenFile {
    let path = canonical(path)
    try removeAbandoned(path)
    let draft = try open(path, .drafting)
    _ = try? disk.lock(path, for: process.number)
    disk.arrange { tree in
      guard var node = tree[path] else { return }
      node.mode = tree[target]?.mode ?? 0o600
      tree.put(node, at: path)
    }
    return draft
  }

  /// A draft without a lock was left by a program that was killed.
  private func removeAbandoned(_ path: String) throws(DoorError) {
    guard let node = disk.look({ $0[path] }), node.bytes != nil, !node.isForeign,
      (try? disk.lock(path, for: process.number)) == true
    else { return }
    defer { disk.unlock(path, for: process.number) }
    try remove(path)
  }

  private func make(_ path: String, _ mode: FileMode) throws(DoorError) {
    guard mode.creates else { throw .system(.noEntry, path) }
    guard disk.look({ $0.mayChangeFolder(of: path) }) else { throw .system(.noAccess, path) }
    let mode = 0o600 & ~process.umask
    try disk.step(process, path, "create") {
      $0.put(DiskNode(content: .file([]), mode: mode), at: path)
    }
  }

  func read(_ path: String, limit: Int) throws(DoorError) -> [UInt8] {
    if isModule(path) { return try readSource(path) }
    let place = canonical(path)
    if let cause = disk.look({ $0.obstacle(before: place) }) { throw .system(cause, path) }
    let node = disk.look { $0[place] }
    try checkKind(node, path)
    guard let node, let bytes = node.bytes else { throw .system(.noEntry, path) }
    guard node.isReadable else { throw .system(.noAccess, path) }
    guard bytes.count <= limit else { throw .system(.tooLarge, path) }
    return bytes
  }

  func remove(_ path: String) throws(DoorError) {
    let path = try settled(path, followsLink: false)
    if let cause = disk.look({ $0.refusal(ofRemoving: path) }) { throw .system(cause, path) }
    try disk.step(process, path, "remove") { $0.put(nil, at: path) }
  }

  func rename(_ path: String, to target: String) throws(DoorError) {
    let path = try settled(path, followsLink: false)
    var target = target
    if SystemPath.namesFolder(target) {
      guard disk.look({ $0[path]?.isFolder }) != false else { throw .system(.notDirectory, path) }
      target.unicodeScalars.removeLast()
    }
    let cause = disk.look { $0.refusal(ofMoving: path, to: target) }
    if let cause { throw .system(cause, path) }
    guard !path.hasSameBytes(as: target) else { return }
    try disk.step(process, target, "rename to") { $0.move(path, to: target) }
  }
}

/// No file is larger.
private let largestFile = 64 << 20

/// One open file: it stays the same one when it is renamed, replaced or removed.
private final class SimulatedFile: OpenFile {
  private let files: SimulatedFiles
  /// When it was opened.
  private let path: String
  private let mode: FileMode
  private let number: Int
  private let isOpen = Mutex(true)
  private let position = Mutex<Int64>(0)

  init(_ files: SimulatedFiles, _ path: String, _ mode: FileMode) {
    (self.files, self.path, self.mode) = (files, path, mode)
    number = files.disk.open(path)
  }

  deinit { letGo() }

  private var bytes: [UInt8] { files.disk.look { [number] in $0.find(number).node?.bytes } ?? [] }

  func read(_ count: Int) throws(DoorError) -> [UInt8] {
    guard mode.reads else { throw .system(.badFile, path) }
    let bytes = bytes
    return position.withLock { position in
      let part = bytes.dropFirst(Int(position)).prefix(count)
      position += Int64(part.count)
      return Array(part)
    }
  }

  func write(_ bytes: [UInt8]) throws(DoorError) {
    guard mode.writes else { throw .system(.badFile, path) }
    let start = mode.appends ? self.bytes.count : position.withLock { Int($0) }
    let (end, isTooFar) = start.addingReportingOverflow(bytes.count)
    guard bytes.isEmpty || !isTooFar && end <= largestFile else { throw .system(.tooLarge, path) }
    let (place, isRemoved) = files.disk.look { [number] tree in
      let found = tree.find(number)
      return (found.path, found.isRemoved)
    }
    try files.disk.step(
      files.process, place, isRemoved ? DiskUse.writeToRemoved : "write", bytes,
      torn: { [number] tree in
        tree.splice(bytes.prefix(bytes.count / 2), at: start, ofOpened: number)
      }
    ) { [number] tree in
      tree.splice(bytes[...], at: start, ofOpened: number)
    }
    position.withLock { $0 = Int64(end) }
  }

  func seek(_ offset: Int64, from origin: SeekOrigin) throws(DoorError) -> Int64 {
    let size = Int64(bytes.count)
    let result = position.withLock { position -> Int64? in
      let base =
        switch origin {
        case .start: Int64(0)
        case .current: position
        case .end: size
        }
      let (place, isTooFar) = base.addingReportingOverflow(offset)
      guard !isTooFar, place >= 0 else { return nil }
      position = place
      return place
    }
    guard let result else { throw .system(.invalid, path) }
    return result
  }

  /// Gives back the lock of a draft.
  func close() throws(DoorError) {
    if mode.isExclusive { files.disk.unlock(path, for: files.process.number) }
    letGo()
  }

  private func letGo() {
    let wasOpen = isOpen.withLock { isOpen in
      defer { isOpen = false }
      return isOpen
    }
    if wasOpen { files.disk.close(number) }
  }
}
