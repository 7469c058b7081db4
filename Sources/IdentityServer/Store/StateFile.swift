//  StateFile.swift - the state file as a file: who may read it, and that one server uses it.
//
//  Knows: mode 0600, a lock for as long as the server lives, and moving an old file out of the way.
//  Does not know: what is in it (StateStore).

#if Server
  internal import Foundation
  internal import Platform
  internal import Synchronization

  /// A file that is ours alone while this value lives.
  final class StateFile: Sendable {
    let path: String
    private let handle: FileHandle
    private let isOpen = Atomic(true)

    /// Creates the file if need be, and locks it.
    ///
    /// - Throws: ``StoreError`` when another server has it, or when it cannot be written.
    init(_ path: String) throws(StoreError) {
      self.path = path
      guard PrivateFile.create(path) != nil || errno == EEXIST else {
        throw StoreError(.inaccessible, path, "it cannot be created")
      }
      handle = try Self.locked(path)
    }

    /// Opens a file that is there, and locks it.
    private static func locked(_ path: String) throws(StoreError) -> FileHandle {
      let (handle, number): (FileHandle, Int?)
      do {
        let facts = try FileManager.default.attributesOfItem(atPath: path)
        guard facts[.type] as? FileAttributeType == .typeRegular else {
          throw StoreError(.inaccessible, path, "it is no regular file")
        }
        number = facts[.systemFileNumber] as? Int
        handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      } catch {
        throw error as? StoreError
          ?? StoreError(.inaccessible, path, "it cannot be read and written by this user")
      }
      // A child of the program that serves must not hold the lock after it.
      _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
      // SQLite's own locks are of another kind; they come and go, and let other programs look in.
      let isLocked = flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0
      // Another server may have moved the file away before it let go of it.
      let current = try? FileManager.default.attributesOfItem(atPath: path)
      guard isLocked, current?[.systemFileNumber] as? Int == number else {
        throw StoreError(.inUse, path)
      }
      return handle
    }

    /// Closes the file to other users; not before it is known to be ours.
    func closeToOthers() throws(StoreError) {
      do {
        try FileManager.default.setAttributes(Self.ownerOnly, ofItemAtPath: path)
      } catch {
        throw StoreError(.inaccessible, path, "its mode cannot be set to 0600")
      }
    }

    /// Whether nothing was ever written to it.
    var isEmpty: Bool { (try? handle.seekToEnd()) == 0 }

    /// Whether it begins as SQLite files do; SQLite itself takes a short text for an empty file.
    var isDatabase: Bool {
      guard (try? handle.seek(toOffset: 0)) != nil else { return false }
      return (try? handle.read(upToCount: 16)) == Data("SQLite format 3\0".utf8)
    }

    /// Lets go of the file, after the database was closed.
    func close() {
      guard isOpen.exchange(false, ordering: .relaxed) else { return }
      // A program that is being started has the file as well, and with it the lock, until it runs.
      _ = flock(handle.fileDescriptor, LOCK_UN)
      try? handle.close()
    }

    /// Moves a file and what SQLite keeps beside it to `PATH.old`, which may exist.
    ///
    /// - Throws: ``StoreError`` when a server has one of the two; then both are as they were.
    static func moveAway(_ path: String) throws(StoreError) {
      let files = FileManager.default
      var held: [FileHandle] = []
      defer { for handle in held { try? handle.close() } }
      for file in [path, path + ".old"] where files.fileExists(atPath: file) {
        held.append(try locked(file))
      }
      do {
        for suffix in [""] + companions where files.fileExists(atPath: path + suffix) {
          let old = path + ".old" + suffix
          if files.fileExists(atPath: old) { try files.removeItem(atPath: old) }
          try files.moveItem(atPath: path + suffix, toPath: old)
        }
      } catch {
        throw StoreError(.inaccessible, path, "it cannot be moved to \(path).old")
      }
    }

    /// What the names of the files end with that SQLite keeps beside it.
    private static let companions = ["-wal", "-shm"]

    /// Those of them that are not there.
    var absentCompanions: [String] {
      Self.companions.map { path + $0 }.filter { !FileManager.default.fileExists(atPath: $0) }
    }

    /// Removes such files that were made since.
    static func remove(_ companions: [String]) {
      for file in companions { try? FileManager.default.removeItem(atPath: file) }
    }

    private static var ownerOnly: [FileAttributeKey: Any] { [.posixPermissions: 0o600] }
  }
#endif
