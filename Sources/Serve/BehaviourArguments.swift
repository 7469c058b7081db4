//  BehaviourArguments.swift - the options of `ssoscript serve` about what goes wrong on purpose.

internal import ArgumentParser
internal import EventLoop
internal import IdentityServer
internal import IdentityService
internal import Platform
internal import SSOScenario

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A script, planned faults, and chance.
struct BehaviourArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("A Lua file that treats requests.", valueName: "file"),
    completion: .file(extensions: ["lua"]))
  var script: String?
  @Option(
    help: ArgumentHelp(
      "A fault, such as 'CreateToken#2:N08' or '*#1:H01'; may be given again.",
      valueName: "operation#calls:id[:phase]"))
  var fault: [String] = []
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The share of requests that meet a fault, 0 to 1.", valueName: "rate"))
  var chaos: Double?
  @Option(parsing: .unconditional, help: "What chance starts from: the same seed, the same faults.")
  var seed: UInt64 = 1

  func validate() throws {
    guard (0...1).contains(chaos ?? 0) else {
      throw ValidationError("--chaos must be from 0 to 1.")
    }
    do {
      for text in fault { _ = try FaultRule(text) }
    } catch {
      throw ValidationError("--fault: \(error.description)")
    }
  }

  /// What the options mean; `log` takes what the script writes, `report` what fails in it.
  func options(
    log: @escaping @Sendable (String) -> Void, report: @escaping @Sendable (String) -> Void
  ) throws -> BehaviourOptions {
    var options = BehaviourOptions()
    options.seed = seed
    for text in fault { options.faults.add(try FaultRule(text)) }
    if let chaos { options.faults.setChaos(Chaos(seed: seed, rate: chaos)) }
    let scripts = LazyScripts(log: log, report: report)
    options.loader = { source, name, door throws(BehaviourError) in
      try await scripts.load(source, name, door)
    }
    if let script { options.script = try Self.read(script) }
    return options
  }

  private static func read(_ path: String) throws -> BehaviourOptions.Script {
    do {
      let source = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      return BehaviourOptions.Script(name: path, source: source)
    } catch {
      throw ServeFailure(description: "cannot read the script \(path): \(obstacle(path))")
    }
  }

  private static func obstacle(_ path: String) -> String {
    guard let mode = readableMode(path) else { return systemWords(for: errno) }
    switch mode & S_IFMT {
    case S_IFDIR: return systemWords(for: EISDIR)
    case S_IFREG: return systemWords(for: EIO)
    default: return "is no regular file"
    }
  }
}

/// The interpreter, once something needs it: most servers run no script.
private actor LazyScripts {
  private let make: @Sendable () throws(BehaviourError) -> LuaScripts
  private var scripts: LuaScripts?

  init(log: @escaping @Sendable (String) -> Void, report: @escaping @Sendable (String) -> Void) {
    make = { () throws(BehaviourError) in try LuaScripts(log: log, report: report) }
  }

  func load(
    _ source: [UInt8], _ name: String, _ door: any ServiceDoor
  ) async throws(BehaviourError) -> any Behaviour {
    if let scripts { return try await scripts.load(source, name, door) }
    let scripts = try make()
    self.scripts = scripts
    return try await scripts.load(source, name, door)
  }
}
