//  Main.swift - the `ssoscript` command: parse, build the world, hand over, exit code.

import ArgumentParser
import EventLoop
import LiveWorld
import SSOScript

@main
struct SSOScriptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ssoscript",
    abstract: "Runs people's own sign-in automation for AWS IAM Identity Center.",
    version: Version.line,
    subcommands: [
      RunCommand.self, LoginCommand.self, LogoutCommand.self, StatusCommand.self,
      CredentialsCommand.self, PolicyCommand.self, ServeCommand.self, TestCommand.self,
      APICommand.self,
    ])

  /// ArgumentParser's own exit code for wrong usage is 64; ours is 2.
  static func main() {
    occupyClosedStreams()
    ThisProcess.ignoreFileSizeSignal()
    let words = Array(CommandLine.arguments.dropFirst())
    refuseWhatIsNoText(words)
    RunCommand.runDirectly(words)
    if Version.isReport(words) {
      Standard.output(Version.report)
      Standard.exit(.done)
    }
    do {
      var command = try parsed(words)
      try command.run()
    } catch let error as ValidationError {
      NamedCommand(words).refuse(error.message)
    } catch {
      end(with: error, words)
    }
  }

  private static func end(with error: any Error, _ words: [String]) -> Never {
    guard exitCode(for: error) == .success else {
      NamedCommand(words).refuseMisspelt()
      Standard.error(fullMessage(for: error))
      Standard.exit(.usage)
    }
    if let word = unaskedHelp(words) {
      let name = PrintableText.lines(word, limit: 60)
      Standard.error("Error: Unknown option '\(name)'; a file of that name is ./\(name)")
      Standard.exit(.usage)
    }
    // Help, the version, completions.
    Standard.output(fullMessage(for: error))
    Standard.exit(.done)
  }

  /// Hands on what belongs to another program or to a script; the parser gets the rest.
  private static func parsed(_ words: [String]) throws -> any ParsableCommand {
    let rest = words.dropFirst()
    switch words.first {
    case "help": NamedCommand(rest.filter { !$0.hasPrefix("-") }).refuseOthers()
    case "run": return try RunCommand.parsed(RunWords(rest))
    case "serve": try ServeCommand.become(Array(rest))
    case "test": try TestCommand.become(Array(rest))
    default: break
    }
    if let complaint = EmptyOption.complaint(words) { throw ValidationError(complaint) }
    return try parseAsRoot(words)
  }

  private static func refuseWhatIsNoText(_ words: [String]) {
    if let number = ThisProcess.argumentWithoutText {
      Standard.error("ssoscript: argument \(number) is not UTF-8")
      Standard.exit(.usage)
    }
    if !Version.isReport(words), let place = ThisProcess.placeWithoutText {
      Standard.error("ssoscript: \(place) is not UTF-8: a file elsewhere would be read")
      Standard.exit(.configuration)
    }
  }

  /// The word that help is shown for, where nobody has asked for it: ArgumentParser takes `-dash.lua` for -d,
  /// -a, -s and -h.
  private static func unaskedHelp(_ words: [String]) -> String? {
    guard Set(words).isDisjoint(with: ["-h", "-help", "--help", "help", "--version"]) else {
      return nil
    }
    return words.first { word in
      word.hasPrefix("-") && !word.hasPrefix("--") && word.contains("h")
        && !word.dropFirst().allSatisfy("Aeh".contains)
    }
  }
}
