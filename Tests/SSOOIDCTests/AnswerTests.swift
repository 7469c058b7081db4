//  AnswerTests.swift - successes are read strictly.

import StrictJSON
import Testing

@testable import SSOOIDC

@Suite struct `An answer` {
  @Test func `gives the modelled members, without null and unknown ones`() throws {
    let output = try read(
      .createToken,
      #"{"x":1,"refreshToken":null,"accessToken":"a","expiresIn":"600","tokenType":"bearer"}"#)

    #expect(output == ["accessToken": "a", "tokenType": "bearer", "expiresIn": 600])
  }

  @Test func `of RegisterClient may have null for its endpoints`() throws {
    let output = try read(
      .registerClient,
      #"{"authorizationEndpoint":null,"clientId":"i","clientIdIssuedAt":1,"clientSecret":"s","#
        + #""clientSecretExpiresAt":7776001,"tokenEndpoint":null}"#)

    #expect(
      output == [
        "clientId": "i", "clientSecret": "s", "clientIdIssuedAt": 1,
        "clientSecretExpiresAt": 7_776_001,
      ])
  }

  @Test(arguments: [
    ("", "the answer is not an object but empty"), (" \n", "the answer is not an object but empty"),
    ("null", "the answer is not an object but null"),
    ("[]", "the answer is not an object but a list"),
    (#""x""#, "the answer is not an object but a string"),
  ])
  func `H08 must be an object`(body: String, message: String) {
    #expect(fault(.createToken, body)?.message == message)
  }

  @Test(
    arguments: [
      (.createToken, "{}", "accessToken"), (.createToken, #"{"accessToken":null}"#, "accessToken"),
      (.createToken, #"{"accessToken":""}"#, "accessToken"),
      (.createToken, #"{"clientId":"a","clientSecret":"b"}"#, "accessToken"),
      (.registerClient, #"{"clientId":"a"}"#, "clientSecret"),
      (.registerClient, #"{"accessToken":"a"}"#, "clientId"),
      (.startDeviceAuthorization, #"{"userCode":"A","verificationUri":"https://h"}"#, "deviceCode"),
      (.startDeviceAuthorization, #"{"deviceCode":"A","verificationUri":"https://h"}"#, "userCode"),
      (.startDeviceAuthorization, #"{"deviceCode":"A","userCode":"B"}"#, "verificationUri"),
      (.getRoleCredentials, "{}", "roleCredentials"),
      (
        .getRoleCredentials, #"{"roleCredentials":{"accessKeyId":"a","secretAccessKey":"b"}}"#,
        "roleCredentials.sessionToken"
      ),
      (.listAccounts, "{}", "accountList"), (.listAccountRoles, #"{"accountList":[]}"#, "roleList"),
    ] as [(SSOOIDC.Operation, String, String)])
  func `H09 H34 must have what it is for`(
    operation: SSOOIDC.Operation, body: String, member: String
  ) {
    let error = fault(operation, body)

    #expect(error?.message == "the answer lacks \(member)")
    #expect(error?.kind == .parse)
    #expect(error?.code == .invalidResponse)
    #expect(error?.status == 200)
  }

  @Test func `H10 cut off is refused with the offset`() {
    let error = fault(.createToken, #"{"accessToken":"hunter2"#)

    #expect(error?.message == "the answer is no JSON: unexpected end at byte 23 (accessToken)")
  }

  @Test func `H11 with a key twice is refused`() {
    let error = fault(.createToken, #"{"accessToken":"a","accessToken":"b"}"#)

    #expect(error?.message == "the answer is no JSON: duplicate key at byte 19 (accessToken)")
  }

  @Test(arguments: [#"a\u0000b"#, #"a\r\nb"#, #"a\u007f"#])
  func `H12 with a control character in a token is refused`(token: String) {
    #expect(
      fault(.createToken, #"{"accessToken":"\#(token)"}"#)?.message
        == "the answer has a control character in accessToken")
  }

  @Test func `H13 may begin with a byte order mark`() throws {
    #expect(try read(.createToken, "\u{feff}{\"accessToken\":\"a\"}") == ["accessToken": "a"])
  }

  @Test(arguments: ["123456789012345678901234567890", "18446744073709551616", "-1e400"])
  func `H25 may have a number of any size in a member that nobody knows`(number: String) throws {
    let body = #"{"accessToken":"a","x":\#(number),"y":[{"z":\#(number)}]}"#

    #expect(try read(.createToken, body) == ["accessToken": "a"])
  }

  @Test func `H14 may lack expiresIn`() throws {
    #expect(try read(.createToken, #"{"accessToken":"a"}"#)["expiresIn"] == nil)
  }

  @Test(arguments: [
    (#""soon""#, "a string as expiresIn, which must be an integer"),
    ("1.5", "a number with a fraction or exponent as expiresIn, which must be an integer"),
    ("1e308", "a number with a fraction or exponent as expiresIn, which must be an integer"),
    ("1e400", "a number out of range as expiresIn, which must be an integer"),
    ("18446744073709551616", "a number out of range as expiresIn, which must be an integer"),
    ("true", "a Boolean as expiresIn, which must be an integer"),
    ("-5", "-5 as expiresIn: no lifetime in seconds"),
    ("0", "0 as expiresIn: no lifetime in seconds"),
    (#""-5""#, "-5 as expiresIn: no lifetime in seconds"),
    ("4294967296", "4294967296 as expiresIn: no lifetime in seconds"),
  ])
  func `H15 with a senseless lifetime is refused by its type`(value: String, words: String) {
    #expect(
      fault(.createToken, #"{"accessToken":"a","expiresIn":\#(value)}"#)?.message
        == "the answer has \(words)")
  }

  @Test(arguments: [
    ("1", 1), ("7", 7), (#""7""#, 7), ("0", 1), ("-3", 5), (#""junk""#, 5), ("1.5", 5), ("null", 5),
    ("1000000", 1_000_000), ("99999999999", 5),
  ])
  func `H16 always has a sensible interval`(value: String, seconds: Int64) throws {
    #expect(try authorization(#""interval":\#(value)"#)["interval"] == .integer(seconds))
    #expect(try authorization(#""expiresIn":600"#)["interval"] == 5)
  }

  @Test(arguments: [
    "https://device.sso.us-east-1.amazonaws.com/",
    "https://x.awsapps.com/start/#/device?user_code=A-B", "http://127.0.0.1:8087/device",
    "http://localhost/", "http://[::1]:8087/device",
  ])
  func `H17 names a page that a browser may open`(url: String) throws {
    #expect(try authorization(uri: url)["verificationUri"] == .string(url))
  }

  @Test(arguments: [
    "javascript:alert(1)", "file:///etc/passwd", "http://evil.example/", "ftp://h/", "//h/",
    #"https://h/\u0007"#, #"https://h/\nx"#, "https://h/ x", "https://user@evil.example/",
    "https://",
    #"https://h/\u202e"#,
  ])
  func `H17 with any other page is refused, and shows it escaped`(url: String) {
    let error = fault(
      .startDeviceAuthorization,
      #"{"deviceCode":"d","userCode":"u","verificationUri":"\#(url)"}"#)

    #expect(
      error?.message.hasPrefix("the answer has a verificationUri that is no https URL") == true)
    #expect(error?.message.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } == true)
  }

  @Test(arguments: [
    #"A\u001b[31m"#, #"A\u202eB"#, #"A\u200bB"#, String(repeating: "A", count: 10_000),
  ])
  func `H18 with a code nobody should see is refused`(code: String) throws {
    let error = try #require(
      fault(
        .startDeviceAuthorization,
        #"{"deviceCode":"d","userCode":"\#(code)","verificationUri":"https://h"}"#))

    #expect(error.message.hasPrefix("the answer has a userCode that cannot be shown"))
    #expect(error.message.count < 150)
  }

  @Test(
    arguments: [
      ("application/json", true), ("Application/JSON; charset=utf-8", true), (nil, true),
      ("application/x-amz-json-1.1", true), ("application/problem+json", true),
      ("text/plain", false), ("application/octet-stream", false),
    ] as [(String?, Bool)])
  func `H24 gives a token only if it calls itself JSON`(type: String?, passes: Bool) throws {
    var response = HTTPResponse(status: 200, body: Array(#"{"accessToken":"a"}"#.utf8))
    response.headers["Content-Type"] = type
    let strict = Answer(operation: .createToken, host: "h", isLenient: false)
    let lenient = Answer(operation: .createToken, host: "h", isLenient: true)

    #expect((try? strict.read(response)) == (passes ? ["accessToken": "a"] : nil))
    #expect(try lenient.read(response) == ["accessToken": "a"])
  }

  @Test func `is read from the body that it has, whatever was read before`() throws {
    let answer = Answer(operation: .createToken, host: "h", isLenient: true)
    var read = HTTPResponse(status: 200, body: Array(#"{"accessToken":"a"}"#.utf8))
    read.readBody()
    var same = HTTPResponse(status: 200, body: read.body)
    same.readBody(as: read)
    var other = HTTPResponse(status: 200, body: Array(#"{"accessToken":"b"}"#.utf8))
    other.readBody(as: read)
    read.body = Array(#"{"accessToken":"c"}"#.utf8)

    #expect(try answer.read(same) == ["accessToken": "a"])
    #expect(try answer.read(other) == ["accessToken": "b"])
    #expect(try answer.read(read) == ["accessToken": "c"])
  }

  @Test(arguments: ["mac", "N_A", ""])
  func `H26 with a token that is no bearer token is refused`(type: String) {
    #expect(
      fault(.createToken, #"{"accessToken":"a","tokenType":"\#(type)"}"#)?.message
        == "the answer has the tokenType \"\(type)\", not Bearer")
  }

  @Test func `H26 with the token in the wrong place never shows it`() {
    let body = #"{"accessToken":"Bearer","tokenType":"aoaAAAAAGSecretToken"}"#

    #expect(
      fault(.createToken, body)?.message == "the answer has a tokenType other than Bearer")
  }

  @Test(arguments: [
    ("text/html", "<html><title>Wi-Fi</title>"), ("application/json", " \n<!DOCTYPE html>"),
    ("text/html; charset=utf-8", "{}"),
  ])
  func `N17 that is a web page is no answer of the service`(type: String, body: String) {
    let error = fault(.registerClient, body, type: type)

    #expect(error?.code == .captivePortal)
    #expect(
      error?.message == "not an answer of the service: HTML page (captive portal?)")
  }

  @Test func `H25 reads structures and lists by their members alone`() throws {
    let accounts = try read(
      .listAccounts,
      #"{"accountList":[{"accountId":"1","x":2,"emailAddress":null}],"nextToken":"n"}"#)
    let token = try read(
      .createTokenWithIAM,
      #"{"accessToken":"a","scope":["s"],"awsAdditionalDetails":{"identityContext":"c","y":1}}"#)

    #expect(accounts == ["nextToken": "n", "accountList": [["accountId": "1"]]])
    #expect(token["scope"] == ["s"])
    #expect(token["awsAdditionalDetails"] == ["identityContext": "c"])
  }

  @Test(arguments: [
    (#"{"accountList":{}}"#, "an object as accountList, which must be a list"),
    (#"{"accountList":[1]}"#, "an integer as accountList[0], which must be an object"),
    (
      #"{"accountList":[{"accountId":1}]}"#,
      "an integer as accountList[0].accountId, which must be a string"
    ),
  ])
  func `with an ill-typed value is refused by its path`(body: String, words: String) {
    #expect(fault(.listAccounts, body)?.message == "the answer has \(words)")
  }

  @Test func `of Logout may be empty or anything but a web page`() throws {
    for type in ["application/json", "text/html", "text/plain"] {
      #expect(try read(.logout, "", type: type).isEmpty)
    }
    #expect(try read(.logout, "{").isEmpty)
    #expect(try read(.logout, "bye", type: "text/plain").isEmpty)
    for (type, body) in [("text/html", "Wi-Fi"), ("application/json", "<html>")] {
      #expect(fault(.logout, body, type: type)?.code == .captivePortal)
    }
  }

  private func read(
    _ operation: SSOOIDC.Operation, _ body: String, type: String = "application/json"
  ) throws(SSOError) -> JSONObject {
    try Answer(operation: operation, host: "h", isLenient: false)
      .read(HTTPResponse(status: 200, headers: ["Content-Type": type], body: Array(body.utf8)))
  }

  private func fault(
    _ operation: SSOOIDC.Operation, _ body: String, type: String = "application/json"
  ) -> SSOError? {
    #expect(throws: SSOError.self) { try read(operation, body, type: type) }
  }

  private func authorization(
    _ member: String = #""x":1"#, uri: String = "https://h"
  ) throws -> JSONObject {
    try read(
      .startDeviceAuthorization,
      #"{"deviceCode":"d","userCode":"u","verificationUri":"\#(uri)",\#(member)}"#)
  }
}
