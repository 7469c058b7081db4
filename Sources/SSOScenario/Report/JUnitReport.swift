//  JUnitReport.swift - XML as Jenkins reads it (junit-10.xsd of its xUnit plugin, which Ant's fits).
//
//  Knows: a file is a suite. That schema has properties for suites only, so those of a scenario carry
//  its name, and the same facts stand in its output.

/// The report of Jenkins, GitLab and others.
struct JUnitReport: ReportWriter {
  func end(_ suite: SuiteReport) -> String {
    let broken = suite.files.count { $0.loadFailure != nil }
    let rest = suite.omissions.map { Self.omitted($0, suite) } ?? ""
    let count = suite.scenarios.count + broken + (rest.isEmpty ? 0 : 1)
    let attributes = Self.attributes([
      ("name", "ssoscript test"), ("tests", "\(count)"),
      ("failures", "\(suite.count(.failed))"),
      ("errors", "\(suite.count(.error) + broken)"), ("time", ReportText.seconds(suite.wallTime)),
    ])
    let suites = suite.files.map { Self.suite($0, suite) }.joined()
    return
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites\(attributes)>\n\(suites)\(rest)</testsuites>\n"
  }

  /// What the run did not come to, as one that was skipped: readers show that, and few show a property.
  private static func omitted(_ words: String, _ suite: SuiteReport) -> String {
    let name = "ssoscript test"
    let attributes = attributes([
      ("name", name), ("tests", "1"), ("failures", "0"), ("errors", "0"), ("skipped", "1"),
      ("timestamp", timestamp(suite.started)),
    ])
    let test = Self.attributes([("name", "not run"), ("classname", name)])
    return "  <testsuite\(attributes)>\n    <testcase\(test)>\n"
      + element("skipped", "NotRun", words, "") + "    </testcase>\n  </testsuite>\n"
  }

  private static func suite(_ file: ScenarioFileReport, _ suite: SuiteReport) -> String {
    let broken = file.loadFailure == nil ? 0 : 1
    let attributes = attributes([
      ("name", file.file), ("tests", "\(file.scenarios.count + broken)"),
      ("failures", "\(file.scenarios.count { $0.outcome == .failed })"),
      ("errors", "\(file.scenarios.count { $0.outcome == .error } + broken)"),
      ("skipped", "\(file.scenarios.count { $0.outcome == .unfinished })"),
      ("time", ReportText.seconds(file.wallTime)), ("timestamp", timestamp(suite.started)),
      ("file", file.file),
    ])
    var text = "  <testsuite\(attributes)>\n    <properties>\n"
    text += property("seed", "\(suite.seed)")
    for scenario in file.scenarios {
      text += property("\(scenario.name): seed", ReportText.hexadecimal(scenario.seed))
      text += property("\(scenario.name): virtual_time", ReportText.seconds(scenario.virtualTime))
      text += property("\(scenario.name): trace_hash", ReportText.hexadecimal(scenario.traceHash))
    }
    text += "    </properties>\n"
    if let failure = file.loadFailure {
      text += "    <testcase\(Self.attributes([("name", "loads"), ("classname", file.file)]))>\n"
      let words = ReportText.printable(failure)
      text += element("error", "LoadFailure", "the file does not load", words)
      text += "    </testcase>\n"
    }
    return text + file.scenarios.map { testCase($0, suite) }.joined() + "  </testsuite>\n"
  }

  private static func testCase(_ scenario: ScenarioReport, _ suite: SuiteReport) -> String {
    let group = scenario.path.dropLast().joined(separator: " › ")
    let attributes = attributes([
      ("name", scenario.path.last ?? ""), ("classname", group.isEmpty ? scenario.file : group),
      ("time", ReportText.seconds(scenario.wallTime)),
    ])
    var text = "    <testcase\(attributes)>\n"
    if scenario.isNoteworthy { text += failure(scenario, suite.traces[scenario.id]) }
    if scenario.outcome == .unfinished {
      text += element("skipped", "Unfinished", "not all of its seeds were tried", "")
    }
    let facts =
      "seed=\(ReportText.hexadecimal(scenario.seed)) seeds=\(scenario.seeds) "
      + "virtual_time=\(ReportText.seconds(scenario.virtualTime)) "
      + "trace_hash=\(ReportText.hexadecimal(scenario.traceHash))\n"
    text += "      <system-out>\(ReportText.markup(facts + scenario.output))</system-out>\n"
    return text + "    </testcase>\n"
  }

  private static func failure(_ scenario: ScenarioReport, _ trace: String?) -> String {
    let text = FailureText(scenario, trace: trace)
    let message = text.message.split(separator: "\n").first.map(String.init) ?? ""
    let body = "\(text.place)\n\n\(text.body)"
    switch scenario.outcome {
    case .error: return element("error", "Error", message, body)
    case .flaky: return element("flakyFailure", "Flaky", message, body)
    case .failed: return element("failure", scenario.failureKind, message, body)
    case .passed, .unfinished: return ""
    }
  }

  // MARK: Markup

  private static func element(
    _ name: String, _ type: String, _ message: String, _ body: String
  ) -> String {
    "      <\(name)\(attributes([("type", type), ("message", message)]))>"
      + "\(ReportText.markup(body))</\(name)>\n"
  }

  private static func property(_ name: String, _ value: String) -> String {
    "      <property\(attributes([("name", name), ("value", value)]))/>\n"
  }

  private static func attributes(_ values: [(String, String)]) -> String {
    values.map { " \($0)=\"\(ReportText.attribute($1))\"" }.joined()
  }

  /// Without zone and fraction, as the schema of Ant wants it.
  private static func timestamp(_ started: String) -> String { String(started.prefix(19)) }
}

extension ScenarioReport {
  fileprivate var failureKind: String {
    if failure != nil { return "AssertionFailed" }
    return difference == nil ? "SecretLeaked" : "NotDeterministic"
  }
}
