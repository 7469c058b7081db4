//  ScenarioSources.swift - the one real thing that scenarios need: the text of Lua files.

public import SSOScript

/// How Lua files of the real disk are read.
public struct ScenarioSources: Sendable {
  /// Reads a whole file.
  public var read: @Sendable (_ path: String) throws(DoorError) -> [UInt8]
  /// The absolute path without links; of what is not there, where it would be.
  public var canonical: @Sendable (_ path: String) -> String

  /// Names both.
  public init(
    read: @escaping @Sendable (_ path: String) throws(DoorError) -> [UInt8],
    canonical: @escaping @Sendable (_ path: String) -> String
  ) {
    self.read = read
    self.canonical = canonical
  }
}
