//  DirectoryFileTests.swift - people and accounts from a file, and slips in it.

#if Server
  import IdentityService
  import Testing

  @testable import IdentityServer

  @Suite struct `A directory file` {
    @Test func `may be YAML`() throws {
      let directory = try DirectoryFile.parse(
        """
        # who may sign in
        people:
          - name: carol
            displayName: Carol C.
            email: carol@example.com
            roles:
              012345678901: [Admin, ReadOnly]
          - name: dan
        accounts:
          - id: 012345678901
            name: Sandbox
        startUrls: [https://a.example/start]
        accessKeys:
          - {id: AKIAEXAMPLE, secret: s3cret}
        """, file: "d.yaml")

      #expect(directory.people.map(\.name) == ["carol", "dan"])
      #expect(directory.people[0].roles == ["012345678901": ["Admin", "ReadOnly"]])
      #expect(directory.people[1].displayName == "dan")
      #expect(directory.accounts == [Account(id: "012345678901", name: "Sandbox", email: "")])
      #expect(directory.startURLs == ["https://a.example/start"])
      #expect(directory.applications == nil && directory.accessKeys.map(\.id) == ["AKIAEXAMPLE"])
    }

    @Test func `may be JSON`() throws {
      let directory = try DirectoryFile.parse(
        """
        {"people": [{"name": "carol"}], "accounts": [],
         "applications": [{"arn": "arn:aws:sso::111122223333:application/a", "scopes": ["openid"]}]}
        """, file: "d.json")

      #expect(directory.applications?.first?.scopes == ["openid"])
    }

    @Test(arguments: [
      ("", "d.yaml: there is nothing in it"),
      ("people: []\naccounts: []", "d.yaml:1: people: is empty"),
      ("people: [{name: a}]", "d.yaml:1: accounts is missing"),
      (
        "people:\n  - nam: a\naccounts: []",
        "d.yaml:2: people[0]: unknown member; known are name, displayName, email, roles"
      ),
      ("people: x\naccounts: []", "d.yaml:1: people: is a text, not a list"),
      ("people:\n- name: a\n- name: a\naccounts: []", "d.yaml:2: people: has the same name twice"),
      (
        "people: [{name: a}]\naccounts:\n- {id: 12, name: x}",
        "d.yaml:3: accounts[0].id: is not twelve digits"
      ),
      (
        "people:\n- name: a\n  roles:\n    '111122223333': [x]\naccounts: []",
        "d.yaml:4: people[0].roles.111122223333: this account is not listed under accounts"
      ),
      (
        "people: [{name: a}]\naccounts: []\nstartUrls: [https://a.example/start, nope]",
        "d.yaml:3: startUrls[1]: is no https URL, nor http on this machine"
      ),
      (
        "people: [{name: a}]\naccounts: []\nstartUrls: ['http://a.example/start']",
        "d.yaml:3: startUrls[0]: is no https URL, nor http on this machine"
      ),
      (
        "people: [{name: a}]\naccounts: []\nstartUrls: ['http://127.evil.com/start']",
        "d.yaml:3: startUrls[0]: is no https URL, nor http on this machine"
      ),
      (
        "people: [{name: a}]\naccounts: []\napplications:\n- arn: arn:aws:iam::1:role/a",
        "d.yaml:4: applications[0].arn: is no ARN of an application, "
          + "as arn:aws:sso::ACCOUNT:application/…"
      ),
      (
        "people: [{name: a}]\naccounts: []\napplications:\n- arn: arn:aws:sso::1:application/a\n"
          + "  scopes:\n  - openid\n  - a b",
        "d.yaml:7: applications[0].scopes[1]: is no scope: one word, without quotes and backslashes"
      ),
      (
        "people: [{name: a}]\naccounts: []\napplications:\n- arn: arn:aws:sso::1:application/a\n"
          + "  redirectUris: [http://127.0.0.1/a, 'javascript:alert(1)']",
        "d.yaml:5: applications[0].redirectUris[1]: A redirect URI has the scheme javascript"
      ),
      ("people: [{name: }]\naccounts: []", "d.yaml:1: people[0].name: is empty, not a text"),
      ("people: [{name: a}]\naccounts: []\npeople: []", "d.yaml:1: people stands there twice"),
      (
        "people: [{name: \"a\\u0007\"}]\naccounts: []",
        "d.yaml:1: people[0].name: is empty, too long, or has control characters"
      ),
    ])
    func `tells a slip with path and line`(text: String, message: String) {
      let error = #expect(throws: DirectoryFileError.self) {
        try DirectoryFile.parse(text, file: "d.yaml")
      }
      #expect(error?.description == message)
    }

    @Test(arguments: [(1224, true), (1225, false)])
    func `AWS-04 takes ARNs of the length that CreateTokenWithIAM takes`(
      length: Int, isTaken: Bool
    ) {
      let head = "arn:aws:sso::111122223333:application/"
      let arn = head + String(repeating: "a", count: length - head.utf8.count)
      let text = "people: [{name: a}]\naccounts: []\napplications: [{arn: '\(arn)'}]"

      #expect(((try? DirectoryFile.parse(text, file: "d.yaml")) != nil) == isTaken)
    }

    @Test func `keeps secrets out of errors`() {
      let error = #expect(throws: DirectoryFileError.self) {
        try DirectoryFile.parse(
          "people: [{name: a}]\naccounts: []\naccessKeys:\n- secret: [hunter2\n", file: "d.yaml")
      }
      #expect(error?.description.contains("hunter2") == false)
      #expect(error?.description.hasPrefix("d.yaml:") == true)
    }

    @Test func `says when it cannot be read`() {
      let error = #expect(throws: DirectoryFileError.self) {
        try DirectoryFile.read("/nowhere/d.yaml")
      }
      #expect(error?.description == "/nowhere/d.yaml cannot be read")
    }
  }

  @Suite struct `The self-check` {
    @Test func `finds that every rule holds`() {
      let results = SelfCheck.run()
      #expect(results.count > 20)
      #expect(results.compactMap(\.failure) == [])
    }

    @Test func `shows a rule that does not hold`() {
      let broken = SelfCheck("X-01", "the sun is cold") { visit throws(CheckFailure) in
        try visit.ask("/token").expect("200")
      }
      let table = SelfCheck.table([broken.result])
      #expect(
        table
          == "FAIL  X-01  the sun is cold  FAILED: 400 invalid_request in place of 200\n"
          + "0 of 1 rules hold\n")
    }
  }
#endif
