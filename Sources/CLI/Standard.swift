//  Standard.swift - standard error, standard output and the end.

import LiveWorld
import SSOScript

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
