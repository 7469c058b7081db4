//  ProfileSectionsTests.swift - many profiles as a block of AWS's config file.

import Testing

@testable import SSOOIDC

@Suite struct `Profile sections` {
  typealias Profile = ProfileSections.Profile
  static let target = SignInTarget(
    sessionName: "my-sso", startURL: "https://example.awsapps.com/start", region: "us-east-1")

  static func sections(_ names: String...) throws -> ProfileSections {
    try ProfileSections(
      names.map { Profile(name: $0, accountID: "111122223333", roleName: "Admin") }, of: target)
  }

  @Test func `are read back as what they were made of`() throws {
    var profile = Profile(name: "two words", accountID: "111122223333", roleName: "Admin")
    profile.settings = [("region", "eu-west-1")]
    let text = try ProfileSections([profile], of: Self.target).text
    let config = try AWSConfig.parse(
      "[sso-session my-sso]\nsso_start_url = \(Self.target.startURL)\nsso_region = us-east-1\n"
        + text)
    let target = try SignInTarget.profile("two words", in: config)
    #expect(target.sessionName == "my-sso")
    #expect(target.accountID == "111122223333")
    #expect(config.profile("two words")?["region"] == "eu-west-1")
  }

  @Test func `name the start URL where there is no session`() throws {
    let target = SignInTarget(startURL: "https://x.awsapps.com/start", region: "eu-west-1")
    let text = try ProfileSections(
      [Profile(name: "a", accountID: "1", roleName: "r")], of: target
    ).text
    #expect(try SignInTarget.profile("a", in: AWSConfig.parse(text)).startURL == target.startURL)
  }

  @Test func `go to the end of the file and leave the rest as it was`() throws {
    let file = "[default]\nregion = us-east-1\n# mine"
    let written = try Self.sections("a", "b").inserted(into: file)
    #expect(written.hasPrefix(file + "\n\n# ssoscript, profiles of my-sso"))
    #expect(try AWSConfig.parse(written).profiles.map(\.name) == ["default", "a", "b"])
  }

  @Test func `take the place of those written before, and of nothing else`() throws {
    let first = try Self.sections("a", "b").inserted(into: "[default]\nregion = us-east-1\n")
    let second = try Self.sections("c").inserted(into: first + "[profile mine]\nregion = x\n")
    #expect(try AWSConfig.parse(second).profiles.map(\.name) == ["default", "c", "mine"])
    #expect(try Self.sections("c").inserted(into: second) == second)
  }

  @Test func `are found again in a file that an editor has given Windows line ends`() throws {
    let sections = try Self.sections("a")
    let file = "[default]\nregion = us-east-1\n"
    let windows = try sections.inserted(into: file).replacing("\n", with: "\r\n") + "# mine\r\n"
    let written = try sections.inserted(into: windows)
    #expect(written.utf8.starts(with: "[default]\r\nregion = us-east-1\r\n\r\n#".utf8))
    #expect(written.utf8.reversed().starts(with: "\n# mine\r\n".utf8.reversed()))
    #expect(try AWSConfig.parse(written).profiles.map(\.name) == ["default", "a"])
    #expect(try sections.inserted(into: written) == written)
  }

  /// The marks of earlier versions.
  static func old(_ text: String) -> String {
    text.replacing("# ssoscript, ", with: "# ssoscript: ")
  }

  @Test(arguments: [
    SignInTarget(startURL: "https://x.awsapps.com/start?a=1", region: "eu-west-1"),
    SignInTarget(sessionName: "a:b=c", startURL: "https://x.awsapps.com", region: "eu-west-1"),
  ])
  func `stand between comments that AWS's CLI does not take for keys`(target: SignInTarget) throws {
    let profile = Profile(name: "a", accountID: "1", roleName: "r")
    let sections = try ProfileSections([profile], of: target)
    let written = try sections.inserted(into: "")
    let comments = written.split(separator: "\n").filter { $0.hasPrefix("#") }
    #expect(comments.count == 2 && !comments.joined().contains { ":=".contains($0) }, "\(comments)")
    #expect(try sections.inserted(into: written) == written)
  }

  @Test func `take the place of those of earlier versions`() throws {
    let new = try Self.sections("a").inserted(into: "[default]\nregion = us-east-1\n")
    #expect(try Self.sections("a").inserted(into: Self.old(new)) == new)
    let target = SignInTarget(startURL: "https://x.awsapps.com/start", region: "eu-west-1")
    let sections = try ProfileSections(
      [Profile(name: "a", accountID: "1", roleName: "r")], of: target)
    let url = try sections.inserted(into: "")
    let old = Self.old(url.replacing("%3A", with: ":"))
    #expect(old.contains("# ssoscript: profiles of https://x.awsapps.com/start; changes"))
    #expect(try sections.inserted(into: old) == url)
  }

  @Test(arguments: ["\n", "\r\n"])
  func `give back to the section before them the keys that were put among them`(end: String) throws
  {
    let first = try Self.sections("a").inserted(into: "[profile dev]\nsso_account_id = 1\n")
    let stray = first.replacing("\n[profile a]", with: "\nregion = x\ns3 =\n  a = b\n[profile a]")
    #expect(stray != first)
    let file = stray.replacing("\n", with: end)
    let written = try Self.sections("b").inserted(into: Self.old(file))
    let config = try AWSConfig.parse(written)
    #expect(config.profile("dev")?["region"] == "x", "\(written)")
    #expect(config.profile("dev")?[block: "s3", key: "a"] == "b")
    #expect(config.profiles.map(\.name) == ["dev", "b"])
    #expect(try Self.sections("b").inserted(into: written) == written)
  }

  @Test func `leave the keys that were put behind them with their profile`() throws {
    let first = try Self.sections("a", "b").inserted(into: "[default]\nregion = us-east-1\n")
    let file = first + "region = x\n# mine\noutput = json\n\n[profile mine]\nregion = y\n"
    for names in [["b", "c"], ["b"], ["c", "b"]] {
      let profiles = names.map { Profile(name: $0, accountID: "1", roleName: "r") }
      let sections = try ProfileSections(profiles, of: Self.target)
      let written = try sections.inserted(into: Self.old(file))
      let config = try AWSConfig.parse(written)
      #expect(config.profile("b")?["region"] == "x" && config.profile("b")?["output"] == "json")
      #expect(config.profile("mine")?.values.count == 1)
      #expect(config.profile("c")?["region"] == nil)
      #expect(try sections.inserted(into: written) == written)
    }
  }

  @Test func `put their own keys in place of such`() throws {
    let first = try Self.sections("a").inserted(into: "")
    let file = first + "Region : x\n  and more\n# mine\noutput = json\n"
    var profile = Profile(name: "a", accountID: "1", roleName: "r")
    profile.settings = [("region", "ours")]
    let written = try ProfileSections([profile], of: Self.target).inserted(into: file)
    let config = try AWSConfig.parse(written)
    #expect(config.profile("a")?["region"] == "ours" && config.profile("a")?["output"] == "json")
    #expect(written.hasSuffix("\n# mine\noutput = json\n"), "\(written)")
  }

  @Test func `leave such keys of a profile that is gone in a section of its own`() throws {
    let first = try Self.sections("a", "b c").inserted(into: "")
    let file = first + "# mine\nregion = x\n"
    let written = try Self.sections("a").inserted(into: file)
    #expect(written.hasSuffix("\n# mine\n\n[profile \"b c\"]\nregion = x\n"), "\(written)")
    #expect(try AWSConfig.parse(written).profile("a")?["region"] == nil)
    #expect(try Self.sections("a").inserted(into: written) == written)
  }

  @Test(arguments: ["\n", "\r\n"])
  func `take such keys back in with the profile`(end: String) throws {
    let both = try Self.sections("a", "b c").inserted(into: "[default]\noutput = text\n")
    let file = both + "# mine\nregion = x\ns3 =\n  max = 1\n\n[profile mine]\nregion = y\n"
    let without = try Self.sections("a").inserted(into: file)
    let sections = try Self.sections("b c", "a")
    let written = try sections.inserted(into: without.replacing("\n", with: end))
    let config = try AWSConfig.parse(written)
    #expect(config.profiles.map(\.name) == ["default", "a", "b c", "mine"], "\(written)")
    let back = config.profile("b c")
    #expect(back?["region"] == "x" && back?[block: "s3", key: "max"] == "1")
    #expect(back?["sso_role_name"] == "Admin" && config.profile("mine")?.values.count == 1)
    #expect(try sections.inserted(into: written) == written)
    var own = Profile(name: "b c", accountID: "1", roleName: "r")
    own.settings = [("region", "ours")]
    let template = try ProfileSections([own], of: Self.target)
    let theirs = try AWSConfig.parse(template.inserted(into: without)).profile("b c")
    #expect(theirs?["region"] == "ours" && theirs?[block: "s3", key: "max"] == "1")
  }

  @Test func `change places with a profile that keeps such keys in a section of its own`() throws {
    var file = try Self.sections("a", "b").inserted(into: "") + "region = x"
    for (here, gone) in [("a", "b"), ("b", "a"), ("a", "b")] {
      file = try Self.sections(here).inserted(into: file)
      let config = try AWSConfig.parse(file)
      #expect(config.profile("b")?["region"] == "x", "\(file)")
      #expect(config.profile(here)?["sso_role_name"] == "Admin")
      #expect(config.profile(gone)?["sso_role_name"] == nil)
    }
    let both = try Self.sections("a").inserted(into: file + "\n[profile c]\nregion = z")
    let back = try AWSConfig.parse(Self.sections("c", "a").inserted(into: both))
    #expect(back.profile("c")?["region"] == "z" && back.profile("b")?["region"] == "x")
  }

  @Test func `take the place of one that leaves its keys in a section of its own`() throws {
    let first = try Self.sections("a", "b").inserted(into: "") + "# mine\nregion = x\n"
    let left = try Self.sections("a").inserted(into: first)
    let more = left.replacing("\n# mine\n", with: "\noutput = json\n# mine\n")
    let config = try AWSConfig.parse(Self.sections("b").inserted(into: more))
    #expect(config.profile("a")?.values.count == 1 && config.profile("a")?["output"] == "json")
    #expect(config.profile("b")?["region"] == "x")
    #expect(config.profile("b")?["sso_role_name"] == "Admin")
  }

  @Test(arguments: [
    "sso_account_id = 1", "role_arn = r", "credential_process = c", "aws_access_key_id = k",
    "Source_Profile = s", "web_identity_token_file = f", "login_session = l",
  ])
  func `do not take in a profile that signs in by itself`(key: String) throws {
    let file = try Self.sections("a").inserted(into: "")
    for end in ["[profile b]\nregion = x\n\(key)\n", "[profile c]\n\(key)\n[profile b]\nx = y\n"] {
      #expect(throws: SSOError.self) { try Self.sections("b").inserted(into: file + end) }
    }
  }

  @Test func `leave lines that were put behind them with the key that they are of`() throws {
    let first = try Self.sections("a").inserted(into: "")
    let file = first.replacing("\n# ssoscript, end", with: "\ns3 =\n  a = b\n# ssoscript, end")
    let written = try Self.sections("a").inserted(into: file + "  c = d\n[profile mine]\nx = y\n")
    let profile = try AWSConfig.parse(written).profile("a")
    #expect(profile?[block: "s3", key: "a"] == "b" && profile?[block: "s3", key: "c"] == "d")
    #expect(profile?["sso_role_name"] == "Admin")
  }

  @Test func `take no keys from a block without profiles for theirs`() throws {
    let first = try Self.sections().inserted(into: "[profile dev]\nsso_account_id = 1\n")
    let written = try Self.sections("a").inserted(into: first + "region = x\n")
    let config = try AWSConfig.parse(written)
    #expect(config.profile("dev")?["region"] == "x" && config.profile("a")?["region"] == nil)
  }

  @Test func `take no keys from another block for theirs`() throws {
    let other = try ProfileSections(
      [Profile(name: "o", accountID: "1", roleName: "r")],
      of: SignInTarget(
        sessionName: "other", startURL: "https://example.com/start", region: "us-east-1"))
    let both = try other.inserted(into: Self.sections("a").inserted(into: ""))
    // As AWS's CLI did with the marks of earlier versions.
    let file = Self.old(both).replacing("\n[profile o]", with: "\nregion = x\n[profile o]")
    for text in [
      try other.inserted(into: Self.sections("a").inserted(into: file)),
      try Self.sections("a").inserted(into: other.inserted(into: file)),
    ] {
      let config = try AWSConfig.parse(text)
      #expect(config.profile("a")?["region"] == "x" && config.profile("o")?["region"] == nil)
    }
  }

  @Test(arguments: ["\n", "\r\n"], [["x"], []])
  func `take no keys from behind a later block without profiles`(end: String, names: [String])
    throws
  {
    var target = Self.target
    target.sessionName = "other"
    let empty = try ProfileSections([], of: target)
    let dev = "[profile dev]\nregion = eu-west-1\n"
    let profiles = names.map { Profile(name: $0, accountID: "1", roleName: "r") }
    let both = try empty.inserted(
      into: ProfileSections(profiles, of: Self.target).inserted(into: dev))
    // As AWS's CLI writes behind a comment with a colon.
    let file = both + "# more: see the wiki\noutput = json\ns3 =\n  max = 1"
    let written = try Self.sections("a").inserted(into: file.replacing("\n", with: end))
    let owner = try AWSConfig.parse(written).profile(names.first ?? "dev")
    #expect(owner?["output"] == "json" && owner?[block: "s3", key: "max"] == "1", "\(written)")
    #expect(try AWSConfig.parse(written).profile("a")?["output"] == nil)
    #expect(try Self.sections("a").inserted(into: written) == written)
  }

  @Test func `are not written where nobody could read the file any more`() throws {
    var profile = Profile(name: "a", accountID: "1", roleName: "r")
    profile.settings = [("region", "x"), ("region", "y")]
    let sections = try ProfileSections([profile], of: Self.target)
    let error = #expect(throws: SSOError.self) { try sections.inserted(into: "") }
    #expect(error?.message.contains("read the new config file, line 7: a key named") == true)
  }

  @Test func `name the block of another session that has their names, and what one can do`() throws
  {
    let old = try Self.sections("a", "b").inserted(into: "[default]\nregion = us-east-1\n")
    var target = Self.target
    target.sessionName = "renamed"
    let profile = Profile(name: "b", accountID: "1", roleName: "r")
    let sections = try ProfileSections([profile], of: target)
    let error = #expect(throws: SSOError.self) { try sections.inserted(into: old) }
    let words = error?.message ?? ""
    #expect(words.contains("lines 4 to 14, from \"# ssoscript, profiles of my-sso; "), "\(words)")
    #expect(words.contains("Remove that block") && words.contains("--template FILE"), "\(words)")
  }

  @Test func `do not hide a profile of somebody else's`() throws {
    let error = #expect(throws: SSOError.self) {
      try Self.sections("mine").inserted(into: "[profile mine]\nregion = x\n")
    }
    #expect(error?.message.contains("give ours another name (by --template FILE;") == true)
  }

  @Test func `do not guess where a block without an end would end`() throws {
    let whole = try Self.sections("a").inserted(into: "")
    let cut = whole.split(separator: "\n").dropLast().joined(separator: "\n")
    #expect(throws: SSOError.self) { try Self.sections("a").inserted(into: cut) }
  }

  @Test(arguments: ["", "a]b", "a\nb", "a\"b", "a\\b", "\u{1B}[31m"])
  func `cannot have a name that the file cannot hold`(name: String) {
    let error = #expect(throws: SSOError.self) { try Self.sections(name) }
    let words = "give Admin in 111122223333 another name (by --template FILE;"
    #expect(error?.message.contains(words) == true)
  }

  @Test func `cannot have the same name twice`() {
    let error = #expect(throws: SSOError.self) { try Self.sections("a", "a") }
    #expect(error?.message.contains("another name (by --template FILE;") == true)
  }

  @Test func `may have settings with digits in their names`() throws {
    var profile = Profile(name: "a", accountID: "1", roleName: "r")
    profile.settings = [("use_ipv6", "true")]
    let text = try ProfileSections([profile], of: Self.target).text
    #expect(text.hasSuffix("\nuse_ipv6 = true\n"))
  }

  @Test(arguments: [
    "sso_session", "sso_start_url", "sso_region", "sso_account_id", "sso_role_name",
  ])
  func `cannot have a line twice`(key: String) {
    var profile = Profile(name: "a", accountID: "1", roleName: "r")
    profile.settings = [(key, "5")]
    #expect(throws: SSOError.self) { try ProfileSections([profile], of: Self.target) }
  }

  @Test func `cannot have a line that would be another one`() {
    var profile = Profile(name: "a", accountID: "1", roleName: "r")
    profile.settings = [("region", "x\ncredential_process = evil")]
    #expect(throws: SSOError.self) { try ProfileSections([profile], of: Self.target) }
  }
}
