//  ThisProcess+Folders.swift - Lua files below a folder.

internal import Platform
public import SSOScript

extension ThisProcess {
  /// Deeper folders are not looked into.
  private static let depthLimit = 16

  /// The Lua files below a folder.
  ///
  /// Hidden entries and links to folders are left out.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - ends: What their names end with.
  /// - Returns: Their paths, in order; `nil` for what is no folder.
  /// - Throws: ``DoorError`` that names a folder that cannot be read, or a file that is
  ///   meant and whose name is not UTF-8.
  public static func luaFiles(
    below folder: String, endingWith ends: [String] = [".lua"]
  ) throws(DoorError) -> [String]? {
    guard let names = SystemFolder.entries(folder) else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .system(folder)
    }
    return try luaFiles(names, in: folder, ends, depth: 1)
  }

  /// The names in a folder, in order; none where it cannot be read.
  public static func names(in folder: String) -> [String] {
    SystemFolder.names(folder) ?? []
  }

  private static func luaFiles(
    _ names: SystemFolder.Names, in folder: String, _ ends: [String], depth: Int
  ) throws(DoorError) -> [String] {
    let isHidden = { (name: String) in name.utf8.first == UInt8(ascii: ".") }
    let isMeant = { (name: String) in ends.contains(where: name.hasSuffix) }
    if let name = names.strange.first(where: { isMeant($0) && !isHidden($0) }) {
      throw DoorError("\(folder): the name \"\(name)\" is not UTF-8")
    }
    var files: [String] = []
    for name in names.text where !isHidden(name) {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      switch SystemFolder.kind(path) {
      case .file, .linkToFile: if isMeant(name) { files.append(path) }
      case .folder where depth < depthLimit:
        guard let names = SystemFolder.entries(path) else { throw .system(path) }
        files += try luaFiles(names, in: path, ends, depth: depth + 1)
      case .folder, .linkToFolder, .other: break
      }
    }
    return files
  }
}
