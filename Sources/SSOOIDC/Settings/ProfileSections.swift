//  ProfileSections.swift - many profiles as a block of AWS's config file. Pure.
//
//  Knows: how a profile is written, and that a block of ours is replaced, never anything else.
//  Does not know: who names the profiles, where the file is.

/// Profiles for the roles of one session.
public struct ProfileSections: Sendable, Equatable {
  /// One profile.
  public struct Profile: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// The account.
    public var accountID: String
    /// The role.
    public var roleName: String
    /// Further lines, as `region`, by key.
    public var settings: [(key: String, value: String)] = []

    /// Makes a profile without further lines.
    public init(name: String, accountID: String, roleName: String) {
      self.name = name
      self.accountID = accountID
      self.roleName = roleName
    }

    /// Compares everything.
    public static func == (left: Self, right: Self) -> Bool {
      left.name == right.name && left.accountID == right.accountID
        && left.roleName == right.roleName
        && left.settings.elementsEqual(right.settings) { $0 == $1 }
    }
  }

  private let target: SignInTarget
  private let profiles: [Profile]

  /// Checks the profiles.
  ///
  /// - Parameters:
  ///   - profiles: In the order in which they are written.
  ///   - target: The session they sign in by.
  /// - Throws: ``SSOError/Code/invalidConfiguration`` that names a profile no config file can hold,
  ///   or two with one name.
  public init(_ profiles: [Profile], of target: SignInTarget) throws(SSOError) {
    var seen: [AWSConfig.Key: Profile] = [:]
    for profile in profiles {
      try Self.check(profile)
      if let other = seen.updateValue(profile, forKey: AWSConfig.Key(profile.name)) {
        throw Self.wrong(
          "two profiles are called \"\(profile.name.escaped(limit: 60))\": \(other.roleName) in "
            + "\(other.accountID) and \(profile.roleName) in \(profile.accountID)")
      }
    }
    self.profiles = profiles
    self.target = target
  }

  /// The sections.
  public var text: String { profiles.map(section).joined(separator: "\n") }

  /// Puts the sections into a config file, in place of those that were put there before.
  ///
  /// - Parameter file: The file's text.
  /// - Returns: Its new text; everything outside our block is as it was.
  /// - Throws: ``SSOError/Code/invalidConfiguration`` when the block has no end, or a profile outside
  ///   of it has the name of one of ours.
  public func inserted(into file: String) throws(SSOError) -> String {
    let (before, after) = try Self.split(file, first, last)
    let rest = try AWSConfig.parse(before + after)
    if let taken = profiles.first(where: { rest.profile($0.name) != nil }) {
      throw Self.wrong(
        "the config file has a profile \"\(taken.name.escaped(limit: 60))\" already; "
          + "give ours another name")
    }
    let breaks = before.utf8.reversed().lazy.filter { $0 != UInt8(ascii: "\r") }
      .prefix { $0 == UInt8(ascii: "\n") }.prefix(2).count
    let gap = before.isEmpty ? "" : String(repeating: "\n", count: 2 - breaks)
    return before + gap + "\(first)\n\(text)\(last)\n" + after
  }

  private var place: String { (target.sessionName ?? target.startURL).escaped(limit: 200) }
  private var first: String { "# ssoscript: profiles of \(place); changes here are lost" }
  private var last: String { "# ssoscript: end of the profiles of \(place)" }

  private static func split(
    _ file: String, _ first: String, _ last: String
  ) throws(SSOError) -> (before: String, after: String) {
    // Of bytes: to Swift, "\r\n" is one character, and no "\n".
    let lines = file.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map(Substring.init)
    guard let start = lines.firstIndex(where: { isMarker($0, first) }) else { return (file, "") }
    guard let end = lines[start...].firstIndex(where: { isMarker($0, last) }) else {
      throw wrong("the config file has a line \"\(first)\" and no line \"\(last)\" after it")
    }
    let before = lines[..<start].joined(separator: "\n")
    return (
      before.isEmpty ? "" : before + "\n",
      lines[(end + 1)...].joined(separator: "\n")
    )
  }

  /// Editors may have given the file the line ends of Windows.
  private static func isMarker(_ line: Substring, _ marker: String) -> Bool {
    [marker, marker + "\r"].contains { line.utf8.elementsEqual($0.utf8) }
  }

  private func section(_ profile: Profile) -> String {
    let isPlain = profile.name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "._-@:/+=,".utf8.contains(byte)
    }
    var lines = [
      "[profile \(isPlain ? profile.name : "\"\(profile.name)\"")]",
      target.sessionName.map { "sso_session = \($0)" } ?? "sso_start_url = \(target.startURL)",
    ]
    if target.sessionName == nil { lines.append("sso_region = \(target.region)") }
    lines.append("sso_account_id = \(profile.accountID)")
    lines.append("sso_role_name = \(profile.roleName)")
    lines += profile.settings.map { "\($0.key) = \($0.value)" }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Checking

  private static func check(_ profile: Profile) throws(SSOError) {
    let shown = "\"\(profile.name.escaped(limit: 60))\""
    guard !profile.name.isEmpty, isLine(profile.name),
      !profile.name.unicodeScalars.contains(where: { "]\"\\".unicodeScalars.contains($0) })
    else { throw wrong("no profile can be called \(shown)") }
    guard isLine(profile.accountID), isLine(profile.roleName) else {
      throw wrong("the account or role of profile \(shown) has a control character")
    }
    for (key, value) in profile.settings
    where !isKey(key) || ownKeys.contains(key) || !isLine(value) {
      throw wrong("profile \(shown) cannot have a line \(key.escaped(limit: 40))")
    }
  }

  /// What every profile has already: no key may stand in it twice.
  private static let ownKeys: Set = [
    "sso_session", "sso_start_url", "sso_region", "sso_account_id", "sso_role_name",
  ]

  private static func isLine(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
  }

  private static func isKey(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
      }
  }

  private static func wrong(_ message: String) -> SSOError {
    SSOError(.invalidConfiguration, .validation, message)
  }
}
