//  ServeCommand+Run.swift - from options to a running server, and the line that says so.

internal import ArgumentParser
internal import EventLoop
internal import IdentityServer

#if Server
  internal import IdentityService
  internal import Platform
  internal import StrictJSON
  internal import Synchronization

  extension ServeCommand {
    func run() async throws {
      guard !selfCheck else { return try checkItself() }
      let (env, format, clock) = (env, format, clock)
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
          ErrorLines.shared.write(
            clock.remark(at: announcement.virtualTime) + announcement.banner)
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
      options.behaviour = try behaviour.options { ErrorLines.shared.write($0) }
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

  extension Announcement {
    /// Export lines for a shell; no value here needs more than single quotes: the folder of the CA
    /// is the system's.
    fileprivate var shellLines: String {
      """
      export AWS_ENDPOINT_URL_SSO_OIDC='\(endpoint)'
      export AWS_ENDPOINT_URL_SSO='\(endpoint)'
      \(caFile.map { "export AWS_CA_BUNDLE='\($0)'\n" } ?? "")
      """
    }

    fileprivate func readyLine(format: ReadyFormat) -> String {
      guard format == .json else { return "The identity service is ready at \(endpoint)\n" }
      var object: JSONObject = [
        "endpoint": .string(endpoint), "startUrl": .string(startURL),
        "controlUrl": .string(controlURL), "controlToken": .string(controlToken),
        "pid": .integer(Int64(getpid())),
      ]
      if let caFile { object["caFile"] = .string(caFile) }
      // Texts and one number: encoding has nothing to refuse.
      let bytes = (try? JSON.object(object).encoded()) ?? []
      return String(decoding: bytes, as: UTF8.self) + "\n"
    }

    /// For the person at the terminal, without the control token.
    fileprivate var banner: String {
      """
      Start URL:   \(startURL)
      Enter codes: \(endpoint)/device
      This is a local test service: its tokens are fake. Stop it with Ctrl-C.

      """
    }
  }
#else
  extension ServeCommand {
    func run() async throws {
      throw ServeFailure(
        description: "this build has no identity service; build with the package trait Server")
    }
  }
#endif
