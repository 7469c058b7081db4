//  LocalServer.swift - the identity service on a socket.
//
//  Knows: binding, limits of connections, and the end by signal or cancellation.
//  Does not know: options, standard output (Serve).

#if Server
  internal import HummingbirdCore
  internal import Logging
  internal import NIOCore
  internal import NIOPosix
  internal import ServiceLifecycle
  internal import UnixSignals

  public import IdentityService

  #if canImport(Glibc)
    internal import Glibc
  #elseif canImport(Musl)
    internal import Musl
  #else
    internal import Darwin
  #endif

  /// Where and how to serve.
  public struct LocalServerOptions: Sendable {
    /// Name or address to bind, IPv6 without brackets.
    public var host = "127.0.0.1"
    /// Zero takes a free port.
    public var port = 8087
    /// A host that is not this machine's own needs ``Exposure/everyone``.
    public var exposure = Exposure.loopback
    /// The rules; their origin is set once the port is known.
    public var service = ServiceConfiguration()
    /// The service's time.
    public var clock = ServiceClock.system()

    /// The defaults named on each member.
    public init() {}
  }

  /// What a client or a test needs to know of a running server.
  public struct Announcement: Sendable, Equatable {
    /// Scheme, host and port, without a slash at the end.
    public let endpoint: String
    /// A start URL that the service takes.
    public let startURL: String
    /// The control API.
    public let controlURL: String
    /// The token for the control API; a secret of this server's owner.
    public let controlToken: String
  }

  /// A server that could not start, or broke down.
  public struct LocalServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What went wrong; open, so that new codes break nobody.
    public struct Code: Sendable, Hashable {
      /// The code as text, stable.
      public let rawValue: String

      /// The port has a listener already: choose another one, or 0.
      public static let portInUse = Self(rawValue: "port_in_use")
      /// The address is reachable from other machines, and that was not asked for.
      public static let publicAddress = Self(rawValue: "public_address")
      /// Binding failed: check host and port.
      public static let bind = Self(rawValue: "bind")
      /// The server ended by itself.
      public static let failed = Self(rawValue: "failed")
    }

    /// What went wrong.
    public let code: Code
    /// One line: what, where, and what to do.
    public let description: String
  }

  /// An HTTP server around one identity service.
  public struct LocalServer: Sendable {
    private let options: LocalServerOptions
    private let host: ServiceHost
    private let controlToken = hex(systemRandomBytes(32))

    /// Makes a server; nothing is bound yet.
    public init(_ options: LocalServerOptions) {
      self.options = options
      host = ServiceHost(options.service, clock: options.clock)
    }

    /// Serves until SIGTERM or SIGINT, or until the task is cancelled.
    ///
    /// - Parameter onReady: Called once, when the socket takes connections.
    /// - Throws: ``LocalServerError``; nothing was served when the code is about binding.
    public func run(
      onReady: @escaping @Sendable (Announcement) -> Void
    ) async throws(LocalServerError) {
      guard options.exposure == .everyone || HostNames.isLoopback(options.host) else {
        throw LocalServerError(
          code: .publicAddress,
          description: "\(options.host) can be reached from other machines; "
            + "add --listen-public if that is what you want")
      }
      do {
        try await serviceGroup(onReady).run()
      } catch is CancellationError {
        return
      } catch {
        throw described(error)
      }
    }

    /// Connections are dropped if requests still run five seconds after the signal (S44).
    private func serviceGroup(
      _ onReady: @escaping @Sendable (Announcement) -> Void
    ) -> ServiceGroup {
      var configuration = ServiceGroupConfiguration(
        services: [server(onReady)], gracefulShutdownSignals: [.sigterm, .sigint],
        logger: Self.logger)
      configuration.maximumGracefulShutdownDuration = .seconds(5)
      return ServiceGroup(configuration: configuration)
    }

    private func server(
      _ onReady: @escaping @Sendable (Announcement) -> Void
    ) -> Server<HTTP1Channel> {
      let responder = responder
      return Server(
        childChannelSetup: HTTP1Channel(
          responder: { request, writer, channel in
            try await responder.respond(to: request, writer, channel)
          },
          configuration: Self.connectionLimits),
        configuration: ServerConfiguration(address: .hostname(options.host, port: options.port)),
        onServerRunning: { channel in
          onReady(announce(port: channel.localAddress?.port ?? options.port))
        },
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: Self.logger)
    }

    private var responder: Responder {
      let journal = Journal()
      return Responder(
        host: host, hostNames: HostNames(bound: options.host, exposure: options.exposure),
        journal: journal, pages: PageFlow(host: host),
        control: Control(token: controlToken, host: host, journal: journal))
    }

    /// S29: 8 KiB a header line, 64 lines, 32 KiB in all; and a minute for a silent connection.
    private static let connectionLimits = HTTP1Channel.Configuration(
      idleTimeout: .seconds(60),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 64))

    /// Only what the person at the terminal must know; requests are in the journal.
    private static let logger: Logger = {
      var logger = Logger(label: "ssoscript") { StreamLogHandler.standardError(label: $0) }
      logger.logLevel = .critical
      return logger
    }()
  }

  extension LocalServer {
    /// Tells the service its own address, and gives what to tell others.
    private func announce(port: Int) -> Announcement {
      let isAnyAddress = options.host == "0.0.0.0" || options.host == "::"
      let name = isAnyAddress ? "127.0.0.1" : HostNames.inURL(options.host)
      let endpoint = "http://\(name):\(port)"
      host.publish(origin: endpoint)
      return Announcement(
        endpoint: endpoint, startURL: endpoint + "/start", controlURL: endpoint + Control.path,
        controlToken: controlToken)
    }

    private func described(_ error: any Error) -> LocalServerError {
      let place = "\(HostNames.inURL(options.host)):\(options.port)"
      guard let error = error as? IOError else {
        return LocalServerError(code: .failed, description: "cannot serve on \(place): \(error)")
      }
      guard error.errnoCode == EADDRINUSE else {
        return LocalServerError(code: .bind, description: "cannot listen on \(place): \(error)")
      }
      return LocalServerError(
        code: .portInUse,
        description: "port \(options.port) is in use; choose another with --port, "
          + "or --port 0 for a free one")
    }
  }
#endif
