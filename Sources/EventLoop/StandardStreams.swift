//  StandardStreams.swift - descriptors 0 to 2, which somebody may have closed.

internal import Platform

/// Gives standard streams that were closed to nothing, before a file of ours could take their place
/// and get what is said there.
///
/// What reads or writes data still hears of it: standard input cannot be read then, nor standard output
/// be written.
package func occupyClosedStreams() {
  for (stream, mode) in [(0, O_WRONLY), (1, O_RDONLY), (2, O_WRONLY)] as [(Int32, Int32)]
  where fcntl(stream, F_GETFD) < 0 {
    // The lowest free number: those below are occupied by now.
    _ = unsafe open("/dev/null", mode)
  }
}
