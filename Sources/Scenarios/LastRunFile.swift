//  LastRunFile.swift - where the last run is remembered, for --last-failed and --changed.

internal import LiveWorld
internal import SSOOIDC
internal import SSOScenario
internal import SSOScript

/// The file of the last run in this folder.
struct LastRunFile {
  /// `nil` where there is no place for it: without a home nothing is remembered.
  private let path: String?
  /// Whether the user counts on it.
  private let isNamed: Bool

  /// - Parameter path: As the user says; else one below the user's state folder, by working folder.
  init(_ path: String?) {
    let state = ThisProcess.variable("XDG_STATE_HOME").flatMap {
      SystemPath.isAbsolute($0) ? $0 : nil
    }
    let home = HomeFolder.path(environment: ThisProcess.variable).map { "\($0)/.local/state" }
    let here = String(LastRun.hash(Array(ThisProcess.canonical(".").utf8)), radix: 16)
    isNamed = path != nil
    self.path = path ?? (state ?? home).map { "\($0)/ssoscript/test/\(here).json" }
  }

  func read() -> LastRun {
    path.flatMap { try? ThisProcess.read($0, limit: 16 << 20) }.map { LastRun($0) } ?? LastRun()
  }

  /// - Throws: ``SessionFailure`` when a file that the user has named cannot be written.
  func probe() throws(SessionFailure) {
    guard isNamed, let path else { return }
    do throws(DoorError) {
      try ThisProcess.probe(file: path)
    } catch {
      throw .unwritten(error)
    }
  }

  /// Without a name, a state that cannot be kept is no failure.
  func write(_ state: LastRun) throws(SessionFailure) {
    guard let path else { return }
    do throws(DoorError) {
      try ThisProcess.write(Array(state.text.utf8), to: path)
    } catch {
      if isNamed { throw .unwritten(error) }
    }
  }
}
