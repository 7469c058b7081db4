//  LocalServerOptions.swift - what can be chosen about a server, and what it tells when it is ready.

#if Server
  internal import NIOCore

  public import IdentityService

  /// Where and how to serve.
  public struct LocalServerOptions: Sendable {
    /// Name or address to bind; IPv6 with or without brackets.
    public var host = "127.0.0.1"
    /// Zero takes a free port.
    public var port = 8087
    /// A host that is not this machine's own needs ``Exposure/everyone``.
    public var exposure = Exposure.loopback
    /// The rules; their origin is set once the port is known.
    public var service = ServiceConfiguration()
    /// The service's time.
    public var clock = ServiceClock.system()
    /// The file that keeps the state; `nil` keeps it in memory.
    public var dataFile: String?
    /// Whether to start anew; the old state file is kept as `PATH.old`.
    public var resetsState = false
    /// A file for the control token, readable by its owner only.
    public var controlTokenFile: String?
    /// The certificate to show; `nil` speaks plain HTTP.
    public var tls: TLSVariant?
    /// Where plain HTTP may be spoken (R8628-04).
    public var plainHTTP = PlainHTTP.onLoopback
    /// Whether SIGHUP ends it as well; not where that is ignored, as by nohup(1).
    public var endsAtHangUp = false
    /// How much is logged.
    public var logLevel = LogLevel.warning
    /// How a line of the log looks.
    public var logFormat = LogFormat.text
    /// Where the log goes; takes whole lines.
    public var log: @Sendable (String) -> Void = { _ in }
    /// What stands between clients and rules.
    public var behaviour = BehaviourOptions()
    /// Connections held at a time; must be below the limit of file descriptors (S31).
    public var maxConnections = 10_000
    /// Of them, from one address; `nil` means as many (S32).
    public var maxConnectionsPerAddress: Int?
    /// How long clients may take to send a request (S30).
    var patience = ConnectionPhase.Patience()
    /// How long requests may go on after the signal to end (S44).
    var shutdownPatience = Duration.milliseconds(4500)
    /// How long a script's handlers may: less, since the rules' replies need their time as well.
    var handlerPatience = Duration.seconds(4)
    /// How long a commit may wait for the state file (S03).
    var storePatience = Duration.seconds(5)
    /// How long the time of a poll may wait for other changes to be kept with.
    var flushDelay = Duration.milliseconds(50)

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
    /// The CA that clients must trust; `nil` without TLS.
    public let caFile: String?
    /// What a virtual clock shows; `nil` for the system's.
    public let virtualTime: ServiceTime?
  }
#endif
