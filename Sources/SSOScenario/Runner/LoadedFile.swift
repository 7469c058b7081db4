//  LoadedFile.swift - the scenarios of a file that was loaded, with the script that runs them.
//
//  Knows: which of them are selected, and whether a file that was loaded anew is still the same.
//  Does not know: how it was loaded (ScenarioFile+Loading), what comes of them (ScenarioRun).

/// The scenarios of one file, and the script that runs them.
struct LoadedFile: Sendable {
  var report: ScenarioFileReport
  var script: ScenarioScript?
  var nodes: [Int] = []
  var isOver = false
  /// Of a saved failure.
  var replay: ReplaySeed?
  /// The virtual time that it gives to flows.
  var limit: Duration?

  /// The scenarios to be run here, with their numbers; properties are shared by their seeds.
  func selected(_ options: ScenarioRunOptions) -> [(Int, ScenarioReport)] {
    chosen(options).enumerated().filter { place, item in
      item.element.isProperty || options.stripe.takes(place)
    }.map { ($0.element.offset, $0.element.element) }
  }

  /// The scenarios to be run by all threads together.
  func chosen(_ options: ScenarioRunOptions) -> [(offset: Int, element: ScenarioReport)] {
    report.scenarios.enumerated().filter { options.selects($0.element, report.file) }
  }

  /// Whether a scenario is still where it was when the file was read first.
  func has(_ scenario: ScenarioReport, at number: Int) -> Bool {
    script != nil && report.scenarios.indices.contains(number)
      && report.scenarios[number].path == scenario.path
  }

  func run(
    _ number: Int, _ blank: ScenarioReport, _ options: ScenarioRunOptions, _ watch: ScenarioWatch
  ) -> ScenarioRun? {
    guard has(blank, at: number), let script else { return nil }
    return ScenarioRun(
      node: nodes[number], blank: blank, script: script, options: options, watch: watch)
  }
}
