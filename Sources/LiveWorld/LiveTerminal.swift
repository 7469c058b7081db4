//  LiveTerminal.swift - standard input and output, and the person before them.

import EventLoop
import Platform
import SSOScript
import Synchronization

/// The process's standard streams, and its terminal for questions.
struct LiveTerminal: WorldTerminal {
  func write(_ bytes: [UInt8], to stream: StandardStream) throws(DoorError) {
    guard writeAll(bytes, to: stream.descriptor) else { throw .system(stream.title) }
  }

  func isTerminal(_ stream: StandardStream) -> Bool { isatty(stream.descriptor) == 1 }

  func columns(of stream: StandardStream) -> Int? {
    var size = winsize()
    guard unsafe ioctl(stream.descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  func read(_ count: Int) async throws(DoorError) -> [UInt8] {
    let patience = Patience()
    return try await patience.onThread { () throws(DoorError) in
      let file = Descriptor(fcntl(0, F_DUPFD_CLOEXEC, 0))
      guard file.number >= 0 else { throw .system("stdin") }
      while patience.lasts(until: file.number) {
        if let bytes = try Self.readNow(file.number, count, patience) { return bytes }
      }
      return []
    }
  }

  /// What is there, nil for nothing; at a terminal a question may have taken it, or may be open still.
  private static func readNow(
    _ number: Int32, _ count: Int, _ patience: Patience
  ) throws(DoorError) -> [UInt8]? {
    guard isatty(number) == 1 else { return try readIfAny(number, count, "stdin") }
    return try turn.withLock { _ throws(DoorError) in
      guard !patience.hasEnded, hasInput(number) else { return nil }
      return try readIfAny(number, count, "stdin")
    }
  }

  /// One question at a time: that of another must not end with the echo that this one has put off.
  private static let turn = Mutex<Void>(())

  func prompt(_ question: String, hidden: Bool) async throws(DoorError) -> String? {
    let patience = Patience()
    return try await patience.onThread { () throws(DoorError) in
      try Self.turn.withLock { _ throws(DoorError) in try ask(question, hidden, patience) }
    }
  }

  func qrCode(of text: String) throws(DoorError) -> String { try QRCode.draw(text) }
}

extension StandardStream {
  fileprivate var title: String {
    switch self {
    case .input: "standard input"
    case .output: "standard output"
    case .error: "standard error"
    }
  }

  var descriptor: Int32 {
    switch self {
    case .input: 0
    case .output: 1
    case .error: 2
    }
  }
}

private func ask(
  _ question: String, _ hidden: Bool, _ patience: Patience
) throws(DoorError) -> String? {
  guard !patience.hasEnded else { return nil }
  let number = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC)
  guard number >= 0 else { throw .noTerminal(DoorError.Cause(errno)) }
  let terminal = Descriptor(number)
  guard hidden else { return try ask(question, terminal.number, patience) }
  return try TerminalEcho.off(on: terminal.number) { signals throws(DoorError) in
    try ask(question, terminal.number, patience, signals)
  }
}

private func ask(
  _ question: String, _ number: Int32, _ patience: Patience, _ signals: QuestionSignals? = nil
) throws(DoorError) -> String? {
  guard writeAll(Array(question.utf8), to: number) else { throw .system("/dev/tty") }
  return try readLine(from: number, patience) {
    guard signals?.heed() == .isToAskAgain else { return }
    _ = writeAll(Array(question.utf8), to: number)
  }
}

private func readLine(
  from number: Int32, _ patience: Patience, _ look: () -> Void
) throws(DoorError) -> String? {
  var line: [UInt8] = []
  while line.count < 4096, patience.lasts(until: number, look) {
    let byte = try readSome(number, 1, "/dev/tty")
    if byte.isEmpty, line.isEmpty { return nil }
    if byte.isEmpty || byte == [UInt8(ascii: "\n")] { break }
    line += byte
  }
  // Mended it would be another password.
  guard let text = String(validating: line, as: UTF8.self) else {
    throw DoorError("/dev/tty: what was typed is not UTF-8; which encoding has the terminal?")
  }
  return text
}

/// Runs a call that blocks on a thread of its own, so that the loop goes on.
func onThread<Value: Sendable>(
  _ body: @escaping @Sendable () throws(DoorError) -> Value
) async throws(DoorError) -> Value {
  let result: Result<Value, DoorError> = await withCheckedContinuation { continuation in
    let start = { @Sendable in
      do throws(DoorError) {
        continuation.resume(returning: .success(try body()))
      } catch {
        continuation.resume(returning: .failure(error))
      }
    }
    do throws(EventLoopError) {
      _ = try EventLoop.runOnThread(stackSize: 256 << 10, name: "door", start)
    } catch {
      continuation.resume(returning: .failure(DoorError("\(error)")))
    }
  }
  return try result.get()
}
