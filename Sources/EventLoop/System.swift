//  System.swift - the system calls of the loop: clock, poll, writing, its words for what failed.

internal import Platform

/// The system's monotonic clock.
func monotonicTime() -> Duration {
  var time = timespec()
  _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return .nanoseconds(Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
}

/// A number no other running thread has; never 0.
func currentThreadID() -> UInt {
  #if canImport(Glibc)
    return UInt(pthread_self())
  #else
    return UInt(bitPattern: pthread_self())
  #endif
}

/// The system's words for a cause (`errno`): `No such file or directory`.
package func systemWords(for cause: Int32) -> String { unsafe String(cString: strerror(cause)) }

/// Writes everything, waiting where the reader is slow; false with `errno` set.
package func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
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

/// Waits for any of `list` or for the wake-up pipe, and leaves the results in `revents`.
///
/// A signal ends the wait with nothing found.
func pollDescriptors(_ list: inout [PollDescriptor], _ wakeUp: Int32, milliseconds: Int32)
  -> (descriptors: Bool, wakeUp: Bool)
{
  list.append(PollDescriptor(fd: wakeUp, events: Int16(POLLIN), revents: 0))
  let count = unsafe poll(&list, nfds_t(list.count), milliseconds)
  let rang = list.removeLast().revents != 0
  guard count > 0 else {
    list.removeAll(keepingCapacity: true)
    return (false, false)
  }
  return (count > (rang ? 1 : 0), rang)
}
