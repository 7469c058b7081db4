//  EndReport.swift - how a run ended, as an exit status and words for a person. Pure.

import LiveWorld
import LuaEngine
import SSOScript

/// Exit status and text for the end of a run.
struct EndReport {
  let status: Int32
  /// Nil when there is nothing to say.
  let text: String?

  init(end: ScriptRunner.End, script: Script, secrets: SecretKeeper) {
    let clean = { PrintableText.lines(secrets.redact($0)) }
    let outcome = end.outcome
    switch outcome {
    case .finished, .exited: (status, text) = (outcome.exitStatus, nil)
    case .failed(let failure):
      status = outcome.exitStatus
      text =
        script.isBuiltIn || status == ExitStatus.usage.rawValue
        ? clean("ssoscript \(script.isBuiltIn ? script.path : "run"): \(failure.message)")
        : Self.text(of: failure, script, clean)
    case .stopped(let stop, let place):
      status = end.signal.map { 128 + $0 } ?? outcome.exitStatus
      text = Self.text(of: stop, place).map(clean)
    }
  }

  // MARK: Words

  /// Message and traceback are cut each for itself, as scripts decide how long a message is.
  private static func text(
    of failure: LuaFailure, _ script: Script, _ clean: (String) -> String
  ) -> String {
    if failure.place.traceback.isEmpty {
      // Our own error, before the script began: its text is no part of the script's.
      if case .table = failure.value { return clean("ssoscript: \(failure.message)") }
      return clean(
        SyntaxError(failure.message, in: script.source)?.text ?? "ssoscript: \(failure.message)")
    }
    let position = failure.place.position
    let needsPlace = !position.isEmpty && !failure.message.hasPrefix(position)
    let message = needsPlace ? "\(position): \(failure.message)" : failure.message
    return "\(clean(message))\n\(clean(failure.place.traceback))"
  }

  private static func text(of stop: LuaStop, _ place: LuaPlace) -> String? {
    let words: String
    switch stop {
    case .interrupted: words = "interrupted"
    case .time: words = "the time limit was reached (--timeout)"
    case .instructions: words = "the instruction limit was reached (--instruction-limit)"
    case .memory: words = "the memory limit was reached (--memory-limit)"
    case .depth: words = "stack overflow: calls are nested too deep"
    case .output: words = "the output limit was reached (--output-limit)"
    case .exit: return nil
    }
    guard !place.position.isEmpty else { return "ssoscript: \(words)" }
    let traceback = stop == .interrupted ? "" : "\n\(place.traceback)"
    return "\(place.position): \(words)\(traceback)"
  }
}
