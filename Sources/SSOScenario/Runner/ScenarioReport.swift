//  ScenarioReport.swift - what came of a scenario file. Pure data, for whoever writes reports.

/// What came of one file.
public struct ScenarioFileReport: Sendable, Equatable {
  /// As it was named.
  public var file: String
  /// In the order of the file.
  public var scenarios: [ScenarioReport] = []
  /// Why the file could not be loaded, with line; then there are no scenarios.
  public var loadFailure: String?
  /// Of the whole file, real.
  public var wallTime = Duration.zero

  /// Makes an empty report.
  public init(file: String) { self.file = file }
}

/// What came of one scenario or property.
public struct ScenarioReport: Sendable, Equatable {
  /// How a scenario ended.
  public enum Outcome: String, Sendable {
    /// Everything was as expected.
    case passed
    /// Something was not as expected.
    case failed
    /// The scenario itself went wrong, or was stopped.
    case error
  }

  /// Names from the outermost `describe` to the scenario.
  public var path: [String]
  /// The words with `#` in the names, without it.
  public var tags: [String]
  /// As named in the script's own place: `scenarios/device_login_spec.lua`.
  public var file: String
  /// Where it is declared.
  public var line: Int
  /// How it ended.
  public var outcome = Outcome.passed
  /// Why it did not pass.
  public var failure: ScenarioFailure?
  /// The last events before the end, or all of them, as asked.
  public var events: [TimelineEvent] = []
  /// The faults that struck, planned and by chance.
  public var faults: [FaultStrike] = []
  /// The seed of this run; of a property that failed, that of the failure.
  public var seed: UInt64 = 0
  /// How many seeds were tried.
  public var seeds = 1
  /// Chance faults that a shrunk failure does without; for ``ScenarioRunOptions/muted``.
  public var muted: Set<Int> = []
  /// Of all runs together, simulated.
  public var virtualTime = Duration.zero
  /// Of all runs together, real.
  public var wallTime = Duration.zero
  /// Equal for equal runs.
  public var traceHash: UInt64 = 0
  /// What the scenario's own script printed.
  public var output = ""

  /// `device login › waits for the person`.
  public var name: String { path.joined(separator: " › ") }
}

/// Why a scenario did not pass.
public struct ScenarioFailure: Sendable, Equatable {
  /// Words for a person, with the difference; several lines.
  public var message: String
  /// `scenarios/device_login_spec.lua:17`, or empty.
  public var position: String
  /// Lua's own.
  public var traceback: String

  /// Makes a failure.
  public init(message: String, position: String = "", traceback: String = "") {
    self.message = message
    self.position = position
    self.traceback = traceback
  }
}

/// How scenarios are to be run.
public struct ScenarioRunOptions: Sendable {
  /// From which each scenario's own seed is made, with its name.
  public var seed: UInt64 = 1
  /// A seed from a report: each scenario runs once, with exactly this one.
  public var replay: UInt64?
  /// Chance faults that are left out; with ``replay``.
  public var muted: Set<Int> = []
  /// In place of the number that a property asks for.
  public var seeds: Int?
  /// Whether failures of properties are made smaller.
  public var shrinks = true
  /// Which scenarios run; by their report before the run.
  public var selects: @Sendable (ScenarioReport) -> Bool = { _ in true }
  /// Events kept in a report; `nil` keeps all.
  public var eventCount: Int? = 12
  /// Real time for one scenario with one seed.
  public var timeout = Duration.seconds(10)

  /// The defaults named on each member.
  public init() {}
}
