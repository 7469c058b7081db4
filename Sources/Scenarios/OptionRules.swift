//  OptionRules.swift - which options of `ssoscript test` go together.
//
//  Knows: an option that would do nothing is a mistake, and the error names what it needs.
//  Does not know: what stands beside --merge (MergeArguments).

internal import ArgumentParser
internal import LiveWorld
internal import SSOScenario
internal import SSOScript

extension TestCommand {
  /// Looks for what is missing, or too much: after the parser, to which a misspelt option is none.
  func checkWhole() throws {
    try checkPlaces()
    guard selection.merge.isEmpty else { return try checkMerged() }
    try checkNeeds()
    try checkReplay()
    try checkList()
  }

  // MARK: Files

  /// Of two outputs in one file the later would be all there is.
  ///
  /// In standard output there always is a report: where that is a file, nothing else may write it. Into a
  /// pipe or a terminal they go one after the other.
  private func checkPlaces() throws {
    var outputs = reporting.report.compactMap { report in
      report.file.map { ("--report \(report.kind.rawValue)", $0) }
    }
    let others = [
      ("--har", reporting.har), ("--record", running.record), ("--state", reporting.state),
    ]
    outputs += others.compactMap { name, file in file.map { (name, $0) } }
    var names: [OutputPlace: String] = [:]
    if let file = RegularFile(.output) { names[.file(file)] = "standard output" }
    for (name, file) in outputs {
      let place = OutputPlace(file)
      if let other = names[place], place != .path("/dev/null") {
        throw ValidationError("\(other) and \(name) would both write \(file).")
      }
      names[place] = name
    }
  }

  private func checkMerged() throws {
    var files: Set<String> = []
    for file in selection.merge where !files.insert(ThisProcess.canonical(file)).inserted {
      throw ValidationError("--merge: \(file) is named twice; each report counts once.")
    }
  }

  // MARK: Options

  private func checkNeeds() throws {
    let isPretty = reporting.report.first { $0.file == nil }.map { $0.kind == .pretty } ?? true
    let needs: [(isGiven: Bool, option: String, need: String, isMet: Bool)] = [
      (selection.json, "--json", "--list", selection.list),
      (selection.timings != nil, "--timings", "--shard", selection.shard != nil),
      (running.failOnFlaky, "--fail-on-flaky", "--retries", running.retries > 0),
      (reporting.trace ?? .off != .off, "--trace", "--trace-dir FOLDER", reporting.traceDir != nil),
      (reporting.profileSlow > 0, "--profile-slow", "--report pretty", isPretty),
    ]
    for need in needs where need.isGiven && !need.isMet {
      throw ValidationError("\(need.option) needs \(need.need).")
    }
  }

  /// The run that happens again has its seed, and a saved failure its scenario.
  private func checkReplay() throws {
    guard let replay = running.replay else { return }
    let seeds = [(running.seed != nil, "--seed"), (running.seeds != nil, "--seeds")]
    if let (_, option) = seeds.first(where: \.0) {
      throw ValidationError("--replay has a seed of its own: \(option) does not go with it.")
    }
    guard ReplaySeed(replay) == nil, let path = paths.first else { return }
    throw ValidationError(
      "--replay \(replay) is no seed as a report shows it, and with a file to run \(path) does not go."
    )
  }

  /// Who asks for names runs nothing.
  private func checkList() throws {
    guard selection.list else { return }
    let ofRuns: [(isGiven: Bool, option: String)] = [
      (running.watch, "--watch"), (running.step, "--step"),
      (running.checkDeterminism, "--check-determinism"),
      (running.crashPoints.points != .none, "--crash-points"),
      (running.updateSnapshots, "--update-snapshots"), (running.record != nil, "--record"),
      (!reporting.report.isEmpty, "--report"), (reporting.har != nil, "--har"),
      (reporting.traceDir != nil, "--trace-dir"),
      (reporting.saveFailing != nil, "--save-failing"),
      (reporting.coverage != nil, "--coverage"),
      (reporting.minProtocolCoverage != nil, "--min-protocol-coverage"),
      (reporting.minFaultCoverage != nil, "--min-fault-coverage"),
      (reporting.minLineCoverage != nil, "--min-line-coverage"),
    ]
    guard let other = ofRuns.first(where: \.isGiven) else { return }
    throw ValidationError("--list runs nothing: \(other.option) does not go with it.")
  }
}

/// Where an output goes, however it is named.
private enum OutputPlace: Hashable {
  case file(RegularFile)
  /// Of what is no file, or none yet.
  case path(String)

  init(_ path: String) {
    self = RegularFile(path).map(OutputPlace.file) ?? .path(ThisProcess.canonical(path))
  }
}
