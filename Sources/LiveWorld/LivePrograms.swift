//  LivePrograms.swift - other programs, without a shell.

import SSOScript

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Programs of this machine, found along `PATH`.
struct LivePrograms: WorldPrograms {
  func run(
    _ arguments: [String], input: [UInt8], capturesOutput: Bool
  ) async throws(DoorError) -> ProgramEnd {
    try await onThread { () throws(DoorError) in
      try Program.run(arguments, input: input, capturesOutput: capturesOutput)
    }
  }
}

/// Starting programs with posix_spawn.
enum Program {
  private static let outputLimit = 4 << 20

  /// Runs a program to its end.
  static func run(
    _ arguments: [String], input: [UInt8], capturesOutput: Bool
  ) throws(DoorError) -> ProgramEnd {
    let stdin = try Pipe()
    let stdout = try Pipe()
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, stdin.reading.number, 0)
    if capturesOutput {
      unsafe posix_spawn_file_actions_adddup2(&actions, stdout.writing.number, 1)
    }
    let process = unsafe try spawn(arguments, &actions)
    stdin.reading.close()
    stdout.writing.close()
    _ = writeAll(input, to: stdin.writing.number)
    stdin.writing.close()
    let output = capturesOutput ? collect(stdout.reading.number) : []
    var end = wait(process)
    end.output = output
    return end
  }

  /// Starts a program that nobody waits for, away from our terminal.
  static func startDetached(_ arguments: [String]) throws(DoorError) {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for number in Int32(0)...2 {
      unsafe posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
    }
    let process = unsafe try spawn(arguments, &actions)
    _ = wait(process)
  }

  private static func spawn(
    _ arguments: [String], _ actions: inout posix_spawn_file_actions_t
  ) throws(DoorError) -> pid_t {
    guard let program = arguments.first, !arguments.contains(where: { $0.contains("\0") }) else {
      throw DoorError("a program's name or argument is empty or holds a NUL")
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var nothing = sigset_t()
    unsafe sigemptyset(&nothing)
    unsafe posix_spawnattr_setsigmask(&attributes, &nothing)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var process = pid_t()
    let status = unsafe posix_spawnp(&process, program, &actions, &attributes, &words, environ)
    guard status == 0 else {
      throw unsafe DoorError("\(program): \(String(cString: strerror(status)))", number: status)
    }
    return process
  }

  private static func collect(_ number: Int32) -> [UInt8] {
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let got = unsafe read(number, &buffer, buffer.count)
      if got <= 0 { return output }
      output += buffer.prefix(min(got, outputLimit - output.count))
    }
  }

  private static func wait(_ process: pid_t) -> ProgramEnd {
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0
      ? ProgramEnd(exitStatus: status >> 8 & 0xFF) : ProgramEnd(signal: signal)
  }
}

/// A pipe whose ends are not inherited.
private struct Pipe {
  let reading: Descriptor
  let writing: Descriptor

  init() throws(DoorError) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw .system("pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    reading = Descriptor(ends[0])
    writing = Descriptor(ends[1])
  }
}
