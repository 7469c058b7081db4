//  ThisProcess+Input.swift - lines of standard input, as long as somebody wants them.

internal import Platform

extension ThisProcess {
  private static let longestLine = 4096

  /// The next line of standard input without its end; what is longer than 4096 bytes is cut.
  ///
  /// - Parameter isOver: Looked at five times a second: whether nobody waits any more.
  /// - Returns: `nil` at the end of the input, or when nobody waits.
  public static func inputLine(unless isOver: () -> Bool) -> String? {
    var line: [UInt8] = []
    while !isOver() {
      var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&input, 1, 200) > 0 else { continue }
      var byte: UInt8 = 0
      let count = readByte(&byte)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count > 0 else { return line.isEmpty ? nil : String(decoding: line, as: UTF8.self) }
      if byte == 10 { return String(decoding: line, as: UTF8.self) }
      if line.count < longestLine { line.append(byte) }
    }
    return nil
  }
}

private func readByte(_ byte: inout UInt8) -> Int { unsafe read(0, &byte, 1) }
