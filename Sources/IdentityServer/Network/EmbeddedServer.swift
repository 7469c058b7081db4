//  EmbeddedServer.swift - a server in a program that has a say in its rules: time, chance, people.
//
//  Knows: loopback, a free port, nothing on disk.
//  Does not know: what the program is for.

#if Server
  internal import Synchronization

  public import IdentityService

  /// An HTTP server around one identity service, whose clock the program moves.
  public struct EmbeddedServer: Sendable {
    private let server: LocalServer
    private let host: ServiceHost

    /// Makes a server; nothing is bound yet.
    ///
    /// - Parameters:
    ///   - configuration: The rules' choices, with the origin that clients are to see.
    ///   - time: What the clock shows until it is moved.
    ///   - randomness: Gives so many bytes; from a seed, where a run is to be repeated.
    public init(
      _ configuration: ServiceConfiguration, startingAt time: ServiceTime,
      randomness: @escaping @Sendable (Int) -> [UInt8]
    ) {
      var options = LocalServerOptions()
      options.port = 0
      options.clock = .virtual(startingAt: time)
      server = LocalServer(options)
      host = ServiceHost(configuration, clock: options.clock, randomness: randomness)
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter onReady: Called once, with the port, when the socket takes connections.
    /// - Throws: ``LocalServerError``.
    public func run(onReady: @escaping @Sendable (_ port: Int) -> Void)
      async throws(LocalServerError)
    {
      let log = ServerLog.logger(.none, .text) { _ in }
      try await server.serving(host, nil, log, signals: [], onReady).get()
    }

    /// Moves the clock; back it does not go.
    public func advance(to time: ServiceTime) {
      _ = host.clock.advance(by: time - host.clock.now)
    }

    /// How many exchanges something is known of; noted before their answers leave.
    public var exchanges: Int { host.journal.count }

    /// What is known of the newest of them.
    public var newestFacts: ExchangeFacts? { host.journal.newest?.facts }

    /// Looks at the rules, or calls them without a network.
    public func look<Result: Sendable>(_ body: (inout IdentityService) -> Result) -> Result {
      host.room.withLock { body(&$0.service) }
    }
  }
#endif
