//  CoverageReading.swift - the coverage in JSON reports of several runs, as that of one. Pure.

internal import StrictJSON

extension CoverageReport {
  /// Reads the coverage of a JSON report; `nil` where it tells of none.
  init?(report root: JSONObject) {
    guard let parts = root["coverage"]?.asObject else { return nil }
    self.init()
    if let part = parts["protocol"] {
      guard let reached = Self.reached(part) else { return nil }
      rules = ProtocolRule.all.map {
        Item(id: $0.id, summary: $0.summary, isReached: reached.contains($0.id))
      }
    }
    if let part = parts["faults"] {
      guard let reached = Self.reached(part) else { return nil }
      faults = FaultCatalogue.all.map {
        Item(id: $0.id, summary: $0.summary, isReached: reached.contains($0.id))
      }
    }
    if let part = parts["lua"] {
      guard let lines = Self.lines(part) else { return nil }
      self.lines = lines
    }
  }

  private static func reached(_ part: JSON) -> Set<String>? {
    part.asObject?["reached"]?.asArray.map { Set($0.compactMap(\.asString)) }
  }

  private static func lines(_ part: JSON) -> LineCoverage? {
    guard let files = part.asObject?["files"]?.asArray else { return nil }
    var read: [LineCoverage.File] = []
    for file in files {
      guard let members = file.asObject, let path = members["file"]?.asString,
        let counts = members["hits"]?.asObject
      else { return nil }
      var hits: [Int: Int] = [:]
      for (line, count) in counts {
        guard let line = Int(line), line > 0, let count = count.asInteger, count >= 0
        else { return nil }
        hits[line] = Int(count)
      }
      read.append(LineCoverage.File(path: path, hits: hits))
    }
    return LineCoverage(read)
  }

  /// Adds what another run reached.
  ///
  /// - Parameter other: Of a run with the same `--coverage`.
  /// - Returns: `false` where it tells of other parts; then nothing is added.
  public mutating func add(_ other: CoverageReport) -> Bool {
    guard rules.isEmpty == other.rules.isEmpty, faults.isEmpty == other.faults.isEmpty,
      (lines == nil) == (other.lines == nil)
    else { return false }
    for (index, rule) in other.rules.enumerated() where rule.isReached {
      rules[index].isReached = true
    }
    for (index, fault) in other.faults.enumerated() where fault.isReached {
      faults[index].isReached = true
    }
    if let more = other.lines { lines?.add(more) }
    return true
  }

  /// The first Lua file that was another text in another run.
  public func firstDifferentFile(_ other: CoverageReport) -> String? {
    other.lines.flatMap { lines?.firstDifferent($0) }
  }

  /// Tells of these parts alone.
  public mutating func narrow(to parts: CoverageParts) {
    if !parts.contains(.rules) { rules = [] }
    if !parts.contains(.faults) { faults = [] }
    if !parts.hasLines { lines = nil }
  }

  /// The parts that it tells of.
  public var parts: CoverageParts {
    var parts: CoverageParts = []
    if !rules.isEmpty { parts.insert(.rules) }
    if !faults.isEmpty { parts.insert(.faults) }
    if lines != nil { parts.insert(.lua) }
    return parts
  }
}
