//  ExitStatus.swift - the exit statuses of every command.

/// The exit statuses of every command; `os.exit` sets its own.
package enum ExitStatus: Int32 {
  case done = 0
  case scriptFailed = 1
  case usage = 2
  case configuration = 3
  case serviceRefused = 4
  /// No connection, or an answer that cannot be read.
  case network = 5
  case notPermitted = 6
  case limit = 7
}
