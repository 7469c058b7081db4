//  JSONReport.swift - one object for programs; `--timings` reads it, too.
//
//  Knows: times are seconds as numbers, seeds are text: they do not fit a double.

internal import StrictJSON

/// The report for programs.
struct JSONReport: ReportWriter {
  func end(_ suite: SuiteReport) -> String {
    var object: JSONObject = [
      "version": 1, "seed": .string("\(suite.seed)"), "started": .string(suite.started),
      "duration": .seconds(suite.wallTime), "virtualTime": .seconds(suite.virtualTime),
      "interrupted": .bool(suite.signal != nil), "summary": .object(Self.summary(suite)),
      "files": .array(suite.files.map { Self.file($0, suite) }),
    ]
    if !suite.snapshots.isEmpty {
      object["snapshots"] = .array(suite.snapshots.map(JSON.string))
    }
    if !suite.merged.isEmpty {
      object["merged"] = .array(suite.merged.map { .integer(Int64($0)) })
    }
    if let coverage = suite.coverage { object["coverage"] = Self.coverage(coverage) }
    let bytes = (try? object.encoded(.pretty)) ?? []
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }

  private static func summary(_ suite: SuiteReport) -> JSONObject {
    [
      "scenarios": .integer(Int64(suite.scenarios.count)), "passed": count(suite, .passed),
      "failed": count(suite, .failed), "errors": count(suite, .error),
      "flaky": count(suite, .flaky), "unfinished": count(suite, .unfinished),
      "notRun": .integer(Int64(suite.notRun)), "filesNotBegun": .integer(Int64(suite.unread)),
    ]
  }

  private static func count(_ suite: SuiteReport, _ outcome: ScenarioReport.Outcome) -> JSON {
    .integer(Int64(suite.count(outcome)))
  }

  private static func file(_ file: ScenarioFileReport, _ suite: SuiteReport) -> JSON {
    .object([
      "file": .string(file.file), "loadFailure": file.loadFailure.map(JSON.string) ?? .null,
      "duration": .seconds(file.wallTime),
      "scenarios": .array(file.scenarios.map { scenario($0, suite) }),
    ])
  }

  fileprivate static func head(_ report: ScenarioReport) -> JSONObject {
    var head: JSONObject = [
      "id": .string(report.id), "name": .string(report.name),
      "path": .array(report.path.map(JSON.string)), "tags": .array(report.tags.map(JSON.string)),
      "file": .string(report.file), "line": .integer(Int64(report.line)),
      "kind": report.isProperty ? "property" : "scenario",
    ]
    if let helper = report.helper { head["helper"] = .string(helper) }
    return head
  }

  private static func scenario(_ report: ScenarioReport, _ suite: SuiteReport) -> JSON {
    var object = head(report)
    object["outcome"] = .string(report.outcome.rawValue)
    object["duration"] = .seconds(report.wallTime)
    object["virtualTime"] = .seconds(report.virtualTime)
    object["seed"] = .string(ReportText.hexadecimal(report.seed))
    object["seeds"] = .integer(Int64(report.seeds))
    object["traceHash"] = .string(ReportText.hexadecimal(report.traceHash))
    guard report.isNoteworthy else { return .object(object) }
    let text = FailureText(report)
    object["message"] = .string(text.message)
    object["place"] = .string(text.place)
    object["traceback"] = .string(text.traceback)
    object["events"] = .array(report.events.suffix(FailureText.eventCount).map(\.json))
    object["faults"] = .array(report.faultLines.map(JSON.string))
    object["draws"] = .array(report.drawLines.map(JSON.string))
    object["output"] = .string(report.output)
    object["leaks"] = .array(report.leaks.map(JSON.string))
    object["difference"] = report.difference.map(JSON.string) ?? .null
    object["replay"] = .string(text.replay)
    object["trace"] = suite.traces[report.id].map(JSON.string) ?? .null
    return .object(object)
  }

  // MARK: Coverage

  private static func coverage(_ coverage: CoverageReport) -> JSON {
    var parts = JSONObject()
    if !coverage.rules.isEmpty {
      parts["protocol"] = part(coverage.rules, coverage.rulePercentage)
    }
    if !coverage.faults.isEmpty {
      parts["faults"] = part(coverage.faults, coverage.faultPercentage)
    }
    if let lines = coverage.lines { parts["lua"] = Self.lines(lines) }
    return .object(parts)
  }

  private static func lines(_ lines: LineCoverage) -> JSON {
    .object([
      "percentage": .number(lines.percentage), "lines": .integer(Int64(lines.count)),
      "executed": .integer(Int64(lines.executed)), "files": .array(lines.files.map(file)),
    ])
  }

  private static func file(_ file: LineCoverage.File) -> JSON {
    let missed = file.hits.filter { $0.value == 0 }.keys.sorted()
    let hits = file.hits.sorted { $0.key < $1.key }
      .map { ("\($0.key)", JSON.integer(Int64($0.value))) }
    return .object([
      "file": .string(file.path), "percentage": .number(file.percentage),
      "lines": .integer(Int64(file.hits.count)), "executed": .integer(Int64(file.executed)),
      "missed": .array(missed.map { .integer(Int64($0)) }), "hits": .object(JSONObject(hits)),
    ])
  }

  private static func part(_ items: [CoverageReport.Item], _ share: Double) -> JSON {
    .object([
      "percentage": .number(share),
      "reached": .array(items.filter(\.isReached).map { .string($0.id) }),
      "missing": .array(items.filter { !$0.isReached }.map { .string($0.id) }),
    ])
  }
}

/// The scenarios of some files, without their results.
public enum ScenarioList {
  /// A line for each: `scenarios/login_spec.lua:12: login › waits`.
  public static func text(_ files: [ScenarioFileReport]) -> String {
    files.flatMap(\.scenarios)
      .map { ReportText.printable("\($0.file):\($0.line): \($0.name)") + "\n" }.joined()
  }

  /// One array: `id`, `name`, `path`, `tags`, `file`, `line`, `kind`, and `helper` where that declares it.
  public static func json(_ files: [ScenarioFileReport]) -> String {
    let items = files.flatMap(\.scenarios).map { JSON.object(JSONReport.head($0)) }
    let bytes = (try? JSON.array(items).encoded(.pretty)) ?? []
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }
}

/// What earlier runs took, out of their JSON report.
public enum Timings {
  /// Reads a report.
  ///
  /// - Parameter bytes: What `--report json:FILE` wrote.
  /// - Returns: Seconds by ``ScenarioReport/id``; `nil` for what is no such report.
  public static func read(_ bytes: [UInt8]) -> [String: Double]? {
    let limits = JSONLimits(depth: 64, size: bytes.count)
    guard let root = (try? JSON.parse(bytes, limits: limits))?.asObject,
      let files = root["files"]?.asArray
    else { return nil }
    var seconds: [String: Double] = [:]
    for file in files {
      for scenario in file.asObject?["scenarios"]?.asArray ?? [] {
        guard let object = scenario.asObject, let id = object["id"]?.asString,
          let duration = object["duration"]?.asNumber
        else { continue }
        seconds[id] = duration
      }
    }
    return seconds
  }
}

extension JSON {
  fileprivate static func seconds(_ duration: Duration) -> JSON {
    .number(Double(duration.inMicroseconds) / 1e6)
  }
}

extension TimelineEvent {
  fileprivate var json: JSON {
    .object([
      "time": .number(Double(time.inMicroseconds) / 1e6), "actor": .string(actor),
      "text": .string(text),
    ])
  }
}
