//  ThisProcess+Folders.swift - Lua files below a folder.

public import SSOScript

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension ThisProcess {
  /// Deeper folders are not looked into.
  private static let depthLimit = 16

  /// The Lua files below a folder, by path, in order; nil for what is no folder.
  ///
  /// Hidden entries and links to folders are left out.
  ///
  /// - Throws: ``DoorError`` that names a folder that cannot be read.
  public static func luaFiles(below folder: String) throws(DoorError) -> [String]? {
    guard let names = SystemFolder.names(folder) else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .system(folder)
    }
    return try luaFiles(names, in: folder, depth: 1)
  }

  /// The names in a folder, in order; none where it cannot be read.
  public static func names(in folder: String) -> [String] {
    SystemFolder.names(folder) ?? []
  }

  private static func luaFiles(
    _ names: [String], in folder: String, depth: Int
  ) throws(DoorError) -> [String] {
    var files: [String] = []
    for name in names where !name.hasPrefix(".") {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      switch SystemFolder.kind(path) {
      case .file, .linkToFile: if name.hasSuffix(".lua") { files.append(path) }
      case .folder where depth < depthLimit:
        guard let names = SystemFolder.names(path) else { throw .system(path) }
        files += try luaFiles(names, in: path, depth: depth + 1)
      case .folder, .linkToFolder, .other: break
      }
    }
    return files
  }
}
