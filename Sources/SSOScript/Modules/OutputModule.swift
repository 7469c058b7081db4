//  OutputModule.swift - print, sso.log, sso.terminal, sso.browser: words for a person, data for a program.

import LuaEngine
import SSOOIDC

extension API {
  static let outputFunctions: [APIFunction] = [
    APIFunction(
      "_G", "print", "Writes values to standard output, with tabs between and a line end.",
      .variadic([]), options: .stringify,
      { arguments, host throws(ScriptFailure) in
        var line: [UInt8] = []
        for (index, value) in arguments.rest.enumerated() {
          if index > 0 { line.append(UInt8(ascii: "\t")) }
          line += value.utf8Bytes ?? []
        }
        try host.write(line + [UInt8(ascii: "\n")], to: .output)
        return .none
      })
  ]

  static let logFunctions: [APIFunction] = LogLevel.allCases.map { level in
    APIFunction(
      "sso.log", level.rawValue, "Writes a line of level \(level.rawValue) to standard error.",
      .variadic([
        APIParameter(
          "format", .string,
          "As for string.format, with its arguments; alone it is written as it is.")
      ]),
      example: "sso.log.\(level.rawValue)(\"open %s\", auth.verificationUri)", options: .format,
      { arguments, host throws(ScriptFailure) in
        host.log(level, arguments.text("format") ?? "")
        return .none
      })
  }

  static let terminalFunctions: [APIFunction] = [
    APIFunction(
      "sso.terminal", "is_terminal", "Tells whether a standard stream is a terminal.",
      .positional([
        APIParameter("stream", .string, default: "\"stdout\"", "stdin, stdout or stderr.")
      ]),
      results: "boolean",
      { arguments, host throws(ScriptFailure) in
        guard let stream = StandardStream(rawValue: arguments.text("stream") ?? "stdout") else {
          throw .misuse("sso.terminal.is_terminal: stream must be stdin, stdout or stderr")
        }
        return .value(.boolean(host.isTerminal(stream)))
      }),
    prompt("prompt", "Asks a question on the terminal.", hidden: false),
    prompt("prompt_hidden", "Asks for something that stays invisible.", hidden: true),
    APIFunction(
      "sso.terminal", "qr", "Draws a QR code of a text, for standard error or a page.",
      .positional([APIParameter("text", .string, "A URL, at most 1000 bytes.")]),
      results: "string", errors: ["DoorError"],
      example: "io.stderr:write(sso.terminal.qr(auth.verificationUriComplete))",
      { arguments, host throws(ScriptFailure) in
        let text = arguments.text("text") ?? ""
        guard !text.isEmpty else { throw .misuse("sso.terminal.qr: text is empty") }
        do throws(DoorError) {
          return .value(.string(try host.world.terminal.qrCode(of: text)))
        } catch {
          throw .door(error, "sso.terminal.qr")
        }
      }),
    APIFunction(
      "sso.browser", "open", "Opens a page in a browser, if there is one to open it in.",
      .positional([APIParameter("url", .string, "https, or http on this machine.")]),
      results: "true", errors: ["DoorError", "InvalidInput"], suspends: true,
      example: "sso.browser.open(auth.verificationUriComplete)",
      { arguments, _ throws(ScriptFailure) in
        let url = arguments.text("url") ?? ""
        guard URLParts(url)?.isForBrowsers == true else {
          throw .failed(
            .invalidInput, .validation, "only an https URL, or http on this machine, can be opened",
            operation: "sso.browser.open")
        }
        return .ask(.openBrowser(url))
      }),
  ]

  private static func prompt(_ name: String, _ summary: String, hidden: Bool) -> APIFunction {
    APIFunction(
      "sso.terminal", name, summary,
      .positional([APIParameter("question", .string, "Shown as it is.")]),
      results: "the line, or nil at the end of input", errors: ["DoorError"], suspends: true,
      { arguments, _ throws(ScriptFailure) in
        .ask(.prompt(arguments.text("question") ?? "", hidden: hidden))
      })
  }
}
