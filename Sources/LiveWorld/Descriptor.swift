//  Descriptor.swift - a file descriptor that is closed once.

internal import EventLoop
internal import Platform
import SSOScript
import Synchronization

/// A file descriptor that is closed once; -1 afterwards.
final class Descriptor: Sendable {
  private let value: Atomic<Int32>

  init(_ number: Int32) { value = Atomic(number) }

  deinit { close() }

  var number: Int32 { value.load(ordering: .relaxed) }

  func close() {
    let number = value.exchange(-1, ordering: .relaxed)
    if number >= 0 { _ = closeDescriptor(number) }
  }
}

// Outside of the type, whose method has the same name as this call.
private func closeDescriptor(_ number: Int32) -> Int32 { close(number) }

/// Up to `count` bytes, none at the end; errors name `subject`.
func readSome(_ number: Int32, _ count: Int, _ subject: String) throws(DoorError) -> [UInt8] {
  var failed = false
  let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
    let got = unsafe read(number, buffer.baseAddress, count)
    failed = got < 0
    used = max(got, 0)
  }
  if failed { throw .system(subject) }
  return bytes
}

/// The same; nil where nothing is there yet, though who opened it did not want to wait.
func readIfAny(_ number: Int32, _ count: Int, _ subject: String) throws(DoorError) -> [UInt8]? {
  do throws(DoorError) { return try readSome(number, count, subject) } catch {
    guard [EAGAIN, EINTR].contains(Int32(error.number)) else { throw error }
    return nil
  }
}

/// Whether a read returns at once.
func hasInput(_ number: Int32) -> Bool {
  var input = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
  return unsafe poll(&input, 1, 0) != 0
}

extension DoorError {
  /// What `errno` says about `subject`, in Lua's words: `path: No such file or directory`.
  static func system(_ subject: String) -> DoorError { system(errno, subject) }

  /// Of a folder that is to be read: in the words that the system has for one that is to be written.
  static func folder(_ path: String) -> DoorError { system(EISDIR, path) }

  private static func system(_ number: Int32, _ subject: String) -> DoorError {
    DoorError("\(subject): \(systemWords(for: number))", number: number)
  }
}
