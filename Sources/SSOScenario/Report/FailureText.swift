//  FailureText.swift - why a scenario did not pass, in the order in which a person needs it. Pure.
//
//  Knows: place, difference, the last events, the faults in force, how to see it again, the trace.

internal import SSOScript
internal import StrictJSON

/// The parts of a failure's text.
struct FailureText {
  /// Events that are shown; a trace has all.
  static let eventCount = 12

  /// `scenarios/device_login_spec.lua:17`.
  let place: String
  /// The difference, or what went wrong; several lines.
  let message: String
  /// Lua's own; empty for an assertion that did not hold.
  let traceback: String
  /// The last events of the virtual time line.
  let events: [String]
  let faults: [String]
  /// What a property drew.
  let draws: [String]
  /// What the scenario printed.
  let output: String
  /// A command that makes it happen again.
  let replay: String
  /// Where all events are.
  let trace: String?

  /// - Parameters:
  ///   - report: Of a scenario that did not pass.
  ///   - trace: The path of its trace.
  init(_ report: ScenarioReport, trace: String? = nil) {
    place = ReportText.printable(report.place)
    message = ReportText.printable(report.explanation)
    traceback =
      report.outcome == .error ? ReportText.printable(report.failure?.traceback ?? "") : ""
    events = report.events.suffix(Self.eventCount).map { ReportText.printable($0.line) }
    faults = report.faultLines.map(ReportText.printable)
    draws = report.drawLines.map(ReportText.printable)
    let printed = report.output.byteLines
    let end = printed.lastIndex { !$0.isEmpty } ?? -1
    output = ReportText.printable(printed[...end].joined(separator: "\n"))
    replay = report.replayCommand
    self.trace = trace
  }

  /// All parts but the place, each under its heading, with empty lines in between.
  var body: String {
    var parts = [message]
    if !traceback.isEmpty { parts.append(traceback) }
    if !events.isEmpty { parts.append(list("Last events, virtual time:", events)) }
    if !faults.isEmpty { parts.append(list("Faults in force:", faults)) }
    if !draws.isEmpty { parts.append(list("Drawn by chance:", draws)) }
    if !output.isEmpty { parts.append(list("It printed:", [output])) }
    parts.append("Again: \(replay)")
    if let trace { parts.append("Trace: \(trace)") }
    return parts.joined(separator: "\n\n")
  }

  private func list(_ heading: String, _ lines: [String]) -> String {
    ([heading] + lines.map { ReportText.indented($0, by: 2) }).joined(separator: "\n")
  }
}

extension ScenarioReport {
  /// Whether there is something to be said about it.
  public var isNoteworthy: Bool { outcome != .passed && outcome != .unfinished }

  /// Where it failed, or where it is declared.
  var place: String {
    guard let position = failure?.position, !position.isEmpty else { return declaration }
    return position
  }

  /// Where it is declared, be it in a helper.
  var declaration: String { helper ?? "\(file):\(line)" }

  /// The line of ``place`` in the scenario's own file, or ``line``.
  var failureLine: Int { ownLine ?? line }

  /// Whether ``place`` is in the scenario's own file.
  var isInOwnFile: Bool { ownLine != nil }

  private var ownLine: Int? {
    place.hasPrefix(file + ":") ? Int(place.dropFirst(file.count + 1)) : nil
  }

  /// Everything that is wrong, in words; several lines.
  var explanation: String {
    var parts: [String] = []
    if let failure { parts.append(failure.message) }
    if let crashPoint { parts.append("ended at step \(crashPoint) of the disk (--crash-points)") }
    parts += leaks.map { "a secret is shown in \($0)" }
    if let difference { parts.append("two runs with the same seed differ, \(difference)") }
    return parts.joined(separator: "\n")
  }

  /// The faults in force, and those that struck.
  var faultLines: [String] { used.faultLines + ReportText.folded(faults.map(\.text)) }

  /// What a property drew.
  var drawLines: [String] { ReportText.folded(draws.map(\.text)) }

  /// The command that runs exactly this again.
  var replayCommand: String {
    // A star by itself would stand for any text.
    let filter = "^\(name.replacingBytes("*", with: "\\*"))$"
    let words =
      [
        "ssoscript", "test", file, "--filter", filter, "--replay",
        replay.description,
      ] + comparison + used.options
    return words.map(ShellWord.printable).joined(separator: " ")
  }

  /// What a difference needs to show again.
  private var comparison: [String] { difference == nil ? [] : ["--check-determinism"] }

  /// How it was run, in few words: `12 seeds, 45s virtual`.
  var effort: String {
    var parts = outcome == .unfinished ? ["unfinished"] : []
    if seeds > 1 { parts.append(ReportText.count(seeds, "seed")) }
    if crashes > 0 { parts.append(ReportText.count(crashes, "crash point")) }
    if virtualTime > .zero { parts.append("\(ReportText.virtual(virtualTime)) virtual") }
    parts.append(ReportText.real(wallTime))
    return parts.joined(separator: ", ")
  }
}

extension SuiteReport {
  /// `12 passed, 1 failed, 1 flaky`.
  var tally: String {
    let outcomes: [(ScenarioReport.Outcome, String)] = [
      (.passed, "passed"), (.failed, "failed"), (.error, "with errors"), (.flaky, "flaky"),
      (.unfinished, "unfinished"),
    ]
    let counts = outcomes.compactMap { outcome, word in
      let number = count(outcome)
      return number == 0 && outcome != .passed ? nil : "\(number) \(word)"
    }
    let broken = files.count { $0.loadFailure != nil }
    let rest = [
      broken == 0 ? nil : "\(ReportText.count(broken, "file")) not loaded", omissions,
    ]
    return (counts + rest.compactMap(\.self)).joined(separator: ", ")
  }

  /// `3 not run, 2 files not begun`; `nil` of a run that came to its end.
  var omissions: String? {
    let parts = [
      notRun == 0 ? nil : "\(notRun) not run",
      unread == 0 ? nil : "\(ReportText.count(unread, "file")) not begun",
    ].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
