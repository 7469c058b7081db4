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
  /// Lines of Lua files that its scenarios ran.
  public var lines = LineCoverage()
  /// The scenarios that were to run, by their number in the file; `nil` while it is not loaded.
  var chosen: Set<Int>?
  /// The lines of all that it declares; `nil` of a saved failure, and while it is not loaded.
  var places: Set<Int>?
  /// The properties whose seeds another thread was not done with when the run ended.
  var left: Set<Int> = []
  /// How many were to run and did not, as the run ended early.
  public var notRun = 0
  /// Whether scenarios of it were left out, which then may be worth a run.
  var leavesOut = false
  /// Whether all of it has come to an end.
  var isWhole: Bool {
    !isUnread && !leavesOut && notRun == 0 && !scenarios.contains { $0.outcome == .unfinished }
  }
  /// Whether the run ended before the file was loaded.
  public var isUnread: Bool { chosen == nil && loadFailure == nil }

  /// Makes an empty report.
  public init(file: String) { self.file = file }
}

/// What came of one scenario or property.
public struct ScenarioReport: Sendable, Equatable {
  /// How a scenario ended.
  public enum Outcome: String, Sendable {
    /// Everything was as expected.
    case passed
    /// Something was not as expected, a secret showed, or two runs with one seed differed.
    case failed
    /// The scenario itself went wrong, or was stopped.
    case error
    /// It failed, and did not with the same seed when it was tried again.
    case flaky
    /// Nothing was wrong with the seeds that were tried; the run ended before all of them were.
    case unfinished
  }

  /// Names from the outermost `describe` to the scenario.
  public var path: [String]
  /// The words with `#` in the names, without it.
  public var tags: [String]
  /// The scenario file as it was named: `scenarios/device_login_spec.lua`.
  public var file: String
  /// Where it is declared in that file, or where a helper is called that does so.
  public var line: Int
  /// Where it is declared, if that is in another file: `shared.lua:3`.
  public var helper: String?
  /// How it ended.
  public var outcome = Outcome.passed
  /// Why it did not pass; `nil`, too, where only ``leaks`` or ``difference`` say so.
  public var failure: ScenarioFailure?
  /// The last events before the end, or all of them, as asked; one stands for those that are not kept.
  public var events: [TimelineEvent] = []
  /// The faults that struck, planned and by chance.
  public var faults: [FaultStrike] = []
  /// What a property drew, but for the least that it could: numbers, items of lists.
  public var draws: [FaultStrike] = []
  /// The seed of this run; of a property that failed, that of the failure.
  public var seed: UInt64 = 0
  /// How many seeds were tried.
  public var seeds = 1
  /// What chance did not decide in a failure that was made small; for ``ScenarioRunOptions/chance``.
  public var chance = ChanceLimits()
  /// Of all runs together, simulated.
  public var virtualTime = Duration.zero
  /// Of all runs together, real.
  public var wallTime = Duration.zero
  /// Equal for equal runs: of a failure that run's own, which its replay has as well; else over all
  /// seeds.
  public var traceHash: UInt64 = 0
  /// What the scenario's own script printed.
  public var output = ""
  /// Whether it is a property, which holds for many seeds.
  public var isProperty = false
  /// Secrets that showed, each as the place and the line without the secret.
  public var leaks: [String] = []
  /// Where two runs with the same seed first differed.
  public var difference: String?
  /// Rules of the protocol that the service had to judge by, by id.
  public var rules: Set<String> = []
  /// Faults of the catalogue that struck in any of the runs, by id.
  public var faultIDs: Set<String> = []
  /// The step of the disk at which the flow was ended when it failed, with `--crash-points`.
  public var crashPoint: Int?
  /// The run that failed, or the last one.
  public var replay: ReplaySeed { ReplaySeed(seed: seed, chance: chance, step: crashPoint) }
  /// What has to be given again for it to come again.
  public var used = UsedSettings()
  /// Programs ended at a step of the disk and started again.
  public var crashes = 0

  /// `device login › waits for the person`.
  public var name: String { path.joined(separator: " › ") }
  /// Whether it counts as a failure; a flaky one does only where that is asked for.
  public var isFailure: Bool { outcome == .failed || outcome == .error }
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
  /// What chance does not decide; with ``replay``.
  public var chance = ChanceLimits()
  /// The step of the disk at which flows are ended and started again; with ``replay``.
  public var crashAt: Int?
  /// In place of the number that a property asks for.
  public var seeds: Int?
  /// Whether failures of properties are made smaller.
  public var shrinks = true
  /// Which scenarios run; by their report before the run.
  public var selects: @Sendable (_ report: ScenarioReport, _ file: String) -> Bool = { _, _ in true
  }
  /// Events kept in a report; `nil` keeps all.
  public var eventCount: Int? = 12
  /// Of the events of a run, those that are kept at each end of the time line.
  var keptEvents = KeptEvents.usual
  /// Real time for one scenario with one seed.
  public var timeout = Duration.seconds(10)
  /// Virtual time for a flow that sets no limit of its own.
  public var virtualLimit = Duration.seconds(86_400)
  /// Runs that may be spent on making one failure smaller, and the real time for it.
  public var shrinkBudget = (runs: 1000, time: Duration.seconds(2))
  /// How often all seeds are run.
  public var repeats = 1
  /// How often a failure is tried again, with the same seed.
  public var retries = 0
  /// Whether each run is made twice and compared.
  public var checksDeterminism = false
  /// Whether flows are ended at each of their steps of the disk in turn.
  public var crashPoints = CrashPoints.none
  /// What reports tell of what was reached.
  public var coverage: CoverageParts = []
  /// The part of each file that runs: others run the rest.
  public var stripe = Stripe.whole
  /// Asked between two runs: whether no more are wanted.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// The defaults named on each member.
  public init() {}

  /// Reads `24h`, `1m30s`, `500ms`, or a number of seconds; `nil` for what is none or negative.
  public static func duration(_ text: String) -> Duration? {
    if let seconds = Double(text), seconds >= 0, seconds < 1e9 {
      return .milliseconds(Int64(seconds * 1000))
    }
    return ScenarioDuration.parse(text).flatMap { $0 < .zero ? nil : $0 }
  }
}

/// One part of a file's work, when several threads share it.
///
/// Scenarios go round by their number, properties by that of their seeds.
public struct Stripe: Sendable, Equatable {
  /// From 0.
  public var index: Int
  /// Of how many.
  public var count: Int

  /// All of it.
  public static let whole = Stripe(index: 0, count: 1)

  func takes(_ number: Int) -> Bool { number % count == index }
}

/// Which steps of the disk a flow is ended at.
public enum CrashPoints: String, Sendable, CaseIterable {
  case none
  /// Changes of files of the cache.
  case cacheWrite = "CacheWrite"
  /// Every change of the disk.
  case all
}
