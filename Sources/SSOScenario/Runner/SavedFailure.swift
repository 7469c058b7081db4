//  SavedFailure.swift - a failure as a scenario file of its own that one can read and run. Pure.

internal import SSOScript
internal import StrictJSON

/// A failing run, written down.
public enum SavedFailure {
  /// The text of the file: what happened, as comments, and one call that makes it happen again.
  ///
  /// - Parameters:
  ///   - report: Of a scenario that failed.
  ///   - source: The scenario file, as seen from the saved one's folder, or absolute.
  /// - Returns: Lua.
  public static func text(_ report: ScenarioReport, source: String) -> String {
    let text = FailureText(report)
    // How a run is made is no part of what a scenario is given.
    let check = report.difference == nil ? "" : " --check-determinism"
    let world = report.used.world.map { " --world \(ShellWord.quoted($0))" } ?? ""
    let command = "ssoscript test THIS-FILE\(check)\(world)"
    var lines = ["Saved by `ssoscript test`. Run it with: \(command)", ""]
    lines +=
      ["\(report.name)", text.place, ""] + text.message.split(separator: "\n").map(String.init)
    if !text.events.isEmpty { lines += ["", "Last events, virtual time:"] + text.events }
    let comments = lines.map { $0.isEmpty ? "--" : "-- \(plain($0))" }
    return (comments + [""] + call(report, source)).joined(separator: "\n") + "\n"
  }

  private static func call(_ report: ScenarioReport, _ source: String) -> [String] {
    var lines = [
      "replay {", "  file = \(literal(source)),", "  scenario = \(literal(report.name)),",
      "  seed = \(literal(report.replay.description)),",
    ]
    lines += used(report.used)
    if report.faults.isEmpty {
      lines.append("  -- No fault strikes in this run.")
    } else {
      lines.append("  -- The faults that strike in it:")
      lines += strikes(report.faults)
    }
    if !report.draws.isEmpty {
      lines.append("  -- What it draws by chance:")
      lines += strikes(report.draws)
    }
    return lines + ["}"]
  }

  /// What has to be given again; of secrets the names.
  private static func used(_ used: UsedSettings) -> [String] {
    var lines: [String] = []
    let list = { (words: [String]) in "{ \(words.joined(separator: ", ")) }" }
    if let limit = used.virtualLimit {
      lines.append("  sim_limit = \(literal(ScenarioDuration.text(limit))),")
    }
    if let profile = used.profile { lines.append("  service_profile = \(literal(profile)),") }
    if !used.faults.isEmpty { lines.append("  faults = \(list(used.faults.map(literal))),") }
    let variables = used.variables.filter { !used.masked.contains($0.key) }
    if !variables.isEmpty {
      let values = variables.sorted { $0.key < $1.key }
        .map { "[\(literal($0.key))] = \(literal($0.value))" }
      lines.append("  vars = \(list(values)),")
    }
    if !used.masked.isEmpty {
      lines.append("  -- Their values hold secrets: give them with --var.")
      lines.append("  secret_vars = \(list(used.masked.sorted().map(literal))),")
    }
    if !used.secrets.isEmpty {
      lines.append("  secrets = \(list(used.secrets.sorted().map(literal))),")
    }
    return lines
  }

  private static func strikes(_ strikes: [FaultStrike]) -> [String] {
    let lines = strikes.map { strike in
      (strike.number.map { "\($0): " } ?? "") + plain(strike.text)
    }
    return ReportText.folded(lines).map { "  --   \($0)" }
  }

  private static func plain(_ text: String) -> String {
    ReportText.printable(text).replacing("\n", with: " ")
  }

  private static func literal(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      case "\n", "\t": result += "\\u{\(String(scalar.value, radix: 16))}"
      // What it writes in digits, Lua reads.
      default: result += ReportText.printable(String(scalar))
      }
    }
    return result + "\""
  }

  /// A file as seen from a folder, so that both can be moved together.
  ///
  /// - Parameters:
  ///   - file: Absolute, without links.
  ///   - folder: As well.
  /// - Returns: Absolute where they have not even the first folder in common.
  public static func path(of file: String, from folder: String) -> String {
    let (parts, folder) = (SystemPath.parts(file), SystemPath.parts(folder))
    let shared = zip(parts, folder).prefix { $0.hasSameBytes(as: $1) }.count
    guard shared > 0 else { return file }
    let up = [String](repeating: "..", count: folder.count - shared)
    return (up + parts.dropFirst(shared)).joined(separator: "/")
  }

  /// A name for the file; it ends as scenario files do.
  public static func fileName(_ report: ScenarioReport) -> String {
    FileNames.plain(report.id) + "_spec.lua"
  }
}
