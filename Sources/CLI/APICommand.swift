//  APICommand.swift - `ssoscript api`: the Lua API, from its declarations.

import ArgumentParser
import SSOScript

struct APICommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "api", abstract: "Show the Lua API.")

  @Option(help: "How it is written: text or json.")
  var format = DataFormat.text

  @Argument(help: "A function (`sso.time.sleep`), a module (`sso.time`) or a constant.")
  var name: String?

  func run() throws {
    let functions = APIReference.functions(named: name)
    let constants = APIReference.constants(named: name)
    guard !functions.isEmpty || !constants.isEmpty else {
      let hint = APIReference.nearest(to: name ?? "").map { " (did you mean \($0)?)" } ?? ""
      Standard.error("ssoscript api: there is no \(name ?? "")\(hint)")
      Standard.exit(.usage)
    }
    switch format {
    case .json: Standard.output(APIReference.json(named: name))
    case .text: Standard.output(text(functions, constants))
    }
  }

  /// A page for one function, else a line for each.
  private func text(_ functions: [APIFunction], _ constants: [APIConstant]) -> String {
    if functions.count == 1, constants.isEmpty { return APIReference.page(functions[0]) }
    let lines = functions.map { APIReference.line($0) } + constants.map { APIReference.line($0) }
    return lines.joined(separator: "\n")
  }
}
