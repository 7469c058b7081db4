//  StepPrompt.swift - the terminal of --step: words go to standard error, so that reports stay whole.

internal import LiveWorld
internal import SSOScenario
internal import SSOScript

/// A person at the terminal.
struct StepPrompt: StepTerminal {
  /// Ends the wait for a line.
  let cancellation: Cancellation

  func show(_ text: String) { ThisProcess.writeText(text, to: .error) }

  func line() -> String? {
    let line = ThisProcess.inputLine { cancellation.isWanted }
    // The terminal has shown no line end.
    if line == nil { ThisProcess.writeText("\n", to: .error) }
    return line
  }
}
