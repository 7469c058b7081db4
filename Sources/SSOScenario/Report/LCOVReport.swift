//  LCOVReport.swift - line coverage as lcov writes it: for editors, genhtml and CI services.

/// The format of lcov's tracefiles (geninfo(1)).
struct LCOVReport: ReportWriter {
  func end(_ suite: SuiteReport) -> String {
    (suite.coverage?.lines?.files ?? []).map(Self.record).joined()
  }

  private static func record(_ file: LineCoverage.File) -> String {
    let lines = file.hits.sorted { $0.key < $1.key }.map { "DA:\($0.key),\($0.value)" }
    let text = ["TN:", "SF:\(file.path)"] + lines
    return (text + ["LF:\(file.hits.count)", "LH:\(file.executed)", "end_of_record", ""])
      .joined(separator: "\n")
  }
}
