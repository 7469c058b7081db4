//  PolicySource.swift - a policy file as it was found.

/// Where a policy comes from: the outer ones first.
public enum PolicyLevel: String, Sendable, CaseIterable, Comparable {
  /// The administrator's, for everybody on this machine.
  case system
  /// The user's own.
  case user
  /// Of the folder that is worked in; whoever wrote the folder's files wrote it.
  case project
  /// Named by an option.
  case option

  /// Orders from the outside to the inside.
  public static func < (left: Self, right: Self) -> Bool { left.depth < right.depth }
  private var depth: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// The text of a policy.
public struct PolicySource: Sendable, Equatable {
  /// Its file, for messages.
  public var path: String
  /// Its Lua text.
  public var text: [UInt8]
  /// How much it may do.
  public var level: PolicyLevel
  /// The folder of the modules that it can require, canonical; nil: there are none.
  public var folder: String?

  /// Names a policy.
  public init(path: String, text: [UInt8], level: PolicyLevel, folder: String? = nil) {
    self.path = path
    self.text = text
    self.level = level
    self.folder = folder
  }
}

/// A place in a policy file.
public struct PolicyPlace: Sendable, Equatable, CustomStringConvertible {
  /// The file.
  public var path: String
  /// Counted from 1; nil when only the file is known.
  public var line: Int?

  /// `/etc/ssoscript/policy.lua:4`.
  public var description: String { line.map { "\(path):\($0)" } ?? path }
}
