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
    switch end.outcome {
    case .finished: (status, text) = (0, nil)
    case .exited(let code): (status, text) = (code, nil)
    case .failed(let failure):
      let status = Self.status(of: failure)
      self.status = status.rawValue
      text =
        script.isBuiltIn || status == .usage
        ? clean("ssoscript \(script.isBuiltIn ? script.path : "run"): \(failure.message)")
        : Self.text(of: failure, script, clean)
    case .stopped(let stop, let place):
      status = end.signal.map { 128 + $0 } ?? ExitStatus.limit.rawValue
      text = Self.text(of: stop, place).map(clean)
    }
  }

  // MARK: Failures

  /// By the kind of the error that nobody caught.
  private static func status(of failure: LuaFailure) -> ExitStatus {
    guard case .table(let error) = failure.value, error.kind == .error else {
      return .scriptFailed
    }
    switch error["kind"] {
    case "service": return .serviceRefused
    case "transport": return error["code"] == "DoorError" ? .scriptFailed : .network
    case "parse": return .network
    case "permission": return .notPermitted
    case "validation":
      if error["code"] == "UsageError" { return .usage }
      let settings: [LuaValue] = ["InvalidConfigError", "InvalidRegionError", "NoCredentialsError"]
      return settings.contains(error["code"]) ? .configuration : .scriptFailed
    default: return .scriptFailed
    }
  }

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

  // MARK: Stops

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
