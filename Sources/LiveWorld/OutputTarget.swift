//  OutputTarget.swift - what a path that is written whole stands for: a file, behind links or not, or a
//  stream.

internal import Platform
internal import SSOScript

/// Where a whole file goes.
struct OutputTarget {
  /// Of the file itself; of a stream as it was named.
  let path: String
  /// Whether it is a pipe, a terminal or a device, which nothing may take the place of.
  let isStream: Bool
  /// The permissions of a file that is there.
  private let permissions: mode_t?

  init(_ path: String) {
    var facts = stat()
    let isThere = unsafe stat(path, &facts) == 0
    let kind = facts.st_mode & S_IFMT
    isStream = isThere && kind != S_IFREG && kind != S_IFDIR
    permissions = isThere && kind == S_IFREG ? facts.st_mode & 0o7777 : nil
    self.path = isStream ? path : Links.followed(path)
  }

  /// Makes sure that a stream can be written, without opening it: who reads it would see it end.
  func probe() throws(DoorError) {
    guard unsafe access(path, W_OK) == 0 else { throw .system(path) }
  }

  func replace(with bytes: [UInt8]) throws(DoorError) {
    guard !isStream else {
      var mode = FileMode.adding
      (mode.appends, mode.creates) = (false, false)
      return try SignalWatch.letThrough { () throws(DoorError) in
        try write(bytes, LiveFile(path: path, mode))
      }
    }
    let draft = "\(path).\(getpid()).new"
    // Of a run that was killed. A link goes, not what it leads to.
    try? LiveFiles().remove(draft)
    guard let file = try? LiveFile(path: draft, .drafting, permissions: 0o666) else {
      // In a folder that takes no new files, one that is there can be written.
      return try write(bytes, LiveFile(path: path, .rewriting, permissions: 0o666))
    }
    do throws(DoorError) {
      if let permissions { try file.permit(permissions) }
      try write(bytes, file)
      try LiveFiles().rename(draft, to: path)
    } catch {
      try? LiveFiles().remove(draft)
      throw DoorError(error.message.replacing(draft, with: path), number: error.number)
    }
  }

  private func write(_ bytes: [UInt8], _ file: LiveFile) throws(DoorError) {
    try file.write(bytes)
    try file.close()
  }
}
