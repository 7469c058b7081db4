//  Outputs.swift - reports, traces and saved failures on their way to streams and files.

internal import LiveWorld
internal import SSOScenario
internal import SSOScript
internal import Synchronization

/// Everything that a run writes.
final class Outputs: Sendable {
  private let options: ReportOptions
  /// Where what is said is recorded.
  private let record: String?
  private let stream: ReportArgument
  private let live: Mutex<LiveReport>

  /// The report of standard output.
  private struct LiveReport: Sendable {
    var writer: any ReportWriter & Sendable
    /// Why it ends early.
    var failure: SessionFailure?
  }

  /// - Throws: ``SessionFailure`` when a file or folder cannot be written, before anything runs.
  init(_ options: ReportOptions, record: String?) throws(SessionFailure) {
    (self.options, self.record) = (options, record)
    stream = options.report.first { $0.file == nil } ?? ReportArgument(kind: .pretty)
    live = Mutex(LiveReport(writer: stream.kind.writer(Self.style(options))))
    try Self.writing { () throws(DoorError) in
      for case let file? in options.report.map(\.file) { try ThisProcess.empty(file: file) }
      for case let folder? in [options.saveFailing, options.traceDir] {
        try ThisProcess.probe(folder: folder)
      }
      // What an earlier run has recorded stays, until there is something whole to put in its place.
      for case let file? in [record, options.har] { try ThisProcess.probe(file: file) }
    }
  }

  private static func writing(_ body: () throws(DoorError) -> Void) throws(SessionFailure) {
    do throws(DoorError) { try body() } catch { throw .unwritten(error) }
  }

  private static func style(_ options: ReportOptions) -> ReportStyle {
    var style = ReportStyle()
    let isPlain = ThisProcess.variable("NO_COLOR").map { !$0.isEmpty } ?? false
    switch options.color {
    case .always: style.isColored = true
    case .never: style.isColored = false
    case .auto:
      style.isColored = !isPlain && ThisProcess.isTerminal(.output) && canDrawOver
    }
    style.slowest = options.profileSlow
    return style
  }

  /// A line that is written over is for terminals.
  var showsProgress: Bool {
    ThisProcess.isTerminal(.error) && ThisProcess.isTerminal(.output) && Self.canDrawOver
  }

  /// Whether the terminal, if it is one, knows more than plain text.
  private static var canDrawOver: Bool {
    !["", "dumb"].contains(ThisProcess.variable("TERM") ?? "")
  }

  // MARK: On the way

  func begin() { tell { $0.begin() } }

  func file(_ report: ScenarioFileReport) {
    guard !report.scenarios.isEmpty || report.loadFailure != nil else { return }
    tell { $0.file(report) }
  }

  /// What follows a part that could not be written would not make a report of it.
  private func tell(_ part: (inout any ReportWriter & Sendable) -> String) {
    live.withLock { live in
      let text = part(&live.writer)
      guard live.failure == nil else { return }
      do throws(DoorError) {
        try ThisProcess.writeData(text, to: .output)
      } catch {
        live.failure = .unwritten(error)
      }
    }
  }

  // MARK: At the end

  /// Writes all that is left; what cannot be written does not keep the rest from being.
  ///
  /// - Parameters:
  ///   - suite: What came of the run; learns where traces are.
  ///   - said: What was said in it; a recording is written unless a signal cut it short. `nil`
  ///     when nothing ran.
  /// - Throws: ``SessionFailure``, the first, when a file or standard output could not be written.
  func end(_ suite: inout SuiteReport, _ said: ScenarioSurroundings?) throws(SessionFailure) {
    var failure: SessionFailure?
    let attempt = { (path: String, text: String) -> Bool in
      do throws(SessionFailure) {
        try Self.write(text, to: path)
        return true
      } catch {
        failure = failure ?? error
        return false
      }
    }
    for (id, path, text) in traces(of: suite) where attempt(path, text) { suite.traces[id] = path }
    for (path, text) in savedFailures(of: suite) { _ = attempt(path, text) }
    do throws(SessionFailure) {
      if let said { try Self.keep(said.snapshots, after: &suite) }
    } catch {
      failure = failure ?? error
    }
    let whole = suite
    tell { $0.end(whole) }
    failure = failure ?? live.withLock { $0.failure }
    for report in options.report {
      if let file = report.file { _ = attempt(file, report.kind.writer().text(of: suite)) }
    }
    do throws(SessionFailure) {
      try writeArchive(said)
    } catch {
      failure = failure ?? error
    }
    if let record, let recording = said?.recording, suite.signal == nil {
      _ = attempt(record, recording.text)
    }
    if let failure { throw failure }
  }

  /// Never half of it, whatever ends this process.
  private func writeArchive(_ said: ScenarioSurroundings?) throws(SessionFailure) {
    guard let har = options.har, let archive = said?.archive else { return }
    if let omission = archive.omission {
      ThisProcess.writeLine("ssoscript test: --har: \(omission)", to: .error)
    }
    try Self.replace(har, with: archive.text)
  }

  private static func replace(_ path: String, with text: String) throws(SessionFailure) {
    try writing { () throws(DoorError) in
      try ThisProcess.replace(path, with: Array(text.utf8))
    }
  }

  /// Puts snapshots in their places; the report learns what there is to say of them.
  private static func keep(
    _ snapshots: SnapshotStore, after suite: inout SuiteReport
  ) throws(SessionFailure) {
    let isGood = suite.exitStatus(SuiteDemands()) == 0
    var result = snapshots.result(isGood: isGood) { path throws(DoorError) in
      try ThisProcess.read(path, limit: SnapshotStore.sizeLimit)
    }
    for (path, text) in result.files {
      if let text { try replace(path, with: text) } else { try? ThisProcess.remove(path) }
    }
    if isGood { drop(orphans(of: suite), snapshots, &result) }
    suite.snapshots = result.words
    if let words = result.refused.first { throw SessionFailure("cannot write \(words)") }
  }

  /// Files of snapshots beside specs that ran, whose own spec is gone.
  private static func orphans(of suite: SuiteReport) -> [String] {
    let folders = suite.files.map { SystemPath.split($0.file).folder }
    return Set(folders).sorted().flatMap { folder in
      ThisProcess.names(in: "\(folder)snapshots").filter { name in
        SnapshotStore.spec(of: name).map { !ThisProcess.isThere("\(folder)\($0)") } ?? false
      }.map { "\(folder)snapshots/\($0)" }.filter(isOurs)
    }
  }

  private static func isOurs(_ file: String) -> Bool {
    (try? ThisProcess.read(file, limit: SnapshotStore.sizeLimit)).map(SnapshotStore.wrote) ?? false
  }

  private static func drop(
    _ files: [String], _ snapshots: SnapshotStore, _ result: inout SnapshotResult
  ) {
    guard snapshots.updates else {
      result.obsolete += files.map { "\($0): its spec is gone" }
      return
    }
    for file in files where (try? ThisProcess.remove(file)) != nil { result.removed += 1 }
  }

  private func traces(of suite: SuiteReport) -> [(id: String, path: String, text: String)] {
    guard options.traced != .off, let folder = options.traceDir else { return [] }
    return suite.scenarios.filter { options.traced == .all || $0.isNoteworthy }
      .map { ($0.id, "\(folder)/\(TraceText.fileName($0))", TraceText.text($0)) }
  }

  private func savedFailures(of suite: SuiteReport) -> [(path: String, text: String)] {
    guard let folder = options.saveFailing else { return [] }
    return suite.scenarios.filter(\.isFailure).map {
      scenario in
      let source = SavedFailure.path(
        of: ThisProcess.canonical(scenario.file), from: ThisProcess.canonical(folder))
      return (
        "\(folder)/\(SavedFailure.fileName(scenario))", SavedFailure.text(scenario, source: source)
      )
    }
  }

  static func write(_ text: String, to path: String) throws(SessionFailure) {
    try writing { () throws(DoorError) in
      try ThisProcess.write(Array(text.utf8), to: path, isPrivate: false)
    }
  }
}
