//  OSModule.swift - os: the standard names, each of them asking.

import LuaEngine
import SSOOIDC

extension API {
  static let osFunctions = systemFunctions.map { $0.permission == .write ? $0.usingDisk : $0 }

  private static let systemFunctions: [APIFunction] = [
    APIFunction(
      "os", "getenv", "Gives an environment variable.",
      .positional([APIParameter("name", .string)]), results: "its value, or nil",
      permission: .environment,
      { arguments, _ throws(ScriptFailure) in
        .ask(.readEnvironment(arguments.text("name") ?? ""))
      }),
    APIFunction(
      "os", "remove", "Removes a file.", .positional([APIParameter("path", .string)]),
      results: "true, or nil and a message", permission: .write,
      { arguments, host throws(ScriptFailure) in
        let path = arguments.text("path") ?? ""
        guard !path.isEmpty else { return .message(.noPath) }
        let name = try host.canonicalName(path, "os.remove: path")
        return try host.orMessage(.removeFile(name), "os.remove")
      }),
    APIFunction(
      "os", "rename", "Renames a file, replacing the target.",
      .positional([APIParameter("old", .string), APIParameter("new", .string)]),
      results: "true, or nil and a message", permission: .write,
      { arguments, host throws(ScriptFailure) in
        let (old, new) = (arguments.text("old") ?? "", arguments.text("new") ?? "")
        guard !old.isEmpty, !new.isEmpty else { return .message(.noPath) }
        let source = try host.canonicalName(old, "os.rename: old")
        let target = try host.canonicalName(new, "os.rename: new")
        return try host.orMessage(.renameFile(source, to: target), "os.rename")
      }),
    APIFunction(
      "os", "time", "Gives the seconds since 1970, now or at a local date, which it normalises.",
      .positional([
        APIParameter(
          "date", .table, required: false, "year, month, day; hour, min, sec, isdst if given.")
      ]),
      results: "integer", options: .updates,
      { arguments, host throws(ScriptFailure) in
        guard case .table(let table) = arguments["date"] else {
          return .value(.integer(host.world.clock.now.seconds))
        }
        let date = try CalendarDate(table, in: host.world.zone)
        return .results([.integer(date.seconds), .table(date.table)])
      }),
    APIFunction(
      "os", "date", "Writes a time by a format of strftime, local, or in UTC after `!`.",
      .positional([
        APIParameter("format", .string, default: "\"%c\""),
        APIParameter("seconds", .integer, required: false, "Since 1970; now if left out."),
      ]), results: "string, or a table for *t", example: "os.date(\"!%Y-%m-%dT%H:%M:%SZ\")",
      { arguments, host throws(ScriptFailure) in
        let seconds = arguments.integer("seconds") ?? host.world.clock.now.seconds
        guard CalendarDate.range.contains(seconds) else {
          throw .misuse("os.date: date result cannot be represented in this installation")
        }
        var format = arguments.text("format") ?? "%c"
        let isUTC = format.utf8.first == UInt8(ascii: "!")
        if isUTC { format.unicodeScalars.removeFirst() }
        let date = CalendarDate(
          seconds: seconds, isUTC ? .greenwich : host.world.zone.offset(at: seconds))
        if format == "*t" { return .value(.table(date.table)) }
        return .value(.string(try date.text(format)))
      }),
    APIFunction(
      "os", "clock", "Gives the seconds that the run has taken.", .positional([]),
      results: "number",
      { _, host throws(ScriptFailure) in
        .value(.number((host.world.clock.monotonic - host.start).inSeconds))
      }),
    APIFunction(
      "os", "difftime", "Gives the seconds between two times.",
      .positional([APIParameter("t2", .number), APIParameter("t1", .number, default: "0")]),
      results: "number",
      { arguments, _ throws(ScriptFailure) in
        .value(.number((arguments.number("t2") ?? 0) - (arguments.number("t1") ?? 0)))
      }),
    APIFunction(
      "os", "exit", "Ends the script; its <close> variables run.",
      .positional([
        APIParameter("code", .any, default: "true", "A number, true for 0, false for 1."),
        APIParameter("close", .boolean, required: false, "Taken for Lua's sake."),
      ]),
      { arguments, host throws(ScriptFailure) in
        host.exitStatus = try ExitCode.status(arguments["code"])
        host.scheduler?.machine.stop(.exit)
        return .none
      }),
    APIFunction(
      "os", "execute",
      "Runs a program with a list of arguments, without a shell; it outlives a wait that is cancelled.",
      .positional([APIParameter("arguments", .list(.string), "The program, then its arguments.")]),
      results: "true or nil, \"exit\" or \"signal\", the number", permission: .run, suspends: true,
      example: "os.execute { \"notify-send\", \"logged in\" }",
      { arguments, _ throws(ScriptFailure) in
        let words = try arguments.programWords("os.execute")
        return .ask(.run(words, input: [], capturesOutput: false))
      }),
    APIFunction(
      "io", "popen",
      "Runs a program and gives what it wrote, or an error for more than 4 MiB; it outlives a wait that is cancelled.",
      .positional([
        APIParameter("arguments", .list(.string), "The program, then its arguments."),
        APIParameter("input", .bytes, required: false, "What it reads."),
      ]), results: "{ status, signal, output }", permission: .run, suspends: true,
      { arguments, _ throws(ScriptFailure) in
        let words = try arguments.programWords("io.popen")
        return .ask(.run(words, input: arguments.bytes("input") ?? [], capturesOutput: true))
      }),
  ]
}

extension CheckedArguments {
  /// A program and its arguments; the system would cut one with a NUL short.
  fileprivate func programWords(_ function: String) throws(ScriptFailure) -> [String] {
    let words = texts("arguments") ?? []
    guard !words.isEmpty else { throw .misuse("\(function): the list is empty") }
    guard !words.contains(where: { $0.utf8.contains(0) }) else {
      throw .misuse("\(function): an argument holds a NUL character")
    }
    return words
  }
}

/// What `os.exit` is given.
private enum ExitCode {
  static func status(_ value: LuaValue) throws(ScriptFailure) -> Int32 {
    switch value {
    case .nil, true: return 0
    case false: return 1
    case .integer(let status): return Int32(status & 0xFF)
    case .number(let number):
      guard let status = Int64(exactly: number) else { break }
      return Int32(status & 0xFF)
    default: break
    }
    throw .misuse("bad argument #1 to 'os.exit' (integer expected, got \(value.typeName))")
  }
}
