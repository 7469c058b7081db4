//  TestCommand.swift - `ssoscript test`: becomes the program that has the simulated world in it.
//
//  The rules of the service cost loading that no other command should pay.

import ArgumentParser
import LiveWorld
import SSOScript

struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Run scripted scenarios in a simulated world.")

  @Argument(parsing: .captureForPassthrough, help: "See `ssoscript test --help`.")
  var arguments: [String] = []

  func run() throws { try Self.become(arguments) }

  /// Becomes it, or ends the process.
  static func become(_ arguments: [String]) throws -> Never {
    if arguments.first == "--version" { throw CleanExit.message(Version.line) }
    try refuseFileWithDash(arguments)
    let error = ThisProcess.become("ssoscript-test", arguments)
    Standard.error(
      "ssoscript test: \(error.message); it belongs beside ssoscript, or in a folder of PATH")
    Standard.exit(.configuration)
  }
}

/// Refuses `-dash.lua`: the other program takes it for -d, -a, -s and -h, shows help and ends well.
func refuseFileWithDash(_ words: [String]) throws {
  let isFile = { (word: String) in
    word.hasPrefix("-") && !word.hasPrefix("--") && word.hasSuffix(".lua")
  }
  guard let word = words.first(where: isFile) else { return }
  let name = PrintableText.lines(word, limit: 60)
  throw ValidationError("Unknown option '\(name)'; a file of that name is ./\(name)")
}
