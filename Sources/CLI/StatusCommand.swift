//  StatusCommand.swift - `ssoscript status`: hands its options to a Lua script.

import ArgumentParser

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
    try target.checkWhole()
    guard !common.printScript else { return BuiltInFlow.status.print() }
    var words = ScriptWords()
    target.apply(to: &words)
    privacy.apply(to: &words)
    words.add("format", format?.rawValue)
    BuiltInFlow.status.run(words.words, common.settings(target))
  }
}
