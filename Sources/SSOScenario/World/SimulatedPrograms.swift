//  SimulatedPrograms.swift - programs that a flow starts.
//
//  Knows: those that the scenario names, and `mkdir`, which scripts have no function for.

internal import SSOScript

/// A program that a flow starts.
enum SimulatedProgram: Sendable {
  /// Says the same each time.
  case ends(ProgramEnd)
  /// Does what the scenario says: with arguments and standard input.
  case acts(
    @Sendable (_ arguments: [String], _ input: [UInt8]) async throws(DoorError) -> ProgramEnd)
}

/// Programs that a scenario knows, and `mkdir`, which scripts have no function for.
struct SimulatedPrograms: WorldPrograms {
  let home: SimulatedHome
  let process: SimulatedProcess
  /// By name.
  let known: [String: SimulatedProgram]
  /// Where a program writes what nobody takes from it.
  let terminal: any WorldTerminal

  func run(
    _ arguments: [String], input: [UInt8], capturesOutput: Bool
  ) async throws(DoorError) -> ProgramEnd {
    var end = try await run(arguments, input)
    try show(&end.error, on: .error)
    if !capturesOutput { try show(&end.output, on: .output) }
    return end
  }

  func runAside(
    _ arguments: [String], input: [UInt8], capturesError: Bool
  ) async throws(DoorError) -> ProgramEnd {
    var end = try await run(arguments, input)
    if !capturesError { try show(&end.error, on: .error) }
    return end
  }

  private func run(
    _ arguments: [String], _ input: [UInt8]
  ) async throws(DoorError) -> ProgramEnd {
    let name = arguments.first ?? ""
    home.stage.note("program", arguments.joined(separator: " "), input)
    let end: ProgramEnd
    switch known[name] {
    case .ends(let known): end = known
    case .acts(let act): end = try await act(Array(arguments.dropFirst()), input)
    case nil where name == "mkdir":
      let mkdir = SimulatedMkdir(disk: home.disk, process: process)
      end = try mkdir.run(arguments.dropFirst())
    case nil: throw .system(.noEntry, name)
    }
    guard process.isAlive else { throw .killed }
    return end
  }

  private func show(
    _ bytes: inout [UInt8], on stream: StandardStream
  ) throws(DoorError) {
    if !bytes.isEmpty { try terminal.write(bytes, to: stream) }
    bytes = []
  }
}
