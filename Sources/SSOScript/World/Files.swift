//  Files.swift - the door to the disk.

/// The door to the disk.
public protocol WorldFiles: Sendable {
  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: Absolute, or from the working directory.
  ///   - mode: What may be done with it.
  /// - Returns: The open file.
  /// - Throws: ``DoorError``.
  func open(_ path: String, _ mode: FileMode) throws(DoorError) -> any OpenFile
  /// Opens a new file that will take the place of another one, if there is one: it gets that one's
  /// owner, group and permissions. One that was left by a program that was killed is replaced; while
  /// another program writes it, the error is EEXIST. Where the other one is no regular file, it is
  /// EINVAL.
  func openDraft(_ path: String, of target: String) throws(DoorError) -> any OpenFile
  /// Reads a whole regular file of at most `limit` bytes.
  func read(_ path: String, limit: Int) throws(DoorError) -> [UInt8]
  /// Removes a file or an empty directory.
  func remove(_ path: String) throws(DoorError)
  /// Renames a file, replacing the target.
  func rename(_ path: String, to target: String) throws(DoorError)
  /// The absolute path without links, `.` and `..`; of the nearest existing parent for a new file.
  func canonical(_ path: String) -> String
}

extension WorldFiles {
  /// A disk without owners and permissions has nothing to hand on.
  public func openDraft(_ path: String, of target: String) throws(DoorError) -> any OpenFile {
    try open(path, .drafting)
  }
}

/// One open file.
///
/// Reading and writing are unbuffered.
public protocol OpenFile: Sendable {
  /// Up to `count` bytes from the current position; empty at the end.
  func read(_ count: Int) throws(DoorError) -> [UInt8]
  /// Writes all of `bytes` at the current position.
  func write(_ bytes: [UInt8]) throws(DoorError)
  /// Moves the position and returns it, from the start of the file.
  func seek(_ offset: Int64, from origin: SeekOrigin) throws(DoorError) -> Int64
  /// Makes what was written survive a power cut.
  func sync() throws(DoorError)
  /// Closes; a second time does nothing.
  func close() throws(DoorError)
  /// Whether there may be nothing to read yet, as in a pipe: what is no regular file.
  var mayWait: Bool { get }
  /// Whether a read returns at once.
  var isReady: Bool { get }
  /// Waits until a read returns at once, another one has returned, it is closed, or the task is
  /// cancelled.
  func waitUntilReady() async throws(DoorError)
}

extension OpenFile {
  /// What is on a disk is there.
  public var mayWait: Bool { false }
  /// What is on a disk is there.
  public var isReady: Bool { true }
  /// What is on a disk is there.
  public func waitUntilReady() async throws(DoorError) {}
  /// A disk that knows no power cut has nothing to do.
  public func sync() throws(DoorError) {}
}

/// What `offset` counts from.
public enum SeekOrigin: String, Sendable {
  /// The start of the file.
  case start = "set"
  /// The current position.
  case current = "cur"
  /// The end of the file.
  case end
}

/// What a file is opened for, as in `io.open`.
public struct FileMode: Sendable, Equatable {
  /// Reading is possible.
  public var reads: Bool
  /// Writing is possible.
  public var writes: Bool
  /// Whatever was there is dropped.
  public var truncates: Bool
  /// Every write goes to the end.
  public var appends: Bool
  /// The file is made when it is not there.
  public var creates: Bool
  /// It must not be there yet, not even as a link.
  public var isExclusive = false

  /// Reads a mode of `io.open`: `r`, `w`, `a`, each with `+` and `b`; nil for anything else.
  public init?(_ text: String) {
    let plus = text.contains("+")
    switch text {
    case "r", "rb", "r+", "r+b", "rb+":
      self.init(reads: true, writes: plus)
    case "w", "wb", "w+", "w+b", "wb+":
      self.init(reads: plus, writes: true, truncates: true, creates: true)
    case "a", "ab", "a+", "a+b", "ab+":
      self.init(reads: plus, writes: true, appends: true, creates: true)
    default: return nil
    }
  }

  /// For what is there: `r`.
  public static let reading = FileMode(reads: true, writes: false)
  /// For a whole new content: `w`.
  public static let rewriting = FileMode(
    reads: false, writes: true, truncates: true, creates: true)
  /// For more at the end: `a`.
  public static let adding = FileMode(reads: false, writes: true, appends: true, creates: true)
  /// For parts of what is there: `r+`.
  static let changing = FileMode(reads: true, writes: true)

  /// For a file that will take another one's place.
  public static let drafting: FileMode = {
    var mode = FileMode(reads: false, writes: true, creates: true)
    mode.isExclusive = true
    return mode
  }()

  init(
    reads: Bool, writes: Bool, truncates: Bool = false, appends: Bool = false,
    creates: Bool = false
  ) {
    self.reads = reads
    self.writes = writes
    self.truncates = truncates
    self.appends = appends
    self.creates = creates
  }
}
