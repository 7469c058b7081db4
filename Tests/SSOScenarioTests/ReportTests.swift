//  ReportTests.swift - results as text, in every format.

import StrictJSON
import Testing

@testable import SSOScenario

@Suite struct `A report for a person` {
  private let text = ReportKind.pretty.writer().text(of: Sample.all)

  @Test func `names groups, scenarios and what they took`() {
    #expect(
      text.hasPrefix(
        """
        scenarios/login_spec.lua
          device login
            ✓ waits for the person (45s virtual, 0.8 ms)
            ✗ adds <five> & "more" #slow (0.0 ms)
        """))
    #expect(text.contains("1 passed, 1 failed, 1 with errors, 1 flaky, 1 file not loaded"))
    let numbers = (1...5).filter { text.contains("\n\($0)) ") }
    #expect(numbers == [1, 2, 3, 4], "failures are numbered")
  }

  @Test func `§4 a failure is told in the order in which it is needed`() throws {
    let parts = [
      "adds <five>", "scenarios/login_spec.lua:24", "expected: { 5, 10 }", "Last events",
      "9.000 s", "20.000 s", "Faults in force", "N08", "--replay 0x2a/0-2,7",
    ]
    var rest = try #require(text.firstRange(of: "1) ").map { text[$0.lowerBound...] })
    for part in parts {
      let range = try #require(rest.firstRange(of: part), "\(part) is missing or too early")
      rest = rest[range.upperBound...]
    }
    #expect(!text.contains(" 8.000 s"), "only the last twelve events")
  }

  @Test func `holds nothing that a terminal would act on`() {
    #expect(!text.contains("\u{1B}"))
    var style = ReportStyle()
    style.isColored = true
    let colored = ReportKind.pretty.writer(style).text(of: Sample.all)
    #expect(colored.contains("\u{1B}[31m✗\u{1B}[0m"))
    #expect(!colored.contains("printed\u{1B}"))
  }

  @Test func `names scenarios in a command without what a terminal would act on`() {
    let bad = Sample.scenario("it's \u{1B}[31m \u{202E}\n\\", 1) { $0.outcome = .failed }
    #expect(
      bad.replayCommand.contains(
        #"$'^device login \xe2\x80\xba it\'s \x1b[31m \xe2\x80\xae\x0a\\$' --replay"#),
      "\(bad.replayCommand)")
  }

  @Test func `names the slowest`() {
    var style = ReportStyle()
    style.slowest = 1
    let text = ReportKind.pretty.writer(style).text(of: Sample.all)
    #expect(text.contains("Slowest:\n  0.8 ms  scenarios/login_spec.lua › device login › waits"))
  }

  @Test(arguments: [
    (0, "0.0 ms"), (999_949, "999.9 ms"), (1_000_000, "1.00 s"), (1_996_000, "2.00 s"),
  ])
  func `tells real time in milliseconds below a second`(microseconds: Int, words: String) {
    #expect(ReportText.real(.microseconds(microseconds)) == words)
  }

  @Test(arguments: [
    (Duration.microseconds(1_234_567), "1.235"), (.microseconds(1_999_999), "2.000"),
    (.seconds(9_244_800_000), "9244800000.000"), (.seconds(Int64.max), "9223372036854.776"),
  ])
  func `tells any time in seconds`(duration: Duration, words: String) {
    #expect(ReportText.seconds(duration) == words)
  }

  @Test func `as dots is short`() {
    let text = ReportKind.dot.writer().text(of: Sample.all)
    #expect(text.hasPrefix(".FE~L\n\n1) "))
  }
}

@Suite struct `What a property drew and its scenario printed` {
  private static let failed = Sample.scenario("is small", 7) { report in
    report.outcome = .failed
    report.draws = [FaultStrike(number: 0, text: "world:number gives 42")]
    report.output = "it says hello\n"
  }

  @Test(arguments: [ReportKind.pretty, .dot, .tap, .junit, .json, .html, .github])
  func `is in every report`(kind: ReportKind) {
    let text = kind.writer().text(of: Sample.suite([Self.failed]))
    #expect(text.contains("world:number gives 42") && text.contains("it says hello"), "\(text)")
  }

  @Test func `is in the trace`() {
    let text = TraceText.text(Self.failed)
    #expect(text.contains("\ndraws\n  world:number gives 42\n"))
    #expect(text.contains("\noutput\n  it says hello\n"), "\(text)")
  }
}

@Suite struct `A report for machines` {
  @Test func `TAP 14 escapes names and has a plan and YAML blocks`() {
    let text = ReportKind.tap.writer().text(of: Sample.all)
    let lines = text.split(separator: "\n")
    #expect(lines.first == "TAP version 14")
    #expect(lines.last == "1..5")
    #expect(lines.contains("ok 1 - device login › waits for the person"))
    #expect(lines.contains("not ok 2 - device login › adds <five> & \"more\" \\#slow"))
    #expect(lines.contains("ok 4 - device login › is slow now and then"))
    #expect(lines.contains("not ok 5 - scenarios/bad_spec.lua does not load"))
    #expect(lines.count { $0 == "  ---" } == 5 && lines.count { $0 == "  ..." } == 5)
    #expect(text.contains(#"  message: "expected: { 5, 10 }\n     got: { 5, 5 }"#))
  }

  @Test func `TAP bails out when it was interrupted`() {
    var suite = Sample.all
    suite.signal = 2
    #expect(ReportKind.tap.writer().text(of: suite).hasSuffix("Bail out! interrupted\n"))
  }

  @Test(arguments: [nil, 2] as [Int32?])
  func `TAP says before its end what was not run`(signal: Int32?) {
    var suite = Sample.all
    (suite.notRun, suite.unread, suite.signal) = (3, 1, signal)
    let lines = ReportKind.tap.writer().text(of: suite).split(separator: "\n")
    #expect(lines.suffix(2).first == "# 3 not run, 1 file not begun")
    #expect(lines.last == (signal == nil ? "1..5" : "Bail out! interrupted"))
  }

  @Test func `JSON has all that a program needs`() throws {
    let text = ReportKind.json.writer().text(of: Sample.all)
    let object = try #require(try JSON.parse(Array(text.utf8)).asObject)
    let files = try #require(object["files"]?.asArray)
    let scenarios = try #require(files[0].asObject?["scenarios"]?.asArray).compactMap(\.asObject)
    #expect(scenarios.map { $0["outcome"]?.asString } == ["passed", "failed", "error", "flaky"])
    #expect(scenarios[1]["replay"]?.asString?.contains("0x2a/0-2,7") == true)
    #expect(scenarios[1]["events"]?.asArray?.count == 12)
    #expect(files[1].asObject?["loadFailure"]?.asString?.contains("syntax error") == true)
    #expect(object["summary"]?.asObject?["failed"]?.asInteger == 1)
    let errors = ReportKind.json.writer().text(of: Sample.suite([Sample.broken, Sample.broken]))
    let summary = try JSON.parse(Array(errors.utf8)).asObject?["summary"]?.asObject
    #expect(summary?["errors"]?.asInteger == 2 && summary?["failed"]?.asInteger == 0)
  }

  @Test func `JSON is read back as timings`() throws {
    let text = ReportKind.json.writer().text(of: Sample.all)
    let timings = try #require(Timings.read(Array(text.utf8)))
    #expect(timings[Sample.passed.id] == 0.00084)
    #expect(Timings.read(Array("[]".utf8)) == nil)
    let blanks = [UInt8](repeating: UInt8(ascii: " "), count: 17 << 20)
    #expect(Timings.read(Array(text.utf8) + blanks) == timings, "of any size")
  }

  @Test func `has a name of its own for the file of each trace`() {
    let scalars = (0x4E00..<0x5600 as Range<UInt32>).compactMap(Unicode.Scalar.init)
    let names = Set(scalars.map { FileNames.plain("it \($0)") })
    #expect(names.count == scalars.count)
  }

  @Test func `GitHub's commands name file and line and escape the rest`() {
    let lines = ReportKind.github.writer().text(of: Sample.all).split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines[0].hasPrefix("::error file=scenarios/login_spec.lua,line=24,title=device login"))
    #expect(lines[0].contains("::expected: { 5, 10 }%0A     got"))
    #expect(lines[2].hasPrefix("::warning file="))
    #expect(lines[3].hasPrefix("::error file=scenarios/bad_spec.lua,line=1"))
    let late = ReportKind.github.writer().text(
      of: Sample.suite([], loadFailure: "scenarios/bad_spec.lua:12: syntax error near 'x'"))
    #expect(late.hasPrefix("::error file=scenarios/bad_spec.lua,line=12,title=does not load::"))
    #expect(lines[4].hasPrefix("::notice title=ssoscript test::1 passed"))
  }

  @Test func `no text of a spec is a command to GitHub or a terminal`() {
    let name = "a\r\n::stop-commands::x\u{1B}[31m\u{202E}%\u{301}:\u{301},\u{301}"
    let suite = Sample.suite(
      [Sample.scenario(name, 7) { $0.outcome = .failed }],
      loadFailure: "bad\r\n::error ::x\u{1B}[31m")
    let text = ReportKind.github.writer().text(of: suite)
    let starts = text.utf8.split(separator: 10).map { String(Substring($0.prefix(9))) }
    #expect(starts == ["::error f", "::error f", "::notice "], "\(text)")
    #expect(text.containsBytes("a\\u{d}%0A%3A%3Astop"), "\(text)")
    #expect(text.containsBytes("%25\u{301}%3A\u{301}%2C\u{301}"), "\(text)")
    for kind in [ReportKind.github, .pretty, .dot, .tap, .html] {
      let shown = kind.writer().text(of: suite).unicodeScalars
      #expect(!shown.contains("\u{1B}") && !shown.contains("\u{202E}"), "\(kind)")
      #expect(!shown.contains("\r"), "\(kind)")
    }
  }
}

@Suite struct `An unfinished property` {
  @Test func `has not passed in any report, and is no failure`() throws {
    var suite = Sample.suite([Sample.passed, Sample.unfinished])
    (suite.notRun, suite.unread) = (3, 1)
    let text = { (kind: ReportKind) in kind.writer().text(of: suite) }
    #expect(text(.pretty).contains("? has many seeds (unfinished, 2081 seeds, "))
    #expect(text(.pretty).contains("1 passed, 1 unfinished, 3 not run, 1 file not begun ·"))
    #expect(text(.dot).hasPrefix(".?\n"))
    #expect(text(.tap).contains("ok 2 - device login › has many seeds # SKIP unfinished"))
    #expect(text(.html).contains("<b>4</b><span>unfinished or not run</span>"))
    let object = try #require(try JSON.parse(Array(text(.json).utf8)).asObject)
    let summary = try #require(object["summary"]?.asObject)
    #expect(summary["passed"]?.asInteger == 1 && summary["unfinished"]?.asInteger == 1)
    #expect(summary["notRun"]?.asInteger == 3 && summary["filesNotBegun"]?.asInteger == 1)
  }
}

@Suite struct `A leak or a difference` {
  private let suite = Sample.suite([Sample.passed, Sample.leaking, Sample.unsteady])

  private func text(_ kind: ReportKind) -> String { kind.writer().text(of: suite) }

  @Test func `is a failure in every report`() throws {
    #expect(text(.pretty).contains("✗ shows its token"))
    #expect(text(.pretty).contains("1 passed, 2 failed ·"))
    #expect(text(.dot).hasPrefix(".FF\n"))
    #expect(text(.github).contains("::1 passed, 2 failed"))
    #expect(text(.html).contains("2 of 3 scenarios failed"))
    #expect(text(.html).contains("<b>2</b><span>failed</span>"))
    #expect(text(.junit).contains(#"tests="3" failures="2" errors="0""#))
    #expect(text(.tap).contains("not ok 2 - device login › shows its token"))
    #expect(!text(.tap).contains(#"severity: "passed""#))
    let object = try #require(try JSON.parse(Array(text(.json).utf8)).asObject)
    let summary = try #require(object["summary"]?.asObject)
    #expect(summary["passed"]?.asInteger == 1 && summary["failed"]?.asInteger == 2)
  }

  @Test func `is to be seen again with the command that is named`() {
    #expect(Sample.unsteady.replayCommand.hasSuffix("--replay 0x0 --check-determinism"))
    #expect(Sample.leaking.replayCommand.hasSuffix("--replay 0x0"))
    let saved = SavedFailure.text(Sample.unsteady, source: "/a_spec.lua")
    #expect(saved.contains("ssoscript test THIS-FILE --check-determinism"))
    let strange = Sample.scenario("a\\n\"b", 1) { $0.outcome = .failed }
    let text = SavedFailure.text(strange, source: "/a_spec.lua")
    #expect(text.contains(#"a\\n\"b","#), "\(text)")
  }
}

@Suite struct `A failure with many faults` {
  private static func report(_ texts: [String], _ number: Int? = nil) -> ScenarioReport {
    Sample.scenario("asks for long", 80) { report in
      report.outcome = .failed
      report.faults = texts.map { FaultStrike(number: number, text: $0) }
      report.draws = report.faults
    }
  }

  @Test func `tells equal ones once, with their number`() {
    let texts = ["a: N08 reset"] + [String](repeating: "b: H01 cut", count: 20_000)
    let report = Self.report(texts)
    let lines = ["a: N08 reset", "b: H01 cut (20000 times)"]
    let text = FailureText(report)
    #expect(text.faults == lines && text.draws == lines)
    let list = "\n  \(lines[0])\n  \(lines[1])\n"
    #expect(TraceText.text(report).hasSuffix("faults\(list)\ndraws\(list)"))
    let saved = SavedFailure.text(report, source: "/a_spec.lua")
    #expect(saved.contains("in it:\n  --   \(lines[0])\n  --   \(lines[1])\n  -- What it draws"))
    #expect(saved.hasSuffix("by chance:\n  --   \(lines[0])\n  --   \(lines[1])\n}\n"))
  }

  @Test func `names fifty, and says how many more there are`() {
    let report = Self.report((1...70).map { "call \($0)" }, 3)
    let text = FailureText(report)
    #expect(text.faults.count == 51 && text.draws.count == 51)
    #expect(text.faults.suffix(2) == ["call 50", "… and 20 more"])
    let last = FailureText(Self.report((1...51).map { "call \($0)" })).faults.last
    #expect(last == "… and 1 more")
    #expect(FailureText(Self.report((1...50).map { "call \($0)" })).faults.last == "call 50")
    let saved = SavedFailure.text(report, source: "/a_spec.lua")
    #expect(saved.contains("  --   3: call 50\n  --   … and 20 more\n"))
    #expect(!saved.contains("call 51"))
  }
}

@Suite struct `A page` {
  private let text = ReportKind.html.writer().text(of: Sample.all)

  @Test func `S21 escapes everything and needs nothing else`() {
    #expect(text.contains("adds &lt;five&gt; &amp; &quot;more&quot; #slow"))
    #expect(!text.contains("<script") && !text.contains("http://") && !text.contains("https://"))
    #expect(!text.contains("src=") && !text.contains("@import") && !text.contains("url("))
    #expect(text.contains("default-src 'none'"))
  }

  @Test func `says at its head what became of the run`() {
    let head = { (suite: SuiteReport) in
      let text = ReportKind.html.writer().text(of: suite)
      return text.split(separator: "<h1>").last?.split(separator: "</h1>").first ?? ""
    }
    let broken = Sample.suite([Sample.passed], loadFailure: "bad_spec.lua:1: syntax error")
    #expect(head(broken) == "1 file did not load")
    #expect(head(Sample.all) == "2 of 4 scenarios failed")
    #expect(head(Sample.suite([Sample.passed])) == "All 1 scenario passed")
    var cut = Sample.all
    cut.signal = 2
    #expect(head(cut) == "Interrupted")
  }

  @Test func `opens what failed and closes what passed`() {
    #expect(text.contains(#"<details class="good">"#))
    #expect(text.contains(#"<details class="bad" open>"#))
    #expect(text.contains(#"<details class="odd" open>"#))
  }
}

@Suite struct `A run that is over` {
  private func read(_ suite: SuiteReport) -> EarlierRun? {
    var suite = suite
    suite.coverage = CoverageReport(suite.files)
    return EarlierRun(report: Array(ReportKind.json.writer().text(of: suite).utf8))
  }

  @Test func `tells what it ended with, the gravest first`() {
    let ends: [(scenarios: [ScenarioReport], status: Int32)] = [
      ([Sample.passed, Sample.flaky], 0), ([Sample.failed], 1), ([Sample.broken], 1),
      ([Sample.failed, Sample.unsteady], 5), ([Sample.unsteady, Sample.leaking], 8),
    ]
    for (scenarios, status) in ends { #expect(read(Sample.suite(scenarios))?.status == status) }
    #expect(read(Sample.all)?.status == 3)
    var merged = Sample.suite([])
    merged.merged = [0, 1, 8]
    #expect(read(merged)?.status == 8)
  }

  @Test func `was interrupted if it says so, or nothing of it`() {
    var suite = Sample.suite([Sample.passed])
    #expect(read(suite)?.isInterrupted == false)
    suite.signal = 2
    #expect(read(suite)?.isInterrupted == true)
    let silent = EarlierRun(report: Array(#"{"coverage": {}, "files": []}"#.utf8))
    #expect(silent?.isInterrupted == true)
    let later = EarlierRun(report: Array(#"{"version": 2, "coverage": {}, "files": []}"#.utf8))
    #expect(later == nil)
  }

  @Test func `is not added to one that looked at other parts`() {
    let files = Sample.suite([Sample.passed]).files
    for (mine, other) in [(false, true), (true, false), (true, true), (false, false)] {
      let parts = { (hasLines: Bool) -> CoverageParts in
        hasLines ? .usual : [.rules, .faults]
      }
      var report = CoverageReport(files, of: parts(mine))
      let isAdded = report.add(CoverageReport(files, of: parts(other)))
      #expect(isAdded == (mine == other))
    }
  }

  @Test func `has reached what it did, whatever others did not`() {
    var one = Sample.passed
    (one.faultIDs, one.rules) = (["N08"], ["R8628-16"])
    var whole = CoverageReport(Sample.suite([one]).files)
    let isAdded = whole.add(CoverageReport(Sample.suite([Sample.passed]).files))
    #expect(isAdded)
    #expect(whole.faults.filter(\.isReached).map(\.id) == ["N08"])
    #expect(whole.rules.filter(\.isReached).map(\.id) == ["R8628-16"])
  }
}
