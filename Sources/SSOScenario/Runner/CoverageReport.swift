//  CoverageReport.swift - what a run of scenarios reached: rules, faults, lines. Pure data.

internal import IdentityService

/// What was reached, of all that can be.
public struct CoverageReport: Sendable, Equatable {
  /// A rule of the protocol or a fault of the catalogue.
  public struct Item: Sendable, Equatable {
    /// `R8628-17`, `N08`.
    public var id: String
    /// One sentence.
    public var summary: String
    /// Whether any scenario met it.
    public var isReached: Bool
  }

  /// Rules that a flow can bring the service to judge; none where they are not asked for.
  public var rules: [Item] = []
  /// Faults that the simulated world has; none where they are not asked for.
  public var faults: [Item] = []
  /// Lines of Lua files, where they are asked for.
  public var lines: LineCoverage?

  /// Tells of nothing yet.
  public init() {}

  /// Sums up the reports of a run.
  public init(_ files: [ScenarioFileReport], of parts: CoverageParts = .usual) {
    let scenarios = files.flatMap(\.scenarios)
    if parts.contains(.rules) { rules = Self.rules(scenarios) }
    if parts.contains(.faults) { faults = Self.faults(scenarios) }
    if parts.hasLines {
      lines = files.reduce(into: LineCoverage()) { $0.add($1.lines) }
    }
  }

  private static func rules(_ scenarios: [ScenarioReport]) -> [Item] {
    let rules = scenarios.reduce(into: Set<String>()) { $0.formUnion($1.rules) }
    return ProtocolRule.all.map {
      Item(id: $0.id, summary: $0.summary, isReached: rules.contains($0.id))
    }
  }

  private static func faults(_ scenarios: [ScenarioReport]) -> [Item] {
    let faults = scenarios.reduce(into: Set<String>()) { $0.formUnion($1.faultIDs) }
    return FaultCatalogue.all.map {
      Item(id: $0.id, summary: $0.summary, isReached: faults.contains($0.id))
    }
  }

  /// The share of the rules, in per cent.
  public var rulePercentage: Double { Self.percentage(rules) }
  /// The share of the faults, in per cent.
  public var faultPercentage: Double { Self.percentage(faults) }

  private static func percentage(_ items: [Item]) -> Double {
    items.isEmpty ? 100 : Double(items.count { $0.isReached }) * 100 / Double(items.count)
  }
}

/// The faults that a scenario can plan.
enum FaultCatalogue {
  /// Each id once: what happens on the simulated network goes before what a server does on a real one.
  static let all: [(id: String, summary: String)] = {
    let all =
      NetworkFault.all.map { ($0.id, $0.summary) } + Fault.all.map { ($0.id, $0.summary) }
      + MachineFault.all.map { ($0.id, $0.summary) } + Mishap.all.map { ($0.id, $0.summary) }
    return Dictionary(all) { first, _ in first }.sorted { $0.key < $1.key }
      .map { (id: $0.key, summary: $0.value) }
  }()

  static let ids = Set(all.map(\.id))

  /// The words that may stand for ids.
  static let kinds =
    MachineFault.all.map(\.kind) + Mishap.all.map(\.kind) + NetworkFault.all.map(\.kind)
    + ScenarioFault.kinds.keys.sorted()

  static func id(ofKind kind: String) -> String? {
    MachineFault.named(kind)?.id ?? Mishap.named(kind)?.id
      ?? NetworkFault.named(kind)?.id ?? ScenarioFault.kinds[kind]
  }
}

extension FaultStrike {
  /// The id in the failure catalogue, where it has one.
  public var id: String? {
    text.split { $0 == " " || $0 == ":" }.lazy.map(String.init).first(
      where: FaultCatalogue.ids.contains)
  }
}
