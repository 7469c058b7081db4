//  ClientTests.swift - the typed clients, from request to Swift value.

import StrictJSON
import Testing

@testable import SSOOIDC

@Suite struct `The typed OIDC client` {
  @Test func `registers with every member, and gives times`() async throws {
    let transport = Replying(
      status: 200,
      body: #"{"clientId":"i","clientSecret":"s","clientIdIssuedAt":1,"clientSecretExpiresAt":2,"#
        + #""tokenEndpoint":"https://t"}"#)
    var request = RegisterClientRequest(clientName: "n", scopes: ["a"])
    request.redirectURIs = ["http://127.0.0.1/cb"]
    request.grantTypes = [.authorizationCode, .refreshToken]
    request.issuerURL = "https://i"
    request.entitledApplicationARN = "arn"

    let response = try await SSOOIDCClient(client(transport)).registerClient(request)

    #expect(
      String(decoding: transport.requests[0].body, as: UTF8.self)
        == #"{"clientName":"n","clientType":"public","scopes":["a"],"#
        + #""redirectUris":["http://127.0.0.1/cb"],"#
        + #""grantTypes":["authorization_code","refresh_token"],"issuerUrl":"https://i","#
        + #""entitledApplicationArn":"arn"}"#)
    #expect(response.clientSecret.reveal() == "s")
    #expect(response.clientSecretExpiresAt == Timestamp(seconds: 2))
    #expect(response.tokenEndpoint == "https://t")
    #expect(response.authorizationEndpoint == nil)
  }

  @Test func `starts a device login`() async throws {
    let transport = Replying(
      status: 200,
      body: #"{"deviceCode":"d","userCode":"A-B","verificationUri":"https://h/","#
        + #""verificationUriComplete":"https://h/?user_code=A-B","expiresIn":600,"interval":1}"#)
    let request = StartDeviceAuthorizationRequest(
      clientID: "i", clientSecret: "s", startURL: "https://u")

    let response = try await SSOOIDCClient(client(transport)).startDeviceAuthorization(request)

    #expect(response.deviceCode.reveal() == "d")
    #expect(response.userCode == "A-B")
    #expect(response.verificationURIComplete == "https://h/?user_code=A-B")
    #expect(response.expiresIn == .seconds(600))
    #expect(response.interval == .seconds(1))
  }

  @Test func `redeems a code and renews a token with their members`() async throws {
    let transport = Replying(status: 200, body: #"{"accessToken":"a"}"#)
    let client = SSOOIDCClient(try client(transport))
    let registration = RegisterClientResponse(["clientId": "i", "clientSecret": "s"])

    _ = try await client.createToken(
      .authorizationCode("c", verifier: "v", redirectURI: "http://r", client: registration))
    let token = try await client.createToken(.refreshToken("r", client: registration))

    let bodies = transport.requests.map { String(decoding: $0.body, as: UTF8.self) }
    #expect(
      bodies == [
        #"{"clientId":"i","clientSecret":"s","grantType":"authorization_code","code":"c","#
          + #""redirectUri":"http://r","codeVerifier":"v"}"#,
        #"{"clientId":"i","clientSecret":"s","grantType":"refresh_token","refreshToken":"r"}"#,
      ])
    #expect(token.accessToken == "a")
    #expect(token.expiresIn == nil)
  }

  @Test func `exchanges tokens as an IAM principal`() async throws {
    let transport = Replying(
      status: 200,
      body: #"{"accessToken":"a","issuedTokenType":"t","scope":["s"],"#
        + #""awsAdditionalDetails":{"identityContext":"c"}}"#)
    let client = SSOOIDCClient(
      try client(transport) {
        $0.credentials = AWSCredentials(accessKeyID: "k", secretAccessKey: "s")
      })
    var request = CreateTokenWithIAMRequest(clientID: "arn", grantType: .tokenExchange)
    request.subjectToken = "st"
    request.subjectTokenType = "urn:x"

    let response = try await client.createTokenWithIAM(request)

    #expect(
      String(decoding: transport.requests[0].body, as: UTF8.self)
        == #"{"clientId":"arn","grantType":"urn:ietf:params:oauth:grant-type:token-exchange","#
        + #""subjectToken":"st","subjectTokenType":"urn:x"}"#)
    #expect(response.token.accessToken == "a")
    #expect(response.scope == ["s"])
    #expect(response.identityContext?.reveal() == "c")
  }
}

@Suite struct `The typed portal client` {
  @Test func `lists one page`() async throws {
    let transport = Replying(
      status: 200,
      body:
        #"{"nextToken":"n","accountList":[{"accountId":"1","accountName":"a","emailAddress":"e"}]}"#
    )

    let page = try await SSOPortalClient(client(transport, .portal))
      .listAccounts(accessToken: "t", maximum: 1)

    #expect(page.nextToken == "n")
    #expect(page.elements.map(\.accountName) == ["a"])
    #expect(transport.requests[0].url.hasSuffix("/assignment/accounts?max_result=1"))
  }

  @Test func `lists all pages in order`() async throws {
    let transport = Replying([
      .answer(200, #"{"nextToken":"p2","roleList":[{"roleName":"a"}]}"#),
      .answer(200, #"{"nextToken":"p3","roleList":[]}"#),
      .answer(200, #"{"nextToken":"","roleList":[{"roleName":"b","accountId":"1"}]}"#),
    ])

    let roles = try await SSOPortalClient(client(transport, .portal))
      .allAccountRoles(accountID: "1", accessToken: "t")

    #expect(roles.map(\.roleName) == ["a", "b"])
    #expect(
      transport.requests.map { $0.url.split(separator: "?")[1] } == [
        "account_id=1", "account_id=1&next_token=p2", "account_id=1&next_token=p3",
      ])
  }

  @Test func `stops when the pages go round in circles`() async throws {
    let transport = Replying(status: 200, body: #"{"nextToken":"p","accountList":[]}"#)

    let error = await #expect(throws: SSOError.self) {
      try await SSOPortalClient(client(transport, .portal)).allAccounts(accessToken: "t")
    }

    #expect(error?.code == .pagination)
    #expect(transport.requests.count == 2)
  }

  @Test func `gives role credentials to the millisecond`() async throws {
    let transport = Replying(
      status: 200,
      body: #"{"roleCredentials":{"accessKeyId":"k","secretAccessKey":"s","sessionToken":"t","#
        + #""expiration":1893456000123}}"#)

    let credentials = try await SSOPortalClient(client(transport, .portal))
      .getRoleCredentials(accountID: "1", roleName: "r", accessToken: "t")

    #expect(
      credentials.keys
        == AWSCredentials(accessKeyID: "k", secretAccessKey: "s", sessionToken: "t"))
    #expect(
      credentials.expiration == Timestamp(seconds: 1_893_456_000, nanoseconds: 123_000_000))
    #expect(!"\(credentials)".contains("\"s\""))
  }

  @Test(
    arguments: [
      (Int64.min, Int64.min / 1000 - 1, 192), (Int64.max, Int64.max / 1000, 807), (-1, -1, 999),
    ] as [(Int64, Int64, Int32)])
  func `gives role credentials whatever their end is`(
    milliseconds: Int64, seconds: Int64, rest: Int32
  ) async throws {
    let transport = Replying(
      status: 200,
      body: #"{"roleCredentials":{"accessKeyId":"k","secretAccessKey":"s","sessionToken":"t","#
        + #""expiration":\#(milliseconds)}}"#)
    let credentials = try await SSOPortalClient(client(transport, .portal))
      .getRoleCredentials(accountID: "1", roleName: "r", accessToken: "t")
    #expect(
      credentials.expiration == Timestamp(seconds: seconds, nanoseconds: rest * 1_000_000))
  }

  @Test func `ends a session with an empty answer`() async throws {
    let transport = Replying(status: 200, body: "")

    try await SSOPortalClient(client(transport, .portal)).logout(accessToken: "t")

    #expect(transport.requests[0].headers["x-amz-sso_bearer_token"] == "t")
  }

  @Test func `says that a role is not held, though the model has no such error`() async throws {
    let transport = Replying(
      status: 403, body: #"{"message":"No access","__type":"com.amazonaws#ForbiddenException"}"#)

    let error = await #expect(throws: SSOError.self) {
      try await SSOPortalClient(client(transport, .portal))
        .getRoleCredentials(accountID: "1", roleName: "r", accessToken: "t")
    }

    #expect(error?.code == .forbidden)
    #expect(error?.message == "No access")
  }
}
