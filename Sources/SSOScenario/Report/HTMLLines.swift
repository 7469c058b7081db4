//  HTMLLines.swift - the part of the page about lines of Lua files.

enum HTMLLines {
  static func block(_ lines: LineCoverage) -> String {
    guard !lines.files.isEmpty else {
      return "<h3>Lua lines</h3><p>No Lua file ran.</p>"
    }
    return "<h3>Lua lines <small>\(ReportText.percentage(lines.percentage))</small></h3>"
      + "<table class=\"lines\">\(lines.files.map(row).joined(separator: "\n"))</table>"
  }

  private static func row(_ file: LineCoverage.File) -> String {
    let missed = file.hits.count - file.executed
    let parts = [("good", file.executed), ("bad", missed)].filter { $0.1 > 0 }
    let bar = parts.map { "<i class=\"\($0)\" style=\"flex:\($1)\"></i>" }.joined()
    let missing = file.missed.map { "<span>\(CoverageText.range($0))</span>" }
    let ranges = missing.isEmpty ? "" : "missed: \(missing.joined(separator: " "))"
    return """
      <tr><th>\(ReportText.markup(ReportText.printable(file.path)))</th>\
      <td><div class="bar">\(bar)</div></td><td>\(ReportText.percentage(file.percentage))</td>\
      <td>\(ranges)</td></tr>
      """
  }
}
