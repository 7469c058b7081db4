//  World.swift - the doors to everything outside the program.
//
//  Knows: which doors there are. There are two sets of them: the live one, and the simulated one of
//  a scenario; scripts, client and cache run unchanged in both.

public import SSOOIDC

/// The doors to everything outside the program.
public struct World: Sendable {
  /// Calendar time and waiting.
  public var clock: any WorldClock
  /// What local clocks show.
  public var zone: any WorldTimeZone
  /// Random bytes.
  public var randomness: any WorldRandomness
  /// The network.
  public var transport: any HTTPTransport
  /// Variables, by name.
  public var environment: any WorldEnvironment
  /// The disk.
  public var files: any WorldFiles
  /// Standard input and output, and the person before them.
  public var terminal: any WorldTerminal
  /// A web browser.
  public var browser: any WorldBrowser
  /// Other programs.
  public var programs: any WorldPrograms
  /// Mail servers; none unless set.
  public var mail: any MailTransport = NoMail()
  /// Folders of cache files.
  public var caches: any WorldCaches
  /// Where a browser comes back.
  public var listener: any WorldListener
  /// Small databases; none unless set.
  public var tables: any WorldTables = NoTables()
  /// Who is next, where that is to be decided.
  public var turns: (any WorldTurns)?

  /// Puts the doors together; local clocks show UTC, and caches and listener are closed, unless
  /// told.
  public init(
    clock: any WorldClock, randomness: any WorldRandomness, transport: any HTTPTransport,
    environment: any WorldEnvironment, files: any WorldFiles, terminal: any WorldTerminal,
    browser: any WorldBrowser, programs: any WorldPrograms, zone: any WorldTimeZone = UTCZone(),
    caches: any WorldCaches = NoCaches(), listener: any WorldListener = NoListener()
  ) {
    self.clock = clock
    self.zone = zone
    self.randomness = randomness
    self.transport = transport
    self.environment = environment
    self.files = files
    self.terminal = terminal
    self.browser = browser
    self.programs = programs
    self.caches = caches
    self.listener = listener
  }
}

/// A door could not do what was asked; the message names it and the cause.
public struct DoorError: Error, Sendable, Equatable {
  /// The system's number for the cause (`ENOENT`), or 0.
  public var number: Int32
  /// One line.
  public var message: String

  /// Makes an error.
  public init(_ message: String, number: Int32 = 0) {
    self.message = message
    self.number = number
  }
}

/// The door to environment variables.
public protocol WorldEnvironment: Sendable {
  /// The value of `name`, or nil.
  func value(_ name: String) -> String?
}

/// The door to a web browser.
public protocol WorldBrowser: Sendable {
  /// Opens `url`, without waiting for the browser to end.
  ///
  /// - Parameter url: An `http` or `https` URL, checked by the caller.
  /// - Throws: ``DoorError`` that says why none could be opened (no display, over SSH).
  func open(_ url: String) async throws(DoorError)
  /// Why none can be opened here, as far as that shows beforehand.
  var obstacle: String? { get }
}

extension WorldBrowser {
  /// Nothing is known beforehand.
  public var obstacle: String? { nil }
}

/// The door to other programs.
public protocol WorldPrograms: Sendable {
  /// Runs a program and waits for its end; no shell is involved.
  ///
  /// - Parameters:
  ///   - arguments: The program's name or path, then its arguments.
  ///   - input: What it reads from its standard input.
  ///   - capturesOutput: Whether its standard output is collected, or goes to ours.
  /// - Returns: How it ended.
  /// - Throws: ``DoorError`` when it cannot be started.
  func run(
    _ arguments: [String], input: [UInt8], capturesOutput: Bool
  ) async throws(DoorError) -> ProgramEnd
  /// Runs a program that may be left to itself, and collects its standard output: whoever reads our
  /// standard error need not wait for its end.
  ///
  /// - Parameters:
  ///   - arguments: The program's name or path, then its arguments.
  ///   - input: What it reads from its standard input.
  ///   - capturesError: Whether its standard error is collected, or goes to ours.
  /// - Returns: How it ended.
  /// - Throws: ``DoorError`` when it cannot be started.
  func runAside(
    _ arguments: [String], input: [UInt8], capturesError: Bool
  ) async throws(DoorError) -> ProgramEnd
}

extension WorldPrograms {
  /// As any other; its standard error goes to ours.
  public func runAside(
    _ arguments: [String], input: [UInt8], capturesError: Bool
  ) async throws(DoorError) -> ProgramEnd {
    try await run(arguments, input: input, capturesOutput: true)
  }
}

/// How a program ended.
public struct ProgramEnd: Sendable, Equatable {
  /// The exit status, or nil when a signal ended it.
  public var exitStatus: Int32?
  /// The signal that ended it.
  public var signal: Int32?
  /// Its standard output, when that was asked for; of what is longer than ``outputLimit`` only so
  /// much that ``isCut`` shows.
  public var output: [UInt8]
  /// Its standard error, when that was asked for, up to ``errorLimit``.
  public var error: [UInt8]
  /// Bytes; what comes behind them is dropped.
  public static let errorLimit = 64 << 10
  /// Bytes; what people read, or programs write for others, is far below.
  public static let outputLimit = 4 << 20
  /// Whether it wrote more than ``outputLimit``.
  public var isCut: Bool { output.count > Self.outputLimit }
  /// The limit for messages.
  package static let limitWords = "4 MiB"
  /// `exit status 3` or `signal 9`.
  package var words: String {
    exitStatus.map { "exit status \($0)" } ?? "signal \(signal ?? 0)"
  }

  /// Makes a description.
  public init(
    exitStatus: Int32? = nil, signal: Int32? = nil, output: [UInt8] = [], error: [UInt8] = []
  ) {
    self.exitStatus = exitStatus
    self.signal = signal
    self.output = output
    self.error = error
  }
}
