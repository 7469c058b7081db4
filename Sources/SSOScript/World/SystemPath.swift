//  SystemPath.swift - paths as the system reads them: names between slashes, all of them bytes. Pure.
//
//  Why: to Swift a slash and an accent behind it are one character, which is no slash, and two names
//  are equal that are two files. Whoever judges a path so judges another than is opened.

internal import StrictJSON

/// Paths as the system reads them.
package enum SystemPath {
  private static let slash = UInt8(ascii: "/")

  /// Whether it counts from the root.
  package static func isAbsolute(_ path: String) -> Bool { path.utf8.first == slash }

  /// Whether it ends in a slash, as only that of a folder may; the root's does not count.
  package static func namesFolder(_ path: String) -> Bool {
    path.utf8.count > 1 && path.utf8.last == slash
  }

  /// The names between the slashes.
  package static func parts(_ path: String) -> [String] {
    path.utf8.split(separator: slash).map { String(Substring($0)) }
  }

  /// What stands before the last slash: nothing, where that is the first byte or there is none.
  package static func parent(of path: String) -> String {
    path.utf8.lastIndex(of: slash).map { String(path[..<$0]) } ?? ""
  }

  /// What stands up to the last slash, with it, and the name behind that.
  package static func split(_ path: String) -> (folder: String, name: String) {
    let end = path.utf8.lastIndex(of: slash).map(path.utf8.index(after:)) ?? path.startIndex
    return (String(path[..<end]), String(path[end...]))
  }

  /// Whether `path` is `folder` or below it; both are canonical.
  package static func isWithin(_ path: String, _ folder: String) -> Bool {
    path.hasSameBytes(as: folder) || isBelow(path, folder)
  }

  /// Whether `path` is below `folder`; both are canonical.
  package static func isBelow(_ path: String, _ folder: String) -> Bool {
    path.hasBytePrefix(folder.utf8.last == slash ? folder : folder + "/")
  }
}
