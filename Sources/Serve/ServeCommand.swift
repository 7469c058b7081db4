//  ServeCommand.swift - the options of `ssoscript serve`.
//
//  Knows: what each option means and which values it takes.
//  Does not know: how to serve (IdentityServer).

internal import ArgumentParser
internal import IdentityServer

/// `ssoscript serve`.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ssoscript serve",
    abstract: "Run a local identity service that speaks like AWS IAM Identity Center.",
    discussion: """
      Its tokens are fake, and it is for tests: whoever reaches it can sign in. When it is ready \
      it says so in the first line on standard output.
      """)

  @Option(help: "The name or address to listen on.")
  var host = "127.0.0.1"
  @Option(parsing: .unconditional, help: "The port to listen on; 0 takes a free one.")
  var port = 8087
  @Flag(help: "Allow a --host that other machines can reach; needs --tls, or --insecure.")
  var listenPublic = false
  @Flag(help: "Allow that without --tls: everyone on the way can read the tokens.")
  var insecure = false
  @Option(help: "Who decides: manual (a person, on the page), auto, or after=SECONDS.")
  var approve = ApproveOption.manual
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What clients wait between polls.", valueName: "seconds"))
  var interval = 1
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How long codes live, up to 1800.", valueName: "seconds"))
  var codeLifetime = 600
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long access tokens live (default: 1 hour for clients with scopes, else 8).",
      valueName: "seconds"))
  var tokenLifetime: Int?
  @OptionGroup var rules: RuleOptions
  @Option(help: "system, virtual, or virtual=TIME such as virtual=2026-01-01T00:00:00Z.")
  var clock = ClockOption.system
  @OptionGroup(title: "Behaviour") var behaviour: BehaviourArguments
  @Option(
    help: ArgumentHelp(
      "Keep the state in this file (default: in memory).", valueName: "file"),
    completion: .file())
  var data: String?
  @Flag(help: "Start anew; the old --data file is kept as FILE.old.")
  var resetState = false
  @Option(
    help: ArgumentHelp(
      "People, accounts and applications, as YAML or JSON (default: two examples).",
      valueName: "file"), completion: .file(extensions: ["yaml", "yml", "json"]))
  var directory: String?
  @Option(
    defaultAsFlag: TLSOption(.trusted), parsing: .next,
    help: ArgumentHelp(
      "Speak HTTPS; =expired, =wrong-host, =unknown-ca show a bad certificate.",
      valueName: "kind"))
  var tls: TLSOption?
  @Option(
    help: ArgumentHelp(
      "Write the control token to this file, for its owner only.", valueName: "file"),
    completion: .file())
  var controlTokenFile: String?
  @OptionGroup(title: "Limits") var limits: LimitArguments
  @Option(help: "What to log on standard error: debug, info, warning, error or none.")
  var logLevel = LogLevel.warning
  @Option(help: "How to log: text or json.")
  var logFormat = LogFormat.text
  @Flag(help: "Check the rules against this very program, print a table, and end.")
  var selfCheck = false
  @Option(help: "How to say that it is ready: text or json.")
  var format = ReadyFormat.text
  @Flag(help: "Say it as shell lines that point AWS tools here.")
  var env = false

  func validate() throws {
    guard host.contains(where: { !$0.isWhitespace }) else {
      throw ValidationError("--host is empty; name an address, such as 127.0.0.1.")
    }
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port must be from 0 to 65535.")
    }
    guard (0...600).contains(interval) else {
      throw ValidationError("--interval must be from 0 to 600 seconds.")
    }
    guard (1...1800).contains(codeLifetime) else {
      throw ValidationError("--code-lifetime must be from 1 to 1800 seconds.")
    }
    guard (1...31_536_000).contains(tokenLifetime ?? 1) else {
      throw ValidationError("--token-lifetime must be from 1 to 31536000 seconds.")
    }
    if let tls, tls.variant == nil { throw ValidationError(tls.complaint) }
    guard data?.contains(where: { !$0.isWhitespace }) ?? true else {
      throw ValidationError("--data is empty; name a file.")
    }
    guard !(env && format == .json) else {
      throw ValidationError("--env and --format json both ask for the first line; choose one.")
    }
  }

  /// Looks for what is missing: after the parser, to which a misspelt option is none.
  func checkWhole() throws {
    guard !resetState || data != nil else {
      throw ValidationError("--reset-state is about a --data file; name it.")
    }
    try checkTokenFile()
  }
}

/// How the first line looks.
enum ReadyFormat: String, ExpressibleByArgument {
  case text, json
}

/// The value of `--tls`.
///
/// Takes any word: in place of one that cannot be read the parser would put what `--tls` alone means.
struct TLSOption: ExpressibleByArgument, CustomStringConvertible {
  let description: String
  /// nil if there is none of that name.
  var variant: TLSVariant? { TLSVariant(rawValue: description) }

  init(_ variant: TLSVariant) { description = variant.rawValue }

  init(argument: String) { description = argument }

  static var allValueStrings: [String] { TLSVariant.allCases.map(\.rawValue) }

  var complaint: String {
    let words = Self.allValueStrings.map { "'\($0)'" }
    return "The value '\(description)' is invalid for '--tls <kind>'. Please provide one of "
      + "\(words.dropLast().joined(separator: ", ")) and \(words.last ?? "")."
  }
}

/// The value of `--approve`.
enum ApproveOption: ExpressibleByArgument, Equatable {
  case manual
  case auto
  case after(seconds: Int)

  init?(argument: String) {
    switch argument {
    case "manual": self = .manual
    case "auto": self = .auto
    default:
      guard argument.hasPrefix("after="), let seconds = Int(argument.dropFirst(6)),
        (0...31_536_000).contains(seconds)
      else { return nil }
      self = .after(seconds: seconds)
    }
  }

  var defaultValueDescription: String { "manual" }
}
