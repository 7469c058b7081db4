//  ChildProcess.swift - programs and files for tests.
//
//  Why not Foundation's Process: it leaks a little per process, and the leak check is to be clean.

import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program of the PATH; its output can be read, its errors are dropped.
struct ChildProcess: Sendable {
  private let identifier: pid_t
  private let output: Int32

  init(_ command: [String]) throws {
    var ends: [Int32] = [-1, -1]
    try #require(unsafe pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { _ = close(ends[1]) }
    output = ends[0]
    identifier = try spawn(command, output: ends[1])
  }

  /// One line of the output; `nil` at its end.
  func readLine() -> String? {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while unsafe read(output, &byte, 1) == 1 {
      guard byte != UInt8(ascii: "\n") else { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }

  /// Reads the rest, waits for the end and gives the exit status; not 0 after a signal.
  func wait() -> Int32 {
    while readLine() != nil {}
    _ = close(output)
    var status: Int32 = 0
    _ = unsafe waitpid(identifier, &status, 0)
    return status
  }

  /// Not SIGTERM: a child inherits the signal mask of the test's thread, which blocks that.
  func kill() {
    _ = systemKill(identifier)
    _ = wait()
  }
}

private func systemKill(_ process: pid_t) -> Int32 { kill(process, SIGKILL) }

private func spawn(_ command: [String], output: Int32) throws -> pid_t {
  #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
  #else
    var actions = unsafe posix_spawn_file_actions_t()
  #endif
  unsafe posix_spawn_file_actions_init(&actions)
  defer { unsafe posix_spawn_file_actions_destroy(&actions) }
  unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
  unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
  unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
  var words = unsafe command.map { unsafe strdup($0) }
  defer { unsafe words.forEach { unsafe free($0) } }
  unsafe words.append(nil)
  var process: pid_t = 0
  let status = unsafe posix_spawnp(&process, command[0], &actions, nil, words, environ)
  try #require(status == 0, "\(command[0]) could not be started")
  return process
}

/// A folder that goes with the test.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    var name = Array("/tmp/curl-transport-XXXXXX".utf8CString)
    try #require(unsafe mkdtemp(&name) != nil)
    path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit {
    if let process = try? ChildProcess(["rm", "-rf", path]) { _ = process.wait() }
  }

  /// The path of a new file.
  func write(_ name: String, _ text: String) throws -> String {
    let file = unsafe open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    try #require(file >= 0)
    defer { _ = close(file) }
    try #require(unsafe systemWrite(file, text, text.utf8.count) == text.utf8.count)
    return "\(path)/\(name)"
  }
}

private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  unsafe write(file, bytes, count)
}
