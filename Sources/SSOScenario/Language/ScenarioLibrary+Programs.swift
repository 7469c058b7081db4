//  ScenarioLibrary+Programs.swift - programs of a scenario: a text, or a function that does their work.

internal import LuaEngine
internal import SSOOIDC
internal import SSOScript

extension ScenarioLibrary {
  /// The option `programs`: by name what it prints, or what does its work.
  func programs(
    _ options: OptionTable
  ) throws(ScriptFailure) -> [String: SimulatedProgram] {
    guard options["programs"] != .nil else { return [:] }
    guard case .table(let table) = options["programs"], table.items.isEmpty else {
      throw wrong(options, options["programs"])
    }
    var programs: [String: SimulatedProgram] = [:]
    for field in table.fields {
      switch (field.key, field.value) {
      case (.string(let name), .string(let output)):
        programs[name] = .ends(ProgramEnd(exitStatus: 0, output: Array(output.utf8)))
      case (.string(let name), .reference(let function)):
        programs[name] = .acts { [weak self] arguments, input throws(DoorError) in
          guard let self else { throw .killed }
          return try await self.work(name, function, arguments, input)
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

  /// The function gets the arguments and standard input; it gives standard output and, but for 0, the
  /// exit status.
  private func work(
    _ name: String, _ function: LuaReference, _ arguments: [String], _ input: [UInt8]
  ) async throws(DoorError) -> ProgramEnd {
    let results: [LuaValue]
    do throws(LuaFailure) {
      results = try await call(
        function,
        [
          .table(LuaTable(items: arguments.map(LuaValue.string), kind: .list)),
          LuaValue(bytes: input),
        ])
    } catch {
      throw DoorError("\(name): the scenario's function failed: \(error.placed)")
    }
    var end = ProgramEnd(exitStatus: 0)
    if let output = results.first?.utf8Bytes { end.output = output }
    if case .integer(let status)? = results.dropFirst().first {
      end.exitStatus = Int32(clamping: status)
    }
    return end
  }
}
