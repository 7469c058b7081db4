//  LiveCacheFolder.swift - a cache folder on this machine's disk.
//
//  Knows: how a file is replaced so that a crash or a power cut leaves the old or the new one, and
//  which files are not to be trusted.

public import EventLoop
internal import Platform
public import SSOOIDC

/// A folder of cache files; made, for the user alone, when first written to.
public struct LiveCacheFolder: CacheFolder {
  /// Names for the drafts of one process; the second is for one that another container, or a file system
  /// without locks, has left under the first.
  private static let mostDrafts = 8

  private let path: String
  private let loop: EventLoop

  /// The path.
  public var place: String? { path }

  /// Names a folder; nothing is opened yet.
  ///
  /// - Parameters:
  ///   - path: Absolute.
  ///   - loop: Where waiting for locks happens.
  public init(path: String, loop: EventLoop) {
    self.path = path
    self.loop = loop
  }

  /// Reads a whole file; see the protocol.
  public func read(_ name: String) throws(CacheFolderError) -> [UInt8]? {
    guard let folder = try openFolder() else { return nil }
    defer { folder.close() }
    let file = SystemFile.open(name, in: folder, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    guard let file else {
      if errno == ENOENT { return nil }
      let isLink = errno == ELOOP
      throw isLink ? untrusted(name, "it is a link") : unwritable(name)
    }
    defer { file.close() }
    if let problem = file.problem { throw untrusted(name, problem) }
    guard let bytes = file.readAll(limit: Self.sizeLimit) else { throw unwritable(name) }
    return bytes
  }

  /// Replaces a file whole; see the protocol.
  public func replace(_ name: String, with bytes: [UInt8]) throws(CacheFolderError) {
    try Self.checkSize(of: name, bytes)
    guard let folder = try makeFolder() else { throw unwritable(name) }
    defer { folder.close() }
    removeDrafts(of: name, among: (try? names()) ?? [])
    let (draft, file) = try makeDraft(of: name, in: folder)
    defer {
      file.unlock()
      file.close()
    }
    guard writeAll(bytes, to: file.descriptor), file.sync(), rename(draft, to: name, in: folder)
    else {
      let cause = errno
      unlink(draft, in: folder)
      throw unwritable(name, cause)
    }
    _ = folder.sync()
  }

  /// Removes a file; see the protocol.
  public func remove(_ name: String) throws(CacheFolderError) {
    guard let folder = try openFolder() else { return }
    defer { folder.close() }
    guard unlink(name, in: folder) || errno == ENOENT else { throw unwritable(name) }
    defer { _ = folder.sync() }
    guard let names = try? names() else {
      throw CacheFolderError(.remains, "\(path): what is left beside \(name) cannot be listed")
    }
    let left =
      removeDrafts(of: name, among: names) + removeBadFiles(of: name, among: names, in: folder)
    guard let place = left.first else { return }
    throw CacheFolderError(
      .remains,
      "\(path)/\(place) is still there: another program writes it, or it cannot be removed")
  }

  /// Renames a damaged file; see the protocol.
  public func setAside(_ name: String) throws(CacheFolderError) -> String {
    guard let folder = try openFolder() else { throw unwritable(name) }
    defer { folder.close() }
    let place = Self.asideName(of: name, beside: try names())
    guard rename(name, to: place, in: folder) else { throw unwritable(name) }
    return place
  }

  /// All names; see the protocol.
  public func names() throws(CacheFolderError) -> [String] {
    if let names = SystemFolder.names(path) { return names }
    guard errno != ENOENT, errno != ENOTDIR else { return [] }
    throw unusable(errno)
  }

  /// Looks whose it is; see the protocol.
  public func requireTrust() throws(CacheFolderError) { try openFolder()?.close() }

  /// Shuts others out; see the protocol.
  public func makePrivate() throws(CacheFolderError) -> [String] {
    guard let folder = SystemFile.open(path, O_RDONLY | O_DIRECTORY) else {
      let cause = errno
      if isNowhere(cause) { return [] }
      throw unusable(cause)
    }
    defer { folder.close() }
    var mended: [String] = []
    func mend(_ file: SystemFile, _ path: String) throws(CacheFolderError) {
      guard let isMended = file.makePrivate() else { return }
      guard isMended else {
        throw CacheFolderError(.unwritable, "\(path): \(systemWords(for: errno))")
      }
      mended.append(path)
    }
    try mend(folder, path)
    for name in try names() {
      let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
      guard let file = SystemFile.open(name, in: folder, flags) else { continue }
      defer { file.close() }
      try mend(file, "\(path)/\(name)")
    }
    return mended
  }

  /// Takes a lock; see the protocol.
  ///
  /// The kernel's lock vanishes with its holder, whatever ended it.
  public func lock(
    _ name: String, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock {
    guard let folder = try makeFolder() else { throw noLocks(name) }
    defer { folder.close() }
    guard let file = SystemFile.open(name, in: folder, O_RDWR | O_CREAT | O_NOFOLLOW) else {
      throw noLocks(name)
    }
    let lock = LiveCacheLock(file)
    let sleep = { try await loop.sleep(for: $0) }
    try await Self.wait(for: name, onWait: onWait, sleep: sleep) { () throws(CacheFolderError) in
      if file.tryLock() { return true }
      guard errno == EWOULDBLOCK || errno == EINTR else { throw noLocks(name) }
      return false
    }
    return lock
  }
}

extension LiveCacheFolder {
  /// The folder itself may be reached through links, as a whole home is on some systems; only what
  /// others could have put there is refused.
  private func openFolder() throws(CacheFolderError) -> SystemFile? {
    guard let folder = SystemFile.open(path, O_RDONLY | O_DIRECTORY) else {
      let cause = errno
      if isNowhere(cause) { return nil }
      throw unusable(cause)
    }
    guard let problem = problem(folder) else { return folder }
    folder.close()
    throw CacheFolderError(.untrusted, "\(path) \(problem)")
  }

  private func problem(_ folder: SystemFile) -> String? {
    guard folder.isOwn else {
      return "belongs to \(userName(folder.owner)); not used (chown it to you)"
    }
    return folder.isWritableByOthers ? Self.writableByOthers : nil
  }

  /// Whether `cause` says that there is no folder, nor can be: a file that stands in its own place is
  /// another matter.
  private func isNowhere(_ cause: Int32) -> Bool {
    if cause == ENOENT { return true }
    return unsafe cause == ENOTDIR && access(path, F_OK) != 0 && errno == ENOTDIR
  }

  /// The folder, made where there is none; `nil`, with `errno` set, when it cannot be made.
  private func makeFolder() throws(CacheFolderError) -> SystemFile? {
    let cause = SystemFolder.make(path, mode: 0o700)
    if let folder = try openFolder() { return folder }
    if cause != 0 { errno = cause }
    return nil
  }

  private func makeDraft(
    of name: String, in folder: SystemFile
  ) throws(CacheFolderError) -> (String, SystemFile) {
    for number in 1...Self.mostDrafts {
      let draft = "\(name).tmp-\(getpid())-\(number)"
      if let file = SystemFile.makeDraft(draft, in: folder, at: "\(path)/\(draft)") {
        return (draft, file)
      }
      guard errno == EEXIST else { throw unwritable(draft) }
    }
    throw unwritable("\(name).tmp-\(getpid())", EEXIST)
  }

  /// Removes the drafts of processes that were killed.
  ///
  /// - Returns: The others.
  @discardableResult
  private func removeDrafts(of name: String, among names: [String]) -> [String] {
    names.filter {
      $0.hasPrefix("\(name).tmp-") && !SystemFile.removeAbandoned("\(path)/\($0)")
    }
  }

  /// Removes what was put aside.
  ///
  /// - Returns: What cannot be removed.
  private func removeBadFiles(
    of name: String, among names: [String], in folder: SystemFile
  ) -> [String] {
    names.filter { $0.hasPrefix("\(name).bad-") && !unlink($0, in: folder) }
  }

  private func rename(_ name: String, to target: String, in folder: SystemFile) -> Bool {
    unsafe renameat(folder.descriptor, name, folder.descriptor, target) == 0
  }

  @discardableResult
  private func unlink(_ name: String, in folder: SystemFile) -> Bool {
    unsafe unlinkat(folder.descriptor, name, 0) == 0
  }

  private func untrusted(_ name: String, _ problem: String) -> CacheFolderError {
    Self.untrusted("\(path)/\(name)", problem)
  }

  private func unwritable(_ name: String, _ cause: Int32 = errno) -> CacheFolderError {
    CacheFolderError(.unwritable, "\(path)/\(name): \(words(for: cause))")
  }

  private func unusable(_ cause: Int32) -> CacheFolderError {
    CacheFolderError(.unwritable, "\(path): \(words(for: cause))")
  }

  private func words(for cause: Int32) -> String {
    let shut = cause == EACCES ? ShutFolder.words(onWayTo: path) : nil
    return [systemWords(for: cause), shut].compactMap(\.self).joined(separator: "; ")
  }

  private func noLocks(_ name: String) -> CacheFolderError {
    Self.noLocks("\(path)/\(name)", systemWords(for: errno))
  }
}

/// A lock on an open file.
private final class LiveCacheLock: CacheLock {
  private let file: SystemFile

  init(_ file: SystemFile) { self.file = file }

  deinit { letGo() }

  func release() async { letGo() }

  private func letGo() {
    file.unlock()
    file.close()
  }
}
