//  CreateTokenWithIAMTests.swift - signatures that botocore made, and what they are good for.

import StrictJSON
import Testing

@testable import IdentityService

extension Conversation {
  static let application = "arn:aws:sso::111122223333:application/ssoins-1/apl-1"
  static let key = AccessKey(id: "AKIAFAKEFAKEFAKEFAKE", secret: "fake/secret+key")

  /// Headers in the form of botocore's, of which the signature is right for ``signedBody`` only.
  static func signed(
    _ signature: String = right, scope: String = "20260101/us-east-1/sso-oauth/aws4_request",
    names: String = "content-type;host;x-amz-date", date: String = "20260101T000000Z",
    key: String = Conversation.key.id, token: String? = nil
  ) -> RequestHeaders {
    var headers: RequestHeaders = [
      "Host": "127.0.0.1:8087", "Content-Type": "application/json", "X-Amz-Date": date,
      "Authorization": "AWS4-HMAC-SHA256 Credential=\(key)/\(scope), SignedHeaders=\(names), "
        + "Signature=\(signature)",
    ]
    if let token { headers.add("X-Amz-Security-Token", token) }
    return headers
  }

  /// Made by SigV4Auth of botocore 1.44.8 at 2026-01-01T00:00:00Z for ``signedBody``.
  static let right = "f25757ef65fcfffcb0f36e2e1e89032b06b791ea7b0ae245030ecf5ecd530da5"
  /// The same with the session token `fake-session`.
  static let rightWithToken = "7892928328953e95347c534c3981c83908e81ca12daa03b7e49d571cd36bdc43"
  static let signedBody =
    #"{"grantType": "refresh_token", "clientId": "\#(application)", "refreshToken": "x"}"#

  mutating func createTokenWithIAM(
    _ body: String = signedBody, headers: RequestHeaders = signed()
  ) -> Answer {
    send("/token", raw: body, query: "aws_iam=t", headers: headers)
  }

  mutating func createTokenWithIAM(_ members: JSONObject) throws -> Answer {
    var members = members
    members["clientId"] = .string(Self.application)
    return createTokenWithIAM(String(decoding: try members.encoded(), as: UTF8.self))
  }
}

@Suite struct `CreateTokenWithIAM` {
  @Test func `AWS-04 takes a signature that botocore made`() {
    var talk = Conversation { $0.directory.accessKeys = [Conversation.key] }

    let answer = talk.createTokenWithIAM()

    // The signature is good; the refresh token is none.
    #expect(answer.shape == "InvalidGrantException")
    #expect(answer.reply.facts.operation == .createTokenWithIAM)
  }

  @Test func `AWS-04 takes the signature of a temporary key with its session token only`() {
    let key = AccessKey(
      id: Conversation.key.id, secret: Conversation.key.secret, sessionToken: "fake-session")
    var talk = Conversation { $0.directory.accessKeys = [key] }
    let names = "content-type;host;x-amz-date;x-amz-security-token"
    let headers = Conversation.signed(
      Conversation.rightWithToken, names: names, token: "fake-session")

    #expect(talk.createTokenWithIAM(headers: headers).shape == "InvalidGrantException")
    #expect(talk.createTokenWithIAM().shape == "UnrecognizedClientException")
    let unsigned = Conversation.signed(token: "fake-session")
    #expect(talk.createTokenWithIAM(headers: unsigned).shape == "InvalidSignatureException")
  }

  @Test(
    arguments: [
      ("no signature", [:], "MissingAuthenticationTokenException"),
      ("Basic", ["Authorization": "Basic eDp5"], "IncompleteSignatureException"),
      (
        "the host is not signed", Conversation.signed(names: "x-amz-date"),
        "IncompleteSignatureException"
      ),
      ("another key", Conversation.signed(key: "AKIAOTHER"), "UnrecognizedClientException"),
      ("another signature", Conversation.signed("00"), "InvalidSignatureException"),
      (
        "another service", Conversation.signed(scope: "20260101/us-east-1/s3/aws4_request"),
        "InvalidSignatureException"
      ),
      (
        "another region", Conversation.signed(scope: "20260101/eu-west-1/sso-oauth/aws4_request"),
        "InvalidRequestRegionException"
      ),
      ("too old", Conversation.signed(date: "20251231T235459Z"), "IncompleteSignatureException"),
      ("not yet", Conversation.signed(date: "20260101T000501Z"), "InvalidSignatureException"),
      ("no date", Conversation.signed(date: "20260101"), "IncompleteSignatureException"),
      (
        "a token that the key has not", Conversation.signed(token: "other"),
        "UnrecognizedClientException"
      ),
    ] as [(String, RequestHeaders, String)])
  func `AWS-04 refuses`(what: String, headers: RequestHeaders, shape: String) {
    var talk = Conversation { $0.directory.accessKeys = [Conversation.key] }

    let answer = talk.createTokenWithIAM(headers: headers)

    #expect(answer.shape == shape, "\(what)")
    #expect(answer.text("message").isEmpty == (shape == "InvalidRequestRegionException"))
  }

  @Test(arguments: [
    (300.0, "InvalidGrantException"), (301, "InvalidSignatureException"),
    (-300, "InvalidGrantException"), (-301, "InvalidSignatureException"),
  ])
  func `AWS-04 a signature is good for five minutes`(seconds: Double, shape: String) {
    var talk = Conversation { $0.directory.accessKeys = [Conversation.key] }
    talk.wait(.seconds(seconds))

    #expect(talk.createTokenWithIAM().shape == shape)
  }

  @Test func `AWS-04 a body that was not signed is refused`() {
    var talk = Conversation { $0.directory.accessKeys = [Conversation.key] }

    let answer = talk.createTokenWithIAM(Conversation.signedBody + " ")

    #expect(answer.status == 403 && answer.shape == "InvalidSignatureException")
  }

  @Test func `AWS-04 without keys any signature will do, for this region`() {
    var talk = Conversation()
    let abroad = Conversation.signed(scope: "20260101/eu-west-1/sso-oauth/aws4_request")

    #expect(talk.createTokenWithIAM(headers: Conversation.signed("00")).error == "invalid_grant")
    let answer = talk.createTokenWithIAM(headers: abroad)
    #expect(answer.status == 400 && answer.shape == "InvalidRequestRegionException")
    #expect(answer.text("region") == "us-east-1")
    #expect(answer.text("endpoint") == "http://127.0.0.1:8087")
  }

  @Test func `AWS-04 other operations stay unsigned, and need no signature`() {
    var talk = Conversation()
    let body = #"{"clientName":"x","clientType":"public"}"#

    let plain = talk.send("/client/register", raw: body)
    let signed = talk.send("/client/register", raw: body, headers: Conversation.signed("00"))

    #expect(plain.status == 200 && signed.status == 200)
  }

  @Test func `exchanges an access token for one of its own`() throws {
    var talk = Conversation()
    let token = talk.signIn().token

    let answer = try talk.createTokenWithIAM([
      "grantType": "urn:ietf:params:oauth:grant-type:token-exchange",
      "subjectToken": token.json["accessToken"] ?? .null,
      "subjectTokenType": "urn:ietf:params:oauth:token-type:access_token",
    ])

    #expect(answer.status == 200)
    #expect(
      answer.json.keys == [
        "accessToken", "awsAdditionalDetails", "expiresIn", "idToken", "issuedTokenType",
        "refreshToken", "scope", "tokenType",
      ])
    #expect(answer.text("issuedTokenType") == "urn:ietf:params:oauth:token-type:access_token")
    #expect(answer.json["refreshToken"] == .null)
    #expect(answer.json["scope"]?.asArray?.contains("openid") == true)
    let details = answer.json["awsAdditionalDetails"]?.asObject
    #expect(details?["identityContext"]?.asString.map(FakeMark.isIntact) == true)
  }

  @Test func `exchanges no access token that has ended`() throws {
    var talk = Conversation()
    let token = talk.signIn().token
    talk.wait(.seconds(3599))
    _ = talk.signIn()
    talk.wait(.seconds(1))

    let answer = try talk.createTokenWithIAM([
      "grantType": "urn:ietf:params:oauth:grant-type:token-exchange",
      "subjectToken": token.json["accessToken"] ?? .null,
      "subjectTokenType": "urn:ietf:params:oauth:token-type:access_token",
    ])

    #expect(answer.shape == "InvalidGrantException")
  }

  @Test(
    arguments: [
      ("alice", 60, "token"), ("bob@example.com", 60, "token"), ("nobody", 60, "invalid_grant"),
      ("alice", 0, "invalid_grant"),
    ] as [(String, Int64, String)])
  func `takes the word of another issuer for a person of the directory`(
    subject: String, lifetime: Int64, word: String
  ) throws {
    var talk = Conversation()
    let assertion = JWT.unsigned([
      "sub": .string(subject), "exp": .integer(talk.time.seconds + lifetime),
    ])

    let answer = try talk.createTokenWithIAM([
      "grantType": "urn:ietf:params:oauth:grant-type:jwt-bearer",
      "assertion": .string(assertion), "scope": ["sso:account:access"],
    ])

    #expect((answer.error ?? "token") == word)
    #expect(answer.text("refreshToken").isEmpty == (word != "token"))
  }

  @Test(arguments: [["sub": ""], ["email": ""], ["sub": "", "email": ""]] as [JSONObject])
  func `takes no empty name for that of a person without an e-mail address`(
    claims: JSONObject
  ) throws {
    let carol = Person(name: "carol", displayName: "Carol", email: "", roles: [:])
    var talk = Conversation { $0.directory.people = [carol] }
    var claims = claims
    claims["exp"] = .integer(talk.time.seconds + 60)

    let answer = try talk.createTokenWithIAM([
      "grantType": "urn:ietf:params:oauth:grant-type:jwt-bearer",
      "assertion": .string(JWT.unsigned(claims)),
    ])

    #expect(answer.shape == "InvalidGrantException")
  }

  @Test(
    arguments: [
      (["grantType": "password"], "UnsupportedGrantTypeException"),
      (
        ["grantType": "urn:ietf:params:oauth:grant-type:device_code"],
        "UnsupportedGrantTypeException"
      ),
      (["grantType": "refresh_token"], "InvalidRequestException"),
      (
        ["grantType": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "a.b.c"],
        "InvalidGrantException"
      ),
      (
        [
          "grantType": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "a.b.c",
          "scope": ["other"],
        ], "InvalidScopeException"
      ),
      (
        [
          "grantType": "urn:ietf:params:oauth:grant-type:token-exchange", "subjectToken": "x",
          "subjectTokenType": "urn:ietf:params:oauth:token-type:jwt",
        ], "InvalidRequestException"
      ),
    ] as [(JSONObject, String)])
  func `names what is wrong`(members: JSONObject, shape: String) throws {
    var talk = Conversation()

    #expect(try talk.createTokenWithIAM(members).shape == shape)
  }

  @Test func `knows only applications of the directory, when that names any`() {
    var talk = Conversation { $0.directory.applications = [] }

    #expect(talk.createTokenWithIAM().shape == "InvalidClientException")
  }
}
