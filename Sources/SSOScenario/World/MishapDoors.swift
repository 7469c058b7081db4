//  MishapDoors.swift - the doors of a program behind which something goes wrong: standard output, browser.
//
//  Knows: nothing goes through them any more once the program has ended.

internal import EventLoop
internal import SSOScript

/// The terminal of a program, with what goes wrong with its standard output.
struct MishapTerminal: WorldTerminal {
  let terminal: SimulatedTerminal
  let process: SimulatedProcess

  func write(_ bytes: [UInt8], to stream: StandardStream) throws(DoorError) {
    guard process.isAlive else { throw .killed }
    if stream == .output {
      if process.mishaps.strikes(.output(.closed), "standard output") {
        throw .system(.brokenPipe, "standard output")
      }
      if process.mishaps.strikes(.output(.full), "standard output") {
        throw process.blocked(by: "standard output")
      }
    }
    try terminal.write(bytes, to: stream)
  }

  func isTerminal(_ stream: StandardStream) -> Bool { terminal.isTerminal(stream) }
  func columns(of stream: StandardStream) -> Int? { terminal.columns(of: stream) }
  func read(_ count: Int) async throws(DoorError) -> [UInt8] { try await terminal.read(count) }
  func prompt(_ question: String, hidden: Bool) async throws(DoorError) -> String? {
    try await terminal.prompt(question, hidden: hidden)
  }
  func qrCode(of text: String) throws(DoorError) -> String { try terminal.qrCode(of: text) }
}

/// The browser of a program, with what goes wrong when it is to be started.
struct MishapBrowser: WorldBrowser {
  let browser: SimulatedBrowser
  let process: SimulatedProcess

  var obstacle: String? { browser.obstacle ?? (strikes(.isRemote) ? "no browser over SSH" : nil) }

  func open(_ url: String) async throws(DoorError) {
    guard process.isAlive else { throw .killed }
    if strikes(.isRemote) { throw DoorError("no browser over SSH; open the page by hand") }
    if strikes(.fails) {
      process.stage.note("browser", "does not start")
      throw DoorError("xdg-open did not open the page (exit status 3); open it by hand")
    }
    guard strikes(.hangs) else { return try await browser.open(url) }
    // Whoever starts one waits so long to hear that it failed, and then goes on.
    process.stage.note("browser", "starts, and shows nothing")
    try? await process.stage.loop.sleep(for: .seconds(3))
  }

  private func strikes(_ mishap: BrowserMishap) -> Bool {
    process.mishaps.strikes(.browser(mishap), "browser")
  }
}
