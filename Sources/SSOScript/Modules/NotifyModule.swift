//  NotifyModule.swift - sso.notify: telling a person that something happened.
//
//  Knows: a notification that fails never fails a script: it gives nil and the error, with `sso` as
//  with `sso.safe`, and logs a warning. Only wrong arguments are raised.

import LuaEngine
import SSOOIDC
import StrictJSON

extension API {
  private static let results = "true, or nil and the error, with `sso`, too; a warning is logged"
  private static let text = APIParameter("text", .string, "What to tell.")
  private static let timeout = APIParameter("timeout", .number, default: "10", "Seconds to wait.")

  static let notifyFunctions: [APIFunction] = [
    APIFunction(
      "sso.notify", "terminal", "Writes a line to standard error; a terminal can ring with it.",
      .named([
        text, APIParameter("bell", .boolean, default: "false", "Ring, or flash."),
        APIParameter("title", .string, required: false, "For the window."),
        APIParameter(
          "osc9", .boolean, default: "false", "Let the terminal show a desktop notification."),
      ]), results: results, example: "sso.notify.terminal { text = \"logged in\", bell = true }",
      { arguments, host throws(ScriptFailure) in .results(host.notifyTerminal(arguments)) }),
    APIFunction(
      "sso.notify", "desktop", "Shows a notification with notify-send, or osascript on macOS.",
      .named([
        text, APIParameter("title", .string, default: "\"ssoscript\"", "Its first line."), timeout,
      ]), results: results, permission: .run, suspends: true,
      example: "sso.notify.desktop { title = \"AWS\", text = \"please approve\" }",
      { arguments, host throws(ScriptFailure) in try host.notifyDesktop(arguments) }),
    APIFunction(
      "sso.notify", "webhook", "Posts JSON, secrets replaced, to a chat or any other service.",
      .named([
        APIParameter("url", .string, "Absolute, http or https."),
        APIParameter("json", .any, "What is posted."),
        .headers, timeout,
        .caBundle,
      ]), results: results, errors: ["resolve", "connect", "timeout", "tls", "HTTP 404"],
      permission: .net, suspends: true,
      example: "sso.notify.webhook { url = hook, json = { text = \"please approve\" } }",
      { arguments, host throws(ScriptFailure) in try host.notifyWebhook(arguments) }),
    APIFunction(
      "sso.notify", "mail", "Sends a message through a mail server, encrypted unless told.",
      .named([
        APIParameter("url", .string, "smtp://HOST (STARTTLS) or smtps://HOST, with a port or not."),
        APIParameter("from", .string, "name@host."),
        APIParameter("to", .list(.string), "name@host each."),
        APIParameter("subject", .string, "One line."), text,
        APIParameter("user", .string, required: false, "Who logs in to the server."),
        APIParameter("password", .string, required: false, secret: true, "What proves it."),
        APIParameter("tls", .boolean, default: "true", "false: smtp:// in the clear."),
        APIParameter("timeout", .number, default: "30", "Seconds to wait."),
        .caBundle,
      ]), results: results,
      errors: ["resolve", "connect", "timeout", "tls", "refused", "deferred"],
      permission: .net, suspends: true,
      { arguments, host throws(ScriptFailure) in try host.notifyMail(arguments) }),
    APIFunction(
      "sso.notify", "command",
      "Runs a program that tells, without a shell; it outlives its timeout.",
      .named([
        APIParameter("argv", .list(.string), "The program, then its arguments."),
        APIParameter("stdin", .string, required: false, "What it reads."), timeout,
      ]), results: results, permission: .run, suspends: true,
      example: "sso.notify.command { argv = { \"wall\" }, stdin = \"logged in\" }",
      { arguments, host throws(ScriptFailure) in try host.notifyCommand(arguments) }),
  ]
}

extension ScriptHost {
  fileprivate func notifyTerminal(_ arguments: CheckedArguments) -> [LuaValue] {
    let notice = TerminalNotice(
      text: secrets.redact(arguments.text("text") ?? ""),
      title: arguments.text("title").map(secrets.redact),
      bell: arguments.boolean("bell") ?? false, osc9: arguments.boolean("osc9") ?? false)
    do throws(DoorError) {
      try show(notice.bytes(forTerminal: world.terminal.isTerminal(.error)), on: .error)
      return [true]
    } catch {
      return unheard(.door(error, "sso.notify.terminal"), "sso.notify.terminal")
    }
  }

  fileprivate func notifyDesktop(
    _ arguments: CheckedArguments
  ) throws(ScriptFailure) -> APIAnswer {
    let command = DesktopNotice.command(
      title: clean(arguments.text("title") ?? "ssoscript"),
      text: clean(arguments.text("text") ?? ""))
    let limit = try patience(arguments, "sso.notify.desktop")
    return notify(.program(command, input: [], patience: limit), "sso.notify.desktop")
  }

  /// A desktop shows what it is given.
  private func clean(_ text: String) -> String {
    PrintableText.lines(secrets.redact(text))
  }

  fileprivate func notifyWebhook(
    _ arguments: CheckedArguments
  ) throws(ScriptFailure) -> APIAnswer {
    var request = try request(arguments, "sso.notify.webhook")
    rememberSecretPath(of: request.url)
    // Not the JSON's own: what a service needs in it would be replaced the second time.
    secrets.remember(headOf: request)
    request.method = "POST"
    if request.headers["content-type"] == nil {
      request.headers.append("Content-Type", "application/json")
    }
    let json = secrets.redact(try arguments["json"].json(for: "sso.notify.webhook", path: "json"))
    do throws(JSONError) {
      request.body = try json.encoded()
    } catch {
      throw .misuse("sso.notify.webhook: json: \(error.countedAsInLua)")
    }
    request.options.timeout = try patience(arguments, "sso.notify.webhook")
    return notify(.webhook(request), "sso.notify.webhook")
  }

  /// Whoever knows the address of a chat's webhook can write to it.
  private func rememberSecretPath(of url: String) {
    guard let mark = url.schemeMark else { return }
    let rest = url[mark.upperBound...].utf8.drop { !"/?#".utf8.contains($0) }
    // What repeats the path may leave out the query, or have another.
    for text in [rest, rest.prefix { !"?#".utf8.contains($0) }] {
      if text.count >= 20 { secrets.rememberFound(String(Substring(text))) }
      let last = text.split(separator: UInt8(ascii: "/")).last ?? "".utf8[...]
      if last.count >= 16 { secrets.rememberFound(String(Substring(last))) }
    }
  }

  fileprivate func notifyCommand(
    _ arguments: CheckedArguments
  ) throws(ScriptFailure) -> APIAnswer {
    let words = arguments.texts("argv") ?? []
    guard !words.isEmpty, !words.contains(where: { $0.utf8.contains(0) }) else {
      throw .misuse("sso.notify.command: argv is empty or holds a NUL character")
    }
    let input = Array(secrets.redact(arguments.text("stdin") ?? "").utf8)
    return notify(
      .program(
        [words[0]] + words.dropFirst().map(secrets.redact), input: input,
        patience: try patience(arguments, "sso.notify.command")),
      "sso.notify.command")
  }
}
