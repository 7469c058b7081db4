//  Standard.swift - standard error and the exit codes.

import LiveWorld
import SSOScript

/// The exit codes of every command.
enum ExitStatus: Int32 {
  case done = 0
  case scriptFailed = 1
  case usage = 2
  case configuration = 3
  case serviceRefused = 4
  case network = 5
  case notPermitted = 6
  case limit = 7
}

/// The process's own ends.
enum Standard {
  /// Writes a line for a person.
  static func error(_ text: String) { ThisProcess.writeLine(text, to: .error) }

  /// Writes a line of data, or ends the process: what did not arrive is no success.
  static func output(_ text: String) {
    do throws(DoorError) {
      try ThisProcess.writeData(text + "\n", to: .output)
    } catch {
      Self.error("ssoscript: \(error.message)")
      exit(.scriptFailed)
    }
  }

  /// Ends the process.
  static func exit(_ status: ExitStatus) -> Never { ThisProcess.exit(status.rawValue) }
}
