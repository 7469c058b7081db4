//  ThisProcess+Files.swift - what a command writes.

internal import Platform
public import SSOScript

extension ThisProcess {
  /// Writes a whole file, and makes the folders above it.
  ///
  /// - Parameters:
  ///   - bytes: All of it.
  ///   - path: The file; what is there is written over.
  ///   - isPrivate: Whether a new file is for the user alone; else it has the usual permissions.
  /// - Throws: ``DoorError``.
  public static func write(
    _ bytes: [UInt8], to path: String, isPrivate: Bool = true
  ) throws(DoorError) {
    let target = OutputTarget(path)
    guard !target.isStream else { return try target.replace(with: bytes) }
    makeFolder(above: path)
    let file = try LiveFile(
      path: path, .rewriting, permissions: isPrivate ? 0o600 : 0o666, areExact: isPrivate)
    try file.write(bytes)
    try file.close()
  }

  /// Puts a whole file in the place of another, or of none; whoever looks sees the one or the other.
  ///
  /// Links stay, and so do the permissions of what was there; a new file has the usual ones. A pipe or a
  /// device is written into.
  ///
  /// - Throws: ``DoorError``.
  public static func replace(_ path: String, with bytes: [UInt8]) throws(DoorError) {
    let target = OutputTarget(path)
    if !target.isStream { makeFolder(above: target.path) }
    try target.replace(with: bytes)
  }

  /// Removes a file.
  ///
  /// - Throws: ``DoorError``.
  public static func remove(_ path: String) throws(DoorError) { try LiveFiles().remove(path) }

  private static func makeFolder(above path: String) {
    let folder = SystemPath.parent(of: path)
    if !folder.isEmpty { SystemFolder.make(folder, mode: 0o755) }
  }

  /// Makes sure that a file can be written, and leaves it as it was; makes the folders above it.
  ///
  /// - Throws: ``DoorError``.
  public static func probe(file path: String) throws(DoorError) {
    let target = OutputTarget(path)
    guard !target.isStream else { return try target.probe() }
    let path = target.path
    makeFolder(above: path)
    var making = FileMode.adding
    making.isExclusive = true
    if let made = try? LiveFile(path: path, making) {
      try made.close()
      try LiveFiles().remove(path)
    } else {
      try LiveFile(path: path, .adding).close()
    }
  }

  /// Makes sure that a file can be written, and that nothing is in it; makes the folders above it.
  ///
  /// A pipe or a device stays closed: who reads it would see it end.
  ///
  /// - Throws: ``DoorError``.
  public static func empty(file path: String) throws(DoorError) {
    let target = OutputTarget(path)
    guard !target.isStream else { return try target.probe() }
    try write([], to: path, isPrivate: false)
  }

  /// Makes sure that files can be written into a folder; it is made where there is none.
  ///
  /// - Throws: ``DoorError``.
  public static func probe(folder: String) throws(DoorError) {
    SystemFolder.make(folder, mode: 0o755)
    let path = "\(folder)/.ssoscript-\(getpid())"
    // Of a run that was killed. A link goes, not what it leads to.
    try? LiveFiles().remove(path)
    try LiveFile(path: path, .drafting).close()
    try LiveFiles().remove(path)
  }

  /// Writes text as it is, all at once; failures are nobody's business any more.
  public static func writeText(_ text: String, to stream: StandardStream) {
    guard !text.isEmpty else { return }
    try? LiveTerminal().write(Array(text.utf8), to: stream)
  }

  /// Writes data as it is, all at once.
  ///
  /// - Throws: ``DoorError`` that names the stream.
  public static func writeData(_ text: String, to stream: StandardStream) throws(DoorError) {
    guard !text.isEmpty else { return }
    try LiveTerminal().write(Array(text.utf8), to: stream)
  }
}
