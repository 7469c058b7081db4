//  ScriptHost+Output.swift - what a script writes: data as it is, words for a person without secrets.

import LuaEngine
import SSOOIDC
import StrictJSON

extension ScriptHost {
  /// Characters of one log line.
  private static let lineLimit = 4000

  /// Writes the script's own output; a reader that has gone ends the script quietly, and the output
  /// limit ends it with a word.
  ///
  /// On standard error, what may be the beginning of a secret waits for what follows it.
  func write(_ bytes: [UInt8], to stream: StandardStream) throws(ScriptFailure) {
    do throws(DoorError) { try show(bytes, on: stream) } catch {
      guard error.isBrokenPipe else { throw .door(error, "") }
      exitStatus = 141
      scheduler?.machine.stop(.exit)
    }
  }

  /// The same, and whoever asks has to see to it that nobody reads any more.
  func show(_ bytes: [UInt8], on stream: StandardStream) throws(DoorError) {
    let stream = way(of: stream)
    if stream == .error { warnOfLoss() }
    try put(stream == .error ? secrets.redact(bytes, after: &unshown) : bytes, to: stream)
  }

  /// Where a stream leads.
  private func way(of stream: StandardStream) -> StandardStream {
    options.isAside && stream == .output ? .error : stream
  }

  /// Whether a stream is a terminal, as the script may use it.
  func isTerminal(_ stream: StandardStream) -> Bool {
    guard !options.isAside || stream != .input else { return false }
    return world.terminal.isTerminal(way(of: stream))
  }

  /// Writes a line for a person: never a secret; failures are nobody's business.
  func say(_ line: String) {
    showRest()
    try? put(Array((secrets.redact(line) + "\n").utf8), to: .error)
  }

  /// Shows what waited on standard error: nothing follows it, or a person is to see it now.
  func showRest() {
    warnOfLoss()
    let bytes = secrets.redact(unshown) ?? unshown
    unshown = []
    try? put(bytes, to: .error)
  }

  /// Before the first line that may show a secret since there was no room for it, or at the end.
  private func warnOfLoss() {
    guard secrets.takeLoss() else { return }
    log(.warning, "too many secrets were found to remember them all: new ones are shown")
  }

  /// Says what the person has to know, whatever is logged: foreign text in it is harmless.
  func tell(_ line: String) {
    if options.logFormat == .json { return log(max(.info, options.logLevel), line) }
    say(PrintableText.escaped(secrets.redact(line), limit: Self.lineLimit))
  }

  /// Writes one log line, unless its level is below what was asked for.
  func log(_ level: LogLevel, _ message: String) {
    guard level >= options.logLevel else { return }
    // Before the cut: what is left of a secret would not be found.
    let message = secrets.redact(message)
    switch options.logFormat {
    case .text:
      let prefix = level == .info ? "" : "\(level.rawValue): "
      say(prefix + PrintableText.escaped(message, limit: Self.lineLimit))
    case .json:
      let line: JSON = [
        "time": .string(world.clock.now.rfc3339), "level": .string(level.rawValue),
        "message": .string(message),
      ]
      say(String(decoding: (try? line.encoded()) ?? [], as: UTF8.self))
    }
  }

  /// Puts bytes on a stream, in the place of a countdown.
  func put(_ bytes: [UInt8], to stream: StandardStream) throws(DoorError) {
    guard !bytes.isEmpty else { return }
    if let limit = options.outputLimit, bytes.count > limit - written {
      scheduler?.machine.stop(.output)
      return
    }
    written += bytes.count
    try makeRoom()
    try world.terminal.write(bytes, to: stream)
  }
}

extension DoorError {
  /// Whether the reader of a pipe has gone.
  var isBrokenPipe: Bool { cause == .brokenPipe }
}
