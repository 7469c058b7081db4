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

  /// Writes into a file.
  mutating func splice(_ bytes: ArraySlice<UInt8>, at start: Int) {
    guard case .file(var content) = content, !bytes.isEmpty else { return }
    // Held twice it would be copied as a whole.
    self.content = .file([])
    if content.count < start { content += [UInt8](repeating: 0, count: start - content.count) }
    content.replaceSubrange(start..<min(content.count, start + bytes.count), with: bytes)
    self.content = .file(content)
  }
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
  /// As Linux has it.
  private static let linkLimit = 40

  private(set) var nodes: [DiskPath: DiskNode] = [:]
  /// What a power cut leaves of a path; only where that differs.
  private var unsynced: [DiskPath: DiskNode?] = [:]
  /// Files that programs have open.
  private var opened = OpenedFiles()

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
      // Behind what is no folder, or not there, it stays, as a step that nobody can take.
      if part == ".", done.isEmpty || self[done]?.isFolder == true { continue }
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
  ///
  /// A file in the place of a file is the same one, changed: who has it open sees that.
  mutating func put(_ node: DiskNode?, at path: String, isSynced: Bool = false) {
    let path = DiskPath(path)
    if node?.bytes == nil, let old = nodes[path] { opened.remove(path, old) }
    if isSynced { unsynced[path] = nil } else { keepForPowerCut(path) }
    nodes[path] = node
  }

  private mutating func keepForPowerCut(_ path: DiskPath) {
    if unsynced[path] == nil { unsynced[path] = .some(nodes[path]) }
  }

  /// Gives an entry another place, with all that is in it; what was there has gone.
  mutating func move(_ path: String, to target: String, isSynced: Bool = false) {
    guard let node = self[path], DiskPath(path) != DiskPath(target) else { return }
    guard !node.isFolder else { return moveFolder(path, to: target) }
    put(nil, at: target, isSynced: isSynced)
    opened.move(DiskPath(path), to: DiskPath(target))
    put(node, at: target, isSynced: isSynced)
    put(nil, at: path, isSynced: isSynced)
  }

  /// A power cut does not take it back, as then some of what is in it would be in no folder.
  private mutating func moveFolder(_ path: String, to target: String) {
    clear(target)
    for old in Set(nodes.keys).union(unsynced.keys)
    where SystemPath.isWithin(old.description, path) {
      let new = DiskPath(
        target + String(Substring(old.description.utf8.dropFirst(path.utf8.count))))
      opened.move(old, to: new)
      (nodes[new], unsynced[new]) = (nodes[old], unsynced[old])
      (nodes[old], unsynced[old]) = (nil, nil)
    }
  }

  /// Removes an entry, with all that is in it, for good.
  mutating func clear(_ path: String) {
    for old in Set(nodes.keys).union(unsynced.keys)
    where SystemPath.isWithin(old.description, path) {
      put(nil, at: old.description, isSynced: true)
    }
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
    opened.closeAll()
  }

  // MARK: Open files

  /// Opens the file at a path; gives a number for it, which it keeps wherever it goes.
  mutating func open(_ path: String) -> Int { opened.open(DiskPath(path)) }
  mutating func close(_ number: Int) { opened.close(number) }

  /// What is open under a number, and where; `isRemoved` where it has no name any more.
  func find(_ number: Int) -> (path: String, node: DiskNode?, isRemoved: Bool) {
    guard let (path, removed) = opened.find(number) else { return ("", nil, true) }
    return (path.description, removed ?? nodes[path], removed != nil)
  }

  /// Writes bytes into an open file.
  mutating func splice(_ bytes: ArraySlice<UInt8>, at start: Int, ofOpened number: Int) {
    guard let path = opened.path(of: number) else {
      return opened.splice(bytes, at: start, ofRemoved: number)
    }
    keepForPowerCut(path)
    nodes[path]?.splice(bytes, at: start)
  }
}
