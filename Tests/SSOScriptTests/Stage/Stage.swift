//  Stage.swift - a small simulated world to run scripts in, and what can be seen of it afterwards.

import EventLoop
import LuaEngine
import SSOOIDC
import SSOScript
import Testing

/// A world in which nothing is real and no time is lost, with room for one run.
struct Stage {
  /// The calendar time at which every run begins: 2030-01-01T00:00:00Z.
  static let start: Int64 = 1_893_456_000

  let loop: EventLoop
  let secrets: SecretKeeper
  let wire: Wire
  let terminal = RecordingTerminal()
  let disk = MemoryDisk()
  let browser = RecordingBrowser()
  let programs = RecordingPrograms()
  let mail = RecordingMail()
  var tables: any WorldTables = NoTables()
  /// In place of ``programs``.
  var otherPrograms: (any WorldPrograms)?
  let caches = MemoryCaches()
  var variables: [String: String] = [:]
  var zone: any WorldTimeZone = UTCZone()
  var randomness = Array(UInt8(0)..<32)
  var options = ScriptOptions()
  var trace: TraceLines?

  /// A world that permits nothing but what needs no permission.
  init(
    secrets: SecretKeeper = SecretKeeper(),
    answering answer: @escaping Wire.Service = { _, _ in .refused }
  ) throws {
    self.secrets = secrets
    loop = try EventLoop(time: .simulated(start: .zero))
    wire = Wire(loop: loop, answer)
    options.scriptName = "flow.lua"
    options.moduleRoots = ["/home/me"]
  }

  /// A world that permits everything.
  static func open(answering answer: @escaping Wire.Service = { _, _ in .refused }) throws -> Stage
  {
    var stage = try Stage(answering: answer)
    stage.options.permissions = .all
    return stage
  }

  var world: World {
    var transport: any HTTPTransport = wire
    if let trace { transport = TracingTransport(wire, to: trace, secrets: secrets) }
    var world = World(
      clock: LoopClock(loop: loop), randomness: GivenBytes(values: randomness),
      transport: transport, environment: GivenVariables(values: variables), files: disk,
      terminal: terminal, browser: browser, programs: otherPrograms ?? programs,
      zone: zone, caches: caches)
    world.mail = mail
    world.tables = tables
    return world
  }

  // MARK: Running

  /// Runs `script`, in which `sso` and `safe` are the two worlds of the API; lines keep their
  /// numbers.
  @discardableResult
  func run(_ script: String) async throws -> Ending {
    try await run(
      bytes: Array(("local sso, safe = require 'sso', require 'sso.safe' " + script).utf8))
  }

  /// Runs a text as it is; `prepare` gets the system before it starts.
  func run(
    bytes: [UInt8], name: String = "@flow.lua", prepare: (ScriptSystem) -> Void = { _ in }
  ) async throws -> Ending {
    let system = ScriptSystem(world: world, options: options, secrets: secrets, loop: loop)
    prepare(system)
    let thread = try EventLoop.runOnThread(stackSize: 16 << 20, name: "lua") { [loop] in
      loop.run()
    }
    let task = Task(executorPreference: loop.taskExecutor) {
      await system.run(bytes, name: name)
    }
    let outcome = await task.value
    let elapsed = loop.now
    loop.stop()
    thread.join()
    return Ending(
      outcome: outcome, output: terminal.text(.output), errors: terminal.text(.error),
      elapsed: elapsed)
  }

  /// What `script` prints; one that does not come to its end is a failure of the test.
  func output(of script: String) async throws -> String {
    let ending = try await run(script)
    guard ending.word == "finished" else { throw Unexpected(ending.word) }
    return ending.output
  }

  /// The error that `script` does not catch.
  func failure(of script: String) async throws -> Failure {
    let ending = try await run(script)
    guard case .failed(let failure) = ending.outcome else { throw Unexpected(ending.word) }
    return Failure(failure)
  }
}

/// What a run left behind.
struct Ending {
  let outcome: ScriptOutcome
  let output: String
  let errors: String
  let elapsed: Duration

  /// The outcome in one line.
  var word: String {
    switch outcome {
    case .finished: "finished"
    case .exited(let status): "exited with \(status)"
    case .failed(let failure): "failed: \(failure.message)"
    case .stopped(let stop, _): "stopped: \(stop)"
    }
  }
}

/// An error that a script did not catch.
struct Failure {
  /// What `tostring` gives.
  let message: String
  /// `flow.lua:3`.
  let position: String
  let traceback: String
  private let value: LuaValue

  init(_ failure: LuaFailure) {
    message = failure.message
    position = failure.place.position
    traceback = failure.place.traceback
    value = failure.value
  }

  /// A text member of an error table.
  subscript(member: String) -> String? {
    guard case .table(let table) = value, case .string(let text) = table[member] else { return nil }
    return text
  }
}

/// A run that ended as no test expects.
struct Unexpected: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
