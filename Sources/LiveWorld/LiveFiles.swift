//  LiveFiles.swift - the machine's disk.

import EventLoop
import Platform
import SSOScript
import Synchronization

/// Files by the system's calls, close-on-exec.
struct LiveFiles: WorldFiles {
  func open(_ path: String, _ mode: FileMode) throws(DoorError) -> any OpenFile {
    try LiveFile(path: path, mode)
  }

  func read(_ path: String, limit: Int) throws(DoorError) -> [UInt8] {
    let file = try LiveFile(path: path, .reading)
    defer { try? file.close() }
    var bytes: [UInt8] = []
    while true {
      let more = try file.read(64 << 10)
      if more.isEmpty { return bytes }
      bytes += more
      guard bytes.count <= limit else {
        throw DoorError("\(path): larger than \(limit) bytes", number: EFBIG)
      }
    }
  }

  func remove(_ path: String) throws(DoorError) {
    guard removeFile(path) == 0 else { throw .system(path) }
  }

  func rename(_ path: String, to target: String) throws(DoorError) {
    guard renameFile(path, target) == 0 else { throw .system(path) }
  }

  func canonical(_ path: String) -> String { canonical(path, depth: 0) }

  /// What is not there is below where its folder is, or where a link leads that so far leads nowhere.
  private func canonical(_ path: String, depth: Int) -> String {
    if let resolved = resolvedPath(path) { return resolved }
    // Of a folder that was removed while a process worked in it nothing can be said, and nothing reached.
    guard path != ".", depth < Self.deepest else { return Self.nowhere }
    // With a slash behind it a link would not be seen to be one.
    let path = Links.followed(Self.withoutSlashes(path))
    var parts = SystemPath.parts(path)
    guard let name = parts.popLast() else { return "/" }
    let parent = (SystemPath.isAbsolute(path) ? "/" : "") + parts.joined(separator: "/")
    let base = canonical(parent.isEmpty ? "." : parent, depth: depth + 1)
    if name == ".." { return Self.parent(of: base) }
    return base == "/" ? "/\(name)" : "\(base)/\(name)"
  }

  private static func withoutSlashes(_ path: String) -> String {
    var path = path
    while SystemPath.namesFolder(path) { path.unicodeScalars.removeLast() }
    return path
  }

  private static func parent(of path: String) -> String {
    guard path != nowhere else { return path }
    let parent = SystemPath.parent(of: path)
    return parent.isEmpty ? "/" : parent
  }

  private static let nowhere = "/(no working directory)"
  /// Folders of a path, links included; the longest path has fewer.
  private static let deepest = 4096
}

// Outside of types, whose methods have the same names as these calls.
private func removeFile(_ path: String) -> Int32 { unsafe remove(path) }
private func renameFile(_ path: String, _ target: String) -> Int32 { unsafe rename(path, target) }
private func openFile(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
  unsafe open(path, flags, mode)
}

/// An open file that names itself in errors; the lock is the system's own, calls are single.
final class LiveFile: OpenFile {
  private let file: SystemFile
  private let path: String
  /// Drafts, which alone are locked.
  private let isExclusive: Bool
  let mayWait: Bool
  /// How often it was read.
  private let reads = Atomic(0)

  /// Opens it; `permissions` are those of a file that is made, less the umask unless they are exact.
  init(
    path: String, _ mode: FileMode, permissions: mode_t = 0o600, areExact: Bool = false
  ) throws(DoorError) {
    self.path = path
    isExclusive = mode.isExclusive
    var flags = O_CLOEXEC
    if mode.reads { flags |= mode.writes ? O_RDWR : O_RDONLY } else { flags |= O_WRONLY }
    if mode.creates { flags |= O_CREAT }
    if mode.truncates { flags |= O_TRUNC }
    if mode.appends { flags |= O_APPEND }
    if mode.isExclusive { flags |= O_EXCL }
    let made = areExact && mode.creates ? openFile(path, flags | O_EXCL, permissions) : -1
    let number = made < 0 ? openFile(path, flags, permissions) : made
    guard number >= 0 else { throw .system(path) }
    file = SystemFile(number)
    mayWait = !file.isRegular
    if made >= 0 { try permit(permissions) }
    if file.isFolder { throw .folder(path) }
  }

  /// -1 once closed.
  var descriptor: Int32 { file.descriptor }

  func read(_ count: Int) throws(DoorError) -> [UInt8] {
    defer { reads.add(1, ordering: .relaxed) }
    return try readSome(descriptor, count, path)
  }

  /// One that is not open for reading is: the read says so.
  var isReady: Bool {
    fcntl(descriptor, F_GETFL) & O_ACCMODE == O_WRONLY || hasInput(descriptor)
  }

  func waitUntilReady() async throws(DoorError) {
    let patience = Patience()
    let before = reads.load(ordering: .relaxed)
    _ = try await patience.onThread { [self] () throws(DoorError) in
      patience.lasts(
        until: reads.load(ordering: .relaxed) == before ? descriptor : -1)
    }
  }

  func write(_ bytes: [UInt8]) throws(DoorError) {
    guard writeAll(bytes, to: descriptor) else { throw .system(path) }
  }

  func seek(_ offset: Int64, from origin: SeekOrigin) throws(DoorError) -> Int64 {
    let whence =
      switch origin {
      case .start: SEEK_SET
      case .current: SEEK_CUR
      case .end: SEEK_END
      }
    let position = lseek(descriptor, off_t(offset), whence)
    guard position >= 0 else { throw .system(path) }
    return Int64(position)
  }

  func sync() throws(DoorError) {
    guard file.sync() else { throw .system(path) }
  }

  /// Takes the lock, which goes with its holder; false when another program has it.
  func holdLock() -> Bool { file.holdLock() }

  /// Whether it still is what its path names.
  var isInPlace: Bool { file.isInPlace(path) }

  /// Gives it exactly these permissions.
  func permit(_ permissions: mode_t) throws(DoorError) {
    guard fchmod(descriptor, permissions) == 0 else { throw .system(path) }
  }

  /// Gives it the owner, the group and the permissions of the file at `other`; where none is there, it is
  /// for the user alone.
  func resemble(_ other: String) throws(DoorError) {
    var facts = stat()
    guard unsafe stat(other, &facts) == 0 else { return try permit(0o600) }
    // -1 leaves the other of the two as it is.
    guard fchown(descriptor, facts.st_uid, gid_t.max) == 0 else { throw .system(other) }
    // Permissions for one group are none for another.
    let hasGroup = fchown(descriptor, uid_t.max, facts.st_gid) == 0
    try permit(facts.st_mode & (hasGroup ? 0o777 : 0o707))
  }

  func close() throws(DoorError) {
    // A program that is being started has the descriptor as well, and with it the lock, until it runs.
    if isExclusive { file.unlock() }
    file.close()
  }
}
