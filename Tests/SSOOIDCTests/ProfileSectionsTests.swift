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
    #expect(written.hasPrefix(file + "\n\n# ssoscript: profiles of my-sso"))
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

  @Test func `do not hide a profile of somebody else's`() throws {
    #expect(throws: SSOError.self) {
      try Self.sections("mine").inserted(into: "[profile mine]\nregion = x\n")
    }
  }

  @Test func `do not guess where a block without an end would end`() throws {
    let whole = try Self.sections("a").inserted(into: "")
    let cut = whole.split(separator: "\n").dropLast().joined(separator: "\n")
    #expect(throws: SSOError.self) { try Self.sections("a").inserted(into: cut) }
  }

  @Test(arguments: ["", "a]b", "a\nb", "a\"b", "a\\b", "\u{1B}[31m"])
  func `cannot have a name that the file cannot hold`(name: String) {
    #expect(throws: SSOError.self) { try Self.sections(name) }
  }

  @Test func `cannot have the same name twice`() {
    #expect(throws: SSOError.self) { try Self.sections("a", "a") }
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
