//  InputCheckTests.swift - wrong calls are refused before anything is sent.

import SSOOIDC
import StrictJSON
import Testing

@Suite struct `A call` {
  @Test(
    arguments: [
      (.registerClient, ["clientName": "", "clientType": "public"]),
      (
        .registerClient,
        ["clientName": "a", "clientType": "x", "scopes": [], "grantTypes": ["a", "b"]]
      ),
      (.createToken, devicePoll),
      (.listAccounts, ["accessToken": "t", "maxResults": 101]),
      (.getRoleCredentials, ["accessToken": "t ü", "roleName": "\n", "accountId": ""]),
    ] as [(Operation, JSONObject)])
  func `with the right members passes, as in botocore`(operation: Operation, input: JSONObject) {
    #expect(throws: Never.self) { try operation.check(input) }
  }

  @Test(
    arguments: [
      (.registerClient, [:], #"the member "clientName" is missing"#),
      (
        .registerClient, ["clientname": "a", "clientType": "b"],
        #"unknown member "clientname" (did you mean "clientName"?)"#
      ),
      (
        .registerClient, ["client_type": "a"],
        #"unknown member "client_type" (did you mean "clientType"?)"#
      ),
      (.registerClient, ["elephant": "a"], #"unknown member "elephant""#),
      (
        .registerClient, ["clientName": 1],
        #"the member "clientName" must be a string, but is an integer"#
      ),
      (
        .registerClient, ["clientName": nil],
        #"the member "clientName" must be a string, but is null"#
      ),
      (
        .registerClient, ["scopes": "a"],
        #"the member "scopes" must be a list of strings, but is a string"#
      ),
      (
        .registerClient, ["scopes": ["a", 1]],
        #"the member "scopes[1]" must be a string, but is an integer"#
      ),
      (
        .listAccounts, ["accessToken": "t", "maxResults": 0],
        #"the member "maxResults" must be at least 1"#
      ),
      (
        .listAccounts, ["accessToken": "t", "maxResults": 1.0],
        #"the member "maxResults" must be an integer, but is a number with a fraction or exponent"#
      ),
      (
        .listAccounts, ["accessToken": "t", "maxResults": 4_294_967_296],
        #"the member "maxResults" is out of range (32 bits)"#
      ),
      (
        .listAccounts, ["accessToken": "t\r\nEvil: 1"],
        #"the member "accessToken" holds a line break or NUL"#
      ),
      (
        .logout, ["accessToken": "t\nEvil: 1"],
        #"the member "accessToken" holds a line break or NUL"#
      ),
      (
        .logout, ["accessToken": "t\u{0}"],
        #"the member "accessToken" holds a line break or NUL"#
      ),
    ] as [(Operation, JSONObject, String)])
  func `with a wrong member is refused by its name`(
    operation: Operation, input: JSONObject, message: String
  ) {
    let error = #expect(throws: SSOError.self) { try operation.check(input) }

    #expect(error?.message == message)
    #expect(error?.kind == .validation)
    #expect(error?.code == .invalidParameter)
    #expect(error?.operation == operation.name)
  }

  @Test func `that is refused sends nothing`() async throws {
    let transport = Replying(status: 200, body: "{}")

    await #expect(throws: SSOError.self) {
      try await client(transport).call(.createToken, ["clientId": "a"])
    }

    #expect(transport.requests.isEmpty)
  }

  @Test func `whose head no library would send says so`() async throws {
    let transport = Replying(status: 200, body: "{}")
    let token = JSON.string(String(repeating: "a", count: 512 << 10))

    let error = await #expect(throws: SSOError.self) {
      try await client(transport).call(.listAccounts, ["accessToken": token])
    }

    #expect(error?.message == "URL and headers would have more than 512 KiB")
    #expect(error?.kind == .validation)
    #expect(transport.requests.isEmpty)
  }
}

@Suite struct `A misspelt name` {
  static let names = ["clientId", "clientSecret", "grantType", "code", "codeVerifier", "scope"]

  @Test(
    arguments: [
      ("clientSecert", "clientSecret"), ("client_secret", "clientSecret"),
      ("CLIENTID", "clientId"), ("cliend", "clientId"), ("cod", "code"), ("scop", "scope"),
      ("scopes", "scope"), ("grant", nil), ("xyz", nil), ("", nil),
      (String(repeating: "c", count: 100_000), nil),
    ] as [(String, String?)])
  func `is set right when one is near`(name: String, right: String?) {
    #expect(Spelling.nearest(to: name, among: Self.names) == right)
  }
}
