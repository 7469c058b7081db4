//  ConfigDraft.swift - the file that takes the place of AWS's config file.
//
//  Knows: that it is a lock as well, as only one run at a time can make it.

import SSOOIDC
internal import StrictJSON

/// The draft of one config file.
package struct ConfigDraft {
  static let operation = "sso.config.profile_sections"
  /// To write a config file takes milliseconds: whoever is not done by then was killed.
  private static let patience = Duration.seconds(10)

  /// The config file.
  let path: String
  let files: any WorldFiles
  let clock: any WorldClock

  /// Beside the file, so that it can take its place.
  package static func path(for config: String) -> String { config + ".ssoscript" }

  private var draft: String { Self.path(for: path) }

  /// Makes the draft, when no other run has one any more.
  func open() async throws(ScriptFailure) -> any OpenFile {
    let end = clock.monotonic + Self.patience
    var pause = Duration.milliseconds(1)
    while true {
      do throws(DoorError) {
        return try files.openDraft(draft, of: path)
      } catch {
        guard error.cause != .invalid else { throw notRegular(error) }
        guard error.cause == .exists else { throw .door(error, Self.operation) }
        guard clock.monotonic < end else { throw .door(isLeft, Self.operation) }
      }
      do {
        try await clock.sleep(for: pause)
      } catch {
        throw .failed(.cancelled, .cancelled, "the task was cancelled")
      }
      pause = min(pause * 2, .milliseconds(100))
    }
  }

  private var isLeft: DoorError {
    DoorError("\(draft) is there: another run is writing, or was killed; remove it when none is")
  }

  /// The file that was named is wrong, not the disk.
  private func notRegular(_ error: DoorError) -> ScriptFailure {
    .failed(.invalidConfiguration, .validation, error.message, operation: Self.operation)
  }

  /// Makes it the config file.
  func takePlace() throws(DoorError) {
    do throws(DoorError) {
      try files.rename(draft, to: path)
    } catch {
      let message = error.message.replacingBytes(draft, with: path)
      let hint = ": it is mounted by itself and cannot be replaced; mount its folder"
      throw DoorError(error.cause == .busy ? message + hint : message, number: error.number)
    }
  }

  /// Takes it away.
  func remove() { try? files.remove(draft) }
}
