//  RegisterClientTests.swift - the wire format of registrations, and what they may hold.

import StrictJSON
import Testing

@testable import IdentityService

@Suite struct `RegisterClient` {
  @Test func `AWS-01 answers like the real service`() {
    var talk = Conversation()

    let answer = talk.send("/client/register", ["clientName": "laptop", "clientType": "public"])

    #expect(answer.status == 200)
    #expect(
      answer.json.keys == [
        "authorizationEndpoint", "clientId", "clientIdIssuedAt", "clientSecret",
        "clientSecretExpiresAt", "tokenEndpoint",
      ])
    #expect(answer.json["authorizationEndpoint"] == .null)
    #expect(answer.json["tokenEndpoint"] == .null)
    #expect(answer.text("clientId").utf8.count == 34)
    #expect(answer.json["clientIdIssuedAt"] == 1_767_225_600)
    #expect(answer.json["clientSecretExpiresAt"] == .integer(1_767_225_600 + 7_776_000))
    #expect(answer.header(.contentType) == "application/json")
    #expect(answer.header(.cacheControl) == "no-store")
    #expect(answer.header(.date) == "Thu, 01 Jan 2026 00:00:00 GMT")
  }

  @Test func `every request has an id of its own`() {
    var talk = Conversation()

    let ids = (0..<3).map { _ in
      talk.send("/client/register", raw: "{}").header(.requestID) ?? ""
    }

    #expect(Set(ids).count == 3)
    #expect(ids.allSatisfy { $0.utf8.count == 36 })
  }

  @Test(
    arguments: [
      (#"{"clientType":"public"}"#, "InvalidRequestException", "clientName is required"),
      (
        #"{"clientName":"","clientType":"public"}"#, "InvalidRequestException",
        "clientName is required"
      ),
      (
        #"{"clientName":7,"clientType":"public"}"#, "InvalidRequestException",
        "clientName is not a string"
      ),
      (#"{"clientName":"x"}"#, "InvalidRequestException", "clientType is required"),
      (
        #"{"clientName":"x","clientType":"confidential"}"#, "InvalidClientMetadataException",
        "clientType is not public"
      ),
      (
        #"{"clientName":"x","clientType":"public","scopes":"a"}"#, "InvalidRequestException",
        "scopes is not a list of at most 50 strings"
      ),
      (
        #"{"clientName":"x","clientType":"public","scopes":[1]}"#, "InvalidRequestException",
        "scopes is not a list of strings"
      ),
      (
        #"{"clientName":"x","clientType":"public","scopes":["a b"]}"#, "InvalidScopeException",
        "A scope is empty, too long or has odd characters"
      ),
      (
        #"{"clientName":"x","clientType":"public","grantTypes":["password"]}"#,
        "UnsupportedGrantTypeException", "Unsupported grant type"
      ),
      (
        #"{"clientName":"x","clientType":"public","redirectUris":["http://a/","/oauth"]}"#,
        "InvalidRedirectUriException", "A redirect URI is not absolute"
      ),
      (
        #"{"clientName":"x\r\nSet-Cookie: a","clientType":"public"}"#,
        "InvalidClientMetadataException",
        "clientName has more than 256 characters, or a control character"
      ),
    ] as [(String, String, String)])
  func `R6749-04 names what is wrong`(body: String, shape: String, description: String) {
    var talk = Conversation()

    let answer = talk.send("/client/register", raw: body)

    #expect(answer.status == 400)
    #expect(answer.shape == shape)
    #expect(answer.text("error_description") == description)
    #expect(talk.service.state.clients.isEmpty)
  }

  @Test(
    arguments: [
      ("com.example.app:/cb", nil), ("com.example.app://cb", nil), ("myapp://cb", nil),
      ("COM.Example.app:/", nil), ("a+b-c.d1:/cb?x=1", nil),
      (
        "myapp:/cb",
        "A redirect URI has no host, and is none of an app, as com.example.app:/path is"
      ),
      (
        "com.example.app:cb",
        "A redirect URI has no host, and is none of an app, as com.example.app:/path is"
      ),
      (
        "http:/127.0.0.1/cb",
        "A redirect URI has no host, and is none of an app, as com.example.app:/path is"
      ),
      ("http://127.0.0.1:65535/cb", nil), ("http://[::1]:0/cb", nil), ("http://a.example:/cb", nil),
      ("http://127.0.0.1:65536/cb", "A redirect URI has a port that is none"),
      ("http://[::1]:99999/cb", "A redirect URI has a port that is none"),
      ("https://a.example:+1?b", "A redirect URI has a port that is none"),
      ("http:///cb", "A redirect URI has no host"), ("/oauth", "A redirect URI is not absolute"),
      ("1com.example:/cb", "A redirect URI is not absolute"),
      ("a.b;c:/cb", "A redirect URI is not absolute"),
      ("a,b://cb", "A redirect URI is not absolute"),
      ("javascript://a/%0aalert(1)", "A redirect URI has the scheme javascript"),
      ("JavaScript:/a.b", "A redirect URI has the scheme javascript"),
      ("http://127.0.0.1/a#b", "A redirect URI has a fragment"),
      ("http://127.0.0.1/a b", "A redirect URI has characters that no URI has"),
      (
        "http://a/" + String(repeating: "a", count: 2040),
        "A redirect URI is longer than 2048 bytes"
      ),
    ] as [(String, String?)])
  func `R6749-04 R8252 an app's own scheme is taken, and the message says what is wrong`(
    uri: String, problem: String?
  ) {
    for profile in [Profile.aws, .rfc] {
      var talk = Conversation { $0.profile = profile }

      let answer = talk.send(
        "/client/register",
        profile.dialect == .aws
          ? ["clientName": "x", "clientType": "public", "redirectUris": [.string(uri)]]
          : ["token_endpoint_auth_method": "none", "redirect_uris": [.string(uri)]])

      #expect(answer.error == problem.map { _ in "invalid_redirect_uri" })
      #expect(answer.json["error_description"]?.asString == problem)
    }
  }

  @Test func `R8628-03 unknown members are ignored, null and empty count as absent`() {
    var talk = Conversation()

    let answer = talk.send(
      "/client/register",
      raw: """
        {"clientName":"x","clientType":"public","scopes":null,"issuerUrl":"","color":{"a":[1]}}
        """)

    #expect(answer.status == 200)
  }

  @Test func `AWS-03 a full service asks to slow down and makes room for itself`() {
    var talk = Conversation { $0.limits.clients = 2 }
    _ = talk.register()
    _ = talk.register()

    let refused = talk.send("/client/register", ["clientName": "x", "clientType": "public"])
    talk.wait(.seconds(90 * 86_400))
    let accepted = talk.send("/client/register", ["clientName": "x", "clientType": "public"])

    #expect(refused.shape == "SlowDownException")
    #expect(accepted.status == 200)
    #expect(talk.service.state.clients.count == 1)
  }
}
