//  LogoutCommand.swift - `ssoscript logout`: hands its options to a Lua script.

import ArgumentParser

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
    try target.checkWhole()
    guard !common.printScript else { return BuiltInFlow.logout.print() }
    var words = ScriptWords()
    target.apply(to: &words)
    words.add("all", all)
    words.add("format", format?.rawValue)
    BuiltInFlow.logout.run(words.words, common.settings(target))
  }
}
