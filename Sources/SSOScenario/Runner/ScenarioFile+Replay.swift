//  ScenarioFile+Replay.swift - a file that is a saved failure: one run of a scenario of another file.

internal import EventLoop

extension ScenarioFile {
  /// A saved failure: the scenario that it names, out of the file that it names.
  func load(
    _ replay: ReplayRequest, _ loop: EventLoop, _ watch: ScenarioWatch, _ counter: LineCounter?
  ) async -> LoadedFile {
    var sources = sources
    do throws(GivenValueError) {
      sources.settings = try sources.settings.with(replay.used)
    } catch {
      return LoadedFile(failed: file, "\(file): \(error.message)")
    }
    sources.pages = sources.pagesOf?(replay.file) ?? sources.pages
    var loaded = await ScenarioFile(replay.file, sources)
      .load(loop, watch, counter, forReplay: true)
    (loaded.report.file, loaded.report.places) = (file, nil)
    (loaded.replay, loaded.limit) = (replay.seed, replay.used.virtualLimit)
    let found = zip(loaded.nodes, loaded.report.scenarios).first { $1.name == replay.scenario }
    loaded.nodes = found.map { [$0.0] } ?? []
    loaded.report.scenarios = found.map { [$0.1] } ?? []
    guard loaded.script != nil else { return loaded }
    if found == nil || hasRecording && replay.seed.step != nil {
      loaded.report.loadFailure =
        found == nil
        ? "\(replay.file) has no scenario \"\(replay.scenario)\" any more"
        : "\(file): a seed with a step (@) and a recording exclude each other"
      await loaded.script?.close()
      loaded.script = nil
    }
    return loaded
  }

  private var hasRecording: Bool { sources.pages != nil }
}

extension ScenarioRunOptions {
  /// The same, for what a report names.
  public func replaying(_ seed: ReplaySeed?) -> ScenarioRunOptions {
    guard let seed else { return self }
    var options = self
    (options.replay, options.chance, options.crashAt) = (seed.seed, seed.chance, seed.step)
    return options
  }

  /// The same, for what a saved failure names; without a limit in it, it had the usual one.
  func replaying(_ seed: ReplaySeed?, limit: Duration?) -> ScenarioRunOptions {
    guard seed != nil else { return self }
    var options = replaying(seed)
    options.virtualLimit = limit ?? ScenarioRunOptions().virtualLimit
    return options
  }
}
