//  ChangedFiles.swift - which scenario files depend on what has changed. Pure.
//
//  Knows: what a file read in its last run, if it is still as it was; else whatever its texts may name.
//  Does not know: git (Scenarios).

import SSOScript

/// Files that have changed.
public struct ChangedFiles: Sendable, Equatable {
  /// Canonical.
  public let paths: Set<String>

  /// - Parameters:
  ///   - root: The folder that the names are counted from, canonical.
  ///   - lists: Names, each with a NUL behind it.
  public init(below root: String, _ lists: [[UInt8]]) {
    let names = lists.flatMap { $0.split(separator: 0) }
    paths = Set(names.map { "\(root)/\(String(decoding: $0, as: UTF8.self))" })
  }

  /// Whether a scenario file, or something that it loads, is among them.
  ///
  /// - Parameters:
  ///   - spec: As it was named.
  ///   - last: What is known of earlier runs.
  ///   - read: Reads a file now; `nil` for what is not there.
  ///   - canonical: The absolute path without links.
  /// - Returns: True, too, where a text in one of its files names a changed file, or a folder with one.
  public func touches(
    _ spec: String, _ last: LastRun, read: (String) -> [UInt8]?, canonical: (String) -> String
  ) -> Bool {
    let own = canonical(spec)
    if paths.contains(own) || paths.contains(SnapshotStore.path(of: own)) { return true }
    if let known = last.reads[spec], !known.isEmpty {
      if known.keys.contains(where: { paths.contains(canonical($0)) }) { return true }
      if !last.hasChanged(spec, content: read) { return false }
    }
    return mayTouch(own, read: read, canonical: canonical)
  }

  // MARK: By the texts of files

  /// A project has fewer.
  private static let fileLimit = 10_000

  private func mayTouch(
    _ spec: String, read: (String) -> [UInt8]?, canonical: (String) -> String
  ) -> Bool {
    var seen: Set = [spec]
    var open = [spec]
    while let file = open.popLast(), seen.count < Self.fileLimit {
      guard let bytes = read(file) else { continue }
      let folders = [DiskTree.parent(of: spec), DiskTree.parent(of: file), "."]
      for text in LuaLexer.texts(in: bytes) {
        for name in Self.names(text, in: folders) {
          let path = canonical(name)
          if paths.contains(path) { return true }
          if SystemPath.namesFolder(text), paths.contains(where: { SystemPath.isBelow($0, path) }) {
            return true
          }
          if path.hasSuffix(".lua"), seen.insert(path).inserted { open.append(path) }
        }
      }
    }
    return false
  }

  /// Paths that a text may stand for: as it is, and as the name of a module.
  private static func names(_ text: String, in folders: [String]) -> [String] {
    guard !text.isEmpty, text.utf8.count < 1000, !text.utf8.contains(10) else { return [] }
    if SystemPath.isAbsolute(text) { return [text] }
    var names = [text]
    if text.utf8.allSatisfy({ $0 > 32 && $0 != UInt8(ascii: "/") }) {
      let path = text.replacing(".", with: "/")
      names += ["\(path).lua", "\(path)/init.lua"]
    }
    return folders.flatMap { folder in names.map { "\(folder)/\($0)" } }
  }
}
