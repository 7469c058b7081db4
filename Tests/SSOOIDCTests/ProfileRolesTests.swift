//  ProfileRolesTests.swift - which roles the config file names for a session.

import SSOOIDC
import Testing

@Suite struct `The roles of profiles` {
  @Test func `are found by the session, each once, in the file's order`() throws {
    let roles = try Self.roles(
      """
      [sso-session my-sso]
      sso_start_url = https://a.example/start
      sso_region = us-east-1
      [profile c]
      sso_session = my-sso
      sso_account_id = 333333333333
      sso_role_name = Admin
      [profile a]
      sso_session = my-sso
      sso_account_id = 111111111111
      sso_role_name = Admin
      [profile again]
      sso_session = my-sso
      sso_account_id = 333333333333
      sso_role_name = Admin
      [profile no-role]
      sso_session = my-sso
      [profile lost]
      sso_session = nowhere
      sso_account_id = 444444444444
      sso_role_name = Admin
      [profile own]
      sso_start_url = https://a.example/start
      sso_region = us-east-1
      sso_account_id = 555555555555
      sso_role_name = Admin
      """)
    #expect(roles("my-sso") == ["333333333333 Admin", "111111111111 Admin"])
    #expect(roles(nil) == ["555555555555 Admin"])
    #expect(roles("nowhere").isEmpty)
  }

  @Test func `are told apart by the bytes of the session's name`() throws {
    let roles = try Self.roles(
      ["\u{E9}", "e\u{301}"].enumerated().map { number, name in
        """
        [sso-session \(name)]
        sso_start_url = https://a.example/start
        sso_region = us-east-1
        [profile \(name)]
        sso_session = \(name)
        sso_account_id = 11111111111\(number)
        sso_role_name = Admin

        """
      }.joined())
    #expect(roles("\u{E9}") == ["111111111110 Admin"])
    #expect(roles("e\u{301}") == ["111111111111 Admin"])
  }

  private static func roles(_ text: String) throws -> (_ session: String?) -> [String] {
    let roles = ProfileRoles(try AWSConfig.parse(text))
    return { name in
      let session = SignInTarget(
        sessionName: name, startURL: "https://a.example/start", region: "us-east-1")
      return roles[session].map { "\($0.accountID) \($0.roleName)" }
    }
  }
}
