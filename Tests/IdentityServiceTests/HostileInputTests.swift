//  HostileInputTests.swift - what attackers and broken clients send; nothing of it changes a thing.

import StrictJSON
import Testing

@testable import IdentityService

@Suite struct `Hostile input` {
  /// For each operation the members that are texts, with values that are good.
  private static func texts(_ client: Registration, _ flow: Answer) -> [(String, JSONObject)] {
    let keys: JSONObject = [
      "clientId": .string(client.id), "clientSecret": .string(client.secret),
    ]
    func with(_ members: JSONObject) -> JSONObject {
      members.reduce(into: keys) { $0[$1.key] = $1.value }
    }
    return [
      ("/device_authorization", with(["startUrl": Conversation.startURL])),
      (
        "/token",
        with([
          "grantType": Conversation.deviceGrant, "deviceCode": flow.json["deviceCode"] ?? .null,
        ])
      ),
      ("/token", with(["grantType": "refresh_token", "refreshToken": "x"])),
      (
        "/token",
        with([
          "grantType": "authorization_code", "code": "x", "codeVerifier": "x", "redirectUri": "x",
        ])
      ),
    ]
  }

  @Test(arguments: [
    "' OR '1'='1", "'; DROP TABLE clients; --", "\" OR 1=1 --", "\\'; DELETE FROM flows; --",
    "1); ATTACH DATABASE '/tmp/x' AS y; --", "%' UNION SELECT * FROM refreshTokens --", "\u{0}",
    "x' AND randomblob(100000000)", "%00' --", "\u{202E}'--",
  ])
  func `S25 SQL in any text leaves every row as it was`(payload: String) throws {
    var talk = Conversation()
    let client = talk.register(scopes: ["sso:account:access"])
    _ = talk.signIn()
    let flow = talk.start(client)
    let before = talk.service.state

    for (path, members) in Self.texts(client, flow) {
      for name in members.keys {
        var changed = members
        changed[name] = .string(payload)
        let body = String(decoding: try changed.encoded(), as: UTF8.self)
        let answer = talk.send(path, raw: body)
        #expect([400, 401].contains(answer.status), "\(path) \(name)")
      }
    }
    _ = talk.look(payload)
    #expect(talk.decide(payload, .approve) == .unknown)
    _ = talk.portal("/assignment/accounts", payload)

    let after = talk.service.state
    #expect(after.clients == before.clients && after.flows == before.flows)
    #expect(after.families == before.families && after.accessTokens == before.accessTokens)
    #expect(after.refreshTokens == before.refreshTokens)
    #expect(after.authorizationCodes == before.authorizationCodes)
  }

  @Test func `S25 SQL in a client name is a name`() {
    var talk = Conversation()
    let name = "'; DROP TABLE clients; --"

    let answer = talk.send(
      "/client/register", ["clientName": .string(name), "clientType": "public"])

    #expect(answer.status == 200)
    #expect(talk.service.state.clients.values.map(\.name) == [name])
  }

  @Test(arguments: [
    #"{"clientId":1e999}"#, #"{"clientId":-0}"#, #"{"x":123456789012345678901234567890}"#,
    #"{"clientId":"\uDC00"}"#, #"{"clientId":"\uD800\u0041"}"#, "{\"clientId\":\"\u{1}\"}",
    #"{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{}}}}}}}}}"#, #"{"clientId":["a"]}"#,
    #"{"clientId":"a","client\u0049d":"b"}"#, "\u{FEFF}[]", #"{"clientId":NaN}"#,
  ])
  func `S35 depth, big numbers, repeated names and lone surrogates are refused`(body: String) {
    var talk = Conversation()

    for path in ["/client/register", "/device_authorization", "/token"] {
      let answer = talk.send(path, raw: body)

      #expect(answer.status == 400 && answer.error == "invalid_request", "\(path)")
    }
    #expect(talk.service.state.clients.isEmpty)
  }

  @Test(arguments: [
    ("aws", "grantType=refresh_token&clientId=a", "application/x-www-form-urlencoded"),
    ("rfc", #"{"grant_type":"refresh_token","client_id":"a"}"#, "application/json"),
    ("rfc", #"{"grant_type":"refresh_token","client_id":"a"}"#, ""),
    ("rfc", "grant_type=refresh_token&client_id=a", "multipart/form-data"),
  ])
  func `S36 the profile says what a body is, and it is never guessed`(
    profile: String, body: String, type: String
  ) {
    var talk = Conversation { $0.profile = profile == "aws" ? .aws : .rfc }
    let headers: RequestHeaders = type.isEmpty ? [:] : ["Content-Type": type]

    for path in ["/device_authorization", "/token"] {
      let answer = talk.send(path, raw: body, headers: headers)

      #expect(answer.status == 400 && answer.error == "invalid_request")
    }
  }

  @Test(arguments: [
    "device_code=a&device_code=b", "device_code=a&device_code=a", "device_code=&device_code=a",
    "device_code=a&device%5Fcode=b", "client_id=a&client_id=b&device_code=a",
    "unknown=1&unknown=2", "device_code=a&&device_code=b",
  ])
  func `S37 R8628-03 a repeated parameter is refused, however it is written`(parameters: String) {
    var talk = Conversation.rfc()
    let client = talk.registerByRFC("none")
    let before = talk.service.state

    let answer = talk.form(
      "/token",
      "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=\(client.id)&"
        + parameters)

    #expect(answer.status == 400 && answer.error == "invalid_request")
    #expect(talk.service.state == before)
  }

  @Test(arguments: ["%", "%g0", "%ff", "a=%C3%28", "a b", "a=\u{E9}", "a=\u{0}"])
  func `S35 R8628-03 what is no form is refused`(body: String) {
    var talk = Conversation.rfc()

    #expect(talk.form("/token", body).error == "invalid_request")
  }
}
