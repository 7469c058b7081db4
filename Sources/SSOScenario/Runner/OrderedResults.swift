//  OrderedResults.swift - results of many threads in the order of the files. Pure.

/// Takes results as they come and gives them on in order.
struct OrderedResults {
  fileprivate struct File {
    /// How many threads share it.
    var parts: Int
    var ended = 0
    /// Whether one of them did not come to it.
    var lacksPart = false
    /// By the scenario's number in the file.
    var reports: [Int: ScenarioReport] = [:]
    var result: ScenarioFileReport
  }

  private var files: [File]
  private var next = 0

  /// - Parameter names: The files in order, and how many threads share each.
  init(_ names: [(file: String, parts: Int)]) {
    files = names.map { File(parts: $0.parts, result: ScenarioFileReport(file: $0.file)) }
  }

  /// Takes a thread's report on one scenario.
  mutating func add(_ report: ScenarioReport, number: Int, of file: Int) {
    let known = files[file].reports[number]
    files[file].reports[number] = known?.merged(with: report) ?? report
  }

  /// Takes the end of a thread's part of a file.
  ///
  /// - Returns: The files that are complete now and whose turn it is.
  mutating func end(_ part: ScenarioFileReport, of file: Int) -> [ScenarioFileReport] {
    files[file].ended += 1
    files[file].result.loadFailure = files[file].result.loadFailure ?? part.loadFailure
    files[file].result.wallTime = max(files[file].result.wallTime, part.wallTime)
    files[file].result.lines.add(part.lines)
    files[file].result.chosen = files[file].result.chosen ?? part.chosen
    files[file].result.places = files[file].result.places ?? part.places
    files[file].result.left.formUnion(part.left)
    files[file].result.leavesOut = files[file].result.leavesOut || part.leavesOut
    if part.isUnread { files[file].lacksPart = true }
    var ready: [ScenarioFileReport] = []
    while next < files.count, files[next].ended == files[next].parts {
      ready.append(files[next].whole)
      next += 1
    }
    return ready
  }

  /// Everything so far, for an end before the end.
  var all: [ScenarioFileReport] { files.map(\.whole) }
}

extension OrderedResults.File {
  fileprivate var whole: ScenarioFileReport {
    var whole = result
    whole.scenarios = reports.sorted { $0.key < $1.key }.map { number, report in
      let isCut = result.left.contains(number) || lacksPart && report.isProperty
      return isCut ? report.unfinished : report
    }
    whole.notRun = result.chosen?.subtracting(reports.keys).count ?? 0
    return whole
  }
}
