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
      report.merged = command.selection.merge.count
      report.coverage = try coverage()
      let output = try Outputs(command.reporting, record: nil)
      output.begin()
      try output.end(&report, nil)
      return TestSession.status(of: report, command)
    } catch {
      ThisProcess.writeLine("ssoscript test: \(error.words)", to: .error)
      return error.status
    }
  }

  private func coverage() throws(SessionFailure) -> CoverageReport {
    var whole: CoverageReport?
    for file in command.selection.merge {
      let part = try read(file)
      guard whole?.add(part) ?? true else {
        throw SessionFailure("--merge: \(file) tells of other parts than the reports before it")
      }
      whole = whole ?? part
    }
    let coverage = whole ?? CoverageReport()
    let missing = command.reporting.parts.subtracting(coverage.parts.union(.specs))
    guard missing.isEmpty else {
      let words = CoverageParts.words.filter { missing.contains($0.part) }.map(\.word)
      throw SessionFailure(
        "--merge: the reports do not tell of \(words.joined(separator: ", ")): run their scenarios "
          + "with --coverage")
    }
    return coverage
  }

  private func read(_ file: String) throws(SessionFailure) -> CoverageReport {
    do throws(DoorError) {
      let bytes = try ThisProcess.read(file, limit: Self.sizeLimit)
      if let coverage = CoverageReport(report: bytes) { return coverage }
    } catch {
      throw SessionFailure("--merge: \(error.message)")
    }
    throw SessionFailure("--merge: \(file) is no JSON report of a run with --coverage")
  }
}
