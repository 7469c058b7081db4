//  Descriptor.swift - a file descriptor that is closed once.

internal import EventLoop
import SSOScript
import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

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

/// Writes everything, waiting where the reader is slow; false with `errno` set.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  unsafe bytes.withUnsafeBytes { buffer in
    var done = 0
    while done < buffer.count {
      let start = unsafe buffer.baseAddress.map { unsafe $0 + done }
      let written = unsafe write(descriptor, start, buffer.count - done)
      if written > 0 {
        done += written
      } else if errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&waiting, 1, -1)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}

extension DoorError {
  /// What `errno` says about `subject`, in Lua's words: `path: No such file or directory`.
  static func system(_ subject: String) -> DoorError {
    let number = errno
    return DoorError("\(subject): \(systemWords(for: number))", number: number)
  }
}
