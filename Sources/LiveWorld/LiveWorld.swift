//  LiveWorld.swift - the doors of this machine.
//
//  Knows: which door leads where. Each has its own file.

import CurlTransport
public import EventLoop
public import SSOScript

extension World {
  /// The real clock, network, disk, terminal, browser and programs.
  ///
  /// - Parameters:
  ///   - loop: Where transfers and timers run.
  ///   - environment: The variables of the process.
  /// - Returns: The world.
  public static func live(loop: EventLoop, environment: LiveEnvironment) -> World {
    var world = World(
      clock: LiveClock(loop: loop), randomness: LiveRandomness(),
      transport: CurlTransport(loop: loop, environment: environment.value),
      environment: environment, files: LiveFiles(), terminal: LiveTerminal(),
      browser: LiveBrowser(environment: environment), programs: LivePrograms(),
      zone: LiveTimeZone(), caches: LiveCaches(loop: loop), listener: LiveListener(loop: loop))
    world.mail = CurlMail()
    world.tables = LiveTables()
    return world
  }
}
