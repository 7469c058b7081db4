//  Terminal.swift - the door to standard input and output, and the person before them.

/// One of the three standard streams.
public enum StandardStream: String, Sendable {
  /// Standard input.
  case input = "stdin"
  /// Standard output: data.
  case output = "stdout"
  /// Standard error: words for a person.
  case error = "stderr"
}

/// The door to the terminal.
public protocol WorldTerminal: Sendable {
  /// Writes bytes.
  ///
  /// - Throws: ``DoorError``, number `EPIPE` when the reader has gone.
  func write(_ bytes: [UInt8], to stream: StandardStream) throws(DoorError)
  /// Whether a stream is a terminal.
  func isTerminal(_ stream: StandardStream) -> Bool
  /// How many characters a line of a terminal has; `nil` where nobody knows.
  func columns(of stream: StandardStream) -> Int?
  /// Up to `count` bytes of standard input; empty at its end, and when the task is cancelled before any come.
  ///
  /// What a person types while a question is open is the question's.
  func read(_ count: Int) async throws(DoorError) -> [UInt8]
  /// Asks a question on the terminal, not on standard output, and reads one line.
  ///
  /// - Parameters:
  ///   - question: Shown as it is.
  ///   - hidden: Whether what is typed stays invisible.
  /// - Returns: The line without its end, or nil at the end of input.
  /// - Throws: ``DoorError`` when there is no terminal.
  func prompt(_ question: String, hidden: Bool) async throws(DoorError) -> String?
  /// Draws a QR code with block characters.
  ///
  /// - Throws: ``DoorError`` when the text is too long or there is nothing to draw with.
  func qrCode(of text: String) throws(DoorError) -> String
}

extension WorldTerminal {
  /// A terminal that does not tell its width.
  public func columns(of stream: StandardStream) -> Int? { nil }
}
