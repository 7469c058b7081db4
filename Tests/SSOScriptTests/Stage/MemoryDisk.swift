//  MemoryDisk.swift - files and links in memory; every folder exists.

import SSOScript
import Synchronization

/// A disk without permissions of its own, with `/home/me` as working directory.
final class MemoryDisk: WorldFiles {
  private struct State {
    var files: [String: [UInt8]] = [:]
    var links: [String: String] = [:]
    var mounts: Set<String> = []
    var open = 0
    var failure: DoorError?
    var limit = Int.max
  }
  private let state = Mutex(State())

  /// The text of a file, by its canonical path.
  subscript(path: String) -> String? {
    get { state.withLock { $0.files[path].map { String(decoding: $0, as: UTF8.self) } } }
    set { state.withLock { $0.files[path] = newValue.map { Array($0.utf8) } } }
  }

  func link(_ path: String, to target: String) { state.withLock { $0.links[path] = target } }
  func hasLink(_ path: String) -> Bool { state.withLock { $0.links[path] != nil } }
  func put(_ bytes: [UInt8], at path: String) { state.withLock { $0.files[path] = bytes } }
  /// What is mounted by itself can be written, and not be replaced.
  func mount(_ path: String) { _ = state.withLock { $0.mounts.insert(path) } }
  /// Every later write fails.
  func fail(with error: DoorError) { state.withLock { $0.failure = error } }
  /// How many files may be open at a time.
  var limit: Int {
    get { state.withLock { $0.limit } }
    set { state.withLock { $0.limit = newValue } }
  }
  /// Files that are open now.
  var openCount: Int { state.withLock { $0.open } }

  func canonical(_ path: String) -> String {
    resolve(path.hasPrefix("/") ? path : "/home/me/" + path, depth: 0)
  }

  private func resolve(_ path: String, depth: Int) -> String {
    var done: [Substring] = []
    var rest = path.split(separator: "/")[...]
    while let part = rest.popFirst() {
      switch part {
      case ".": continue
      case "..": _ = done.popLast()
      default:
        done.append(part)
        let here = "/" + done.joined(separator: "/")
        guard depth < 8, let target = state.withLock({ $0.links[here] }) else { continue }
        return resolve(([target] + rest.map(String.init)).joined(separator: "/"), depth: depth + 1)
      }
    }
    return "/" + done.joined(separator: "/")
  }

  func open(_ path: String, _ mode: FileMode) throws(DoorError) -> any OpenFile {
    guard openCount < limit else { throw DoorError("\(path): Too many open files", number: 24) }
    if mode.isExclusive, hasLink(path) || self[path] != nil {
      throw DoorError("\(path): File exists", number: 17)
    }
    let path = canonical(path)
    let exists = state.withLock { state in
      if mode.truncates || mode.creates && state.files[path] == nil { state.files[path] = [] }
      return state.files[path] != nil
    }
    guard exists else { throw DoorError("\(path): No such file or directory", number: 2) }
    state.withLock { $0.open += 1 }
    return MemoryFile(disk: self, path: path, mode)
  }

  func read(_ path: String, limit: Int) throws(DoorError) -> [UInt8] {
    guard let bytes = state.withLock({ $0.files[path] }) else {
      throw DoorError("\(path): No such file or directory", number: 2)
    }
    guard bytes.count <= limit else { throw DoorError("\(path): larger than \(limit) bytes") }
    return bytes
  }

  func remove(_ path: String) throws(DoorError) {
    let found = state.withLock { state in
      if state.links.removeValue(forKey: path) != nil { return true }
      return state.files.removeValue(forKey: path) != nil
    }
    guard found else { throw DoorError("\(path): No such file or directory", number: 2) }
  }

  func rename(_ path: String, to target: String) throws(DoorError) {
    guard !state.withLock({ $0.mounts.contains(target) }) else {
      throw DoorError("\(path): Device or resource busy", number: 16)
    }
    let found = state.withLock { state in
      if let link = state.links.removeValue(forKey: path) {
        state.links[target] = link
        return true
      }
      guard let bytes = state.files.removeValue(forKey: path) else { return false }
      state.files[target] = bytes
      return true
    }
    guard found else { throw DoorError("\(path): No such file or directory", number: 2) }
  }

  fileprivate func update<Value>(
    _ path: String, _ body: (inout [UInt8]) -> Value
  ) throws(DoorError) -> Value where Value: Sendable {
    if let failure = state.withLock({ $0.failure }) { throw failure }
    return state.withLock { body(&$0.files[path, default: []]) }
  }

  fileprivate func contents(_ path: String) -> [UInt8] { state.withLock { $0.files[path] ?? [] } }
  fileprivate func closed() { state.withLock { $0.open -= 1 } }
}

/// An open file of the disk.
private final class MemoryFile: OpenFile {
  private let disk: MemoryDisk
  private let path: String
  private let mode: FileMode
  private let state = Mutex((position: 0, isClosed: false))

  init(disk: MemoryDisk, path: String, _ mode: FileMode) {
    self.disk = disk
    self.path = path
    self.mode = mode
  }

  func read(_ count: Int) throws(DoorError) -> [UInt8] {
    guard mode.reads else { throw DoorError("\(path): Bad file descriptor", number: 9) }
    let bytes = disk.contents(path)
    return state.withLock { state in
      let part = bytes.dropFirst(state.position).prefix(count)
      state.position += part.count
      return Array(part)
    }
  }

  func write(_ bytes: [UInt8]) throws(DoorError) {
    guard mode.writes else { throw DoorError("\(path): Bad file descriptor", number: 9) }
    let position = state.withLock { $0.position }
    let end = try disk.update(path) { contents in
      let start = mode.appends ? contents.count : position
      contents += Array(repeating: 0, count: max(0, start - contents.count))
      contents.replaceSubrange(start..<min(contents.count, start + bytes.count), with: bytes)
      return start + bytes.count
    }
    state.withLock { $0.position = end }
  }

  func seek(_ offset: Int64, from origin: SeekOrigin) throws(DoorError) -> Int64 {
    let size = disk.contents(path).count
    return state.withLock { state in
      let base =
        switch origin {
        case .start: 0
        case .current: state.position
        case .end: size
        }
      state.position = base + Int(offset)
      return Int64(state.position)
    }
  }

  func close() throws(DoorError) {
    let isFirst = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    if isFirst { disk.closed() }
  }
}
