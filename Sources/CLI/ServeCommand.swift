//  ServeCommand.swift - `ssoscript serve`: becomes the program that has the server in it.
//
//  The server stack costs milliseconds of loading that no other command should pay.

import ArgumentParser
import LiveWorld
import SSOScript

struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Run the local identity service.")

  @Argument(parsing: .captureForPassthrough, help: "See `ssoscript serve --help`.")
  var arguments: [String] = []

  func run() throws { try Self.become(arguments) }

  /// Becomes it, or ends the process.
  static func become(_ arguments: [String]) throws -> Never {
    if arguments.first == "--version" { throw CleanExit.message(Version.line) }
    try refuseFileWithDash(arguments)
    let error = ThisProcess.become("ssoscript-serve", arguments)
    Standard.error("ssoscript serve: \(error.message)")
    Standard.exit(.configuration)
  }
}
