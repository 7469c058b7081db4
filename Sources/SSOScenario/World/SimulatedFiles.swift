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
  private func settled(_ path: String) throws(DoorError) -> String {
    guard SystemPath.namesFolder(path) else { return path }
    guard let node = disk.look({ $0[$0.canonical(path)] }) else { throw .system(2, path) }
    guard node.isFolder else { throw .system(20, path) }
    return String(path.unicodeScalars.dropLast())
  }

  func open(_ path: String, _ mode: FileMode) throws(DoorError) -> any OpenFile {
    guard !SystemPath.namesFolder(path) || !mode.creates else { throw .system(21, path) }
    let path = canonical(try settled(path))
    let node = disk.look { $0[path] }
    guard process.isAlive else { throw .killed }
    guard node?.isFolder != true else { throw .system(21, path) }
    guard node?.content != .pipe else { throw process.blocked(by: path) }
    if let node {
      guard !mode.isExclusive else { throw .system(17, path) }
      if mode.reads && !node.isReadable || mode.writes && !node.isWritable {
        throw .system(13, path)
      }
      if mode.truncates {
        try disk.step(process, path, "empty") { $0.put(node.holding([]), at: $0.canonical(path)) }
      }
    } else {
      try make(path, mode)
    }
    return SimulatedFile(self, canonical(path), mode)
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
    guard mode.creates, let folder = disk.look({ $0.folder(of: path) }) else {
      throw .system(2, path)
    }
    guard folder.isFolder else { throw .system(20, path) }
    guard folder.isWritable else { throw .system(13, path) }
    let mode = 0o600 & ~process.umask
    try disk.step(process, path, "create") {
      $0.put(DiskNode(content: .file([]), mode: mode), at: path)
    }
  }

  func read(_ path: String, limit: Int) throws(DoorError) -> [UInt8] {
    if isModule(path) { return try readSource(path) }
    let node = disk.look { $0[$0.canonical(path)] }
    guard node?.content != .pipe else { throw process.blocked(by: path) }
    guard let bytes = node?.bytes else { throw .system(2, path) }
    guard bytes.count <= limit else { throw .system(27, path) }
    return bytes
  }

  func remove(_ path: String) throws(DoorError) {
    let path = try settled(path)
    guard let node = disk.look({ $0[path] }) else { throw .system(2, path) }
    if node.isFolder, !disk.look({ $0.names(in: path) }).isEmpty { throw .system(39, path) }
    guard disk.look({ $0.folder(of: path)?.isWritable }) == true else { throw .system(13, path) }
    try disk.step(process, path, "remove") { $0.put(nil, at: path) }
  }

  func rename(_ path: String, to target: String) throws(DoorError) {
    let path = try settled(path)
    guard let node = disk.look({ $0[path] }) else { throw .system(2, path) }
    guard node.isFolder || !SystemPath.namesFolder(target) else { throw .system(20, target) }
    guard let folder = disk.look({ $0.folder(of: target) }), folder.isFolder else {
      throw .system(2, target)
    }
    guard folder.isWritable else { throw .system(13, target) }
    guard disk.look({ $0[target]?.isFolder }) != true else { throw .system(21, target) }
    try disk.step(process, target, "rename to") { tree in
      tree.put(node, at: target)
      tree.put(nil, at: path)
    }
  }
}

extension DiskNode {
  /// Of the one user of the machine, unless the entry is somebody else's.
  var isReadable: Bool { mode & (isForeign ? 0o004 : 0o400) != 0 }
  var isWritable: Bool { mode & (isForeign ? 0o002 : 0o200) != 0 }

  func holding(_ bytes: [UInt8]) -> DiskNode {
    var node = self
    node.content = .file(bytes)
    return node
  }
}

/// One open file.
private final class SimulatedFile: OpenFile {
  private let files: SimulatedFiles
  private let path: String
  private let mode: FileMode
  private let position = Mutex<Int64>(0)

  init(_ files: SimulatedFiles, _ path: String, _ mode: FileMode) {
    (self.files, self.path, self.mode) = (files, path, mode)
  }

  private var bytes: [UInt8] { files.disk.look { $0[path]?.bytes } ?? [] }

  func read(_ count: Int) throws(DoorError) -> [UInt8] {
    guard mode.reads else { throw .system(9, path) }
    let bytes = bytes
    return position.withLock { position in
      let part = bytes.dropFirst(Int(position)).prefix(count)
      position += Int64(part.count)
      return Array(part)
    }
  }

  func write(_ bytes: [UInt8]) throws(DoorError) {
    guard mode.writes else { throw .system(9, path) }
    let start = mode.appends ? self.bytes.count : position.withLock { Int($0) }
    try files.disk.step(
      files.process, path, "write", bytes,
      torn: { [path] tree in
        tree.splice(bytes.prefix(bytes.count / 2), at: start, of: path)
      }
    ) { [path] tree in
      tree.splice(bytes[...], at: start, of: path)
    }
    position.withLock { $0 = Int64(start + bytes.count) }
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
      guard base + offset >= 0 else { return nil }
      position = base + offset
      return position
    }
    guard let result else { throw .system(22, path) }
    return result
  }

  /// Gives back the lock of a draft.
  func close() throws(DoorError) {
    if mode.isExclusive { files.disk.unlock(path, for: files.process.number) }
  }
}

extension DiskTree {
  /// Writes bytes into a file, which may have gone meanwhile.
  fileprivate mutating func splice(_ bytes: ArraySlice<UInt8>, at start: Int, of path: String) {
    guard let node = self[path], var content = node.bytes else { return }
    if content.count < start { content += [UInt8](repeating: 0, count: start - content.count) }
    content.replaceSubrange(start..<min(content.count, start + bytes.count), with: bytes)
    put(node.holding(content), at: path)
  }
}
