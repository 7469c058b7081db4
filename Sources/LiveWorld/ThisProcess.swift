//  ThisProcess.swift - what a command does with its own process.

internal import EventLoop
internal import Platform
public import SSOScript

/// The running process.
public enum ThisProcess {
  /// Writes a line for a person, all at once: what a terminal would act on is escaped.
  ///
  /// Failures are nobody's business any more, so data is for ``writeData(_:to:)``.
  public static func writeLine(_ text: String, to stream: StandardStream) {
    let line = PrintableText.lines(text, limit: .max) + "\n"
    try? LiveTerminal().write(Array(line.utf8), to: stream)
  }

  /// Ends the process at once, and leaves the terminal as it was.
  public static func exit(_ status: Int32) -> Never {
    TerminalEcho.restore()
    _exit(status)
  }

  /// A file that may not grow is a full disk, of which one hears, and does not die.
  public static func ignoreFileSizeSignal() { _ = signal(SIGXFSZ, SIG_IGN) }

  /// The same of a reader who has gone, where there is more to do than to write for them.
  public static func ignoreWriteSignals() {
    ignoreFileSizeSignal()
    _ = signal(SIGPIPE, SIG_IGN)
  }

  /// Reads a whole file, standard input for `-`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: The most bytes it may have.
  /// - Returns: Its bytes.
  /// - Throws: ``DoorError``.
  public static func read(_ path: String, limit: Int) throws(DoorError) -> [UInt8] {
    guard path == "-" else { return try LiveFiles().read(path, limit: limit) }
    // What stands in for a closed one could be opened anew, and would be empty.
    let mode = fcntl(0, F_GETFL)
    guard mode >= 0, mode & O_ACCMODE != O_WRONLY else {
      throw DoorError("stdin: \(systemWords(for: EBADF))", number: EBADF)
    }
    return try LiveFiles().read("/dev/stdin", limit: limit)
  }

  /// Reads a whole regular file; of what waits for a writer, such as a pipe, nothing is read.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: The most bytes it may have.
  /// - Returns: Its bytes.
  /// - Throws: ``DoorError``.
  public static func read(regular path: String, limit: Int) throws(DoorError) -> [UInt8] {
    guard let file = SystemFile.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY) else {
      throw .system(path)
    }
    defer { file.close() }
    guard !file.isFolder else { throw .folder(path) }
    guard file.isRegular else { throw DoorError("\(path): is no regular file") }
    if let bytes = file.readAll(limit: limit) { return bytes }
    guard errno == EFBIG else { throw .system(path) }
    throw DoorError("\(path): larger than \(limit) bytes", number: EFBIG)
  }

  /// Whether there is something at a path, as far as this user may look: not in a folder that is closed
  /// to it, such as root's home in a container that runs as somebody else.
  public static func isThere(_ path: String) -> Bool {
    var facts = stat()
    return unsafe stat(path, &facts) == 0
  }

  /// The absolute path of a file or of where it would be.
  public static func canonical(_ path: String) -> String { LiveFiles().canonical(path) }

  /// Becomes another program that stands beside this one, or is found along `PATH`.
  ///
  /// - Parameters:
  ///   - program: Its name.
  ///   - arguments: What follows it.
  /// - Returns: Only if that failed: why.
  public static func become(_ program: String, _ arguments: [String]) -> DoorError {
    let beside = directory + "/" + program
    for path in [beside, program] {
      var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
      unsafe execvp(path, &words)
      unsafe words.forEach { unsafe free($0) }
    }
    return .system(program)
  }

  /// The folder of the running executable.
  private static var directory: String {
    SystemPath.parent(of: LiveFiles().canonical("/proc/self/exe"))
  }
}

extension ThisProcess {
  /// Says that memory is out and ends the process; for ``LuaLimits/ceiling``.
  public static func endOutOfMemory() -> Never {
    writeLine("ssoscript: the memory limit was reached and the script did not stop", to: .error)
    exit(ExitStatus.limit.rawValue)
  }
}
