//  SignInCommands.swift - login, logout and status: each hands its options to a Lua script.

import ArgumentParser

struct LoginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login", abstract: "Sign in, unless a token is still good or can be renewed.")

  @OptionGroup var target: TargetOptions
  @OptionGroup var flow: FlowOptions
  @Flag(help: "Sign in anew though the token is good.")
  var force = false
  @Flag(help: "Draw the address as a QR code, too.")
  var qr = false
  @Flag(help: "Take the address the browser ends at from the terminal, with --flow pkce.")
  var paste = false
  @Option(help: ArgumentHelp("The port the browser comes back to.", valueName: "port"))
  var redirectPort: UInt16?
  @OptionGroup var privacy: PrivacyOptions
  @Option(help: "How the result is written: text or json.")
  var format: DataFormat?
  @OptionGroup var common: BuiltInOptions

  func validate() throws {
    guard redirectPort != 0 else {
      throw ValidationError("--redirect-port must be from 1 to 65535.")
    }
    guard !paste || flow.flow != .device else {
      throw ValidationError("--paste goes with --flow pkce.")
    }
  }

  func run() throws {
    guard !common.printScript else { return BuiltInFlow.login.print() }
    var words = ScriptWords()
    target.apply(to: &words)
    flow.apply(to: &words)
    words.add("force", force)
    privacy.apply(to: &words)
    words.add("qr", qr)
    words.add("paste", paste)
    words.add("redirect-port", redirectPort.map { "\($0)" })
    words.add("format", format?.rawValue)
    BuiltInFlow.login.run(words.words, common.settings(target))
  }
}

struct LogoutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout", abstract: "Sign out, here and at the service.")

  @OptionGroup var target: TargetOptions
  @Flag(help: "Sign out of every session.")
  var all = false
  @Option(help: "How the result is written: text or json.")
  var format: DataFormat?
  @OptionGroup var common: BuiltInOptions

  func validate() throws {
    guard !all || target.isEmpty else {
      throw ValidationError("--all ends every session; name none beside it.")
    }
  }

  func run() throws {
    guard !common.printScript else { return BuiltInFlow.logout.print() }
    var words = ScriptWords()
    target.apply(to: &words)
    words.add("all", all)
    words.add("format", format?.rawValue)
    BuiltInFlow.logout.run(words.words, common.settings(target))
  }
}

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the sessions and the time they have left.",
    discussion: """
      The exit status is 0 when all that was asked for is signed in, else 1; 3 when sections of the \
      config file cannot be used.
      """)

  @OptionGroup var target: TargetOptions
  @OptionGroup var privacy: PrivacyOptions
  @Option(help: "How it is written: text or json.")
  var format: DataFormat?
  @OptionGroup var common: BuiltInOptions

  func run() throws {
    guard !common.printScript else { return BuiltInFlow.status.print() }
    var words = ScriptWords()
    target.apply(to: &words)
    privacy.apply(to: &words)
    words.add("format", format?.rawValue)
    BuiltInFlow.status.run(words.words, common.settings(target))
  }
}
