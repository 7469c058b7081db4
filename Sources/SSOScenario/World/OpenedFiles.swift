//  OpenedFiles.swift - the files of a disk that programs have open, wherever they are by now. Pure.
//
//  Knows: an open file stays the same one when it gets another name, or has none any more.

/// The open files of one disk.
struct OpenedFiles: Sendable, Equatable {
  private struct Entry: Sendable, Equatable {
    var path: DiskPath
    /// What it is once it has no name any more.
    var removed: DiskNode?
    var holders = 1
  }

  /// By numbers that are not used again.
  private var entries: [Int: Entry] = [:]
  private var last = 0

  /// Opens the file at a path, and gives its number.
  mutating func open(_ path: DiskPath) -> Int {
    if let number = number(at: path) {
      entries[number]?.holders += 1
      return number
    }
    last += 1
    entries[last] = Entry(path: path)
    return last
  }

  /// Takes back one ``open(_:)``; nothing happens to what has been forgotten.
  mutating func close(_ number: Int) {
    guard let entry = entries[number] else { return }
    entries[number]?.holders -= 1
    if entry.holders == 1 { entries[number] = nil }
  }

  /// Forgets all of them: whoever had them open is gone.
  mutating func closeAll() { entries = [:] }

  /// Where a file is, or was last, and what it is if it has no name any more.
  func find(_ number: Int) -> (path: DiskPath, removed: DiskNode?)? {
    entries[number].map { ($0.path, $0.removed) }
  }

  /// Where a file is that has a name.
  func path(of number: Int) -> DiskPath? {
    guard let entry = entries[number], entry.removed == nil else { return nil }
    return entry.path
  }

  mutating func move(_ path: DiskPath, to target: DiskPath) {
    if let number = number(at: path) { entries[number]?.path = target }
  }

  /// What is at a path loses its name.
  mutating func remove(_ path: DiskPath, _ node: DiskNode) {
    if let number = number(at: path) { entries[number]?.removed = node }
  }

  /// Writes into what has no name any more.
  mutating func splice(_ bytes: ArraySlice<UInt8>, at start: Int, ofRemoved number: Int) {
    entries[number]?.removed?.splice(bytes, at: start)
  }

  /// Few files are open at once, mostly none.
  private func number(at path: DiskPath) -> Int? {
    entries.isEmpty ? nil : entries.first { $0.value.removed == nil && $0.value.path == path }?.key
  }
}
