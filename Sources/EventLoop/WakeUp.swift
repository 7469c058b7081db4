//  WakeUp.swift - a pipe to oneself: ends a poll(2) from another thread.

internal import Platform

struct WakeUp: ~Copyable, Sendable {
  /// Readable after ``ring()``.
  let descriptor: Int32
  private let writeEnd: Int32

  init() throws(EventLoopError) {
    var ends: [Int32] = [-1, -1]
    guard Inheritance.inTurn({ openPipe(&ends) }) == 0 else {
      throw EventLoopError(code: .noDescriptor, systemError: errno)
    }
    descriptor = ends[0]
    writeEnd = ends[1]
  }

  /// Ends the present or the next wait.
  func ring() {
    var byte: UInt8 = 1
    // A full pipe is as good as a written byte.
    _ = unsafe write(writeEnd, &byte, 1)
  }

  /// Takes the bytes of all rings so far.
  func silence() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while unsafe read(descriptor, &bytes, bytes.count) == bytes.count {}
  }

  deinit {
    _ = close(descriptor)
    _ = close(writeEnd)
  }
}

/// Both ends non-blocking, and closed in child processes.
private func openPipe(_ ends: inout [Int32]) -> Int32 {
  guard unsafe pipe(&ends) == 0 else { return -1 }
  for end in ends {
    _ = fcntl(end, F_SETFL, O_NONBLOCK)
    _ = fcntl(end, F_SETFD, FD_CLOEXEC)
  }
  return 0
}
