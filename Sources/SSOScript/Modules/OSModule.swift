//  OSModule.swift - os: the standard names, each of them asking.

import LuaEngine
import SSOOIDC

extension API {
  static let osFunctions: [APIFunction] = [
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
        try host.orMessage { () throws(ScriptFailure) in
          try host.permitted(.removeFile(host.canonical(arguments.text("path"))), "os.remove")
        }
      }),
    APIFunction(
      "os", "rename", "Renames a file, replacing the target.",
      .positional([APIParameter("old", .string), APIParameter("new", .string)]),
      results: "true, or nil and a message", permission: .write,
      { arguments, host throws(ScriptFailure) in
        try host.orMessage { () throws(ScriptFailure) in
          try host.permitted(
            .renameFile(
              host.canonical(arguments.text("old")), to: host.canonical(arguments.text("new"))),
            "os.rename")
        }
      }),
    APIFunction(
      "os", "time", "Gives the seconds since 1970, now or at a date in UTC.",
      .positional([APIParameter("date", .table, required: false)]), results: "integer",
      { arguments, host throws(ScriptFailure) in
        guard case .table(let table) = arguments["date"] else {
          return .value(.integer(host.world.clock.now.seconds))
        }
        return .value(.integer(try CalendarDate(table).seconds))
      }),
    APIFunction(
      "os", "date", "Writes a time by a format of strftime, in UTC.",
      .positional([
        APIParameter("format", .string, default: "\"%c\""),
        APIParameter("seconds", .integer, required: false, "Since 1970; now if left out."),
      ]), results: "string, or a table for *t",
      { arguments, host throws(ScriptFailure) in
        let seconds = arguments.integer("seconds") ?? host.world.clock.now.seconds
        guard abs(seconds) < 250_000_000_000 else {
          throw .misuse("os.date: the time is out of range (years 0 to 9999)")
        }
        var format = arguments.text("format") ?? "%c"
        if format.hasPrefix("!") { format.removeFirst() }
        let date = CalendarDate(seconds: seconds)
        if format.hasPrefix("*t") { return .value(.table(date.table)) }
        return .value(.string(try date.text(format)))
      }),
    APIFunction(
      "os", "clock", "Gives the seconds that the run has taken.", .positional([]),
      results: "number",
      { _, host throws(ScriptFailure) in
        .value(.number(host.world.clock.monotonic.inSeconds))
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
      .variadic([]),
      { arguments, host throws(ScriptFailure) in
        switch arguments.rest.first {
        case nil, .nil?, true?: host.exitStatus = 0
        case .integer(let status)?: host.exitStatus = Int32(truncatingIfNeeded: status & 0xFF)
        default: host.exitStatus = 1
        }
        host.scheduler?.machine.stop(.exit)
        return .none
      }),
    APIFunction(
      "os", "execute", "Runs a program with a list of arguments; no shell is involved.",
      .positional([APIParameter("arguments", .list(.string), "The program, then its arguments.")]),
      results: "true or nil, \"exit\" or \"signal\", the number", permission: .run, suspends: true,
      example: "os.execute { \"notify-send\", \"logged in\" }",
      { arguments, _ throws(ScriptFailure) in
        let words = arguments.texts("arguments") ?? []
        guard !words.isEmpty else { throw .misuse("os.execute: the list is empty") }
        return .ask(.run(words, input: [], capturesOutput: false))
      }),
    APIFunction(
      "io", "popen", "Runs a program with a list of arguments and gives what it wrote.",
      .positional([
        APIParameter("arguments", .list(.string), "The program, then its arguments."),
        APIParameter("input", .bytes, required: false, "What it reads."),
      ]), results: "{ status, signal, output }", permission: .run, suspends: true,
      { arguments, _ throws(ScriptFailure) in
        let words = arguments.texts("arguments") ?? []
        guard !words.isEmpty else { throw .misuse("io.popen: the list is empty") }
        return .ask(.run(words, input: arguments.bytes("input") ?? [], capturesOutput: true))
      }),
  ]
}
