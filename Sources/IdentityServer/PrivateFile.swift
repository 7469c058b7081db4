//  PrivateFile.swift - files that only their owner may read.

#if Server
  internal import Foundation

  enum PrivateFile {
    /// Writes a file with mode 0600, in place of an old one; never through a link.
    ///
    /// - Throws: ``LocalServerError``.
    static func write(_ text: String, to path: String) throws(LocalServerError) {
      let files = FileManager.default
      let draft = path + ".new"
      try? files.removeItem(atPath: draft)
      let isWritten = files.createFile(
        atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600])
      do {
        guard isWritten else { throw CocoaError(.fileWriteUnknown) }
        // The mode is set before there is anything to read.
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: draft))
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
        if files.fileExists(atPath: path) { try files.removeItem(atPath: path) }
        try files.moveItem(atPath: draft, toPath: path)
      } catch {
        throw LocalServerError(
          code: .file, description: "\(path) cannot be written; name another file")
      }
    }
  }
#endif
