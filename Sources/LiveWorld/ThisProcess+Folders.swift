//  ThisProcess+Folders.swift - Lua files below a folder.

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
  public static func luaFiles(below folder: String) -> [String]? {
    luaFiles(below: folder, depth: 0)
  }

  private static func luaFiles(below folder: String, depth: Int) -> [String]? {
    guard depth < depthLimit, let stream = unsafe opendir(folder) else { return nil }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    let start = folder.hasSuffix("/") ? folder : folder + "/"
    return names.sorted().flatMap { name -> [String] in
      let path = start + name
      if name.hasSuffix(".lua") { return [path] }
      return isLink(path) ? [] : luaFiles(below: path, depth: depth + 1) ?? []
    }
  }

  private static func isLink(_ path: String) -> Bool {
    var facts = stat()
    return unsafe lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFLNK
  }
}
