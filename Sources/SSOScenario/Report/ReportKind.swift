//  ReportKind.swift - the kinds of report, and what all of them have in common.

/// A report's format.
public enum ReportKind: String, Sendable, CaseIterable {
  /// Words for a person.
  case pretty
  /// One character for each scenario, then the failures.
  case dot
  /// Test Anything Protocol, version 14.
  case tap
  /// JUnit's XML, as Jenkins and Ant read it.
  case junit
  /// One object, for programs.
  case json
  /// One page that needs nothing else.
  case html
  /// Workflow commands that GitHub shows beside the lines they name.
  case github
  /// lcov's tracefile, with the lines of Lua files; nothing of scenarios.
  case lcov

  /// What writes it.
  ///
  /// - Parameter style: For formats that a person reads.
  /// - Returns: A writer for one run.
  public func writer(_ style: ReportStyle = ReportStyle()) -> any ReportWriter & Sendable {
    switch self {
    case .pretty: PrettyReport(style)
    case .dot: DotReport(style)
    case .tap: TAPReport()
    case .junit: JUnitReport()
    case .json: JSONReport()
    case .html: HTMLReport()
    case .github: GitHubReport()
    case .lcov: LCOVReport()
    }
  }
}

/// How a report for a person looks.
public struct ReportStyle: Sendable, Equatable {
  /// With a terminal's colours.
  public var isColored = false
  /// So many of the slowest scenarios are named at the end.
  public var slowest = 0

  /// Plain.
  public init() {}
}

/// Makes text of results, file by file as they come.
///
/// The whole report is what ``begin()``, ``file(_:)`` for each file and ``end(_:)`` give.
public protocol ReportWriter {
  /// What comes first.
  mutating func begin() -> String
  /// What a complete file adds; empty for formats that need all files first.
  mutating func file(_ report: ScenarioFileReport) -> String
  /// What comes last.
  mutating func end(_ suite: SuiteReport) -> String
}

extension ReportWriter {
  /// Nothing comes first.
  public mutating func begin() -> String { "" }
  /// Everything is said at the end.
  public mutating func file(_ report: ScenarioFileReport) -> String { "" }

  /// The whole report at once.
  public func text(of suite: SuiteReport) -> String {
    var writer = self
    var text = writer.begin()
    for file in suite.files { text += writer.file(file) }
    return text + writer.end(suite)
  }
}
