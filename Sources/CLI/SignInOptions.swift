//  SignInOptions.swift - the options of login, logout, status and credentials, as they are typed and
//  as their scripts get them.

import ArgumentParser
import SSOOIDC
import SSOScript

/// Words for a script, from options that were given.
struct ScriptWords {
  private(set) var words: [String] = []

  mutating func add(_ name: String, _ value: String?) {
    if let value { words += ["--\(name)", value] }
  }

  mutating func add(_ name: String, _ flag: Bool) {
    if flag { words.append("--\(name)") }
  }
}

struct TargetOptions: ParsableArguments {
  @Option(help: "A profile of AWS's config file.")
  var profile: String?
  @Option(help: ArgumentHelp("An [sso-session] of AWS's config file.", valueName: "name"))
  var ssoSession: String?
  @Option(
    name: .customLong("start-url"),
    help: ArgumentHelp("A start URL, without any config.", valueName: "url"))
  var startURL: String?
  @Option(help: ArgumentHelp("The region of that start URL.", valueName: "region"))
  var ssoRegion: String?

  func validate() throws {
    let named = [profile, ssoSession, startURL].compactMap { $0 }
    guard named.count <= 1 else {
      throw ValidationError("Name one of --profile, --sso-session and --start-url.")
    }
    if let startURL, URLParts(startURL)?.isForBrowsers != true {
      throw ValidationError("--start-url must be an https URL, or http on this machine.")
    }
  }

  /// Looks for what is missing: after the parser, to which a misspelt option is none.
  func checkWhole() throws {
    guard (startURL == nil) == (ssoRegion == nil) else {
      throw ValidationError("--start-url and --sso-region go together.")
    }
  }

  /// Whether nothing is named.
  var isEmpty: Bool { profile == nil && ssoSession == nil && startURL == nil }

  func apply(to words: inout ScriptWords) {
    words.add("profile", profile)
    words.add("sso-session", ssoSession)
    words.add("start-url", startURL)
    words.add("sso-region", ssoRegion)
  }
}

struct FlowOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How one signs in: auto, device or pkce.", valueName: "flow"))
  var flow: FlowName?
  @Flag(help: "Open no browser; the address is shown.")
  var noBrowser = false

  func apply(to words: inout ScriptWords) {
    words.add("flow", flow?.rawValue)
    words.add("no-browser", noBrowser)
  }
}

struct PrivacyOptions: ParsableArguments {
  @Flag(help: "Shut other users out of the cached files, which are not used before.")
  var fixPermissions = false

  func apply(to words: inout ScriptWords) { words.add("fix-permissions", fixPermissions) }
}

/// The ways to sign in.
enum FlowName: String, ExpressibleByArgument, CaseIterable {
  case auto, device, pkce
}

/// How data is written.
enum DataFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

/// What the four commands have in common.
struct BuiltInOptions: ParsableArguments {
  @OptionGroup var log: LogOptions
  @OptionGroup var policies: PolicyOptions
  @Option(help: ArgumentHelp("An endpoint in place of AWS's own.", valueName: "url"))
  var endpointURL: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Give up after this long.", valueName: "seconds"))
  var timeout = RunSettings().timeout.inSeconds
  @Flag(help: "Show the Lua script that does it, and do nothing.")
  var printScript = false

  func validate() throws { try Seconds.check(timeout) }

  func settings(_ target: TargetOptions) -> RunSettings {
    var settings = RunSettings()
    log.apply(to: &settings)
    settings.endpointURL = endpointURL
    settings.timeout = Seconds.duration(timeout)
    settings.profile = target.profile
    settings.policies = policies.files
    return settings
  }
}
