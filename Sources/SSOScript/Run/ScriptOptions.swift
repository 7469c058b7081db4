//  ScriptOptions.swift - what the user said about one run.

public import LuaEngine
public import SSOOIDC

/// What the user, not the script, decides about one run.
public struct ScriptOptions: Sendable {
  /// What the script may reach.
  public var permissions = Permissions()
  /// Whether its user can permit more by the flags of `ssoscript run`.
  public var hasFlags = true
  /// What it may use.
  public var limits = LuaLimits()
  /// Real or simulated time until the run ends; nil for none.
  public var timeout: Duration?
  /// Bytes of standard output and standard error together; nil for no limit.
  public var outputLimit: Int? = 64 << 20
  /// Region and endpoint that take the place of the environment's and the config file's.
  public var settings = ClientSettings.Explicit()
  /// The text of AWS's config file.
  public var config = AWSConfig()
  /// `arg` and `...` of the script.
  public var arguments: [String] = []
  /// The name it is known by, `arg[0]`.
  public var scriptName = ""
  /// Where `require` looks, in this order; canonical directories.
  public var moduleRoots: [String] = []
  /// What is logged.
  public var logLevel = LogLevel.info
  /// How it is written.
  public var logFormat = LogFormat.text
  /// The policies in force; they are loaded before the script runs.
  public var policies: [PolicySource] = []
  /// Functions of the host beside `sso`.
  package var `extension`: (any ScriptExtension)?
  /// Whether `sso.time.sleep` goes by the world's clock instead of the event loop's.
  package var sleepsByClock = false
  /// Whether that clock stands still until the main body has ended, which cannot wait for it then.
  package var startsBeforeClock = false
  /// Whether standard input and output are another script's: what this one prints goes to standard
  /// error, and there is nothing to read.
  package var isAside = false
  /// Where a countdown stands that what the script says is to take the place of; nil for one of its own.
  var countdownLine: CountdownLine?
  /// What keeps the script from its user's things.
  var confinement: Confinement?
  /// Decides about `math.random` and the order of `pairs`, which else differ in each run.
  package var seed: UInt64?
  /// Where the lines of the script, its modules and its policies are counted.
  package var coverage: LuaCoverage?
  /// Where interpreters that are opened alike are taken from.
  package var pool: LuaPool?

  /// The defaults named on each member.
  public init() {}
}

/// How urgent a log line is.
public enum LogLevel: String, Sendable, CaseIterable, Comparable {
  /// Every detail.
  case trace
  /// For the author of a script.
  case debug
  /// For its user.
  case info
  /// Something to look at.
  case warning
  /// Something went wrong.
  case error

  /// Orders by urgency.
  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// How log lines are written to standard error.
public enum LogFormat: String, Sendable, CaseIterable {
  /// Words for a person.
  case text
  /// One JSON object a line.
  case json
}
