//  DiskTree.swift - files, folders and links as values. Pure.
//
//  Knows: paths, links, permissions, and what a power cut may leave.
//  Does not know: who opens what (SimulatedFiles), faults (SimulatedDisk).

internal import SSOScript
internal import StrictJSON

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

/// A path as the key of an entry: two paths are one only when their bytes are.
struct DiskPath: Sendable, Hashable, Comparable, CustomStringConvertible {
  let description: String

  init(_ path: String) { description = path }

  static func == (left: Self, right: Self) -> Bool {
    left.description.hasSameBytes(as: right.description)
  }

  static func < (left: Self, right: Self) -> Bool {
    left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

/// The entries of a disk, by absolute path.
struct DiskTree: Sendable, Equatable {
  static let home = "/home/me"
  private static let linkLimit = 8

  private(set) var nodes: [DiskPath: DiskNode] = [:]
  /// What a power cut leaves of a path; only where that differs.
  private var unsynced: [DiskPath: DiskNode?] = [:]

  init() {
    for path in ["/", "/home", Self.home, "/tmp"] {
      nodes[DiskPath(path)] = DiskNode(
        content: .folder, mode: path == Self.home ? 0o700 : 0o755)
    }
  }

  subscript(path: String) -> DiskNode? { nodes[DiskPath(path)] }

  /// The absolute path without links, `.` and `..`, whether or not there is something.
  func canonical(_ path: String) -> String {
    resolve(SystemPath.isAbsolute(path) ? path : "\(Self.home)/\(path)", depth: 0)
  }

  private func resolve(_ path: String, depth: Int) -> String {
    var done = ""
    var rest = SystemPath.parts(path)[...]
    while let part = rest.popFirst() {
      if part == "." { continue }
      if part == ".." {
        done = Self.parent(of: done)
        continue
      }
      done += "/\(part)"
      guard depth < Self.linkLimit, case .link(let target)? = self[done]?.content else { continue }
      let start = SystemPath.isAbsolute(target) ? target : "\(Self.parent(of: done))/\(target)"
      return resolve(([start] + rest).joined(separator: "/"), depth: depth + 1)
    }
    return done.isEmpty ? "/" : done
  }

  /// The folder of a path; of `/` nothing.
  static func parent(of path: String) -> String { SystemPath.parent(of: path) }

  /// The folder that holds `path`, if there is one.
  func folder(of path: String) -> DiskNode? {
    let parent = Self.parent(of: path)
    return self[parent.isEmpty ? "/" : parent]
  }

  /// The names in a folder, in order.
  func names(in folder: String) -> [String] {
    let within = SystemPath.parts(folder).count
    return nodes.keys.filter { SystemPath.isBelow($0.description, folder) }.sorted()
      .map { SystemPath.parts($0.description) }.filter { $0.count == within + 1 }.map { $0[within] }
  }

  // MARK: Changes

  /// Puts an entry in place; a power cut may take it back until it is synced.
  mutating func put(_ node: DiskNode?, at path: String, isSynced: Bool = false) {
    let path = DiskPath(path)
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
    for part in SystemPath.parts(path) {
      made += "/\(part)"
      if self[made] == nil {
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
