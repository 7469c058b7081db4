//  AWSConfig.swift - what stands in `~/.aws/config`.
//
//  Knows: profiles, SSO sessions and services by name. Reading the file is the caller's work.
//  Does not know: which key means what (ClientSettings).

internal import StrictJSON

/// The sections of an AWS config file.
public struct AWSConfig: Sendable, Equatable {
  /// What a value stands under.
  ///
  /// Equal to another by its bytes, as in AWS's tools: to Swift two spellings of one letter are the same.
  public struct Key: Sendable, Hashable, ExpressibleByStringLiteral {
    /// Its letters.
    public let text: String

    /// Takes `text` as it is.
    public init(_ text: String) { self.text = text }
    /// Makes a key of the letters in the source.
    public init(stringLiteral text: String) { self.init(text) }
    /// Compares the bytes.
    public static func == (left: Self, right: Self) -> Bool {
      left.text.hasSameBytes(as: right.text)
    }
  }

  /// A value: text, or an indented block of keys below the key.
  public enum Value: Sendable, Equatable {
    /// Text without surrounding blanks; further lines are joined by line feeds.
    case text(String)
    /// `key = value` lines, one level down.
    case block([Key: String])
  }

  /// One section.
  public struct Section: Sendable, Equatable {
    /// The name behind the kind: `dev` of `[profile dev]`.
    public let name: String
    /// The values by their keys, these in lower case.
    public internal(set) var values: [Key: Value] = [:]

    /// The text under `key`, unless it is absent or a block.
    public subscript(_ key: String) -> String? {
      if case .text(let text) = values[Key(key)] { text } else { nil }
    }

    /// The text under `key` in the block `block`.
    public subscript(block block: String, key key: String) -> String? {
      if case .block(let lines) = values[Key(block)] { lines[Key(key)] } else { nil }
    }
  }

  /// Where the sections are from, which is told when one is missing.
  public enum Origin: Sendable, Equatable {
    /// Nobody said.
    case unknown
    /// This file.
    case file(String)
    /// Nowhere: this file was not found.
    case absent(String)
    /// Nowhere: without a home nobody knows where the file would be.
    case homeless
  }

  /// Where the sections are from.
  public var origin = Origin.unknown
  var profileList = SectionList()
  var sessionList = SectionList()
  var servicesList = SectionList()

  /// `[profile NAME]` and `[default]`, in the file's order.
  public var profiles: [Section] { profileList.sections }
  /// `[sso-session NAME]`, in the file's order.
  public var sessions: [Section] { sessionList.sections }
  /// `[services NAME]`, in the file's order.
  public var services: [Section] { servicesList.sections }

  /// An empty file.
  public init() {}

  /// Of a file, in bytes: a role in every account of a large organization takes a tenth of it.
  public static let sizeLimit = 16 << 20

  /// Where the file is, or would be.
  ///
  /// - Parameter environment: Gives the value of a variable.
  /// - Returns: What `AWS_CONFIG_FILE` says unless it is empty, with its variables and a `~` at its
  ///   beginning in full; else the place in the home folder; `nil` without one.
  public static func path(environment: (String) -> String?) -> String? {
    if let named = environment("AWS_CONFIG_FILE"), !named.isEmpty {
      return PathExpansion.expand(named, environment: environment)
    }
    return HomeFolder.path(environment: environment).map { $0 + "/.aws/config" }
  }

  /// The profile called `name`.
  public func profile(_ name: String) -> Section? { profileList[name] }

  /// The SSO session called `name`.
  public func session(_ name: String) -> Section? { sessionList[name] }

  /// The error for a profile that is not there.
  func noProfile(_ name: String) -> SSOError {
    missing("profile \"\(name.escaped(limit: 60))\"", name, among: profiles)
  }

  /// The error for a session that is not there.
  func noSession(_ name: String) -> SSOError {
    missing("[sso-session \(name.escaped(limit: 60))]", name, among: sessions)
  }

  private func missing(_ what: String, _ name: String, among known: [Section]) -> SSOError {
    let near = Spelling.nearest(to: name, among: known.map(\.name))
    let hint = near.map { " (did you mean \"\($0.escaped(limit: 60))\"?)" } ?? ""
    return SSOError(
      .invalidConfiguration, .validation, "there is no \(what)\(origin.words)\(hint)")
  }

  /// The services section called `name`.
  public func services(_ name: String) -> Section? { servicesList[name] }
}

/// Sections of one kind in the file's order, found by their names: a file may have a hundred thousand.
struct SectionList: Sendable, Equatable {
  private(set) var sections: [AWSConfig.Section] = []
  private var places: [AWSConfig.Key: Int] = [:]

  /// Of several with one name the last counts.
  mutating func append(_ section: AWSConfig.Section) {
    places[AWSConfig.Key(section.name)] = sections.count
    sections.append(section)
  }

  subscript(name: String) -> AWSConfig.Section? {
    places[AWSConfig.Key(name)].map { sections[$0] }
  }
}

extension AWSConfig.Origin {
  /// What an error about something missing says of it.
  fileprivate var words: String {
    switch self {
    case .unknown: ""
    case .file(let path): " in \(path.escaped(limit: 200))"
    case .absent(let path): ": \(path.escaped(limit: 200)) was not found"
    case .homeless: ": HOME names no folder, so no config file was read"
    }
  }
}
