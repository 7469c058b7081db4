//  ServeCommand+Run.swift - from options to a running server.
//
//  Does not know: how it is said that it runs (Announcement+Lines).

internal import ArgumentParser
internal import EventLoop
internal import IdentityServer
internal import IdentityService

#if Server
  internal import Platform
  internal import Synchronization

  extension ServeCommand {
    func run() async throws {
      guard !rules.explainProfile else { return try Output.giveData(Profile.explanation) }
      guard !selfCheck else { return try checkItself() }
      let (env, format, clock, logFormat, logLevel) = (env, format, clock, logFormat, logLevel)
      ErrorLines.shared.format.withLock { $0 = logFormat }
      let failure = Mutex<(any Error)?>(nil)
      do {
        try await LocalServer(try options()).run { announcement in
          guard
            Output.data.write(
              env ? announcement.shellLines : announcement.readyLine(format: format))
          else {
            // Nobody will find it: it ends as it would at any time, and puts its files away.
            let cause = Output.dataFailure
            failure.withLock { $0 = cause }
            kill(getpid(), SIGTERM)
            return
          }
          let remark = clock.remark(at: announcement.virtualTime)
          ErrorLines.shared.write(
            logFormat == .json
              ? announcement.logLines(logLevel, remark) : announcement.banner(remark))
        }
      } catch let error as LocalServerError {
        throw ServeFailure(description: error.description)
      }
      if let failure = failure.withLock({ $0 }) { throw failure }
    }

    /// Prints a table; a rule that fails is exit status 1.
    private func checkItself() throws {
      let results = SelfCheck.run()
      try Output.giveData(SelfCheck.table(results))
      guard results.allSatisfy({ $0.failure == nil }) else { throw ExitCode(1) }
    }

    private func options() throws -> LocalServerOptions {
      var options = LocalServerOptions()
      // First: a script gets an event loop at once.
      try limits.apply(to: &options, isPublic: listenPublic)
      options.host = host
      options.port = port
      options.exposure = listenPublic ? .everyone : .loopback
      options.plainHTTP = insecure ? .everywhere : .onLoopback
      options.clock = clock.serviceClock
      options.service.profile = rules.profile.profile
      options.service.region = rules.region
      options.service.approval = approve.approval
      options.service.interval = .seconds(interval)
      options.service.codeLifetime = .seconds(codeLifetime)
      options.service.tokenLifetime = tokenLifetime.map { .seconds($0) }
      if let directory { options.service.directory = try readDirectory(directory) }
      options.behaviour = try behaviour.options(
        log: { ErrorLines.shared.write(ofScript: $0, .info) },
        report: { ErrorLines.shared.write(ofScript: $0 + "\n", .error) })
      options.dataFile = data
      options.resetsState = resetState
      options.controlTokenFile = controlTokenFile
      options.tls = tls?.variant
      options.endsAtHangUp = !isIgnored(SIGHUP)
      options.logLevel = logLevel
      options.logFormat = logFormat
      options.log = { ErrorLines.shared.write($0) }
      return options
    }
  }

  private func readDirectory(_ path: String) throws -> Directory {
    do {
      return try DirectoryFile.read(path)
    } catch {
      throw ServeFailure(description: error.description)
    }
  }

  extension ApproveOption {
    fileprivate var approval: Approval {
      switch self {
      case .manual: .manual
      case .auto: .after(.zero)
      case .after(let seconds): .after(.seconds(seconds))
      }
    }
  }

  extension ClockOption {
    fileprivate var serviceClock: ServiceClock {
      switch self {
      case .system: .system()
      case .virtual(let start): .virtual(startingAt: start ?? Self.defaultStart)
      }
    }
  }
#else
  extension ServeCommand {
    func run() async throws {
      guard !rules.explainProfile else { return try Output.giveData(Profile.explanation) }
      throw ServeFailure(
        description: "this build has no identity service; build with the package trait Server")
    }
  }
#endif
