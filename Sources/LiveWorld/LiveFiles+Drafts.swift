//  LiveFiles+Drafts.swift - files that will take the place of others.
//
//  Knows: who writes a draft holds its lock, so that one without was left by a program that was killed.

import Platform
import SSOScript

extension LiveFiles {
  /// Makes a draft, and holds its lock until it is closed.
  func openDraft(_ path: String, of target: String) throws(DoorError) -> any OpenFile {
    guard Self.mayBeReplaced(target) else {
      throw DoorError("\(target) is no regular file; nothing is written", number: EINVAL)
    }
    SystemFile.removeAbandoned(path)
    let draft = try LiveFile(path: path, .drafting)
    // Between the two calls another program may have taken it for one that was left, and be removing it.
    guard draft.holdLock(), draft.isInPlace else {
      throw DoorError("\(path): File exists", number: EEXIST)
    }
    do throws(DoorError) {
      try draft.resemble(target)
    } catch {
      try? remove(path)
      throw error
    }
    return draft
  }

  /// A device, a FIFO or a folder is nothing that a file may take the place of.
  private static func mayBeReplaced(_ path: String) -> Bool {
    var facts = stat()
    return unsafe stat(path, &facts) != 0 || facts.isRegular
  }
}
