//  RunOptions.swift - the options of commands that run scripts, as they are typed.

public import ArgumentParser
public import SSOScript

struct PermissionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Hosts it may reach, or '*'.", valueName: "host,…"))
  var allowNet: [String] = []
  @Option(help: ArgumentHelp("Files and folders it may read, or '*'.", valueName: "path,…"))
  var allowRead: [String] = []
  @Option(help: ArgumentHelp("Files and folders it may write, or '*'.", valueName: "path,…"))
  var allowWrite: [String] = []
  @Option(help: ArgumentHelp("Variables it may read, or '*'.", valueName: "name,…"))
  var allowEnv: [String] = []
  @Option(help: ArgumentHelp("Programs it may run, or '*'.", valueName: "program,…"))
  var allowRun: [String] = []
  @Flag(name: [.customShort("A"), .long], help: "Permit everything.")
  var allowAll = false

  func validate() throws {
    for host in CommaList.words(allowNet) where !HostPattern.isPattern(host) {
      throw ValidationError(
        "--allow-net: \"\(PrintableText.lines(host, limit: 60))\" is no host; write HOST or HOST:PORT."
      )
    }
    try Self.check("--allow-env", allowEnv)
    try Self.check("--allow-run", allowRun)
  }

  private static func check(_ option: String, _ names: [String]) throws {
    for name in CommaList.words(names) where !NamePattern.isPattern(name) {
      throw ValidationError(
        "\(option): \"\(PrintableText.lines(name, limit: 60))\" has a star before its end; write NAME or BEGINNING*."
      )
    }
  }

  func apply(to settings: inout RunSettings) {
    settings.allowNet = allowNet
    settings.allowRead = allowRead
    settings.allowWrite = allowWrite
    settings.allowEnv = allowEnv
    settings.allowRun = allowRun
    settings.allowAll = allowAll
  }
}

struct LimitOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Stop the script after this long.", valueName: "seconds"))
  var timeout = RunSettings().timeout.inSeconds
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Memory for Lua values: 64MB, 512KB, …", valueName: "size"))
  var memoryLimit = MemorySize(bytes: RunSettings().memoryLimit)
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What it may write to both outputs together.", valueName: "size"))
  var outputLimit = MemorySize(bytes: RunSettings().outputLimit)
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Virtual machine instructions.", valueName: "number"))
  var instructionLimit: UInt64?

  func validate() throws {
    try Seconds.check(timeout)
    guard instructionLimit != 0 else {
      throw ValidationError("--instruction-limit must be at least 1.")
    }
  }

  func apply(to settings: inout RunSettings) {
    settings.timeout = Seconds.duration(timeout)
    settings.memoryLimit = memoryLimit.bytes
    settings.instructionLimit = instructionLimit
    settings.outputLimit = outputLimit.bytes
  }
}

/// What `--timeout` takes.
enum Seconds {
  static func check(_ timeout: Double) throws {
    guard timeout > 0, timeout <= 1e9 else {
      throw ValidationError("--timeout must be more than 0 seconds and at most 1000000000.")
    }
  }

  static func duration(_ timeout: Double) -> Duration { .milliseconds(Int64(timeout * 1000)) }
}

/// A number of bytes: `64MB`, `512KB`, `1GB`, `1048576`.
struct MemorySize: ExpressibleByArgument {
  var bytes: Int

  init(bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    let units = [("GB", 30), ("MB", 20), ("KB", 10), ("B", 0), ("", 0)]
    let text = argument.uppercased()
    guard let (suffix, shift) = units.first(where: { text.hasSuffix($0.0) }),
      let number = Int(text.dropLast(suffix.count)), (1...((1 << 40) >> shift)).contains(number)
    else { return nil }
    bytes = number << shift
  }

  var defaultValueDescription: String { "\(bytes >> 20)MB" }
}

struct ClientOptions: ParsableArguments {
  @Option(help: "The region of the Identity Center instance.")
  var region: String?
  @Option(help: ArgumentHelp("An endpoint in place of AWS's own.", valueName: "url"))
  var endpointURL: String?
  @Option(help: "A profile of AWS's config file.")
  var profile: String?

  func apply(to settings: inout RunSettings) {
    settings.region = region
    settings.endpointURL = endpointURL
    settings.profile = profile
  }
}

struct LogOptions: ParsableArguments {
  @Option(help: "What is logged: trace, debug, info, warning, error.")
  var logLevel = RunSettings().logLevel
  @Option(help: "How it is written: text or json.")
  var logFormat = RunSettings().logFormat
  @Option(help: ArgumentHelp("Write every HTTP exchange to a file.", valueName: "file"))
  var trace: String?

  func apply(to settings: inout RunSettings) {
    settings.logLevel = logLevel
    settings.logFormat = logFormat
    settings.trace = trace
  }
}

extension LogLevel: ExpressibleByArgument {}
extension LogFormat: ExpressibleByArgument {}
