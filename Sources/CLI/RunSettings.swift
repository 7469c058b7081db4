//  RunSettings.swift - what the options of `run` mean, as plain values with their defaults.
//
//  Knows: how they become the options of a script system.
//  Does not know: how they were parsed.

import LiveWorld
import LuaEngine
import SSOOIDC
import SSOScript

/// Everything a user can say about a run.
struct RunSettings {
  var allowNet: [String] = []
  var allowRead: [String] = []
  var allowWrite: [String] = []
  var allowEnv: [String] = []
  var allowRun: [String] = []
  var allowAll = false
  /// Files that a command of ours writes: canonical paths, whatever letters are in them.
  var writtenFiles: [String] = []
  /// Whether it may speak to the terminal of the session, wherever its streams lead.
  var reachesTerminal = false
  var timeout = Duration.seconds(900)
  var memoryLimit = 64 << 20
  var instructionLimit: UInt64?
  var outputLimit = 64 << 20
  var region: String?
  var endpointURL: String?
  var profile: String?
  var logLevel = LogLevel.info
  var logFormat = LogFormat.text
  var trace: String?
  /// Files of policies beside those that are found.
  var policies: [String] = []

  /// The options of a script system that runs `script`.
  func options(for script: Script, _ environment: LiveEnvironment) -> ScriptOptions {
    var options = ScriptOptions()
    options.hasFlags = !script.isBuiltIn
    options.arguments = script.arguments
    options.scriptName = script.path
    options.moduleRoots = [script.directory]
    options.timeout = timeout
    options.limits.memory = memoryLimit
    options.limits.instructions = instructionLimit
    options.outputLimit = outputLimit
    options.limits.ceiling = { ThisProcess.endOutOfMemory() }
    options.limits.stopping = ScriptRunner.noteStop
    options.logLevel = logLevel
    options.logFormat = logFormat
    options.settings.region = region
    options.settings.endpointURL = endpointURL
    options.settings.profile = profile
    options.config = ConfigFile.read(environment)
    options.permissions = permissions(options, environment)
    options.policies = PolicyOptions.sources(policies)
    return options
  }

  /// What was asked for, and the endpoints that the user, not the script, named.
  private func permissions(
    _ options: ScriptOptions, _ environment: LiveEnvironment
  ) -> Permissions {
    guard !allowAll else { return .all }
    var permissions = Permissions()
    permissions.net = CommaList.words(allowNet) + Self.endpoints(options, environment)
    permissions.read = CommaList.words(allowRead).map(Self.path)
    permissions.write = CommaList.words(allowWrite).map(Self.path) + writtenFiles
    if reachesTerminal {
      permissions.read.append(Self.terminal)
      permissions.write.append(Self.terminal)
    }
    permissions.environment = CommaList.words(allowEnv)
    permissions.run = CommaList.words(allowRun)
    return permissions
  }

  private static let terminal = "/dev/tty"

  private static func path(_ path: String) -> String {
    path == "*" ? path : ThisProcess.canonical(path)
  }

  private static func endpoints(
    _ options: ScriptOptions, _ environment: LiveEnvironment
  ) -> [String] {
    Service.allCases.compactMap { service in
      let resolved = try? ClientSettings.resolve(
        service, explicit: options.settings, environment: environment.value,
        config: options.config)
      // Without the region: a sign-in has its own, whatever is wrong with this one.
      guard let url = resolved?.endpointURL else { return nil }
      return try? Endpoint.resolve(service, region: nil, custom: url).host
    }
  }
}
