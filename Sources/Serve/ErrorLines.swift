//  ErrorLines.swift - lines for standard error that no request waits for.
//
//  Knows: that whoever holds the other end may not read it; then lines are lost, and counted.
//  Does not know: what they say.

internal import EventLoop
internal import IdentityServer
internal import Synchronization

/// Writes lines on a thread of its own, in order.
final class ErrorLines: Sendable {
  static let shared = ErrorLines()

  /// What may wait: some thousand lines.
  private static let room = 1 << 20
  /// How long the end of the process waits for the other end to read.
  private static let patience = Duration.milliseconds(500)

  /// How lines look.
  let format = Mutex(LogFormat.text)
  private let queue = Mutex(Queue())
  /// `nil` where there is no thread to be had: then every writer waits.
  private let loop: EventLoop?

  private init() {
    guard let loop = try? EventLoop(),
      (try? EventLoop.runOnThread(stackSize: 256 << 10, name: "log") { loop.run() }) != nil
    else {
      loop = nil
      return
    }
    self.loop = loop
  }

  /// Writes whole lines as soon as the other end takes them.
  func write(_ lines: String) {
    guard let loop else {
      Output.error.write(lines)
      return
    }
    let isFirst = queue.withLock { $0.take(lines, Self.room) }
    guard isFirst else { return }
    Task(executorPreference: loop.taskExecutor) { self.writeWaiting() }
  }

  /// Writes what a script says, whole lines: as they are, or where the log is JSON as lines of that.
  func write(ofScript text: String, _ level: LogLevel) {
    guard format.withLock({ $0 }) == .json else { return write(text) }
    for line in text.split(whereSeparator: \.isNewline) {
      write(LogFormat.json.line(level.rawValue, "script", ["text": String(line)]))
    }
  }

  /// Waits until all is written, but not for long.
  func finish() async {
    guard let loop else { return }
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    // Behind all lines; or, where nobody reads them, after a while.
    Task(executorPreference: loop.taskExecutor) { end.finish() }
    Task {
      try? await Task.sleep(for: Self.patience)
      end.finish()
    }
    for await _ in ends {}
  }

  private func writeWaiting() {
    let format = format.withLock { $0 }
    while let lines = queue.withLock({ $0.next(format) }) {
      for line in lines {
        Output.error.write(line)
        queue.withLock { $0.size -= line.utf8.count }
      }
    }
  }
}

/// Lines that wait to be written.
private struct Queue {
  private var waiting: [String] = []
  /// Bytes that wait, with those that are being written.
  var size = 0
  /// Pieces that found no room.
  private var lost = 0
  private var isWriting = false

  /// Keeps lines if there is room; whether someone has to begin to write.
  mutating func take(_ lines: String, _ room: Int) -> Bool {
    guard size == 0 || size + lines.utf8.count <= room else {
      lost += 1
      return false
    }
    waiting.append(lines)
    size += lines.utf8.count
    defer { isWriting = true }
    return !isWriting
  }

  /// What is to be written next; `nil` when that is nothing.
  mutating func next(_ format: LogFormat) -> [String]? {
    if lost > 0 {
      let words = "\(lost) lines of the log are lost: nobody read them in time"
      let word = format == .json ? format.line("warning", words) : "ssoscript serve: \(words)\n"
      waiting.append(word)
      size += word.utf8.count
      lost = 0
    }
    isWriting = !waiting.isEmpty
    defer { waiting = [] }
    return isWriting ? waiting : nil
  }
}
