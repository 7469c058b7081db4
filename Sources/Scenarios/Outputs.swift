//  Outputs.swift - reports, traces and saved failures on their way to streams and files.

internal import LiveWorld
internal import SSOScenario
internal import SSOScript
internal import Synchronization

/// Everything that a run writes.
final class Outputs: Sendable {
  private let options: ReportOptions
  private let stream: ReportArgument
  private let live: Mutex<any ReportWriter & Sendable>

  /// - Throws: ``SessionFailure`` when a report's file cannot be written, before anything runs.
  init(_ options: ReportOptions) throws(SessionFailure) {
    self.options = options
    stream = options.report.first { $0.file == nil } ?? ReportArgument(kind: .pretty)
    live = Mutex(stream.kind.writer(Self.style(options)))
    for case let file? in options.report.map(\.file) { try Self.write("", to: file) }
  }

  private static func style(_ options: ReportOptions) -> ReportStyle {
    var style = ReportStyle()
    let isPlain = ThisProcess.variable("NO_COLOR").map { !$0.isEmpty } ?? false
    switch options.color {
    case .always: style.isColored = true
    case .never: style.isColored = false
    case .auto: style.isColored = !isPlain && ThisProcess.isTerminal(.output)
    }
    style.slowest = options.profileSlow
    return style
  }

  /// A line that is written over is for terminals.
  var showsProgress: Bool {
    ThisProcess.isTerminal(.error) && ThisProcess.isTerminal(.output)
  }

  // MARK: On the way

  func begin() { ThisProcess.writeText(live.withLock { $0.begin() }, to: .output) }

  func file(_ report: ScenarioFileReport) {
    guard !report.scenarios.isEmpty || report.loadFailure != nil else { return }
    ThisProcess.writeText(live.withLock { $0.file(report) }, to: .output)
  }

  // MARK: At the end

  /// Writes all that is left.
  ///
  /// - Throws: ``SessionFailure`` when a file cannot be written.
  func end(_ suite: inout SuiteReport) throws(SessionFailure) {
    try writeTraces(&suite)
    try saveFailures(suite)
    let whole = suite
    ThisProcess.writeText(live.withLock { $0.end(whole) }, to: .output)
    for report in options.report {
      guard let file = report.file else { continue }
      try Self.write(report.kind.writer().text(of: suite), to: file)
    }
  }

  private func writeTraces(_ suite: inout SuiteReport) throws(SessionFailure) {
    guard options.traced != .off, let folder = options.traceDir else { return }
    for scenario in suite.scenarios where options.traced == .all || scenario.isNoteworthy {
      let path = "\(folder)/\(TraceText.fileName(scenario))"
      try Self.write(TraceText.text(scenario), to: path)
      suite.traces[scenario.id] = path
    }
  }

  private func saveFailures(_ suite: SuiteReport) throws(SessionFailure) {
    guard let folder = options.saveFailing else { return }
    for scenario in suite.scenarios where scenario.outcome == .failed || scenario.outcome == .error
    {
      let source = ThisProcess.canonical(scenario.file)
      try Self.write(
        SavedFailure.text(scenario, source: source),
        to: "\(folder)/\(SavedFailure.fileName(scenario))")
    }
  }

  private static func write(_ text: String, to path: String) throws(SessionFailure) {
    do throws(DoorError) {
      try ThisProcess.write(Array(text.utf8), to: path)
    } catch {
      throw SessionFailure("cannot write \(error.message)")
    }
  }
}
