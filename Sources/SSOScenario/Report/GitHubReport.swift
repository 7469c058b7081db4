//  GitHubReport.swift - workflow commands: GitHub shows them beside the lines that they name.
//
//  Knows: the escapes of GitHub's runner: % and line ends everywhere, : and , in properties.

internal import StrictJSON

/// The report of a step of GitHub Actions.
struct GitHubReport: ReportWriter {
  func end(_ suite: SuiteReport) -> String {
    var lines: [String] = []
    for file in suite.files {
      if let failure = file.loadFailure {
        let line = Self.line(of: failure, in: file.file)
        let words = ReportText.printable(failure)
        lines.append(Self.command("error", file.file, line, "does not load", words))
      }
      for scenario in file.scenarios where scenario.isNoteworthy {
        let text = FailureText(scenario, trace: suite.traces[scenario.id])
        let level = scenario.outcome == .flaky ? "warning" : "error"
        // Beside the line that it names only what is elsewhere has a place to be told.
        let place = scenario.isInOwnFile ? "" : "\(text.place)\n\n"
        lines.append(
          Self.command(
            level, scenario.file, scenario.failureLine, scenario.name, place + text.body))
      }
    }
    lines.append("::notice title=ssoscript test::\(Self.escaped(suite.tally))")
    return lines.joined(separator: "\n") + "\n"
  }

  /// The first line of a file that words name: `bad_spec.lua:2: unexpected symbol`.
  private static func line(of words: String, in file: String) -> Int {
    guard let place = words.firstRange(of: "\(file):") else { return 1 }
    return Int(words[place.upperBound...].prefix { $0.isASCII && $0.isNumber }) ?? 1
  }

  private static func command(
    _ level: String, _ file: String, _ line: Int, _ title: String, _ message: String
  ) -> String {
    "::\(level) file=\(property(file)),line=\(line),title=\(property(title))::\(escaped(message))"
  }

  private static func escaped(_ text: String) -> String {
    text.replacingBytes("%", with: "%25").replacingBytes("\r", with: "%0D")
      .replacingBytes("\n", with: "%0A")
  }

  private static func property(_ text: String) -> String {
    escaped(ReportText.printable(text)).replacingBytes(":", with: "%3A")
      .replacingBytes(",", with: "%2C")
  }
}
