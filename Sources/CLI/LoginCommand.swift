//  LoginCommand.swift - `ssoscript login`: hands its options to a Lua script.

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
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The port the browser comes back to.", valueName: "port"))
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
    try target.checkWhole()
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
