//  ChildProcess.swift - programs for tests: started, spoken to, waited for, never left behind.
//
//  Why not Foundation's Process: it leaks a little per process, and the leak check is to be clean.

import Platform

/// What is started, and where its streams lead.
package struct ChildSettings: Sendable {
  /// Where standard output or standard error goes.
  package enum Sink: Sendable {
    /// To the test.
    case captured
    /// To a file that exists.
    case file(String)
    /// Into a pipe that nobody reads.
    case closedPipe
  }

  /// The program, with its path or to be found along `PATH`, and its arguments.
  package var command: [String]
  /// All variables; `nil` for those of the test.
  package var environment: [String: String]?
  package var directory: String?
  package var input = "/dev/null"
  /// How `input` is opened.
  package var inputFlags = O_RDONLY
  /// Whether it leads a session of its own, to which `input`, a terminal, belongs.
  package var leadsSession = false
  package var output = Sink.captured
  package var error = Sink.file("/dev/null")

  package init(_ command: [String]) { self.command = command }
}

/// How a program ended.
package struct ChildEnd: Sendable, Equatable {
  /// The exit status, or 256 and the signal that killed it.
  package let status: Int32
  package let output: String
  package let error: String
}

/// A running program; killed when it is let go.
///
/// To be used by one thread.
package final class ChildProcess {
  /// The two streams that can be read.
  package enum Stream: Int { case output, error }

  private let identifier: pid_t
  private var ends: [Int32]
  private var texts: [[UInt8]] = [[], []]
  private var isOver = false

  package convenience init(_ command: [String]) throws { try self.init(ChildSettings(command)) }

  package init(_ settings: ChildSettings) throws {
    let streams = [try SpawnStream(settings.output), try SpawnStream(settings.error)]
    ends = streams.map(\.reading)
    defer { streams.forEach { $0.closeWriting() } }
    identifier = try spawn(settings, streams.map(\.writing))
  }

  deinit {
    if !isOver {
      _ = signalProcess(identifier, SIGKILL)
      _ = reap(identifier)
    }
    for end in ends where end >= 0 { _ = close(end) }
  }

  /// Sends a signal.
  package func send(signal: Int32) { _ = signalProcess(identifier, signal) }

  /// One line of a stream, or what comes before another byte; `nil` at its end.
  package func readLine(
    _ stream: Stream = .output, endingWith ending: UInt8 = UInt8(ascii: "\n")
  ) throws -> String? {
    while true {
      if let end = texts[stream.rawValue].firstIndex(of: ending) {
        let line = texts[stream.rawValue][..<end]
        texts[stream.rawValue].removeSubrange(...end)
        return String(decoding: line, as: UTF8.self)
      }
      guard ends[stream.rawValue] >= 0, try readMore() else { return nil }
    }
  }

  /// Reads the rest, waits for the end and says how it was.
  package func end() throws -> ChildEnd {
    while try readMore() {}
    isOver = true
    let status = reap(identifier)
    return ChildEnd(
      status: status, output: String(decoding: texts[0], as: UTF8.self),
      error: String(decoding: texts[1], as: UTF8.self))
  }

  /// Reads from whichever stream has something; false when both have ended.
  private func readMore() throws -> Bool {
    var waiting = ends.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard ends.contains(where: { $0 >= 0 }) else { return false }
    guard unsafe poll(&waiting, 2, Self.patienceInMilliseconds) > 0 else {
      throw TestSupportError("the program neither wrote nor ended in time")
    }
    for (index, state) in waiting.enumerated() where state.fd >= 0 && state.revents != 0 {
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = unsafe read(state.fd, &buffer, buffer.count)
      if count > 0 {
        texts[index] += buffer.prefix(count)
      } else {
        _ = close(state.fd)
        ends[index] = -1
      }
    }
    return true
  }

  /// Long enough for a program under a sanitizer on a busy machine.
  private static let patienceInMilliseconds: Int32 = 300_000
}

/// One of the streams that a program writes.
private struct SpawnStream {
  /// -1 when the test does not read it.
  let reading: Int32
  let writing: Int32

  init(_ sink: ChildSettings.Sink) throws {
    if case .file(let path) = sink {
      (reading, writing) = (-1, unsafe open(path, O_WRONLY | O_CLOEXEC))
      guard writing >= 0 else { throw TestSupportError("\(path) cannot be written") }
      return
    }
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw TestSupportError("no pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    writing = ends[1]
    if case .closedPipe = sink {
      _ = close(ends[0])
      reading = -1
    } else {
      reading = ends[0]
    }
  }

  func closeWriting() { _ = close(writing) }
}

private func signalProcess(_ process: pid_t, _ signal: Int32) -> Int32 { kill(process, signal) }

private func reap(_ process: pid_t) -> Int32 {
  var status: Int32 = 0
  while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
  let signal = status & 0x7F
  return signal == 0 ? status >> 8 & 0xFF : 256 + signal
}

private func spawn(_ settings: ChildSettings, _ streams: [Int32]) throws -> pid_t {
  #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    var attributes: posix_spawnattr_t?
  #else
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
  #endif
  unsafe posix_spawn_file_actions_init(&actions)
  defer { unsafe posix_spawn_file_actions_destroy(&actions) }
  unsafe posix_spawn_file_actions_addopen(&actions, 0, settings.input, settings.inputFlags, 0)
  for (index, stream) in streams.enumerated() {
    unsafe posix_spawn_file_actions_adddup2(&actions, stream, Int32(index + 1))
  }
  unsafe posix_spawnattr_init(&attributes)
  defer { unsafe posix_spawnattr_destroy(&attributes) }
  useStandardSignals(&attributes, leadsSession: settings.leadsSession)
  return unsafe try spawn(settings, &actions, &attributes)
}

#if canImport(Darwin)
  private typealias Actions = posix_spawn_file_actions_t?
  private typealias Attributes = posix_spawnattr_t?
#else
  private typealias Actions = posix_spawn_file_actions_t
  private typealias Attributes = posix_spawnattr_t
#endif

/// The threads of a test block signals and may ignore them; a program must not inherit that.
private func useStandardSignals(_ attributes: inout Attributes, leadsSession: Bool) {
  var none = sigset_t()
  var all = sigset_t()
  unsafe sigemptyset(&none)
  unsafe sigfillset(&all)
  unsafe posix_spawnattr_setsigmask(&attributes, &none)
  unsafe posix_spawnattr_setsigdefault(&attributes, &all)
  unsafe posix_spawnattr_setflags(
    &attributes,
    Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
      | (leadsSession ? spawnsInSession : 0))
}

private func spawn(
  _ settings: ChildSettings, _ actions: inout Actions, _ attributes: inout Attributes
) throws -> pid_t {
  let variables = settings.environment.map { $0.map { "\($0.key)=\($0.value)" } }
  // Glibc's module hides posix_spawn_file_actions_addchdir_np.
  let command = (settings.directory.map { ["env", "-C", $0] } ?? []) + settings.command
  var words = unsafe command.map { unsafe strdup($0) } + [nil]
  var pairs = unsafe (variables ?? []).map { unsafe strdup($0) } + [nil]
  defer { unsafe (words + pairs).forEach { unsafe free($0) } }
  var process: pid_t = 0
  let status =
    if variables == nil {
      unsafe posix_spawnp(
        &process, command[0], &actions, &attributes, &words, environ)
    } else {
      unsafe posix_spawnp(&process, command[0], &actions, &attributes, &words, &pairs)
    }
  guard status == 0 else {
    throw TestSupportError("\(command[0]) could not be started: error \(status)")
  }
  return process
}
