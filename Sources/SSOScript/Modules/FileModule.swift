//  FileModule.swift - io: the standard names, each of them asking.

import LuaEngine
import SSOOIDC

extension API {
  private static let file = APIClass.file.rawValue
  private static let path = APIParameter(
    "path", .string, "Absolute, or from the working directory.")

  static let fileFunctions: [APIFunction] = [
    APIFunction(
      "io", "open", "Opens a file, as in Lua's manual; gives nil and a message if it cannot.",
      .positional([path, APIParameter("mode", .string, default: "\"r\"", "r, w, a, with + and b.")]
      ),
      results: "a file", permission: .read,
      { arguments, host throws(ScriptFailure) in
        guard let mode = FileMode(arguments.text("mode") ?? "r") else {
          throw .misuse("bad argument #2 to 'io.open' (invalid mode)")
        }
        return try host.orMessage {
          () throws(ScriptFailure) in
          try host.permitted(.openFile(host.canonical(arguments.text("path")), mode), "io.open")
        }
      }),
    APIFunction(
      "io", "lines", "Walks the lines of a file, or of standard input.",
      .positional([APIParameter("path", .string, required: false)]), results: "an iterator",
      permission: .read,
      { arguments, host throws(ScriptFailure) in
        guard let path = arguments.text("path") else {
          return .value(host.object(.lines, -1))
        }
        guard let mode = FileMode("r"),
          case .object(let file)? = try host.permitted(
            .openFile(host.canonical(path), mode), "io.lines"
          ).first
        else { return .none }
        return .value(host.object(.lines, file.handle))
      }),
    APIFunction(
      "io", "read", "Reads from standard input, as file:read does.",
      .variadic([]), results: "what was read, or nil", suspends: true,
      { arguments, _ throws(ScriptFailure) in
        .ask(.readInput(try ReadFormat(arguments.rest.first)))
      }),
    APIFunction(
      "io", "write", "Writes to standard output.", .variadic([]), results: "io.stdout",
      { arguments, host throws(ScriptFailure) in
        try host.write(Self.bytes(arguments.rest, "io.write"), to: .output)
        return .value(host.object(.file, -2))
      }),
    APIFunction(
      file, "read", "Reads a line (`l`, `L`), everything (`a`), a number (`n`) or so many bytes.",
      .variadic([]), results: "what was read, or nil at the end", suspends: true,
      { arguments, host throws(ScriptFailure) in
        let format = try ReadFormat(arguments.rest.first)
        if arguments.receiver?.handle == -1 { return .ask(.readInput(format)) }
        return .value(try host.read(try host.file(of: arguments), format))
      }),
    APIFunction(
      file, "lines", "Walks the lines of the file.", .positional([]), results: "an iterator",
      { arguments, host throws(ScriptFailure) in
        .value(host.object(.lines, arguments.receiver?.handle ?? 0))
      }),
    APIFunction(
      file, "write", "Writes strings and numbers.", .variadic([]), results: "the file",
      { arguments, host throws(ScriptFailure) in
        let bytes = try Self.bytes(arguments.rest, "file:write")
        switch arguments.receiver?.handle {
        case -2: try host.write(bytes, to: .output)
        case -3: try host.write(bytes, to: .error)
        default: try host.write(bytes, to: try host.file(of: arguments))
        }
        return .value(.object(arguments.receiver ?? LuaObject(classID: 0, handle: 0)))
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
        let file = try host.file(of: arguments)
        return .value(.integer(try host.seek(file, arguments.integer("offset") ?? 0, origin)))
      }),
    APIFunction(
      file, "flush", "Does nothing: writes are not buffered.", .positional([]), results: "the file",
      { arguments, _ throws(ScriptFailure) in
        .value(arguments.receiver.map(LuaValue.object) ?? .nil)
      }),
    closing("close"), closing("__close"),
    APIFunction(
      APIClass.lines.rawValue, "__call", "Gives the next line, or nil after the last.",
      .variadic([]), results: "a line", suspends: true,
      { arguments, host throws(ScriptFailure) in
        if arguments.receiver?.handle == -1 { return .ask(.readInput(.line(keepsEnd: false))) }
        return .value(try host.read(try host.file(of: arguments), .line(keepsEnd: false)))
      }),
  ]

  private static func closing(_ name: String) -> APIFunction {
    APIFunction(
      file, name, "Closes the file.", .variadic([]), results: "true",
      { arguments, host throws(ScriptFailure) in
        if let handle = arguments.receiver?.handle, handle > 0 { host.files[handle]?.close() }
        return .value(true)
      })
  }

  private static func bytes(
    _ values: [LuaValue], _ function: String
  ) throws(ScriptFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    for value in values {
      switch value {
      case .integer(let integer): bytes += Array(String(integer).utf8)
      case .number(let number): bytes += Array(LuaNumber.text(number).utf8)
      default:
        guard let text = value.utf8Bytes else {
          throw .misuse("\(function): expected string, got \(value.typeName)")
        }
        bytes += text
      }
    }
    return bytes
  }
}

/// Numbers as Lua prints them.
enum LuaNumber {
  static func text(_ number: Double) -> String {
    if number.isNaN { return number.sign == .minus ? "-nan" : "nan" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    if number == number.rounded(), abs(number) < 1e15 { return "\(Int64(number)).0" }
    return "\(number)"
  }
}

extension ReadFormat {
  /// A format as scripts give it; a line when there is none.
  init(_ value: LuaValue?) throws(ScriptFailure) {
    switch value {
    case nil, .nil?: self = .line(keepsEnd: false)
    case .integer(let count)? where count >= 0 && count <= 64 << 20: self = .bytes(Int(count))
    case .string(let text)?:
      switch text.hasPrefix("*") ? String(text.dropFirst()) : text {
      case "l": self = .line(keepsEnd: false)
      case "L": self = .line(keepsEnd: true)
      case "a": self = .all
      case "n": self = .number
      default: throw .misuse("bad argument #1 to 'read' (invalid format)")
      }
    default: throw .misuse("bad argument #1 to 'read' (invalid format)")
    }
  }
}

extension ScriptHost {
  func canonical(_ path: String?) -> String { world.files.canonical(path ?? "") }

  /// Judges and performs an effect that nobody waits for.
  func permitted(_ effect: Effect, _ function: String) throws(ScriptFailure) -> [LuaValue] {
    if let refusal = options.permissions.refusal(of: effect) {
      throw .refused(refusal, function)
    }
    return try performNow(effect)
  }

  /// Lua's own convention for files: nil and a message, but a refusal is an error.
  func orMessage(
    _ body: () throws(ScriptFailure) -> [LuaValue]
  ) throws(ScriptFailure) -> APIAnswer {
    do throws(ScriptFailure) {
      return .results(try body())
    } catch {
      guard case .operation(let failure) = error, failure.code == .door else { throw error }
      return .results([.nil, .string(failure.message)])
    }
  }

  fileprivate func file(of arguments: CheckedArguments) throws(ScriptFailure) -> FileBuffer {
    guard let file = arguments.receiver.flatMap({ files[$0.handle] }), !file.isClosed else {
      throw .misuse("attempt to use a closed file")
    }
    return file
  }

  fileprivate func read(_ file: FileBuffer, _ format: ReadFormat) throws(ScriptFailure) -> LuaValue
  {
    do throws(DoorError) { return try file.read(format) } catch { throw .door(error, "file:read") }
  }

  fileprivate func write(_ bytes: [UInt8], to file: FileBuffer) throws(ScriptFailure) {
    do throws(DoorError) { try file.write(bytes) } catch { throw .door(error, "file:write") }
  }

  fileprivate func seek(
    _ file: FileBuffer, _ offset: Int64, _ origin: SeekOrigin
  ) throws(ScriptFailure) -> Int64 {
    do throws(DoorError) { return try file.seek(offset, from: origin) } catch {
      throw .door(error, "file:seek")
    }
  }
}
