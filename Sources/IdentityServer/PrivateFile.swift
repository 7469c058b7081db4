//  PrivateFile.swift - files that only their owner may read.

#if Server
  internal import Foundation
  internal import IdentityService
  internal import Platform

  enum PrivateFile {
    /// Makes a file that nobody else can open at any moment; `nil` with `errno` set if it cannot.
    static func create(_ path: String) -> FileHandle? {
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
      let descriptor = unsafe open(path, flags, 0o600)
      guard descriptor >= 0 else { return nil }
      // The mode of open(2) is cut by the umask.
      _ = fchmod(descriptor, 0o600)
      return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Writes a file with mode 0600, in place of an old one; never through a link.
    ///
    /// - Throws: ``LocalServerError``.
    static func write(_ text: String, to path: String) throws(LocalServerError) {
      try check(path)
      let files = FileManager.default
      // A name that nobody else has: nothing is in the way, and nothing has to be removed.
      let draft = "\(path).\(hexadecimal(systemRandomBytes(8))).new"
      let new = create(draft)
      do {
        guard let new else { throw CocoaError(.fileWriteUnknown) }
        try new.write(contentsOf: Data(text.utf8))
        try new.close()
        if kind(path) != nil { try files.removeItem(atPath: path) }
        try files.moveItem(atPath: draft, toPath: path)
      } catch {
        if new != nil { try? files.removeItem(atPath: draft) }
        throw LocalServerError(
          code: .file, description: "\(path) cannot be written; name another file")
      }
    }

    /// Refuses a place where something other than a file or a link is, which would go with all that
    /// is in it.
    static func check(_ path: String) throws(LocalServerError) {
      guard [nil, .typeRegular, .typeSymbolicLink].contains(kind(path)) else {
        throw LocalServerError(
          code: .file, description: "\(path) is no regular file; name another file")
      }
    }

    /// What is there; of a link that, and not what it leads to.
    private static func kind(_ path: String) -> FileAttributeType? {
      let facts = try? FileManager.default.attributesOfItem(atPath: path)
      return facts.map { $0[.type] as? FileAttributeType ?? .typeUnknown }
    }
  }
#endif
