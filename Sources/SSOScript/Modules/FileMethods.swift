//  FileMethods.swift - file:read, file:write and the other methods of an open file.

import LuaEngine

extension API {
  private static let file = APIClass.file.rawValue

  static let fileMethods: [APIFunction] = [
    APIFunction(
      file, "read", "Reads a line (`l`, `L`), everything (`a`), a number (`n`) or so many bytes.",
      .variadic([]), results: "one value for each format, nil for the first that fails",
      suspends: true,
      { arguments, host throws(ScriptFailure) in
        try host.read(host.fileHandle(arguments), ReadFormat.list(arguments.rest, "file:read"))
      }),
    APIFunction(
      file, "lines", "Walks the file, by the formats of file:read.", .variadic([]),
      results: "an iterator",
      { arguments, host throws(ScriptFailure) in
        let file = try host.fileHandle(arguments)
        _ = try host.target(file)
        return .value(
          host.iterator(
            over: file, try ReadFormat.list(arguments.rest, "file:lines"), closesAtEnd: false))
      }),
    APIFunction(
      file, "write", "Writes strings and numbers.", .variadic([]), results: "the file",
      options: .numerals,
      { arguments, host throws(ScriptFailure) in
        try host.write(arguments.rest, to: host.fileHandle(arguments), "file:write")
      }),
    APIFunction(
      file, "seek", "Moves the position: `set`, `cur` or `end`, and an offset.",
      .positional([
        APIParameter("whence", .string, default: "\"cur\""),
        APIParameter("offset", .integer, default: "0"),
      ]), results: "the position from the start",
      { arguments, host throws(ScriptFailure) in
        guard let origin = SeekOrigin(rawValue: arguments.text("whence") ?? "cur") else {
          throw .misuse("file:seek: whence must be set, cur or end")
        }
        return try host.seek(
          host.fileHandle(arguments), arguments.integer("offset") ?? 0, origin)
      }),
    unbuffered("flush", "the file") { $0.object(.file, $1) },
    unbuffered("setvbuf", "true") { _, _ in true },
    APIFunction(
      file, "close", "Closes the file.", .positional([]), results: "true",
      { arguments, host throws(ScriptFailure) in try host.close(host.fileHandle(arguments)) }),
    APIFunction(
      file, "__close", "Closes the file, if it is open.", .variadic([]),
      { arguments, host throws(ScriptFailure) in
        try? host.files.close(try host.fileHandle(arguments))
        return .none
      }),
    APIFunction(
      file, "__tostring", "Names the file.", .variadic([]), results: "string",
      { arguments, host throws(ScriptFailure) in
        let handle = try host.fileHandle(arguments)
        let isOpen = StandardStream(handle: handle) != nil || host.files[handle]?.isClosed == false
        return .value(.string("file (\(isOpen ? "#\(handle)" : "closed"))"))
      }),
    APIFunction(
      APIClass.lines.rawValue, "__call", "Gives what the formats ask for, or nil at the end.",
      .variadic([]), results: "a line", suspends: true,
      { arguments, host throws(ScriptFailure) in try host.nextLine(arguments) }),
  ]

  /// Writes are not buffered, so there is nothing to do.
  private static func unbuffered(
    _ name: String, _ results: String, _ answer: @escaping @Sendable (ScriptHost, Int64) -> LuaValue
  ) -> APIFunction {
    APIFunction(
      file, name, "Does nothing: writes are not buffered.", .variadic([]), results: results,
      { arguments, host throws(ScriptFailure) in
        let file = try host.fileHandle(arguments)
        _ = try host.target(file)
        return .value(answer(host, file))
      })
  }
}

extension ReadFormat {
  /// Formats as scripts give them; a line when there are none.
  static func list(
    _ values: [LuaValue], _ function: String, from first: Int = 1
  ) throws(ScriptFailure) -> [ReadFormat] {
    guard !values.isEmpty else { return [.line(keepsEnd: false)] }
    var formats: [ReadFormat] = []
    for (index, value) in values.enumerated() {
      guard let format = ReadFormat(value) else {
        throw .misuse("bad argument #\(first + index) to '\(function)' (invalid format)")
      }
      if case .bytes(let count) = format, count > ReadBuffer.limit {
        throw .misuse("\(function): at most \(ReadBuffer.limit) bytes at once")
      }
      formats.append(format)
    }
    return formats
  }

  /// A letter decides, as in Lua; older scripts put a star before it.
  private init?(_ value: LuaValue) {
    switch value {
    case .integer(let count) where count >= 0: self = .bytes(Int(count))
    case .number(let number):
      guard let count = Int(exactly: number), count >= 0 else { return nil }
      self = .bytes(count)
    case .string(let text):
      switch text.drop(while: { $0 == "*" }).first {
      case "l": self = .line(keepsEnd: false)
      case "L": self = .line(keepsEnd: true)
      case "a": self = .all
      case "n": self = .number
      default: return nil
      }
    default: return nil
    }
  }
}
