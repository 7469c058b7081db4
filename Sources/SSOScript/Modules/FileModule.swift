//  FileModule.swift - io: the standard names, each of them asking.

import LuaEngine

extension API {
  static let fileFunctions = (inputOutputFunctions + fileMethods).map { function in
    ["type", "setvbuf", "flush"].contains(function.name) ? function : function.usingDisk
  }

  private static let path = APIParameter(
    "path", .string, "Absolute, or from the working directory.")

  private static let inputOutputFunctions: [APIFunction] = [
    APIFunction(
      "io", "open",
      "Opens a file, as in Lua's manual; gives nil and a message if it cannot. Writing needs `--allow-write`.",
      .positional([path, APIParameter("mode", .string, default: "\"r\"", "r, w, a, with + and b.")]
      ),
      results: "a file", permission: .read,
      { arguments, host throws(ScriptFailure) in
        guard let mode = FileMode(arguments.text("mode") ?? "r") else {
          throw .misuse("bad argument #2 to 'io.open' (invalid mode)")
        }
        let path = arguments.text("path") ?? ""
        guard !path.isEmpty else { return .message(.noPath) }
        let file = try host.canonicalFile(path, "io.open: path")
        return try host.orMessage(.openFile(file, mode), "io.open")
      }),
    APIFunction(
      "io", "lines", "Walks a file, or the default input, and closes the file at its end.",
      .variadic([APIParameter("path", .string, required: false)]),
      results: "an iterator, nil, nil, the file", permission: .read,
      { arguments, host throws(ScriptFailure) in
        let formats = try ReadFormat.list(arguments.rest, "io.lines", from: 2)
        guard let path = arguments.text("path") else {
          return .value(host.iterator(over: host.files.input, formats, closesAtEnd: false))
        }
        let file = try host.open(path, "r", "io.lines")
        return .results([
          host.iterator(over: file, formats, closesAtEnd: true), .nil, .nil,
          host.object(.file, file),
        ])
      }),
    APIFunction(
      "io", "read", "Reads from the default input, as file:read does.", .variadic([]),
      results: "what was read, or nil", suspends: true,
      { arguments, host throws(ScriptFailure) in
        try host.read(host.files.input, ReadFormat.list(arguments.rest, "io.read"))
      }),
    APIFunction(
      "io", "write", "Writes to the default output.", .variadic([]), results: "the file",
      options: .numerals,
      { arguments, host throws(ScriptFailure) in
        try host.write(arguments.rest, to: host.files.output, "io.write")
      }),
    redirection("input", "Gives the default input, or sets it to a file or path.", "r"),
    redirection("output", "Gives the default output, or sets it to a file or path.", "w"),
    APIFunction(
      "io", "close", "Closes a file, or the default output.",
      .positional([APIParameter("file", .any, required: false)]), results: "true",
      { arguments, host throws(ScriptFailure) in
        let file = arguments["file"]
        return try host.close(
          file == .nil ? host.files.output : host.fileHandle(file, "io.close"))
      }),
    APIFunction(
      "io", "type", "Tells whether a value is a file.",
      .positional([APIParameter("value", .any, required: false)]),
      results: "\"file\", \"closed file\" or nil", options: .opaque,
      { arguments, host throws(ScriptFailure) in .value(host.fileType(arguments["value"])) }),
  ]

  private static func redirection(_ name: String, _ summary: String, _ mode: String) -> APIFunction
  {
    APIFunction(
      "io", name, summary,
      .positional([APIParameter("file", .any, required: false, "A file, or the path of one.")]),
      results: "the file", permission: mode == "r" ? .read : .write,
      { arguments, host throws(ScriptFailure) in
        let isInput = mode == "r"
        switch arguments["file"] {
        case .nil: break
        case .string(let path):
          let file = try host.open(path, mode, "io.\(name)")
          isInput ? host.files.setInput(file) : host.files.setOutput(file)
        case let value:
          let file = try host.fileHandle(value, "io.\(name)")
          isInput ? host.files.setInput(file) : host.files.setOutput(file)
        }
        return .value(host.object(.file, isInput ? host.files.input : host.files.output))
      })
  }
}
