//  HTMLReport.swift - one page with everything: no script, no network, light and dark.
//
//  Knows: what was wrong is open, what was right is closed; radio buttons filter without a script.
//  Does not know: how it looks (HTMLStyle).

/// The report for a browser.
struct HTMLReport: ReportWriter {
  func end(_ suite: SuiteReport) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>\(Self.title(suite))</title>
    <style>\(HTMLStyle.text)</style>
    </head>
    <body>
    \(Self.head(suite))
    <main>
    \(Self.filters)
    \(suite.files.map { Self.file($0, suite) }.joined(separator: "\n"))
    \(suite.coverage.map(Self.coverage) ?? "")
    </main>
    <footer>ssoscript test · \(ReportText.markup(suite.started)) · seed \(suite.seed)</footer>
    </body>
    </html>

    """
  }

  private static func title(_ suite: SuiteReport) -> String {
    if !suite.merged.isEmpty { return "Coverage" }
    return suite.exitStatus(SuiteDemands()) == 0
      ? "✓ All passed" : "✗ \(ReportText.markup(suite.tally))"
  }

  // MARK: Head

  private static func head(_ suite: SuiteReport) -> String {
    let isGood = suite.exitStatus(SuiteDemands()) == 0
    let numbers: [(String, String, String)] = [
      ("passed", "\(suite.count(.passed))", "good"),
      ("failed", "\(suite.count(.failed) + suite.count(.error))", "bad"),
      ("flaky", "\(suite.count(.flaky))", "odd"),
      ("unfinished or not run", "\(suite.count(.unfinished) + suite.notRun)", "odd"),
      ("simulated", ReportText.virtual(suite.virtualTime), ""),
      ("real time", ReportText.real(suite.wallTime), ""),
    ]
    let cells = numbers.map { label, value, style in
      "<div class=\"number \(value == "0" ? "none" : style)\"><b>\(value)</b><span>\(label)</span></div>"
    }
    return """
      <header class="\(isGood ? "good" : "bad")">
      <h1>\(headline(suite, isGood))</h1>
      <div class="numbers">\(cells.joined())</div>
      \(bar(suite))
      </header>
      """
  }

  private static func headline(_ suite: SuiteReport, _ isGood: Bool) -> String {
    if !suite.merged.isEmpty { return "\(ReportText.count(suite.merged.count, "report")) together" }
    if suite.signal != nil { return "Interrupted" }
    if isGood { return "All \(ReportText.count(suite.scenarios.count, "scenario")) passed" }
    let failed = suite.scenarios.count(where: \.isFailure)
    let broken = suite.files.count { $0.loadFailure != nil }
    if failed == 0, broken > 0 { return "\(ReportText.count(broken, "file")) did not load" }
    return "\(failed) of \(ReportText.count(suite.scenarios.count, "scenario")) failed"
  }

  private static func bar(_ suite: SuiteReport) -> String {
    let parts: [(Int, String)] = [
      (suite.count(.passed), "good"), (suite.count(.flaky) + suite.count(.unfinished), "odd"),
      (suite.count(.failed) + suite.count(.error), "bad"),
    ]
    let spans = parts.filter { $0.0 > 0 }.map { "<i class=\"\($1)\" style=\"flex:\($0)\"></i>" }
    return "<div class=\"bar\">\(spans.joined())</div>"
  }

  private static let filters = """
    <input type="radio" name="show" id="all" checked><label for="all">All</label>
    <input type="radio" name="show" id="wrong"><label for="wrong">Failed and flaky</label>
    """

  // MARK: Files

  private static func file(_ file: ScenarioFileReport, _ suite: SuiteReport) -> String {
    let isWrong = file.loadFailure != nil || file.scenarios.contains { $0.isNoteworthy }
    let broken = file.loadFailure.map {
      "<details open class=\"bad\"><summary><em>does not load</em></summary>\(pre($0))</details>"
    }
    let rows = file.scenarios.map { scenario($0, suite.traces[$0.id]) }
    return """
      <section class="\(isWrong ? "wrong" : "fine")">
      <h2>\(shown(file.file))<small>\(ReportText.real(file.wallTime))</small></h2>
      \(broken ?? "")
      \(rows.joined(separator: "\n"))
      </section>
      """
  }

  private static func scenario(_ scenario: ScenarioReport, _ trace: String?) -> String {
    let isWrong = scenario.isNoteworthy
    let isOdd = scenario.outcome == .flaky || scenario.outcome == .unfinished
    let style = isOdd ? "odd" : isWrong ? "bad" : "good"
    let group = scenario.path.dropLast().map { shown($0) + " › " }.joined()
    let tags = scenario.tags.map { "<u>\(shown($0))</u>" }.joined()
    return """
      <details class="\(style)"\(isWrong ? " open" : "")>
      <summary><span><small>\(group)</small>\(shown(scenario.path.last ?? ""))\(tags)</span>\
      <small>\(scenario.effort)</small></summary>
      \(body(scenario, trace))
      </details>
      """
  }

  private static func body(_ scenario: ScenarioReport, _ trace: String?) -> String {
    let text = FailureText(scenario, trace: trace)
    var parts: [String] = []
    if scenario.isNoteworthy {
      parts.append("<p class=\"place\">\(ReportText.markup(text.place))</p>")
    }
    if !text.message.isEmpty { parts.append(pre(text.message)) }
    if !text.traceback.isEmpty { parts.append(pre(text.traceback)) }
    parts.append(timeline(scenario))
    if !text.faults.isEmpty { parts.append(list("Faults in force", text.faults)) }
    if !text.draws.isEmpty { parts.append(list("Drawn by chance", text.draws)) }
    if !text.output.isEmpty { parts.append("<h3>It printed</h3>\(pre(text.output))") }
    parts.append("<h3>Again</h3>\(pre(text.replay))")
    if let trace { parts.append("<p>Trace: <code>\(ReportText.markup(trace))</code></p>") }
    return parts.joined(separator: "\n")
  }

  private static func timeline(_ scenario: ScenarioReport) -> String {
    let rows = scenario.events.suffix(FailureText.eventCount).map { event in
      "<tr><td>\(TimelineEvent.seconds(event.time)) s</td><td>\(ReportText.markup(event.actor))</td>"
        + "<td>\(shown(event.text))</td></tr>"
    }
    guard !rows.isEmpty else { return "" }
    return "<h3>Last events, virtual time</h3><table>\(rows.joined())</table>"
  }

  private static func list(_ heading: String, _ items: [String]) -> String {
    "<h3>\(heading)</h3><ul>\(items.map { "<li>\(ReportText.markup($0))</li>" }.joined())</ul>"
  }

  private static func pre(_ text: String) -> String {
    "<pre>\(shown(text))</pre>"
  }

  private static func shown(_ text: String) -> String {
    ReportText.markup(ReportText.printable(text))
  }

  // MARK: Coverage

  private static func coverage(_ coverage: CoverageReport) -> String {
    let parts = [
      ("Protocol rules", coverage.rules, coverage.rulePercentage),
      ("Faults", coverage.faults, coverage.faultPercentage),
    ]
    let blocks = parts.filter { !$0.1.isEmpty }.map { title, items, share in
      let chips = items.map { item in
        "<b class=\"\(item.isReached ? "good" : "none")\" title=\"\(ReportText.attribute(item.summary))\">"
          + "\(ReportText.markup(item.id))</b>"
      }
      return "<h3>\(title) <small>\(ReportText.percentage(share))</small></h3>"
        + "<p class=\"chips\">\(chips.joined(separator: " "))</p>"
    }
    let lines = coverage.lines.map(HTMLLines.block) ?? ""
    return "<section class=\"coverage\"><h2>Coverage</h2>\(blocks.joined())\(lines)</section>"
  }
}
