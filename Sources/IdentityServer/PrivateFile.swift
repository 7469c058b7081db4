//  PrivateFile.swift - files that only their owner may read.

#if Server
  internal import Foundation

  enum PrivateFile {
    /// Writes a file with mode 0600, in place of an old one; never through a link.
    ///
    /// - Throws: ``LocalServerError``.
    static func write(_ text: String, to path: String) throws(LocalServerError) {
      try check(path)
      let files = FileManager.default
      // A name that nobody else has: nothing is in the way, and nothing has to be removed.
      let draft = "\(path).\(hex(systemRandomBytes(8))).new"
      let isMade = files.createFile(
        atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600])
      do {
        guard isMade else { throw CocoaError(.fileWriteUnknown) }
        // The mode is set before there is anything to read.
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: draft))
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
        if kind(path) != nil { try files.removeItem(atPath: path) }
        try files.moveItem(atPath: draft, toPath: path)
      } catch {
        if isMade { try? files.removeItem(atPath: draft) }
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
