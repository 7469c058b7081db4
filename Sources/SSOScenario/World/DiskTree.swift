//  DiskTree.swift - files, folders and links as values. Pure.
//
//  Knows: paths, links, permissions, and what a power cut may leave.
//  Does not know: who opens what (SimulatedFiles), faults (SimulatedDisk).

internal import SSOScript

/// One entry of a disk.
struct DiskNode: Sendable, Equatable {
  enum Content: Sendable, Equatable {
    case file([UInt8])
    case folder
    case link(String)
    /// A FIFO, into which nobody writes.
    case pipe
  }

  var content: Content
  /// Permission bits.
  var mode: Int
  /// Whether somebody else owns it.
  var isForeign = false

  /// The bytes of a file.
  var bytes: [UInt8]? { if case .file(let bytes) = content { bytes } else { nil } }
  var isFolder: Bool { content == .folder }
}

/// The entries of a disk, by absolute path.
struct DiskTree: Sendable, Equatable {
  static let home = "/home/me"
  private static let linkLimit = 8

  private(set) var nodes: [String: DiskNode] = [:]
  /// What a power cut leaves of a path; only where that differs.
  private var unsynced: [String: DiskNode?] = [:]

  init() {
    for path in ["/", "/home", Self.home, "/tmp"] {
      nodes[path] = DiskNode(content: .folder, mode: path == Self.home ? 0o700 : 0o755)
    }
  }

  subscript(path: String) -> DiskNode? { nodes[path] }

  /// The absolute path without links, `.` and `..`, whether or not there is something.
  func canonical(_ path: String) -> String {
    resolve(path.hasPrefix("/") ? path : "\(Self.home)/\(path)", depth: 0)
  }

  private func resolve(_ path: String, depth: Int) -> String {
    var done = ""
    var rest = path.split(separator: "/")[...]
    while let part = rest.popFirst() {
      if part == "." { continue }
      if part == ".." {
        done = Self.parent(of: done)
        continue
      }
      done += "/\(part)"
      guard depth < Self.linkLimit, case .link(let target)? = nodes[done]?.content else { continue }
      let start = target.hasPrefix("/") ? target : "\(Self.parent(of: done))/\(target)"
      return resolve(([start] + rest.map(String.init)).joined(separator: "/"), depth: depth + 1)
    }
    return done.isEmpty ? "/" : done
  }

  /// The folder of a path; of `/` nothing.
  static func parent(of path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }

  /// The folder that holds `path`, if there is one.
  func folder(of path: String) -> DiskNode? {
    let parent = Self.parent(of: path)
    return nodes[parent.isEmpty ? "/" : parent]
  }

  /// The names in a folder, in order.
  func names(in folder: String) -> [String] {
    let start = folder == "/" ? "/" : folder + "/"
    return nodes.keys.filter { $0.hasPrefix(start) && $0 != "/" }
      .map { String($0.dropFirst(start.count)) }.filter { !$0.contains("/") }.sorted()
  }

  // MARK: Changes

  /// Puts an entry in place; a power cut may take it back until it is synced.
  mutating func put(_ node: DiskNode?, at path: String, isSynced: Bool = false) {
    if isSynced {
      unsynced[path] = nil
    } else if unsynced[path] == nil {
      unsynced[path] = .some(nodes[path])
    }
    nodes[path] = node
  }

  /// Makes a folder and those above it.
  mutating func makeFolder(_ path: String, mode: Int = 0o700) {
    var made = ""
    for part in path.split(separator: "/") {
      made += "/\(part)"
      if nodes[made] == nil {
        put(DiskNode(content: .folder, mode: mode), at: made, isSynced: true)
      }
    }
  }

  /// Cuts the power: of what was not synced, each entry is as before, as it should be, or cut short.
  mutating func losePower(_ draw: (_ below: Int) -> Int) {
    for path in unsynced.keys.sorted() {
      guard let old = unsynced[path] else { continue }
      switch draw(3) {
      case 0: nodes[path] = old
      case 1: break
      default:
        guard let bytes = nodes[path]?.bytes else { continue }
        nodes[path]?.content = .file(Array(bytes.prefix(draw(bytes.count + 1))))
      }
    }
    unsynced = [:]
  }
}

/// A system's error, in its own words.
extension DoorError {
  static func system(_ number: Int32, _ path: String) -> DoorError {
    let words: [Int32: String] = [
      2: "No such file or directory", 5: "Input/output error", 9: "Bad file descriptor",
      13: "Permission denied", 17: "File exists", 20: "Not a directory", 21: "Is a directory",
      22: "Invalid argument", 24: "Too many open files", 27: "File too large",
      28: "No space left on device", 30: "Read-only file system", 32: "Broken pipe",
      36: "File name too long", 37: "No locks available", 39: "Directory not empty",
      95: "Operation not supported",
      122: "Disk quota exceeded",
    ]
    return DoorError("\(path): \(words[number] ?? "error \(number)")", number: number)
  }
}
