//  SystemFile.swift - an open descriptor, with what the system says about it.

internal import Platform

/// An open file or folder; checks are made on what is open, not on a name that may change.
final class SystemFile: Sendable {
  private let opened: Descriptor

  init(_ descriptor: Int32) { opened = Descriptor(descriptor) }

  /// -1 once closed.
  var descriptor: Int32 { opened.number }

  /// Opens a file by its path; new ones are for the user alone.
  static func open(_ path: String, _ flags: Int32) -> SystemFile? {
    open(path, in: AT_FDCWD, flags)
  }

  /// Opens a file in a folder.
  static func open(_ name: String, in folder: SystemFile, _ flags: Int32) -> SystemFile? {
    open(name, in: folder.descriptor, flags)
  }

  private static func open(_ name: String, in folder: Int32, _ flags: Int32) -> SystemFile? {
    if flags & O_CREAT != 0 {
      let made = openFile(folder, name, flags | O_EXCL | O_CLOEXEC, 0o600)
      if made >= 0 {
        // The mode of open(2) is cut by the umask; only that of a new file is ours to say.
        _ = fchmod(made, 0o600)
        return SystemFile(made)
      }
      guard flags & O_EXCL == 0, errno == EEXIST else { return nil }
    }
    let descriptor = openFile(folder, name, flags | O_CLOEXEC, 0o600)
    return descriptor < 0 ? nil : SystemFile(descriptor)
  }

  /// Closes; a second time does nothing.
  func close() { opened.close() }

  private var facts: stat {
    var facts = stat()
    _ = unsafe fstat(descriptor, &facts)
    return facts
  }

  /// Whose it is.
  var owner: uid_t { facts.st_uid }

  /// Whether it is a file with bytes that are there.
  var isRegular: Bool { facts.isRegular }

  /// Whether it is a folder.
  var isFolder: Bool { facts.st_mode & S_IFMT == S_IFDIR }

  /// Whether it belongs to the user of this process.
  var isOwn: Bool { owner == geteuid() }

  /// Whether it is a regular file of the user of this process.
  var isOwnFile: Bool {
    let facts = facts
    return facts.isRegular && facts.st_uid == geteuid()
  }

  /// Whether others may write to it.
  var isWritableByOthers: Bool { facts.st_mode & 0o022 != 0 }

  /// Takes from others what they can do with it; `nil` where they can do nothing, and for what is
  /// theirs.
  func makePrivate() -> Bool? {
    let facts = facts
    guard facts.st_uid == geteuid(), facts.st_mode & 0o077 != 0,
      [S_IFREG, S_IFDIR].contains(facts.st_mode & S_IFMT)
    else { return nil }
    return fchmod(descriptor, facts.st_mode & 0o700) == 0
  }

  /// Why a file with secrets in it is not to be trusted; `nil` when it is.
  var problem: String? {
    let facts = facts
    if !facts.isRegular { return "it is no regular file" }
    if facts.st_uid != geteuid() { return "it belongs to somebody else" }
    if facts.st_mode & 0o077 != 0 { return "others can reach it (chmod 600 it)" }
    return nil
  }

  /// Why a file that says what is allowed is not to be obeyed; `nil` when it is.
  var reasonNotToObey: String? {
    let facts = facts
    if !facts.isRegular { return "it is no regular file" }
    if facts.st_uid != geteuid(), facts.st_uid != 0 { return "it belongs to somebody else" }
    if facts.st_mode & 0o022 != 0 { return "others can write to it (chmod go-w it)" }
    return nil
  }

  /// The whole content; `nil` for more than `limit` bytes or a failure.
  func readAll(limit: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while bytes.count <= limit {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
    errno = EFBIG
    return nil
  }

  /// Makes it survive a power cut.
  func sync() -> Bool { fsync(descriptor) == 0 }

  /// Takes the kernel's lock on it, if no other process holds one.
  func tryLock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

  /// Takes the lock; false when another process holds it.
  ///
  /// Where there are no locks, it is everybody's.
  func holdLock() -> Bool { tryLock() || errno != EWOULDBLOCK }

  /// Gives it back at once: a program that is being started has the file as well, and with it the
  /// lock, until it runs.
  func unlock() { _ = flock(descriptor, LOCK_UN) }

  /// Whether a path names what is open, and not a link to it.
  func isInPlace(_ path: String) -> Bool {
    let open = facts
    var named = stat()
    guard unsafe lstat(path, &named) == 0 else { return false }
    return open.st_dev == named.st_dev && open.st_ino == named.st_ino
  }
}

private func openFile(_ folder: Int32, _ name: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
  unsafe openat(folder, name, flags, mode)
}

extension stat {
  /// Whether it is a file with bytes that are there: no folder, and nothing that waits for others.
  var isRegular: Bool { st_mode & S_IFMT == S_IFREG }
}
