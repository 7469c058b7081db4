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
  let environment: LiveEnvironment

  func open(_ url: String) async throws(DoorError) {
    let command = try command()
    try await onThread { () throws(DoorError) in
      try Program.startDetached(command + [url])
    }
  }

  private func command() throws(DoorError) -> [String] {
    if let named = environment.value("BROWSER"), !named.isEmpty {
      return named.split(separator: " ").map(String.init)
    }
    #if canImport(Darwin)
      return ["open"]
    #else
      if environment.value("SSH_CONNECTION") != nil {
        throw DoorError("no browser over SSH; open the page by hand")
      }
      guard environment.value("DISPLAY") != nil || environment.value("WAYLAND_DISPLAY") != nil
      else {
        throw DoorError("no display to open a browser on; open the page by hand")
      }
      return ["xdg-open"]
    #endif
  }
}
