//  SystemFile+Drafts.swift - files that will take the place of others.
//
//  Knows: who writes a draft holds its lock, so that one without was left by a program that was killed.

internal import Platform

extension SystemFile {
  /// Makes a draft, and holds its lock until it is given back.
  ///
  /// - Returns: The draft; `nil`, with `errno` set, where the name is taken or nothing can be made.
  static func makeDraft(_ name: String, in folder: SystemFile, at path: String) -> SystemFile? {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
    guard let draft = open(name, in: folder, flags) else { return nil }
    // Between the two calls another program may have taken it for one that was left, and be removing it.
    guard draft.holdLock(), draft.isInPlace(path) else {
      draft.close()
      errno = EEXIST
      return nil
    }
    return draft
  }

  /// Removes a draft of the user's own that nobody holds.
  ///
  /// - Returns: Whether it is gone.
  @discardableResult
  static func removeAbandoned(_ path: String) -> Bool {
    guard let draft = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { return errno == ENOENT }
    defer { draft.close() }
    guard draft.isOwnFile, draft.tryLock() else { return false }
    defer { draft.unlock() }
    // Who has renamed or removed it meanwhile leaves another one in its place, or none.
    return !draft.isInPlace(path) || removeFile(path) == 0
  }
}

private func removeFile(_ path: String) -> Int32 { unsafe unlink(path) }
