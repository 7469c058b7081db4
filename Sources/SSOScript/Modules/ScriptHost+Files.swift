//  ScriptHost+Files.swift - what io's functions do with files, by Lua's own conventions.
//
//  Knows: a door's error is returned as nil, a message and the system's number; a refusal of
//  permission and wrong use are raised.

import LuaEngine
import StrictJSON

/// Where a file object leads.
enum FileTarget {
  case stream(StandardStream)
  case file(FileBuffer)
}

extension APIAnswer {
  /// How Lua's own functions fail.
  static func message(_ error: DoorError) -> APIAnswer { .results(error.results) }
}

extension DoorError {
  /// As Lua's own functions tell it.
  var results: [LuaValue] { [.nil, .string(message), .integer(Int64(number))] }
  /// What the system says when a file is read that was opened for writing.
  fileprivate static let badFile = DoorError("Bad file descriptor", .badFile)
  /// What it says of an empty path, which names nothing.
  static let noPath = DoorError(": No such file or directory", .noEntry)
  /// Whether there are no descriptors left, for this program or for all.
  fileprivate var isOutOfFiles: Bool { cause == .tooManyOpen || cause == .tooManyOpenInAll }
  /// What it says when a stream has no position.
  fileprivate static let noPosition = DoorError("Illegal seek", .noPosition)
}

extension ScriptHost {
  /// The path as permissions judge it.
  ///
  /// One with a NUL would be another to the system than to them, and an empty one is no path. `place` is the
  /// function with its argument, for the error.
  func canonical(_ path: String?, _ place: String) throws(ScriptFailure) -> String {
    let path = path ?? ""
    guard !path.isEmpty else { throw .misuse("\(place) is empty") }
    guard !path.utf8.contains(0) else { throw .misuse("\(place) holds a NUL character") }
    return world.files.canonical(path)
  }

  /// The same for a file, with the slash at the end that only a folder's path may have: the system is to
  /// see it.
  func canonicalFile(_ path: String?, _ place: String) throws(ScriptFailure) -> String {
    let canonical = try canonical(path, place)
    return SystemPath.namesFolder(path ?? "") && canonical != "/" ? canonical + "/" : canonical
  }

  /// The same for a name that is removed or renamed: of a link it is the link, not what it leads to, and
  /// with a slash behind it that is no folder; that of a folder within itself stays one.
  func canonicalName(_ path: String?, _ place: String) throws(ScriptFailure) -> String {
    let path = path ?? ""
    guard let name = SystemPath.parts(path).last else { return try canonicalFile(path, place) }
    guard name != ".", name != ".." else { return try canonical(path, place) + "/." }
    guard !path.utf8.contains(0) else { throw .misuse("\(place) holds a NUL character") }
    let bare = path.utf8.reversed().drop { $0 == UInt8(ascii: "/") }.dropFirst(name.utf8.count)
    let parent = String(decoding: Array(bare.reversed()), as: UTF8.self)
    let folder = try canonical(parent.isEmpty ? "." : parent, place)
    let end = SystemPath.namesFolder(path) ? "/" : ""
    return (folder == "/" ? "/\(name)" : "\(folder)/\(name)") + end
  }

  /// Judges and performs an effect that nobody waits for.
  func orMessage(_ effect: Effect, _ function: String) throws(ScriptFailure) -> APIAnswer {
    try permit(effect, function)
    do throws(DoorError) { return .results(try grant(effect)) } catch { return .message(error) }
  }

  /// Opens a file, or raises why not.
  func open(_ path: String, _ mode: String, _ function: String) throws(ScriptFailure) -> Int64 {
    guard let mode = FileMode(mode) else { throw .misuse("\(function): invalid mode") }
    guard !path.isEmpty else { throw .door(.noPath, function) }
    let wish = Effect.openFile(try canonicalFile(path, "\(function): path"), mode)
    try permit(wish, function)
    do throws(DoorError) {
      guard case .object(let file)? = try grant(wish).first else { return 0 }
      return file.handle
    } catch {
      throw .door(error, function)
    }
  }

  /// Opens a file; where there are too many, those that the script dropped are closed first.
  func openFile(_ path: String, _ mode: FileMode) throws(DoorError) -> any OpenFile {
    do throws(DoorError) { return try world.files.open(path, mode) } catch {
      guard error.isOutOfFiles, let machine = scheduler?.machine else { throw error }
      machine.collect()
      forgetReleased()
      return try world.files.open(path, mode)
    }
  }

  // MARK: Which file

  /// The handle of the file a method was called on.
  func fileHandle(_ arguments: CheckedArguments) throws(ScriptFailure) -> Int64 {
    try fileHandle(arguments.receiver.map(LuaValue.object) ?? .nil, "file method")
  }

  /// The handle of a file that was passed.
  func fileHandle(_ value: LuaValue, _ function: String) throws(ScriptFailure) -> Int64 {
    guard case .object(let object) = value, isObject(object, of: .file) else {
      throw .misuse("\(function): expected a file, got \(value.typeName)")
    }
    return object.handle
  }

  /// What an open file's handle leads to.
  func target(_ handle: Int64) throws(ScriptFailure) -> FileTarget {
    if let stream = StandardStream(handle: handle) { return .stream(stream) }
    guard let file = files[handle], !file.isClosed else {
      throw .misuse("attempt to use a closed file")
    }
    return .file(file)
  }

  /// What `io.type` says.
  func fileType(_ value: LuaValue) -> LuaValue {
    guard case .object(let object) = value, isObject(object, of: .file) else { return .nil }
    if StandardStream(handle: object.handle) != nil { return "file" }
    return files[object.handle]?.isClosed == false ? "file" : "closed file"
  }

  // MARK: What is done with it

  func read(_ handle: Int64, _ formats: [ReadFormat]) throws(ScriptFailure) -> APIAnswer {
    switch try target(handle) {
    case .stream(.input): return .ask(.readInput(formats, isLine: false))
    case .stream: return .message(.badFile)
    case .file(let file) where file.mayWait:
      return .ask(.readFile(handle, formats, lines: nil))
    case .file(let file):
      do throws(DoorError) { return .results(try file.read(formats)) } catch {
        return .message(error)
      }
    }
  }

  /// Writes strings, into which numbers were made before; gives the file.
  ///
  /// A standard stream that cannot be written to is an error: hardly a script looks at the result.
  func write(
    _ values: [LuaValue], to handle: Int64, _ function: String
  ) throws(ScriptFailure) -> APIAnswer {
    var bytes: [UInt8] = []
    for (index, value) in values.enumerated() {
      guard let text = value.utf8Bytes else {
        throw .misuse(
          "bad argument #\(index + 1) to '\(function)' (string expected, got \(value.typeName))")
      }
      bytes += text
    }
    switch try target(handle) {
    case .stream(.input): return .message(.badFile)
    case .stream(let stream): try write(bytes, to: stream)
    case .file(let file):
      do throws(DoorError) { try file.write(bytes) } catch { return .message(error) }
    }
    return .value(object(.file, handle))
  }

  func seek(
    _ handle: Int64, _ offset: Int64, _ origin: SeekOrigin
  ) throws(ScriptFailure) -> APIAnswer {
    guard case .file(let file) = try target(handle) else { return .message(.noPosition) }
    do throws(DoorError) {
      return .value(.integer(try file.seek(offset, from: origin)))
    } catch {
      return .message(error)
    }
  }

  func close(_ handle: Int64) throws(ScriptFailure) -> APIAnswer {
    guard case .file = try target(handle) else {
      return .results([.nil, "cannot close standard file"])
    }
    do throws(DoorError) { try files.close(handle) } catch { return .message(error) }
    return .value(true)
  }

  // MARK: Iterators

  /// An iterator in the script's hands; the file stays open as long as it is there.
  func iterator(over file: Int64, _ formats: [ReadFormat], closesAtEnd: Bool) -> LuaValue {
    files.retain(file)
    let entry = LinesEntry(file: file, formats: formats, closesAtEnd: closesAtEnd)
    return object(.lines, lines.add(entry))
  }

  /// One step of an iterator; failures are raised, since a loop could not see them.
  func nextLine(_ arguments: CheckedArguments) throws(ScriptFailure) -> APIAnswer {
    guard let object = arguments.receiver, isObject(object, of: .lines),
      let entry = lines[object.handle]
    else { throw .misuse("this is no iterator over lines") }
    if let stream = StandardStream(handle: entry.file) {
      guard stream == .input else { throw .door(.badFile, "file:lines") }
      return .ask(.readInput(entry.formats, isLine: true))
    }
    guard let file = files[entry.file], !file.isClosed else {
      throw .misuse("file is already closed")
    }
    if file.mayWait {
      return .ask(.readFile(entry.file, entry.formats, lines: object.handle))
    }
    do throws(DoorError) {
      return .results(try ended(try file.read(entry.formats), entry))
    } catch {
      throw .door(error, "file:lines")
    }
  }

  /// Closes the file of an iterator that has come to its end, if it is to be closed.
  private func ended(
    _ values: [LuaValue], _ entry: LinesEntry
  ) throws(DoorError) -> [LuaValue] {
    if values.first == .nil, entry.closesAtEnd { try files.close(entry.file) }
    return values
  }

  /// Reads from what may have nothing yet, while others have their turns.
  func read(
    _ handle: Int64, _ formats: [ReadFormat], _ iterator: Int64?
  ) async throws(ScriptFailure) -> [LuaValue] {
    guard let file = files[handle], !file.isClosed else {
      throw .misuse("attempt to use a closed file")
    }
    let entry = iterator.flatMap { lines[$0] }
    do throws(DoorError) {
      let values = try await file.readInTime(formats)
      return if let entry { try ended(values, entry) } else { values }
    } catch {
      guard iterator == nil else { throw .door(error, "file:lines") }
      return error.results
    }
  }
}
