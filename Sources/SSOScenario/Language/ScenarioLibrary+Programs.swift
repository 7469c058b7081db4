//  ScenarioLibrary+Programs.swift - programs of a scenario: a text, or a function that does their work.

internal import LuaEngine
internal import SSOScript

extension ScenarioLibrary {
  /// The option `programs`: by name what it prints, or what does its work.
  func programs(
    _ options: OptionTable, on stage: ScenarioStage
  ) throws(ScriptFailure) -> [String: SimulatedProgram] {
    guard options["programs"] != .nil else { return [:] }
    guard case .table(let table) = options["programs"], table.items.isEmpty else {
      throw wrong(options, options["programs"])
    }
    var programs: [String: SimulatedProgram] = [:]
    for field in table.ordered {
      switch (field.key, field.value) {
      case (.string(let name), .string(let output)):
        programs[name] = .ends(ProgramEnd(exitStatus: 0, output: Array(output.utf8)))
      case (.string(let name), .reference(let function)):
        programs[name] = .acts { [weak self] arguments, input throws(DoorError) in
          guard let self else { throw .killed }
          return try await self.work(
            Work(name: name, place: "\(options.place): programs: \(name)", function: function),
            arguments, input, stage)
        }
      default: throw wrong(options, field.value)
      }
    }
    return programs
  }

  private func wrong(_ options: OptionTable, _ got: LuaValue) -> ScriptFailure {
    .misuse(
      "\(options.place): programs: by name a text that it prints, or a function, got \(got.typeName)"
    )
  }

  private struct Work: Sendable {
    let name: String
    /// Where the function was given, for messages.
    let place: String
    let function: LuaReference
  }

  /// The function gets arguments and standard input, and gives output, exit status and standard error.
  ///
  /// Where it fails, the scenario fails too, whatever the flow makes of it.
  private func work(
    _ work: Work, _ arguments: [String], _ input: [UInt8], _ stage: ScenarioStage
  ) async throws(DoorError) -> ProgramEnd {
    let list = LuaTable(items: arguments.map(LuaValue.string), kind: .list)
    do throws(LuaFailure) {
      let results = try await call(work.function, [.table(list), LuaValue(bytes: input)])
      return try ProgramEnd(results, of: work.place)
    } catch {
      stage.noteProgramFailure(error)
      throw DoorError("\(work.name): the scenario's function failed: \(error.placed)")
    }
  }
}

extension ProgramEnd {
  fileprivate init(_ results: [LuaValue], of place: String) throws(LuaFailure) {
    self.init()
    let results = results + [.nil, .nil, .nil]
    output = try Self.text(results[0], "its output", place)
    error = try Self.text(results[2], "its standard error behind the exit status", place)
    exitStatus = try Self.status(results[1], place)
  }

  private static func text(
    _ value: LuaValue, _ what: String, _ place: String
  ) throws(LuaFailure) -> [UInt8] {
    guard let bytes = value.isNil ? [] : value.utf8Bytes else {
      throw .misuse("\(place): expected \(what) as a string, or nil, got \(value.typeName)")
    }
    return bytes
  }

  private static func status(_ status: LuaValue, _ place: String) throws(LuaFailure) -> Int32 {
    guard !status.isNil else { return 0 }
    guard let number = status.wholeNumber else {
      throw .misuse(
        "\(place): expected an exit status from 0 to 255 behind the output, or nil, got "
          + status.typeName)
    }
    guard 0...255 ~= number else {
      throw .misuse("\(place): expected an exit status from 0 to 255, got \(number)")
    }
    return Int32(number)
  }
}

extension LuaFailure {
  fileprivate static func misuse(_ message: String) -> LuaFailure {
    LuaFailure(value: .nil, message: message, place: LuaPlace(position: "", traceback: ""))
  }
}
