//  RunOptions.swift - the options of commands that run scripts.

public import ArgumentParser
import LiveWorld
import LuaEngine
import SSOOIDC
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

  /// What was asked for, and the endpoints that the user, not the script, named.
  func permissions(
    environment: LiveEnvironment, settings: ClientSettings.Explicit, config: AWSConfig
  ) -> Permissions {
    guard !allowAll else { return .all }
    var permissions = Permissions()
    permissions.net = Self.words(allowNet) + Self.named(environment, settings, config)
    permissions.read = Self.words(allowRead).map(Self.path)
    permissions.write = Self.words(allowWrite).map(Self.path)
    permissions.environment = Self.words(allowEnv)
    permissions.run = Self.words(allowRun)
    return permissions
  }

  private static func words(_ values: [String]) -> [String] {
    values.flatMap { $0.split(separator: ",").map(String.init) }
  }

  private static func path(_ path: String) -> String {
    path == "*" ? path : ThisProcess.canonical(path)
  }

  private static func named(
    _ environment: LiveEnvironment, _ settings: ClientSettings.Explicit, _ config: AWSConfig
  ) -> [String] {
    Service.allCases.compactMap { service in
      let resolved = try? ClientSettings.resolve(
        service, explicit: settings, environment: environment.value, config: config)
      guard let resolved, resolved.endpointURL != nil else { return nil }
      return try? resolved.endpoint(service).host
    }
  }
}

struct LimitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Stop the script after this long.", valueName: "seconds"))
  var timeout: Double = 900
  @Option(help: ArgumentHelp("Memory for Lua values: 64MB, 512KB, …", valueName: "size"))
  var memoryLimit: MemorySize = MemorySize(bytes: 64 << 20)
  @Option(help: ArgumentHelp("Virtual machine instructions.", valueName: "number"))
  var instructionLimit: UInt64?

  func validate() throws {
    guard timeout > 0, timeout <= 1e9 else {
      throw ValidationError("--timeout must be more than 0 seconds.")
    }
    guard instructionLimit != 0 else {
      throw ValidationError("--instruction-limit must be at least 1.")
    }
  }

  func apply(to options: inout ScriptOptions) {
    options.timeout = .milliseconds(Int64(timeout * 1000))
    options.limits.memory = memoryLimit.bytes
    options.limits.instructions = instructionLimit
    options.limits.ceiling = { ThisProcess.endOutOfMemory() }
  }
}

/// A number of bytes: `64MB`, `512KB`, `1GB`, `1048576`.
struct MemorySize: ExpressibleByArgument {
  var bytes: Int

  init(bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    let units = [("GB", 30), ("MB", 20), ("KB", 10), ("B", 0), ("", 0)]
    let text = argument.uppercased()
    guard let (suffix, shift) = units.first(where: { text.hasSuffix($0.0) }),
      let number = Int(text.dropLast(suffix.count)), (1...(1 << 40)).contains(number)
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

  func apply(to options: inout ScriptOptions, _ environment: LiveEnvironment) {
    options.settings.region = region
    options.settings.endpointURL = endpointURL
    options.settings.profile = profile
    options.config = ConfigFile.read(environment)
  }
}

/// AWS's config file, if there is one.
enum ConfigFile {
  private static let sizeLimit = 1 << 20

  static func read(_ environment: LiveEnvironment) -> AWSConfig {
    let named = environment.value("AWS_CONFIG_FILE")
    guard let path = named ?? environment.value("HOME").map({ $0 + "/.aws/config" }),
      let bytes = try? ThisProcess.read(path, limit: sizeLimit)
    else { return AWSConfig() }
    do throws(SSOError) {
      return try AWSConfig.parse(String(decoding: bytes, as: UTF8.self))
    } catch {
      Standard.error("ssoscript: \(path): \(error.message)")
      Standard.exit(.configuration)
    }
  }
}

struct LogOptions: ParsableArguments {
  @Option(help: "What is logged: trace, debug, info, warning, error.")
  var logLevel: LogLevel = .info
  @Option(help: "How it is written: text or json.")
  var logFormat: LogFormat = .text
  @Option(help: ArgumentHelp("Write every HTTP exchange to a file.", valueName: "file"))
  var trace: String?

  func apply(to options: inout ScriptOptions) {
    options.logLevel = logLevel
    options.logFormat = logFormat
  }
}

extension LogLevel: ExpressibleByArgument {}
extension LogFormat: ExpressibleByArgument {}
