//  LiveBrowser.swift - a web browser, started beside us.

import SSOScript

/// Opens pages with what `BROWSER` names, `xdg-open` or `open`.
///
/// Without `BROWSER` never over SSH or without a display: the page would come up where nobody sits, or
/// not at all. Who sets it knows better.
struct LiveBrowser: WorldBrowser {
  /// How long the program may take to say that it failed.
  private static let longestWait = Duration.seconds(3)

  let environment: LiveEnvironment

  /// Whoever cancels this does not wait for the program's end any more; the page opens all the same.
  func open(_ url: String) async throws(DoorError) {
    let commands = try commands()
    let patience = Patience()
    try await patience.onThread { () throws(DoorError) in
      for command in commands.dropLast() where (try? Self.start(command, url, patience)) != nil {
        return
      }
      try Self.start(commands.last ?? [], url, patience)
    }
  }

  private static func start(
    _ command: [String], _ url: String, _ patience: Patience
  ) throws(DoorError) {
    let end = try Program.startDetached(
      arguments(command, url), limit: longestWait, patience)
    if let end, end.exitStatus != 0 {
      throw DoorError("\(command[0]) did not open the page (\(end.words)); open it by hand")
    }
  }

  /// The address stands where `%s` does, or comes last.
  private static func arguments(_ command: [String], _ url: String) -> [String] {
    guard command.contains(where: { $0.contains("%s") }) else { return command + [url] }
    return command.map { $0.replacing("%s", with: url) }
  }

  /// A remote session, or no display.
  var obstacle: String? {
    do throws(DoorError) {
      _ = try commands()
      return nil
    } catch {
      return error.message
    }
  }

  /// What to try, one after the other: `BROWSER` holds several between colons, as Python's
  /// `webbrowser` and `xdg-open` read it.
  private func commands() throws(DoorError) -> [[String]] {
    let named = (environment.value("BROWSER") ?? "").split(separator: ":")
      .map { $0.split(separator: " ").map(String.init) }.filter { !$0.isEmpty }
    guard named.isEmpty else { return named }
    let overSSH = ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"].contains { isSet($0) }
    guard !overSSH else { throw DoorError("no browser over SSH; open the page by hand") }
    #if canImport(Darwin)
      return [["open"]]
    #else
      guard isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") else {
        throw DoorError("no display to open a browser on; open the page by hand")
      }
      return [["xdg-open"]]
    #endif
  }

  private func isSet(_ name: String) -> Bool { environment.value(name)?.isEmpty == false }
}
