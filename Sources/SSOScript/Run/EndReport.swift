//  EndReport.swift - how a run ended, as an exit status and words for a person. Pure.
//
//  Knows: what is written on standard error, by the command and by a flow in a scenario alike.

package import LuaEngine

/// Exit status and text for the end of a run.
package struct EndReport {
  /// The exit status of the process.
  package let status: Int32
  /// For standard error; nil when there is nothing to say.
  package let text: String?
  /// Of the text what went wrong, without place and traceback.
  package let message: String?

  /// Judges the end of a run.
  ///
  /// - Parameters:
  ///   - outcome: How it ended.
  ///   - signalStatus: 128 and the number of the signal that stopped it.
  ///   - source: The script's text, to show the line of a syntax error.
  ///   - builtIn: The name of a script that comes with the program: its user wrote none of its lines.
  ///   - secrets: What is not shown.
  package init(
    _ outcome: ScriptOutcome, signalStatus: Int32? = nil, of source: [UInt8],
    builtIn: String? = nil, hiding secrets: SecretKeeper
  ) {
    let clean = { PrintableText.lines(secrets.redact($0)) }
    switch outcome {
    case .finished, .exited: (status, text, message) = (outcome.exitStatus, nil, nil)
    case .failed(let failure):
      status = outcome.exitStatus
      message = clean(failure.message)
      text =
        builtIn != nil || status == ExitStatus.usage.rawValue
        ? clean("ssoscript \(builtIn ?? "run"): \(failure.message)")
        : Self.text(of: failure, source, clean)
    case .stopped(let stop, let place):
      status = signalStatus ?? outcome.exitStatus
      message = Self.words(for: stop, builtIn)
      text = message.map { clean(Self.text($0, stop, place)) }
    }
  }

  /// What is said of a script that was stopped, went on, and was ended together with its process.
  ///
  /// - Parameters:
  ///   - stop: Why it was to stop.
  ///   - builtIn: The name of a script that comes with the program.
  /// - Returns: One line for standard error.
  package static func overdue(_ stop: LuaStop, builtIn: String? = nil) -> String {
    let ended = "the script did not stop in time and was ended"
    return "ssoscript: " + (words(for: stop, builtIn).map { "\($0), but \(ended)" } ?? ended)
  }

  // MARK: Words

  /// Message and traceback are cut each for itself, as scripts decide how long a message is.
  private static func text(
    of failure: LuaFailure, _ source: [UInt8], _ clean: (String) -> String
  ) -> String {
    if failure.place.traceback.isEmpty {
      // Our own error, before the script began: its text is no part of the script's.
      if case .table = failure.value { return clean("ssoscript: \(failure.message)") }
      return clean(
        SyntaxError(failure.message, in: source)?.text ?? "ssoscript: \(failure.message)")
    }
    return "\(clean(failure.placedMessage))\n\(clean(failure.place.traceback))"
  }

  private static func words(for stop: LuaStop, _ builtIn: String?) -> String? {
    // Commands that are scripts themselves have few of the options of `ssoscript run`.
    let way = { (option: String) in
      let printed = builtIn.map { "print the script with ssoscript \($0) --print-script" }
      return printed.map { "\($0), and run it with \(option)" } ?? option
    }
    return switch stop {
    case .interrupted: "interrupted"
    case .time: "the time limit was reached (--timeout)"
    case .instructions: "the instruction limit was reached (\(way("--instruction-limit")))"
    case .memory: "the memory limit was reached (\(way("--memory-limit")))"
    case .depth: "stack overflow: calls are nested too deep"
    case .output: "the output limit was reached (\(way("--output-limit")))"
    case .exit: nil
    }
  }

  private static func text(_ words: String, _ stop: LuaStop, _ place: LuaPlace) -> String {
    guard !place.position.isEmpty else { return "ssoscript: \(words)" }
    let traceback = stop == .interrupted ? "" : "\n\(place.traceback)"
    return "\(place.position): \(words)\(traceback)"
  }
}

extension LuaFailure {
  /// The message with the line that raised it in front, where it does not say so itself.
  var placedMessage: String {
    let position = place.position
    let needsPlace = !position.isEmpty && !message.hasPrefix(position)
    return needsPlace ? "\(position): \(message)" : message
  }
}
