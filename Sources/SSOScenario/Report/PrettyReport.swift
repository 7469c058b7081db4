//  PrettyReport.swift - words for a person: groups, ticks and crosses, then what went wrong.

/// The report of a terminal.
struct PrettyReport: ReportWriter {
  private let paint: Paint
  private let slowest: Int

  init(_ style: ReportStyle) {
    paint = Paint(isColored: style.isColored)
    slowest = style.slowest
  }

  func file(_ report: ScenarioFileReport) -> String {
    var lines = [paint.bold(ReportText.printable(report.file))]
    if report.loadFailure != nil { lines.append("  " + paint.red("✗ does not load")) }
    var group: [String] = []
    for scenario in report.scenarios {
      let path = Array(scenario.path.dropLast())
      if path != group { lines += Self.headings(path, after: group) }
      group = path
      lines.append(line(scenario))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The names of groups that begin here.
  private static func headings(_ path: [String], after group: [String]) -> [String] {
    let shared = zip(path, group).prefix { $0 == $1 }.count
    return path.enumerated().dropFirst(shared).map { depth, name in
      ReportText.indented(ReportText.printable(name), by: 2 + 2 * depth)
    }
  }

  private func line(_ scenario: ScenarioReport) -> String {
    let margin = String(repeating: " ", count: 2 * max(1, scenario.path.count))
    let name = ReportText.printable(scenario.path.last ?? "")
    return "\(margin)\(paint.mark(scenario)) \(name) \(paint.dim("(\(scenario.effort))"))"
  }

  func end(_ suite: SuiteReport) -> String {
    let parts = [
      Failures(paint).text(suite), slow(suite), coverage(suite), snapshots(suite), summary(suite),
    ]
    return "\n" + parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private func slow(_ suite: SuiteReport) -> String {
    guard slowest > 0 else { return "" }
    let order = suite.scenarios.sorted { $0.wallTime > $1.wallTime }.prefix(slowest)
    let lines = order.map { "  \(ReportText.real($0.wallTime))  \(ReportText.printable($0.id))" }
    return (["Slowest:"] + lines).joined(separator: "\n")
  }

  private func coverage(_ suite: SuiteReport) -> String {
    suite.coverage.map { CoverageText.text($0) } ?? ""
  }

  private func snapshots(_ suite: SuiteReport) -> String {
    suite.snapshots.map(ReportText.printable).joined(separator: "\n")
  }

  private func summary(_ suite: SuiteReport) -> String {
    if !suite.merged.isEmpty {
      return "of \(ReportText.count(suite.merged.count, "report")) together"
    }
    let isGood = suite.exitStatus(SuiteDemands()) == 0
    let tally = isGood ? paint.green(suite.tally) : paint.red(suite.tally)
    let time =
      "\(ReportText.virtual(suite.virtualTime)) simulated in \(ReportText.real(suite.wallTime))"
    let end = suite.signal == nil ? "" : paint.red("interrupted: ")
    return "\(end)\(tally) · \(time) · seed \(suite.seed)"
  }
}

/// One character for each scenario.
struct DotReport: ReportWriter {
  private let paint: Paint

  init(_ style: ReportStyle) { paint = Paint(isColored: style.isColored) }

  func file(_ report: ScenarioFileReport) -> String {
    let marks: [String] = report.scenarios.map { scenario in
      switch scenario.outcome {
      case .passed: paint.green(".")
      case .failed: paint.red("F")
      case .error: paint.red("E")
      case .flaky: paint.yellow("~")
      case .unfinished: paint.yellow("?")
      }
    }
    return (report.loadFailure == nil ? "" : paint.red("L")) + marks.joined()
  }

  func end(_ suite: SuiteReport) -> String {
    let failures = Failures(paint).text(suite)
    let parts = [failures, suite.tally + " · " + ReportText.real(suite.wallTime)]
    return "\n\n" + parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }
}

/// Everything that went wrong, one after the other.
private struct Failures {
  private let paint: Paint

  init(_ paint: Paint) { self.paint = paint }

  func text(_ suite: SuiteReport) -> String {
    var parts: [String] = []
    for file in suite.files {
      if let failure = file.loadFailure {
        let title = "\(ReportText.printable(file.file)) does not load"
        parts.append(entry(parts.count, title, ReportText.printable(failure)))
      }
      for scenario in file.scenarios where scenario.isNoteworthy {
        let text = FailureText(scenario, trace: suite.traces[scenario.id])
        let flaky = scenario.outcome == .flaky ? " (flaky: it passed with the same seed)" : ""
        let title = "\(ReportText.printable(scenario.name))\(flaky)\n\(text.place)"
        parts.append(entry(parts.count, title, text.body))
      }
    }
    return parts.joined(separator: "\n\n")
  }

  private func entry(_ count: Int, _ title: String, _ body: String) -> String {
    let lines = title.split(separator: "\n").map(String.init)
    let head = ["\(count + 1)) \(paint.bold(lines[0]))"] + lines.dropFirst().map { "   " + $0 }
    return head.joined(separator: "\n") + "\n\n" + ReportText.indented(body, by: 3)
  }
}

/// Colours of a terminal, or none.
struct Paint {
  let isColored: Bool

  private func with(_ code: String, _ text: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  func bold(_ text: String) -> String { with("1", text) }
  func dim(_ text: String) -> String { with("2", text) }
  func red(_ text: String) -> String { with("31", text) }
  func green(_ text: String) -> String { with("32", text) }
  func yellow(_ text: String) -> String { with("33", text) }

  func mark(_ scenario: ScenarioReport) -> String {
    switch scenario.outcome {
    case .passed: green("✓")
    case .failed: red("✗")
    case .error: red("✗")
    case .flaky: yellow("~")
    case .unfinished: yellow("?")
    }
  }
}
