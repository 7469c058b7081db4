//  OpenFiles.swift - the files of one run: which are open, and who still needs them.

/// The files that a script opened, and the two that `io.read` and `io.write` use.
struct OpenFiles {
  private var files = Slots<FileBuffer>()
  /// How many default streams and iterators stand on a file, and whether the script dropped it.
  private var uses: [Int64: (count: Int, isDropped: Bool)] = [:]
  /// The default input: standard input, or a file.
  private(set) var input = StandardStream.input.handle
  /// The default output: standard output, or a file.
  private(set) var output = StandardStream.output.handle

  subscript(handle: Int64) -> FileBuffer? { files[handle] }

  /// Keeps a file and gives its handle.
  mutating func add(_ file: FileBuffer) -> Int64 { files.add(file) }

  /// Makes a file the default input; it stays open until another one is, or somebody closes it.
  mutating func setInput(_ handle: Int64) {
    retain(handle)
    release(input)
    input = handle
  }

  /// Makes a file the default output; it stays open until another one is, or somebody closes it.
  mutating func setOutput(_ handle: Int64) {
    retain(handle)
    release(output)
    output = handle
  }

  /// The script has the file in its hands, maybe once more.
  mutating func hold(_ handle: Int64) { uses[handle]?.isDropped = false }

  /// Something stands on the file: it stays open, though the script may drop it.
  mutating func retain(_ handle: Int64) {
    guard files[handle] != nil else { return }
    uses[handle, default: (0, false)].count += 1
  }

  /// Takes back one ``retain(_:)``.
  mutating func release(_ handle: Int64) {
    guard let use = uses[handle] else { return }
    uses[handle]?.count -= 1
    guard use.count == 1 else { return }
    uses[handle] = nil
    if use.isDropped { drop(handle) }
  }

  /// Closes a file and gives it up; what is closed is known by its handle alone.
  mutating func close(_ handle: Int64) throws(DoorError) {
    defer { files[handle] = nil }
    try files[handle]?.close()
  }

  /// The script dropped the file: it is closed as soon as nothing stands on it.
  mutating func drop(_ handle: Int64) {
    guard uses[handle] == nil else {
      uses[handle]?.isDropped = true
      return
    }
    try? files[handle]?.close()
    files[handle] = nil
  }
}

/// An iterator over a file.
struct LinesEntry {
  var file: Int64
  var formats: [ReadFormat]
  /// Whether the end of the file closes it, as with `io.lines(path)`.
  var closesAtEnd: Bool
}

extension StandardStream {
  /// The handle of its file object.
  var handle: Int64 {
    switch self {
    case .input: -1
    case .output: -2
    case .error: -3
    }
  }

  init?(handle: Int64) {
    switch handle {
    case -1: self = .input
    case -2: self = .output
    case -3: self = .error
    default: return nil
    }
  }
}
