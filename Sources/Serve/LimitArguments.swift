//  LimitArguments.swift - the options of `ssoscript serve` about how much clients may take.
//
//  Knows: that on loopback everyone has the same address, so that a limit per address is one for all.

internal import ArgumentParser
internal import IdentityServer

#if Server
  internal import IdentityService
#endif

/// Connections, and sign-ins that begin.
struct LimitArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Connections held at a time; beyond, the longest idle ones are closed.", valueName: "count"))
  var maxConnections = 10_000
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The same for each address (default: no limit; 256 with --listen-public).",
      valueName: "count"))
  var maxConnectionsPerAddress: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Registrations and device authorizations a minute from each address (default: no limit; 600 \
      with --listen-public).
      """, valueName: "count"))
  var maxStartsPerAddress: Int?

  func validate() throws {
    let limits = [
      ("--max-connections", maxConnections, 65_536),
      ("--max-connections-per-address", maxConnectionsPerAddress ?? 1, 65_536),
      ("--max-starts-per-address", maxStartsPerAddress ?? 1, 1_000_000),
    ]
    for (name, value, most) in limits where !(1...most).contains(value) {
      throw ValidationError("\(name) must be from 1 to \(most).")
    }
  }
}

#if Server
  extension LimitArguments {
    /// Sets the limits; `isPublic` where other machines can come, each with an address of its own.
    func apply(to options: inout LocalServerOptions, isPublic: Bool) throws {
      let files = try openFileLimit(atLeast: LocalServer.fewestFiles)
      options.maxConnections = min(
        maxConnections, max(1, files - LocalServer.fewestFiles - Self.spareFiles))
      options.maxConnectionsPerAddress = maxConnectionsPerAddress ?? (isPublic ? 256 : nil)
      options.service.limits.startsPerAddress = maxStartsPerAddress ?? (isPublic ? 600 : nil)
    }

    /// For what comes and goes: journals of the state file, requests that a behaviour sends.
    private static let spareFiles = 32
  }
#endif
