//  APICommand.swift - `ssoscript api`: the Lua API, from its declarations.

import ArgumentParser
import SSOScript

struct APICommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "api", abstract: "Show the Lua API.")

  @Argument(help: "A function (`sso.time.sleep`) or a module (`sso.time`).")
  var name: String?

  func run() throws {
    let found = APIReference.functions(named: name)
    guard !found.isEmpty else {
      let hint = APIReference.nearest(to: name ?? "").map { " (did you mean \($0)?)" } ?? ""
      Standard.error("ssoscript api: there is no \(name ?? "")\(hint)")
      Standard.exit(.usage)
    }
    let isList = name == nil || found.count > 1
    Standard.output(
      found.map { isList ? APIReference.line($0) : APIReference.page($0) }
        .joined(separator: "\n"))
  }
}
