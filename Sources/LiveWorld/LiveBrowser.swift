//  LiveBrowser.swift - a web browser, started beside us.

import SSOScript

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Opens pages with `BROWSER`, `xdg-open` or `open`; never over SSH or without a display.
struct LiveBrowser: WorldBrowser {
  /// How long the program may take to say that it failed.
  private static let patience = Duration.seconds(3)

  let environment: LiveEnvironment

  func open(_ url: String) async throws(DoorError) {
    let command = try command()
    try await onThread { () throws(DoorError) in
      let end = try Program.startDetached(command + [url], patience: Self.patience)
      if let end, end.exitStatus != 0 {
        throw DoorError("\(command[0]) did not open the page (\(end.words)); open it by hand")
      }
    }
  }

  private func command() throws(DoorError) -> [String] {
    let overSSH = ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"].contains { isSet($0) }
    guard !overSSH else { throw DoorError("no browser over SSH; open the page by hand") }
    #if !canImport(Darwin)
      guard isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") else {
        throw DoorError("no display to open a browser on; open the page by hand")
      }
    #endif
    let named = environment.value("BROWSER") ?? ""
    let words = named.split(separator: " ").map(String.init)
    guard words.isEmpty else { return words }
    #if canImport(Darwin)
      return ["open"]
    #else
      return ["xdg-open"]
    #endif
  }

  private func isSet(_ name: String) -> Bool { environment.value(name)?.isEmpty == false }
}

extension ProgramEnd {
  /// `exit status 3` or `signal 9`.
  fileprivate var words: String {
    exitStatus.map { "exit status \($0)" } ?? "signal \(signal ?? 0)"
  }
}
