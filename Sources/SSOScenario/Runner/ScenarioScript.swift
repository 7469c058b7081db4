//  ScenarioScript.swift - the script of a scenario file while it is loaded.
//
//  Knows: how one scenario runs once: hooks before, body, hooks after, in a world of its own.
//  Does not know: seeds, selection, reports (ScenarioFile).

internal import EventLoop
internal import LuaEngine
internal import SSOScript
internal import Synchronization

/// What one run of a scenario came to.
struct ScenarioAttempt: Sendable {
  var failure: ScenarioFailure?
  var isError = false
  /// Whether and why it was interrupted.
  var stop: ScenarioWatch.Stop?
  let stage: ScenarioStage
  var output = ""
  private let lease: StageLease

  init(stage: ScenarioStage) {
    self.stage = stage
    lease = StageLease(stage)
  }
}

/// A stage and those on it know each other; with the last look at the attempt they let go.
private final class StageLease: Sendable {
  private let stage: ScenarioStage

  init(_ stage: ScenarioStage) { self.stage = stage }

  deinit { stage.dissolve() }
}

/// One loaded file.
final class ScenarioScript: Sendable {
  let library: ScenarioLibrary
  let system: ScriptSystem
  private let loop: EventLoop
  private let file: String

  init(
    _ file: String, _ sources: ScenarioSources, loop: EventLoop, _ counter: LineCounter? = nil
  ) {
    (self.loop, self.file) = (loop, file)
    let canonical = sources.canonical(file)
    let library = ScenarioLibrary(sources, file, spec: canonical, counter)
    self.library = library
    var options = ScriptOptions()
    options.extension = library
    options.permissions = .all
    options.seed = 0
    options.scriptName = file
    options.moduleRoots = [library.folder]
    options.coverage = counter?.ofScenarios
    counter?.note(file, is: canonical)
    system = ScriptSystem(world: .scenario(library, loop), options: options, loop: loop)
  }

  func load(_ source: [UInt8], _ file: String) async throws(LuaFailure) {
    library.attach(system)
    do throws(LuaFailure) {
      try await system.start(source, name: "@\(file)") { _ in }
    } catch {
      throw await library.told(error)
    }
  }

  func close() async {
    library.attach(nil)
    await system.close()
  }

  /// Runs a scenario once.
  ///
  /// - Parameters:
  ///   - node: Which.
  ///   - seed: Decides about everything that chance decides.
  ///   - chance: What chance does not decide.
  ///   - limit: Virtual time for a flow that sets no limit of its own.
  ///   - crash: The step of the disk at which the flow is ended and started again; what counts is
  ///     then what it finds, not what the scenario expects of an undisturbed run.
  ///   - interpreters: Where the programs' are taken from.
  ///   - keepsSnapshots: Whether snapshots that it asks for are kept where that is wanted.
  ///   - keptEvents: How many events are kept at each end of the time line.
  /// - Returns: What it came to.
  func run(
    _ node: Int, seed: UInt64, chance: ChanceLimits, limit: Duration = .seconds(86_400),
    crash: CrashPlan = CrashPlan(step: nil),
    interpreters: LuaPool = ScenarioStage.sharedInterpreters, keepsSnapshots: Bool = true,
    keptEvents: Int = KeptEvents.usual
  ) async -> ScenarioAttempt {
    let tree = library.state.withLock { $0.tree }
    let number = tree.nodes[node].number
    let key = HTTPArchive.Key(file: file, scenario: number, seed: seed, step: crash.step ?? 0)
    let settings = library.sources.settings
    var name = tree.path(node).joined(separator: " › ")
    if settings.hidesSecrets { name = settings.keeper.redact(name) }
    let stage = ScenarioStage(
      loop: loop, seed: seed, chance: chance, limit: limit, crash: crash,
      number: number, name: name,
      archive: library.sources.archive.map { ArchivePage($0, key, name) },
      interpreters: interpreters,
      isStepped: library.sources.stepper != nil, keepsSnapshots: keepsSnapshots,
      keptEvents: keptEvents)
    library.begin(stage)
    // Not drawn, or all else would get other numbers than before.
    await system.beginRun(seed: seed)
    var attempt = ScenarioAttempt(stage: stage)
    let chain = tree.chain(node).map { tree.nodes[$0] }
    var steps = chain.flatMap(\.before)
    if let body = chain.last?.body { steps.append(body) }
    for step in steps where attempt.failure == nil { await run(step, &attempt, body: chain.last) }
    for step in chain.reversed().flatMap(\.after) { await run(step, &attempt, body: nil) }
    stage.end()
    attempt.output = library.end()
    stage.archive?.close(stage, isProperty: tree.nodes[node].isProperty)
    if isOver {
      if attempt.failure == nil { (attempt.failure, attempt.isError) = (.stopped, true) }
    } else if crash.step != nil {
      attempt.failure = crash.verdict.map { ScenarioFailure(message: $0) }
      attempt.isError = false
    } else if let difference = stage.difference(isOver: attempt.failure == nil) {
      attempt.failure = ScenarioFailure(message: difference)
      attempt.isError = false
    }
    return attempt
  }

  /// What went wrong, in words that help.
  func words(of failure: LuaFailure) -> String {
    FailureHint(functions: library.functions).message(of: failure, system.stopping)
  }

  private func run(
    _ function: LuaReference, _ attempt: inout ScenarioAttempt, body: ScenarioNode?
  ) async {
    let library = library
    let stage = attempt.stage
    let wantsWorld: Bool
    if case .property? = body?.kind {
      wantsWorld = function == body?.body
    } else {
      wantsWorld = false
    }
    var failure: LuaFailure?
    do throws(LuaFailure) {
      _ = try await system.call(function) { host in
        wantsWorld ? [host.object("world", library.keep(.world(stage)))] : []
      }
    } catch {
      failure = await library.told(error)
    }
    // The first failure is the one that matters; a program's came before this call ended, but for
    // one that is only part of a stop.
    guard attempt.failure == nil, let first = (isOver ? nil : stage.programFailure) ?? failure
    else { return }
    attempt.failure = ScenarioFailure(
      message: words(of: first), position: first.place.position, traceback: first.place.traceback)
    attempt.isError = !first.isAssertion
  }
}

extension ScenarioFailure {
  static let timeIsOver = "the real time for one scenario is over (--timeout)"

  /// Of a run that was stopped, and did not fail by that.
  fileprivate static let stopped = ScenarioFailure(
    message: "the scenario was stopped: \(timeIsOver)")
}

extension ScenarioAttempt {
  /// Takes in why it was interrupted: a run whose flow real time has ended did not pass, and whatever
  /// failed after that may have failed by it.
  mutating func take(_ stop: ScenarioWatch.Stop?) {
    self.stop = stop
    guard stop == .time else { return }
    guard let failure else {
      (self.failure, isError) = (.stopped, true)
      return
    }
    guard !failure.message.contains("--timeout") else { return }
    self.failure?.message += "\n\(ScenarioFailure.timeIsOver)"
  }
}

extension LuaFailure {
  /// Whether something was not as expected, and not the scenario itself wrong.
  fileprivate var isAssertion: Bool {
    if case .table(let table) = value, table["code"] == "AssertionFailed" { return true }
    return place.traceback.contains("in global 'assert'")
  }
}
