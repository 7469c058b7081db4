//  CoverageMerge.swift - --merge: the coverage of several runs, such as shards, told and judged as one.

internal import LiveWorld
internal import SSOOIDC
internal import SSOScenario
internal import SSOScript

/// Runs nothing, and reports what others reached.
struct CoverageMerge {
  private static let sizeLimit = 256 << 20

  let command: TestCommand

  /// - Returns: The exit status.
  func run() -> Int32 {
    do throws(SessionFailure) {
      var report = SuiteReport()
      report.started = ThisProcess.now.rfc3339
      (report.coverage, report.merged) = try merged()
      let output = try Outputs(command.reporting, record: nil)
      output.begin()
      try output.end(&report, nil)
      return TestSession.status(of: report, command)
    } catch {
      ThisProcess.writeLine("ssoscript test: \(error.words)", to: .error)
      return error.status
    }
  }

  private func merged() throws(SessionFailure) -> (CoverageReport, [Int32]) {
    var whole: CoverageReport?
    var statuses: [Int32] = []
    for file in command.selection.merge {
      let run = try read(file)
      if let other = whole?.firstDifferentFile(run.coverage) {
        throw SessionFailure(
          "--merge: \(other) has other lines in \(file) than in the reports before it: merge "
            + "reports of the same files")
      }
      guard whole?.add(run.coverage) ?? true else {
        throw SessionFailure("--merge: \(file) tells of other parts than the reports before it")
      }
      whole = whole ?? run.coverage
      statuses.append(run.status)
      guard run.status != 0 else { continue }
      ThisProcess.writeLine(
        "ssoscript test: --merge: \(file) is of a run that failed (exit status \(run.status))",
        to: .error)
    }
    return (try checked(whole), statuses)
  }

  private func checked(_ whole: CoverageReport?) throws(SessionFailure) -> CoverageReport {
    var coverage = whole ?? CoverageReport()
    let missing = command.reporting.parts.subtracting(coverage.parts.union(.specs))
    guard missing.isEmpty else {
      let words = CoverageParts.words.filter { missing.contains($0.part) }.map(\.word)
      throw SessionFailure(
        "--merge: the reports do not tell of \(words.joined(separator: ", ")): run their scenarios "
          + "with --coverage")
    }
    if command.reporting.coverage != nil { coverage.narrow(to: command.reporting.parts) }
    return coverage
  }

  private func read(_ file: String) throws(SessionFailure) -> EarlierRun {
    let bytes: [UInt8]
    do throws(DoorError) {
      bytes = try ThisProcess.read(file, limit: Self.sizeLimit)
    } catch {
      throw SessionFailure("--merge: \(error.message)")
    }
    guard let run = EarlierRun(report: bytes) else {
      throw SessionFailure("--merge: \(file) is no JSON report of a run with --coverage")
    }
    guard !run.isInterrupted else {
      throw SessionFailure(
        "--merge: \(file) is of a run that was interrupted: what it reached is not all of it")
    }
    return run
  }
}
