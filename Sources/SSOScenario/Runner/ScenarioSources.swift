//  ScenarioSources.swift - what is real about scenarios: the text of Lua files, and a network if there
//  is one.

public import SSOScript

/// How Lua files of the real disk are read, and where services run.
public struct ScenarioSources: Sendable {
  /// Reads a whole file.
  public var read: @Sendable (_ path: String) throws(DoorError) -> [UInt8]
  /// The absolute path without links; of what is not there, where it would be.
  public var canonical: @Sendable (_ path: String) -> String
  /// Where the rules of services run; in this process, without a network, unless told.
  public var makeRules: ScenarioRulesMaker
  /// What the command line gives to every scenario.
  public var settings = ScenarioSettings()
  /// What is recorded, or held against a recording.
  public var pages: RecordingPages?
  /// The same of another scenario file, which a saved failure names.
  public var pagesOf: (@Sendable (_ file: String) -> RecordingPages?)?
  /// The world as the command line names it; `nil` for the simulation.
  public var world: String?
  /// What was kept of values, and is.
  public var snapshots = SnapshotStore(updates: false)
  /// Where exchanges are archived.
  public var archive: HTTPArchive?
  /// Goes through scenarios step by step.
  public var stepper: ScenarioStepper?

  /// Names them.
  public init(
    read: @escaping @Sendable (_ path: String) throws(DoorError) -> [UInt8],
    canonical: @escaping @Sendable (_ path: String) -> String,
    makeRules: ScenarioRulesMaker? = nil, pages: RecordingPages? = nil
  ) {
    self.read = read
    self.canonical = canonical
    self.pages = pages
    self.makeRules = makeRules ?? { InProcessRules($0, $1) }
  }
}
