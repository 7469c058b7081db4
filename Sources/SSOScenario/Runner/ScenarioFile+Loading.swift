//  ScenarioFile+Loading.swift - from the text of a scenario file to the scenarios that it declares.
//
//  Knows: why a file does not load; that names tell scenarios apart.
//  Does not know: what a saved failure names (ScenarioFile+Replay), how scenarios run.

internal import EventLoop
internal import LuaEngine
internal import SSOScript
internal import Synchronization

/// Why a file is not loaded; no words where nobody waits for the end: it says nothing about the file.
private struct LoadFailure: Error {
  let words: String?
}

extension LoadedFile {
  /// A file that does not load.
  init(failed file: String, _ words: String?) {
    self.init(report: ScenarioFileReport(file: file))
    report.loadFailure = words
  }
}

extension ScenarioFile {
  /// The same once more, in place of a script that was stopped.
  func load(
    _ loop: EventLoop, _ watch: ScenarioWatch, _ counter: LineCounter?, after stopped: LoadedFile
  ) async -> LoadedFile {
    await stopped.script?.close()
    return await load(loop, watch, counter)
  }

  func load(
    _ loop: EventLoop, _ watch: ScenarioWatch, _ counter: LineCounter? = nil,
    forReplay isReplay: Bool = false
  ) async -> LoadedFile {
    let script = ScenarioScript(file, sources, loop: loop, counter)
    do throws(LoadFailure) {
      try await declare(script, watch)
      guard let replay = script.library.state.withLock({ $0.replay }) else {
        return try scenarios(of: script)
      }
      guard !isReplay else {
        throw LoadFailure(
          words: "\(file): a saved failure names a scenario file, not another one")
      }
      await script.close()
      return await load(replay, loop, watch, counter)
    } catch {
      await script.close()
      return LoadedFile(failed: file, error.words)
    }
  }

  /// Runs the file's own lines, which declare its scenarios.
  private func declare(
    _ script: ScenarioScript, _ watch: ScenarioWatch
  ) async throws(LoadFailure) {
    var stop: ScenarioWatch.Stop?
    do throws(LuaFailure) {
      let source = try source()
      watch.begin(script)
      defer { stop = watch.finish() }
      try await script.load(source, file)
    } catch {
      guard stop != .cancelled else { throw LoadFailure(words: nil) }
      throw LoadFailure(words: sources.settings.keeper.redact(Self.words(error, script)))
    }
  }

  private func scenarios(of script: ScenarioScript) throws(LoadFailure) -> LoadedFile {
    let tree = script.library.state.withLock { $0.tree }
    var report = ScenarioFileReport(file: file)
    report.scenarios = tree.runnable.map { ScenarioReport(tree, $0, in: file) }
    if sources.settings.hidesSecrets {
      let keeper = sources.settings.keeper
      for index in report.scenarios.indices {
        report.scenarios[index].name(report.scenarios[index].path.map(keeper.redact))
      }
    }
    if let problem = Self.sharedName(report.scenarios) { throw LoadFailure(words: problem) }
    report.places = Set(report.scenarios.map(\.line))
    return LoadedFile(report: report, script: script, nodes: tree.runnable)
  }

  /// By their names scenarios are found again: in reports, snapshots, seeds and the last run.
  private static func sharedName(_ scenarios: [ScenarioReport]) -> String? {
    var places: [String: String] = [:]
    for scenario in scenarios {
      let place = scenario.declaration
      guard let first = places.updateValue(place, forKey: scenario.name) else { continue }
      let way =
        first == place ? "put into the name what differs each time" : "give each a name of its own"
      return "\(place): there is another scenario \"\(scenario.name)\" at \(first): \(way)"
    }
    return nil
  }

  private static func words(_ failure: LuaFailure, _ script: ScenarioScript) -> String {
    var failure = failure
    failure.message = script.words(of: failure)
    let isLate = script.system.stopping == .time
    let hint = isLate ? "before its scenarios ran: --timeout says how long it may take" : ""
    return [failure.placed, hint, failure.place.traceback].filter { !$0.isEmpty }
      .joined(separator: "\n")
  }

  private func source() throws(LuaFailure) -> [UInt8] {
    do throws(DoorError) {
      return try sources.read(sources.canonical(file))
    } catch {
      throw LuaFailure(
        value: .nil, message: error.message, place: LuaPlace(position: "", traceback: ""))
    }
  }
}
