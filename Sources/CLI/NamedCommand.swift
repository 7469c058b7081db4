//  NamedCommand.swift - the command that words begin with, and what it says of wrong use.

import ArgumentParser

/// A command, as it was typed.
struct NamedCommand {
  private var type: any ParsableCommand.Type = SSOScriptCommand.self
  private var name = "ssoscript"
  /// The words behind it.
  private var rest: ArraySlice<String>

  init(_ words: [String]) {
    rest = words[...]
    while let word = rest.first,
      let next = type.configuration.subcommands.first(where: {
        $0.configuration.commandName == word
      })
    {
      (type, name) = (next, "\(name) \(word)")
      rest.removeFirst()
    }
  }

  /// Ends the process as the parser would, for what it does not look at.
  func refuse(_ message: String) -> Never {
    Standard.error(
      """
      Error: \(message)
      Usage: \(SSOScriptCommand.usageString(for: type))
        See '\(name) --help' for more information.
      """)
    Standard.exit(.usage)
  }
}
