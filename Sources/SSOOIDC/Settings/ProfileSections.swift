//  ProfileSections.swift - many profiles as a block of AWS's config file. Pure.
//
//  Knows: how a profile is written, and that a block of ours is replaced, never anything else.
//  Does not know: who names the profiles, where the file is, what a block is (ProfileBlock).

internal import StrictJSON

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

    fileprivate var role: String {
      "\(roleName.escaped(limit: 60)) in \(accountID.escaped(limit: 60))"
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
          "two profiles are called \"\(profile.name.escaped(limit: 60))\": \(other.role) and "
            + "\(profile.role); give one of them another name \(Self.way)")
      }
    }
    self.profiles = profiles
    self.target = target
  }

  /// The sections.
  public var text: String { profiles.map(section).joined(separator: "\n") }

  /// Puts the sections into a config file, in place of those that were put there before.
  ///
  /// Keys that AWS's tools have put behind our block stay, with the profile that they are of: that
  /// one is written last, or gets a section of its own where it is none of ours any more. It is
  /// taken back in with the profile, unless another one has such keys by then.
  ///
  /// - Parameter file: The file's text.
  /// - Returns: Its new text; everything outside our block is as it was.
  /// - Throws: ``SSOError/Code/invalidConfiguration`` when the block has no end, a profile outside
  ///   of it has the name of one of ours, or the new text could not be read.
  public func inserted(into file: String) throws(SSOError) -> String {
    let marks = ProfileMarks(of: target.sessionName ?? target.startURL)
    var block = try ProfileBlock(marks, in: file)
    block.settleKeys(of: profiles.map(\.name))
    let before = block.before.joined()
    let rest = try AWSConfig.parse(before + block.after.joined())
    if let taken = profiles.first(where: { rest.profile($0.name) != nil }) {
      throw Self.taken(taken.name, marks, file)
    }
    let (profiles, behind) = settled(block)
    let breaks = before.utf8.reversed().lazy.filter { $0 != UInt8(ascii: "\r") }
      .prefix { $0 == UInt8(ascii: "\n") }.prefix(2).count
    let gap = before.isEmpty ? "" : String(repeating: "\n", count: 2 - breaks)
    let sections = profiles.map(section).joined(separator: "\n")
    let new =
      before + gap + "\(marks.first)\n\(sections)\(marks.last)\n" + behind
      + block.after.joined()
    do throws(SSOError) {
      _ = try AWSConfig.parse(new)
    } catch {
      throw Self.wrong("nothing is written: nobody could read the new \(error.message)")
    }
    return new
  }

  /// The profiles in the order in which they are written, and the lines behind them.
  private func settled(_ block: ProfileBlock) -> (profiles: [Profile], behind: String) {
    guard block.hasKeysBehind, let owner = block.lastHeader?.profileName,
      let index = profiles.firstIndex(where: { AWSConfig.Key($0.name) == owner })
    else { return (profiles, block.behind(without: [])) }
    var ordered = profiles
    ordered.append(ordered.remove(at: index))
    let keys = lines(of: profiles[index]).map { AWSConfig.Key($0.key) }
    return (ordered, block.behind(without: Set(keys)))
  }

  private func section(_ profile: Profile) -> String {
    let isPlain = profile.name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "._-@:/+=,".utf8.contains(byte)
    }
    let header = "[profile \(isPlain ? profile.name : "\"\(profile.name)\"")]\n"
    return header + lines(of: profile).map { "\($0.key) = \($0.value)\n" }.joined()
  }

  private func lines(of profile: Profile) -> [(key: String, value: String)] {
    var lines = [
      target.sessionName.map { ("sso_session", $0) } ?? ("sso_start_url", target.startURL)
    ]
    if target.sessionName == nil { lines.append(("sso_region", target.region)) }
    lines += [("sso_account_id", profile.accountID), ("sso_role_name", profile.roleName)]
    return lines + profile.settings
  }

  // MARK: Checking

  private static func check(_ profile: Profile) throws(SSOError) {
    let shown = "\"\(profile.name.escaped(limit: 60))\""
    guard !profile.name.isEmpty, isLine(profile.name),
      !profile.name.unicodeScalars.contains(where: { "]\"\\".unicodeScalars.contains($0) })
    else {
      throw wrong(
        "no profile can be called \(shown); give \(profile.role) another name \(way), without "
          + "control characters, ], \\ and double quotes")
    }
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

  private static func taken(_ name: String, _ marks: ProfileMarks, _ file: String) -> SSOError {
    let taken = "the config file has a profile \"\(name.escaped(limit: 60))\" already"
    guard let other = ProfileBlock.other(than: marks, with: name, in: file) else {
      return wrong("\(taken); remove it, or give ours another name \(way)")
    }
    return wrong(
      "\(taken), in another block of ours: lines \(other.lines.lowerBound) to "
        + "\(other.lines.upperBound), from \"\(other.mark.escaped(limit: 200))\" on. Remove "
        + "that block if it is of no use any more, or give ours another name \(way)")
  }

  /// Names the option of the command, and the argument of scripts.
  private static let way = "(by --template FILE; in a script, by its name)"

  private static func wrong(_ message: String) -> SSOError {
    SSOError(.invalidConfiguration, .validation, message)
  }
}
