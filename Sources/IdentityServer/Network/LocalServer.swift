//  LocalServer.swift - the identity service on a socket, from start to end.
//
//  Knows: the order of things at both ends (state, certificate, port, word; port, state).
//  Does not know: options, standard output (Serve).

#if Server
  internal import HummingbirdCore
  internal import Logging
  internal import NIOCore
  internal import NIOPosix
  internal import ServiceLifecycle
  internal import Synchronization
  internal import UnixSignals

  internal import IdentityService

  /// An HTTP server around one identity service.
  public struct LocalServer: Sendable {
    let options: LocalServerOptions
    private let controlToken = hexadecimal(systemRandomBytes(32))

    /// Files without which no server runs: three for each event loop, one of which each processor has,
    /// streams, a script, the state file and a few connections.
    public static var fewestFiles: Int { 26 + 3 * System.coreCount }

    /// Makes a server; nothing is bound or opened yet.
    public init(_ options: LocalServerOptions) {
      var options = options
      options.host = HostNames.toBind(options.host)
      self.options = options
    }

    /// Serves until SIGTERM or SIGINT, or SIGHUP if that is asked for, or until the task is cancelled.
    ///
    /// - Parameter onReady: Called once, when the socket takes connections.
    /// - Throws: ``LocalServerError``; nothing was served unless its code is
    ///   ``LocalServerError/Code/failed``.
    public func run(
      onReady: @escaping @Sendable (Announcement) -> Void
    ) async throws(LocalServerError) {
      try checkExposure()
      if let file = options.controlTokenFile { try PrivateFile.check(file) }
      let tls = try options.tls.map { variant throws(LocalServerError) in
        try TLSMaterial(variant, host: options.host)
      }
      let log = ServerLog.logger(options.logLevel, options.logFormat, options.log)
      let host = try openHost(log)
      try await startScript(host)
      let signals: [UnixSignal] = [.sigterm, .sigint] + (options.endsAtHangUp ? [.sighup] : [])
      let outcome = await serving(host, tls, log, signals: signals) {
        port throws(LocalServerError) in
        let announcement = announce(host, tls, port: port)
        // Not before the port is ours: the file may be that of a server that runs.
        if let file = options.controlTokenFile {
          try PrivateFile.write(controlToken + "\n", to: file)
        }
        onReady(announcement)
      }
      host.behaviours.end()
      await host.close()
      tls?.removeFiles()
      try outcome.get()
    }

    /// Serves until one of the signals comes or the task is cancelled, or ``onReady`` fails.
    func serving(
      _ host: ServiceHost, _ tls: TLSMaterial?, _ log: Logger, signals: [UnixSignal],
      _ onReady: @escaping @Sendable (_ port: Int) throws(LocalServerError) -> Void
    ) async -> Result<Void, LocalServerError> {
      let failure = Mutex<LocalServerError?>(nil)
      let running = Mutex<ServiceGroup?>(nil)
      var outcome: Result<Void, LocalServerError> = .success(())
      do {
        let server = server(host, tls, log) { channel in
          do throws(LocalServerError) {
            try onReady(channel.localAddress?.port ?? options.port)
          } catch {
            failure.withLock { $0 = error }
            // Those who have connected meanwhile would keep it going.
            channel.close(promise: nil)
            let group = running.withLock { $0 }
            Task { await group?.triggerGracefulShutdown() }
          }
        }
        let service = ScriptedServer(
          server: server, host: host, patience: options.handlerPatience)
        let group = group(of: service, signals, log)
        running.withLock { $0 = group }
        try await group.run()
      } catch is CancellationError {
      } catch {
        outcome = .failure(LocalServerError(error, host: options.host, port: options.port))
      }
      return failure.withLock { $0 }.map { .failure($0) } ?? outcome
    }

    /// Reads the state back, if there is a file for it.
    private func openHost(_ log: Logger) throws(LocalServerError) -> ServiceHost {
      guard let path = options.dataFile else {
        return ServiceHost(
          options.service, clock: options.clock, behaviours: behaviours, log: log)
      }
      do throws(StoreError) {
        if options.resetsState { try StateFile.moveAway(path) }
        let store = try StateStore(path)
        let (state, clock) = try store.load()
        if let clock { try goOn(from: clock, path) }
        // Since then the file may have been that of a server with the system's clock.
        if let newest = state.newestTime { goOn(from: newest) }
        return ServiceHost(
          options.service, clock: options.clock, state: state, store: store,
          patience: options.storePatience, flushDelay: options.flushDelay, behaviours: behaviours,
          log: log)
      } catch {
        throw LocalServerError(code: .state, description: error.description)
      }
    }

    /// Sets a virtual clock to where it was left, unless it is past that; the system's must be.
    private func goOn(from time: ServiceTime, _ path: String) throws(StoreError) {
      guard options.clock.isVirtual || time <= options.clock.now else {
        throw StoreError(.later, path, time.internetDate)
      }
      goOn(from: time)
    }

    /// The system's clock is not moved by anything, and a virtual one not back.
    private func goOn(from time: ServiceTime) {
      _ = options.clock.advance(by: time - options.clock.now)
    }

    /// Connections are dropped if requests still run five seconds after the signal (S44).
    private func group(
      of server: ScriptedServer, _ signals: [UnixSignal], _ log: Logger
    ) -> ServiceGroup {
      var configuration = ServiceGroupConfiguration(
        services: [server], gracefulShutdownSignals: signals, logger: Self.library(log))
      configuration.maximumGracefulShutdownDuration = options.shutdownPatience
      return ServiceGroup(configuration: configuration)
    }

    /// What the libraries say is of use to those who look for a fault in them.
    private static func library(_ log: Logger) -> Logger {
      var log = log
      if log.logLevel != .debug { log.logLevel = .critical }
      return log
    }
  }

  /// The server, and the scripts that its requests may wait for.
  private struct ScriptedServer: Service {
    let server: Server<ServiceChannel>
    let host: ServiceHost
    /// How long handlers may go on after the signal.
    let patience: Duration

    /// A handler does not hear that its request is given up: its script ends, and the rules answer.
    func run() async throws {
      let ending = Mutex<Task<Void, Never>?>(nil)
      defer { ending.withLock { $0?.cancel() } }
      try await withTaskCancellationHandler {
        try await withGracefulShutdownHandler {
          try await server.run()
        } onGracefulShutdown: {
          let task = Task {
            guard (try? await Task.sleep(for: patience)) != nil else { return }
            host.behaviours.end()
          }
          ending.withLock { $0 = task }
        }
      } onCancel: {
        // Nobody would hear what the rules say from now on.
        host.shut()
        host.behaviours.end()
      }
    }
  }

  extension LocalServer {
    /// What others can reach, or read, must be asked for (S41, R8628-04).
    private func checkExposure() throws(LocalServerError) {
      guard !HostNames.isLoopback(options.host) else { return }
      do {
        _ = try SocketAddress.makeAddressResolvingHost(options.host, port: options.port)
      } catch {
        throw LocalServerError(
          code: .bind,
          description: "\(options.host) is no address of this machine, and no name of one is known")
      }
      guard options.exposure == .everyone else {
        throw LocalServerError(
          code: .publicAddress,
          description: "\(options.host) can be reached from other machines; "
            + "add --listen-public if that is what you want")
      }
      guard options.tls != nil || options.plainHTTP == .everywhere else {
        throw LocalServerError(
          code: .plainHTTP,
          description: "\(options.host) can be reached from other machines, and without TLS "
            + "everyone on the way can read what they send; add --tls, or --insecure if that is "
            + "what you want")
      }
    }

    private func server(
      _ host: ServiceHost, _ tls: TLSMaterial?, _ log: Logger,
      _ onReady: @escaping @Sendable (any Channel) -> Void
    ) -> Server<ServiceChannel> {
      let responder = responder(host, isSecure: tls != nil, log)
      let http = HTTP1Channel(
        responder: { request, writer, channel in
          try await responder.respond(to: request, writer, channel)
        },
        configuration: Self.connectionLimits)
      return Server(
        childChannelSetup: ServiceChannel(
          http: http,
          table: ConnectionTable(
            limit: options.maxConnections, perAddress: options.maxConnectionsPerAddress),
          patience: options.patience, tls: tls?.context),
        configuration: ServerConfiguration(
          address: .hostname(options.host, port: options.port), backlog: 1024),
        onServerRunning: onReady, eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        logger: Self.library(log))
    }

    private func responder(_ host: ServiceHost, isSecure: Bool, _ log: Logger) -> Responder {
      Responder(
        host: host, hostNames: HostNames(bound: options.host, exposure: options.exposure),
        scheme: isSecure ? "https" : "http", journal: host.journal, log: log,
        pages: PageFlow(
          host: host, keys: host.store.map { PageKeys(master: $0.pageKey) } ?? PageKeys()),
        control: Control(token: controlToken, host: host, journal: host.journal))
    }

    /// S29: 8 KiB a header line, 64 lines, 32 KiB in all; and a minute for a silent connection.
    private static let connectionLimits = HTTP1Channel.Configuration(
      idleTimeout: .seconds(60),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 64))

    /// Tells the service its own address, and gives what to tell others.
    private func announce(_ host: ServiceHost, _ tls: TLSMaterial?, port: Int) -> Announcement {
      let isAnyAddress = options.host == "0.0.0.0" || options.host == "::"
      let name = isAnyAddress ? "127.0.0.1" : HostNames.inURL(options.host)
      let endpoint = "\(tls == nil ? "http" : "https")://\(name):\(port)"
      host.publish(origin: endpoint)
      // Where there is a list, no other is taken.
      let startURL = (options.service.startURLs ?? options.service.directory.startURLs)?.first
      return Announcement(
        endpoint: endpoint, startURL: startURL ?? endpoint + "/start",
        controlURL: endpoint + Control.path, controlToken: controlToken, caFile: tls?.caFile,
        virtualTime: options.clock.isVirtual ? options.clock.now : nil)
    }
  }
#endif
