//  Doors.swift - simulated doors: time, chance, variables, terminal, browser, programs, trace.

import EventLoop
import SSOOIDC
import SSOScript
import Synchronization

/// The loop's simulated time as calendar time.
struct LoopClock: WorldClock {
  let loop: EventLoop

  var now: Timestamp { Timestamp(seconds: Stage.start + loop.now.components.seconds) }
  var monotonic: Duration { loop.now }

  func sleep(for duration: Duration) async throws(CancellationError) {
    try await loop.sleep(for: duration)
  }
}

/// The same bytes at every call.
struct GivenBytes: WorldRandomness {
  let values: [UInt8]
  func bytes(_ count: Int) -> [UInt8] { (0..<count).map { values[$0 % values.count] } }
}

struct GivenVariables: WorldEnvironment {
  let values: [String: String]
  func value(_ name: String) -> String? { values[name] }
}

/// Keeps what was written; answers questions and reads with what it was given.
final class RecordingTerminal: WorldTerminal {
  private struct State {
    var written: [StandardStream: [UInt8]] = [:]
    var input: [[UInt8]] = []
    var answers: [String] = []
    var questions: [String] = []
    var failure: DoorError?
    var columns: Int?
    var readFailure: DoorError?
    var onWrite: @Sendable () -> Void = {}
  }
  private let state = Mutex(State())

  /// What standard input holds, in the pieces in which it arrives.
  func type(_ pieces: String...) { type(pieces) }
  func type(_ pieces: [String]) {
    state.withLock { $0.input = pieces.map { Array($0.utf8) } }
  }
  /// What the person will answer.
  func answer(_ answers: String...) { state.withLock { $0.answers = answers } }
  /// Every later write fails.
  func fail(with error: DoorError) { state.withLock { $0.failure = error } }
  /// Every later read fails.
  func failReading(with error: DoorError) { state.withLock { $0.readFailure = error } }
  /// How wide it says that it is.
  func resize(to columns: Int) { state.withLock { $0.columns = columns } }
  /// Called before each write.
  func onWrite(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.onWrite = action } }

  var questions: [String] { state.withLock { $0.questions } }
  func bytes(_ stream: StandardStream) -> [UInt8] { state.withLock { $0.written[stream] ?? [] } }
  func text(_ stream: StandardStream) -> String { String(decoding: bytes(stream), as: UTF8.self) }

  func write(_ bytes: [UInt8], to stream: StandardStream) throws(DoorError) {
    state.withLock { $0.onWrite }()
    let failure = state.withLock { state in
      if state.failure == nil { state.written[stream, default: []] += bytes }
      return state.failure
    }
    if let failure { throw failure }
  }

  func isTerminal(_ stream: StandardStream) -> Bool { stream == .error }

  func columns(of stream: StandardStream) -> Int? { state.withLock { $0.columns } }

  func read(_ count: Int) async throws(DoorError) -> [UInt8] {
    if let failure = state.withLock({ $0.readFailure }) { throw failure }
    return state.withLock { $0.input.isEmpty ? [] : $0.input.removeFirst() }
  }

  func prompt(_ question: String, hidden: Bool) async throws(DoorError) -> String? {
    state.withLock { state in
      state.questions.append(hidden ? question + " (hidden)" : question)
      return state.answers.isEmpty ? nil : state.answers.removeFirst()
    }
  }

  func qrCode(of text: String) throws(DoorError) -> String {
    guard text.utf8.count <= 1000 else { throw DoorError("the text is longer than 1000 bytes") }
    return "[\(text)]"
  }
}

/// Keeps the pages that were opened.
final class RecordingBrowser: WorldBrowser {
  private let state = Mutex((pages: [String](), failure: DoorError?.none))

  var pages: [String] { state.withLock { $0.pages } }
  func fail(with error: DoorError) { state.withLock { $0.failure = error } }

  func open(_ url: String) async throws(DoorError) {
    if let failure = state.withLock({ $0.failure }) { throw failure }
    state.withLock { $0.pages.append(url) }
  }
}

/// Keeps the programs that were run; every one writes its own command line.
final class RecordingPrograms: WorldPrograms {
  private let state = Mutex((lines: [String](), end: ProgramEnd(exitStatus: 0)))

  var lines: [String] { state.withLock { $0.lines } }
  /// What each program was given and read.
  var calls: [(arguments: [String], input: String)] { made.withLock { $0 } }
  private let made = Mutex<[(arguments: [String], input: String)]>([])
  func end(_ end: ProgramEnd) { state.withLock { $0.end = end } }

  func run(
    _ arguments: [String], input: [UInt8], capturesOutput: Bool
  ) async throws(DoorError) -> ProgramEnd {
    let line = arguments.joined(separator: " ")
    guard arguments.first != "missing" else {
      throw DoorError("missing: No such file or directory", number: 2)
    }
    made.withLock { $0.append((arguments, String(decoding: input, as: UTF8.self))) }
    if arguments.first == "endless" {
      // Nothing comes; the wait ends with the task.
      let (never, source) = AsyncStream.makeStream(of: Void.self)
      for await _ in never {}
      source.finish()
    }
    return state.withLock { state in
      state.lines.append(line)
      var end = state.end
      end.output = capturesOutput ? Array(line.utf8) + input : []
      return end
    }
  }
}

/// Keeps the messages that were sent.
final class RecordingMail: MailTransport {
  private let state = Mutex((messages: [Mail](), failure: TransportError?.none))

  var messages: [Mail] { state.withLock { $0.messages } }
  func fail(with error: TransportError) { state.withLock { $0.failure = error } }

  func send(_ mail: Mail) async throws(TransportError) {
    if let failure = state.withLock({ $0.failure }) { throw failure }
    state.withLock { $0.messages.append(mail) }
  }
}

/// Keeps the lines of a trace.
final class TraceLines: TraceSink {
  private let state = Mutex<[String]>([])
  var all: [String] { state.withLock { $0 } }
  func write(_ line: String) { state.withLock { $0.append(line) } }
}
