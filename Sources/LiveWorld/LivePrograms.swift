//  LivePrograms.swift - other programs, without a shell.

internal import EventLoop
internal import Platform
public import SSOScript
internal import Synchronization

/// Programs of this machine, found along `PATH`.
struct LivePrograms: WorldPrograms {
  func run(
    _ arguments: [String], input: [UInt8], capturesOutput: Bool
  ) async throws(DoorError) -> ProgramEnd {
    try await onThread { () throws(DoorError) in
      try Program.run(arguments, input: input, capturesOutput: capturesOutput)
    }
  }

  func runAside(
    _ arguments: [String], input: [UInt8], capturesError: Bool
  ) async throws(DoorError) -> ProgramEnd {
    try await onThread { () throws(DoorError) in
      // A terminal has no reader who waits until everybody has let go of it.
      let passing = isatty(2) == 0 ? Program.ErrorStream.relayed : .inherited
      let error = capturesError ? .captured : passing
      return try Program.run(arguments, input: input, capturesOutput: true, error: error)
    }
  }
}

extension ThisProcess {
  /// Runs a program, found along `PATH`, to its end, with an empty standard input.
  ///
  /// - Parameters:
  ///   - arguments: The program, then its arguments.
  ///   - withError: Whether the output holds what goes to standard error, too; else that is dropped.
  /// - Returns: How it ended, and its output.
  /// - Throws: `DoorError` when it cannot be started, or writes more than
  ///   ``ProgramEnd/outputLimit``.
  public static func output(
    of arguments: [String], withError: Bool = false
  ) throws(DoorError) -> ProgramEnd {
    let end = try Program.run(
      arguments, input: [], capturesOutput: true, error: withError ? .merged : .dropped)
    guard !end.isCut else {
      throw DoorError("\(arguments.first ?? "") wrote more than \(ProgramEnd.limitWords)")
    }
    return end
  }
}

/// Starting programs with posix_spawn.
enum Program {
  /// Where standard error goes.
  enum ErrorStream {
    /// Where ours goes.
    case inherited
    /// Nowhere.
    case dropped
    /// To standard output.
    case merged
    /// Where ours goes, by way of us: a program that is left to itself holds up nobody who reads there.
    case relayed
    /// To us.
    case captured
  }

  /// Runs a program to its end.
  static func run(
    _ arguments: [String], input: [UInt8], capturesOutput: Bool, error: ErrorStream = .inherited
  ) throws(DoorError) -> ProgramEnd {
    let stdin = try Pipe()
    let stdout = try Pipe()
    let stderr = try Pipe()
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, stdin.reading.number, 0)
    if capturesOutput {
      unsafe posix_spawn_file_actions_adddup2(&actions, stdout.writing.number, 1)
    }
    switch error {
    case .inherited: break
    case .dropped: unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    case .merged: unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
    case .relayed, .captured:
      unsafe posix_spawn_file_actions_adddup2(&actions, stderr.writing.number, 2)
      // Inherited in truth: what it writes when we are gone does not end it.
      let reading = stderr.reading.number
      unsafe posix_spawn_file_actions_adddup2(&actions, reading, reading)
    }
    let process = unsafe try spawn(arguments, &actions)
    for end in [stdin.reading, stdout.writing, stderr.writing] { end.close() }
    if !capturesOutput { stdout.reading.close() }
    var conversation = Conversation(
      input, to: stdin.writing, from: stdout.reading, errors: stderr.reading,
      keepsErrors: error == .captured)
    conversation.run()
    var end = conversation.relay { poll(process) } ?? wait(process)
    (end.output, end.error) = (conversation.output, conversation.error)
    return end
  }

  /// Starts a program in a session of its own, away from our terminal.
  ///
  /// - Parameters:
  ///   - arguments: The program, then its arguments.
  ///   - limit: How long its end is awaited; afterwards it is left to itself.
  ///   - patience: Ends the wait earlier.
  /// - Returns: How it ended, or nil if it still runs.
  /// - Throws: `DoorError` when it cannot be started.
  static func startDetached(
    _ arguments: [String], limit: Duration, _ patience: Patience
  ) throws(DoorError) -> ProgramEnd? {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for number in Int32(0)...2 {
      unsafe posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
    }
    leftAlone.withLock { $0.removeAll { poll($0) != nil } }
    let process = unsafe try spawn(arguments, &actions, inSession: true)
    let start = ContinuousClock.now
    while !patience.hasEnded, ContinuousClock.now - start < limit {
      if let end = poll(process) { return end }
      usleep(10_000)
    }
    leftAlone.withLock { $0.append(process) }
    return nil
  }

  /// Those that were left to themselves; the system keeps their ends until somebody has asked.
  private static let leftAlone = Mutex<[pid_t]>([])

  private static func spawn(
    _ arguments: [String], _ actions: inout posix_spawn_file_actions_t, inSession: Bool = false
  ) throws(DoorError) -> pid_t {
    guard let program = arguments.first, !arguments.contains(where: { $0.contains("\0") }) else {
      throw DoorError("a program's name or argument is empty or holds a NUL")
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    setSignals(&attributes, inSession)
    var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var process = pid_t()
    let status = Inheritance.inTurn {
      Self.keepSockets()
      return unsafe posix_spawnp(&process, program, &actions, &attributes, &words, environ)
    }
    guard status == 0 else {
      throw DoorError("\(program): \(systemWords(for: status))", number: status)
    }
    return process
  }

  /// Marks sockets of libraries as close-on-exec: libcurl's pairs for wake-ups are not.
  ///
  /// Files and pipes may have been handed to us to be handed on.
  private static func keepSockets() {
    for name in SystemFolder.names("/dev/fd") ?? [] {
      guard let number = Int32(name), number > 2 else { continue }
      var facts = stat()
      guard unsafe fstat(number, &facts) == 0, facts.st_mode & S_IFMT == S_IFSOCK else { continue }
      _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    }
  }

  /// No signal blocked, and none ignored because we ignore it.
  private static func setSignals(_ attributes: inout posix_spawnattr_t, _ inSession: Bool) {
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    var ignored = sigset_t()
    unsafe sigemptyset(&ignored)
    for signal in [SIGPIPE, SIGXFSZ] { unsafe sigaddset(&ignored, signal) }
    unsafe posix_spawnattr_setsigdefault(&attributes, &ignored)
    var flags = Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
    if inSession { flags |= spawnsInSession }
    unsafe posix_spawnattr_setflags(&attributes, flags)
  }

  private static func wait(_ process: pid_t) -> ProgramEnd {
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    return end(status)
  }

  private static func poll(_ process: pid_t) -> ProgramEnd? {
    var status: Int32 = 0
    return unsafe waitpid(process, &status, WNOHANG) == process ? end(status) : nil
  }

  private static func end(_ status: Int32) -> ProgramEnd {
    let signal = status & 0x7F
    return signal == 0
      ? ProgramEnd(exitStatus: status >> 8 & 0xFF) : ProgramEnd(signal: signal)
  }
}
