//  NamedCommand.swift - the command that words begin with, and what it says of wrong use.

import ArgumentParser
import SSOOIDC
import SSOScript

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

  /// Ends the process where the next word, which should be a command, is none: `help` would tell of this
  /// one in its place.
  func refuseOthers() {
    guard let word = rest.first, name != "ssoscript" || word != "help" else { return }
    let hint = near(word).map { ". Did you mean '\($0)'?" } ?? ""
    refuse("Unexpected argument '\(PrintableText.lines(word, limit: 60))'\(hint)")
  }

  /// The same, where it is like one.
  func refuseMisspelt() {
    guard let word = rest.first, !word.hasPrefix("-"), near(word) != nil else { return }
    refuseOthers()
  }

  private func near(_ word: String) -> String? {
    let names = type.configuration.subcommands.compactMap { $0.configuration.commandName }
    return Spelling.nearest(to: word, among: names)
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
