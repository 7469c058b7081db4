//  SimulatedPrograms.swift - programs that a flow starts.
//
//  Knows: those that the scenario names, and `mkdir`, which scripts have no function for.

internal import SSOOIDC
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

  func run(
    _ arguments: [String], input: [UInt8], capturesOutput: Bool
  ) async throws(DoorError) -> ProgramEnd {
    let name = arguments.first ?? ""
    home.stage.note("program", arguments.joined(separator: " "), input)
    if name == "mkdir" { return try makeFolders(arguments.dropFirst()) }
    var end: ProgramEnd
    switch known[name] {
    case .ends(let known): end = known
    case .acts(let act): end = try await act(Array(arguments.dropFirst()), input)
    case nil: throw .system(2, name)
    }
    guard process.isAlive else { throw .killed }
    if !capturesOutput { end.output = [] }
    return end
  }

  /// `mkdir [-p] [-m MODE] PATH…`; with `-m` the folders above have the usual mode.
  private func makeFolders(_ arguments: ArraySlice<String>) throws(DoorError) -> ProgramEnd {
    let usual = 0o777 & ~process.umask
    var mode = usual
    var rest = arguments
    while let argument = rest.popFirst() {
      if argument == "-m" {
        guard let octal = rest.popFirst().flatMap({ Int($0, radix: 8) }) else {
          return ProgramEnd(exitStatus: 1)
        }
        mode = octal
      }
      guard !argument.hasPrefix("-") else { continue }
      let path = home.disk.look { $0.canonical(argument) }
      guard home.disk.look({ $0[path] }) == nil else { continue }
      do throws(DoorError) {
        try home.disk.step(process, path, "create") { tree in
          tree.makeFolder(DiskTree.parent(of: path), mode: usual)
          tree.makeFolder(path, mode: mode)
        }
      } catch {
        return ProgramEnd(exitStatus: 1)
      }
    }
    return ProgramEnd(exitStatus: 0)
  }
}
