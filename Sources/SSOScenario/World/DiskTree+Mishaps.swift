//  DiskTree+Mishaps.swift - what becomes of cached files and of the folders that they are in. Pure.
//
//  Knows: a cached file is a .json file in a folder whose name is cache, wherever below the home.

internal import SSOScript

extension DiskTree {
  private static let elsewhere = home + "/elsewhere"
  /// Where AWS's programs keep logins.
  private static let usualFolder = home + "/.aws/sso/cache"

  static func isCached(_ path: String) -> Bool {
    path.hasPrefix(home + "/") && path.hasSuffix(".json") && parent(of: path).hasSuffix("/cache")
  }

  /// Regular files of caches, in order.
  var cachedFiles: [String] {
    nodes.filter { Self.isCached($0.key.description) && $0.value.bytes != nil }.keys.sorted()
      .map(\.description)
  }

  /// The folders that they are in; where there is none, the one in which they will be.
  var cacheFolders: [String] {
    let folders = Set(cachedFiles.map { Self.parent(of: $0) }).sorted()
    return folders.isEmpty ? [Self.usualFolder] : folders
  }

  /// A path as an option names it; links stay.
  func lexical(_ path: String) -> String {
    SystemPath.isAbsolute(path) ? path : "\(Self.home)/\(path)"
  }

  mutating func mishap(_ mishap: FileMishap, at path: String) {
    guard var node = self[path], let bytes = node.bytes else { return }
    switch mishap {
    case .holds(let bytes): node.content = .file(bytes)
    case .halved: node.content = .file(Array(bytes.prefix(bytes.count / 2)))
    case .oldTail: node.content = .file(bytes + bytes.suffix(24))
    case .dates(let form): node.content = .file(form.written(in: bytes))
    case .link: return moveAside(path)
    case .folder: node = DiskNode(content: .folder, mode: 0o700)
    case .pipe: node = DiskNode(content: .pipe, mode: node.mode, isForeign: node.isForeign)
    case .mode(let mode): node.mode = mode
    case .foreign: node.isForeign = true
    }
    put(node, at: path, isSynced: true)
  }

  /// Puts a link in the place of a file, which is elsewhere then.
  mutating func moveAside(_ path: String) {
    let target = "\(Self.elsewhere)/\(path.dropFirst(Self.parent(of: path).count + 1))"
    makeFolder(Self.elsewhere)
    move(path, to: target, isSynced: true)
    put(DiskNode(content: .link(target), mode: 0o777), at: path, isSynced: true)
  }

  /// Puts a link in the place of a folder; what is in it moves to where the link leads.
  mutating func linkFolder(_ path: String, _ node: DiskNode) {
    makeFolder(Self.parent(of: path))
    put(node, at: Self.elsewhere, isSynced: true)
    for name in names(in: path) {
      move("\(path)/\(name)", to: "\(Self.elsewhere)/\(name)", isSynced: true)
    }
    put(DiskNode(content: .link(Self.elsewhere), mode: 0o777), at: path, isSynced: true)
  }
}

extension DateForm {
  /// The same bytes with all dates as `2026-01-01T09:00:00Z` in this form.
  func written(in bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes[...]
    while let first = rest.first {
      if let date = Self.date(at: rest) {
        result += Array(written(date).utf8)
        rest = rest.dropFirst(date.utf8.count)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private static let pattern = Array("0000-00-00T00:00:00Z".utf8)

  private static func date(at bytes: ArraySlice<UInt8>) -> String? {
    let part = bytes.prefix(pattern.count)
    let fits =
      part.count == pattern.count
      && zip(part, pattern).allSatisfy { byte, wanted in
        wanted == UInt8(ascii: "0") ? (48...57).contains(byte) : byte == wanted
      }
    return fits ? String(decoding: part, as: UTF8.self) : nil
  }

  private func written(_ date: String) -> String {
    switch self {
    case .offset: date.dropLast() + "+00:00"
    case .fraction: date.dropLast() + ".123456Z"
    case .zoneName: date.dropLast() + "UTC"
    case .leapSecond: date.prefix(10) + "T23:59:60Z"
    case .year10000: "10000-01-01T00:00:00Z"
    }
  }
}
