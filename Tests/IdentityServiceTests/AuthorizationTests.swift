//  AuthorizationTests.swift - the authorization endpoint, PKCE, and codes as grants.

import IdentityService
import StrictJSON
import Testing

extension Conversation {
  /// RFC 7636, appendix B.
  static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
  static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
  static let callback = "http://127.0.0.1:4711/oauth/callback"

  mutating func registerForCodes(
    _ redirectURI: String = "http://127.0.0.1/oauth/callback"
  ) -> Registration {
    let answer = send(
      "/client/register",
      [
        "clientName": "laptop", "clientType": "public", "scopes": ["sso:account:access", "b"],
        "grantTypes": ["authorization_code", "refresh_token"],
        "redirectUris": [.string(redirectURI)],
      ])
    return Registration(id: answer.text("clientId"), secret: answer.text("clientSecret"))
  }

  /// The query of a good request with some parameters changed; an empty one is left out.
  static func query(_ client: Registration, _ changes: [String: String] = [:]) -> String {
    let standard = [
      "response_type": "code", "client_id": client.id, "redirect_uri": callback, "state": "s",
      "code_challenge": challenge, "code_challenge_method": "S256",
    ]
    return standard.merging(changes) { $1 }.filter { !$0.value.isEmpty }
      .map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "&")
  }

  mutating func authorize(_ query: String, _ decision: Decision? = nil) -> AuthorizationAnswer {
    var byte: UInt8 = UInt8(truncatingIfNeeded: changes.count)
    let outcome = service.authorize(AuthorizationQuery(query, decision: decision), at: time) {
      byte &+= 1
      return Array(repeating: byte, count: $0)
    }
    changes += outcome.changes
    return outcome.reply.answer
  }

  mutating func code(_ client: Registration, _ changes: [String: String] = [:]) -> String {
    guard case .redirect(let uri) = authorize(Self.query(client, changes), .approved),
      let start = uri.range(of: "code=")
    else { return "" }
    return String(uri[start.upperBound...].prefix { $0 != "&" })
  }

  mutating func exchange(
    _ client: Registration, _ code: String, verifier: String? = Conversation.verifier,
    redirectURI: String? = Conversation.callback
  ) -> Answer {
    send(
      "/token",
      [
        "clientId": .string(client.id), "clientSecret": .string(client.secret),
        "grantType": "authorization_code", "code": .string(code),
        "codeVerifier": verifier.map(JSON.string), "redirectUri": redirectURI.map(JSON.string),
      ])
  }
}

extension String {
  fileprivate func range(of text: String) -> Range<String.Index>? { ranges(of: text).first }
}

@Suite struct `The authorization endpoint` {
  @Test func `R6749-20 R8252-06 asks a person, and asking changes nothing`() {
    var talk = Conversation()
    let client = talk.registerForCodes()
    let state = talk.service.state

    let answer = talk.authorize(Conversation.query(client))

    guard case .ask(let consent) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(consent.clientName == "laptop")
    #expect(consent.scopes == ["sso:account:access", "b"])
    #expect(talk.service.state == state)
  }

  @Test(
    arguments: [
      (Approval.manual, 700, false), (.after(.zero), 0, true), (.after(.seconds(2)), 1, false),
      (.after(.seconds(2)), 2, true),
    ] as [(Approval, Int, Bool)])
  func `asks nobody once the service has waited long enough to approve by itself`(
    approval: Approval, seconds: Int, hasCode: Bool
  ) {
    var talk = Conversation { $0.approval = approval }
    let query = Conversation.query(talk.registerForCodes())

    let answer = talk.service.authorize(
      AuthorizationQuery(query, waited: .seconds(seconds)), at: talk.time
    ) { Array(repeating: 1, count: $0) }.reply.answer

    #expect("\(answer)".contains("?code=") == hasCode)
  }

  @Test(arguments: ["s", "a%20b+c", "%C3%A9%00%22", "x%0d%0aSet-Cookie:%20a"])
  func `R6749-10 R6749-22 S22 state comes back byte for byte`(state: String) {
    var talk = Conversation()
    let client = talk.registerForCodes()

    let answer = talk.authorize(Conversation.query(client, ["state": state]), .denied)

    guard case .redirect(let uri) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(uri.hasSuffix("&state=" + state))
  }

  @Test func `R6749-10 no state sent, none returned`() {
    var talk = Conversation()
    let client = talk.registerForCodes()

    let answer = talk.authorize(Conversation.query(client, ["state": ""]), .denied)

    guard case .redirect(let uri) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(!uri.contains("state="))
  }

  @Test(
    arguments: [
      ("R6749-11 denied", [:], "access_denied"),
      ("R6749-11 type", ["response_type": "token"], "unsupported_response_type"),
      ("R6749-11 type missing", ["response_type": ""], "invalid_request"),
      ("R7636-05 no challenge", ["code_challenge": ""], "invalid_request"),
      ("R7636-03 no method", ["code_challenge_method": ""], "invalid_request"),
      ("R7636-02 plain", ["code_challenge_method": "plain"], "invalid_request"),
      ("R7636-05 method", ["code_challenge_method": "S512"], "invalid_request"),
      ("R7636-05 short", ["code_challenge": "abc"], "invalid_request"),
      ("R6749-11 scope", ["scopes": "other"], "invalid_scope"),
      ("AWS-08 both", ["scopes": "b", "scope": "sso:account:access"], "invalid_request"),
      ("R6749-03 repeated", ["x": "1&x=2"], "invalid_request"),
    ] as [(String, [String: String], String)])
  func `R6749-11 tells the program`(rule: String, changes: [String: String], word: String) {
    var talk = Conversation()
    let client = talk.registerForCodes()

    let answer = talk.authorize(Conversation.query(client, changes), .denied)

    guard case .redirect(let uri) = answer else {
      Issue.record("\(rule): \(answer)")
      return
    }
    #expect(uri.hasPrefix(Conversation.callback + "?error=\(word)&"), "\(rule)")
  }

  @Test func `R7636-02 says that plain is not supported`() {
    var talk = Conversation()
    let client = talk.registerForCodes()

    let answer = talk.authorize(Conversation.query(client, ["code_challenge_method": "plain"]))

    guard case .redirect(let uri) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(uri.contains("plain%20is%20not%20supported"))
  }

  @Test func `R6749-11 a client without the grant, and a full service, are told so`() {
    var talk = Conversation { $0.limits.authorizationCodes = 0 }
    let client = talk.registerForCodes()
    let other = talk.send(
      "/client/register",
      [
        "clientName": "x", "clientType": "public", "grantTypes": [Conversation.deviceGrant],
        "redirectUris": ["http://127.0.0.1/oauth/callback"],
      ])
    let stranger = Registration(id: other.text("clientId"), secret: "")

    let answers = [stranger, client].map {
      "\(talk.authorize(Conversation.query($0), .approved))"
    }

    #expect(answers[0].contains("error=unauthorized_client&"))
    #expect(answers[1].contains("error=temporarily_unavailable&"))
  }

  @Test func `R6749-03 ignores parameters that it does not know`() {
    var talk = Conversation()
    let client = talk.registerForCodes()

    #expect(!talk.code(client, ["nonce": "n", "prompt": "none"]).isEmpty)
  }

  @Test(arguments: [
    ["client_id": "nobody"], ["client_id": ""], ["redirect_uri": "https://evil.example/"],
    ["redirect_uri": "//evil.example"], ["redirect_uri": "http://127.0.0.1:1@evil.example/"],
    ["redirect_uri": "http://localhost:1/oauth/callback"],
    ["redirect_uri": "http://127.0.0.1/oauth/callback%23x"],
    ["redirect_uri": "http://127.0.0.1/oauth/callback%0d%0aX:"],
    ["redirect_uri": "javascript:alert(1)"],
    ["redirect_uri": "\(Conversation.callback)&redirect_uri=https://b"],
    ["redirect_uri": "https://b&redirect_uri=\(Conversation.callback)"],
    ["x": "%zz"],
  ])
  func `R6749-05 R6749-23 S20 never follows a bad redirect URI`(changes: [String: String]) {
    var talk = Conversation()
    let client = talk.registerForCodes()

    guard case .refuse = talk.authorize(Conversation.query(client, changes), .approved) else {
      Issue.record("followed")
      return
    }
    #expect(talk.service.state.authorizationCodes.isEmpty)
  }

  @Test func `R6749-05 a client whose registration has ended is as unknown`() {
    var talk = Conversation()
    let client = talk.registerForCodes()
    let end = talk.service.state.clients[client.id]?.secretExpires ?? talk.time
    talk.wait(end - talk.time - .seconds(1))
    #expect(!talk.code(client).isEmpty)
    talk.wait(.seconds(1))

    guard case .refuse = talk.authorize(Conversation.query(client), .approved) else {
      Issue.record("followed")
      return
    }
  }

  @Test(arguments: [
    ("R8252-01 any port", "http://127.0.0.1/cb", "http://127.0.0.1:9/cb", true, true),
    ("R8252-01 IPv6", "http://[::1]/cb", "http://[::1]:9/cb", true, true),
    ("R8252-01 family", "http://127.0.0.1/cb", "http://[::1]:9/cb", false, false),
    ("R8252-01 no port", "http://127.0.0.1/cb", "http://127.0.0.1/cb", true, true),
    ("R8252-04 registered port", "http://127.0.0.1:8/cb", "http://127.0.0.1:9/cb", false, true),
    ("R8252-04 path", "http://127.0.0.1/cb", "http://127.0.0.1:9/cb/", false, false),
    ("R8252-04 query", "http://127.0.0.1/cb?a=1", "http://127.0.0.1:9/cb", false, false),
    ("R8252-01 port too large", "http://127.0.0.1/cb", "http://127.0.0.1:99999/cb", false, false),
    ("R8252-02 name", "http://localhost/cb", "http://localhost:9/cb", false, false),
    ("R8252-02 literal", "http://localhost/cb", "http://localhost/cb", true, true),
    ("R8252-01 address", "http://127.0.0.1/cb", "http://127.0.0.2/cb", false, false),
    ("R8252-04 exact", "https://a.example/cb", "https://a.example/cb", true, true),
    ("R8252-04 app", "com.example.app:/cb", "com.example.app:/cb", true, true),
    ("R8252-04 app", "com.example.app:/cb", "com.example.app:/cb/", false, false),
    ("R8252-04 exact", "https://a.example/cb", "https://a.example:443/cb", false, false),
  ])
  func `R8252 compares redirect URIs`(
    rule: String, registered: String, asked: String, aws: Bool, rfc: Bool
  ) {
    for (profile, isFine) in [(Profile.aws, aws), (.rfc, rfc)] {
      var talk = Conversation()
      let client = talk.registerForCodes(registered)
      talk.service.configuration.profile = profile

      let answer = talk.authorize(
        Conversation.query(client, ["redirect_uri": asked]), .approved)

      if case .redirect = answer { #expect(isFine, "\(rule)") } else { #expect(!isFine, "\(rule)") }
    }
  }

  @Test(arguments: [("com.example.app:/cb", "?"), ("com.example.app:/cb?a=1", "&")])
  func `R8252 an app hears code and state at its own scheme`(uri: String, mark: String) {
    var talk = Conversation()
    let client = talk.registerForCodes(uri)

    let answer = talk.authorize(Conversation.query(client, ["redirect_uri": uri]), .approved)

    guard case .redirect(let location) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(location.hasPrefix(uri + mark + "code=") && location.hasSuffix("&state=s"))
  }

  @Test func `R8252-02 localhost is taken as registered, and noted`() {
    var talk = Conversation()
    let registered = talk.send(
      "/client/register",
      [
        "clientName": "x", "clientType": "public", "redirectUris": ["http://localhost/callback"],
      ])
    let client = Registration(id: registered.text("clientId"), secret: "")
    let query = Conversation.query(client, ["redirect_uri": "http://localhost/callback"])

    let outcome = talk.service.authorize(AuthorizationQuery(query), at: talk.time) { _ in [] }

    #expect(registered.reply.facts.audit == .localhostRedirect)
    #expect(outcome.reply.facts.audit == .localhostRedirect)
  }

  @Test(arguments: ["scopes", "scope"])
  func `AWS-08 takes scopes and scope`(name: String) {
    var talk = Conversation()
    let client = talk.registerForCodes()

    let token = talk.exchange(client, talk.code(client, [name: "b"]))

    #expect(token.status == 200)
    #expect(talk.service.state.families.values.first?.scopes == ["b"])
  }
}

@Suite struct `An authorization code` {
  @Test func `R6749-08 R7636-06 gives tokens once, with the right verifier`() {
    var talk = Conversation()
    let client = talk.registerForCodes()

    let token = talk.exchange(client, talk.code(client))

    #expect(token.status == 200)
    #expect(token.text("refreshToken").hasPrefix("fake-ssoscript-refresh-"))
  }

  @Test func `R6749-09 S10 used twice is refused, and its tokens are revoked`() {
    var talk = Conversation()
    let client = talk.registerForCodes()
    let code = talk.code(client)
    let token = talk.exchange(client, code)

    let replay = talk.exchange(client, code)

    #expect(replay.shape == "InvalidGrantException")
    #expect(replay.reply.facts.audit == .authorizationCodeReplayed)
    #expect(talk.refresh(client, token.text("refreshToken")).shape == "InvalidGrantException")
  }

  @Test func `R6749-09 S10 used again after it has expired still revokes its tokens`() {
    var talk = Conversation()
    let client = talk.registerForCodes()
    let code = talk.code(client)
    let token = talk.exchange(client, code)
    let refreshed = talk.refresh(client, token.text("refreshToken"))
    #expect(refreshed.status == 200)

    talk.wait(.seconds(3600))
    _ = talk.register()
    let replay = talk.exchange(client, code)

    #expect(replay.shape == "InvalidGrantException")
    #expect(replay.reply.facts.audit == .authorizationCodeReplayed)
    let newest = talk.refresh(client, refreshed.text("refreshToken"))
    #expect(newest.shape == "InvalidGrantException")
    #expect(talk.service.state.families.isEmpty)
  }

  @Test func `R6749-08 R6749-09 codes go when they are over, used ones with their tokens`() {
    var talk = Conversation()
    let client = talk.registerForCodes()
    _ = talk.code(client)
    _ = talk.exchange(client, talk.code(client))
    #expect(talk.service.state.authorizationCodes.count == 2)

    talk.wait(.seconds(600))
    _ = talk.register()
    #expect(talk.service.state.authorizationCodes.values.map(\.isSpent) == [true])
    talk.wait(.seconds(8 * 3600))
    _ = talk.register()

    #expect(talk.service.state.authorizationCodes.isEmpty && talk.service.state.families.isEmpty)
  }

  @Test func `S32 R6749-09 used codes that are over make room when the service is full`() {
    var talk = Conversation { $0.limits.authorizationCodes = 1 }
    let client = talk.registerForCodes()
    let token = talk.exchange(client, talk.code(client))
    #expect(talk.code(client).isEmpty)

    talk.wait(.seconds(601))

    #expect(!talk.code(client).isEmpty)
    #expect(talk.refresh(client, token.text("refreshToken")).status == 200)
  }

  @Test(
    arguments: [
      ("R7636-01 S12 42 characters", String(repeating: "a", count: 42), "invalid_request", true),
      ("R7636-01 S12 129 characters", String(repeating: "a", count: 129), "invalid_request", true),
      ("R7636-01 odd characters", String(repeating: "!", count: 43), "invalid_request", true),
      ("R7636-06 missing", nil, "invalid_request", true),
      ("R7636-06 wrong", String(repeating: "a", count: 43), "invalid_grant", false),
    ] as [(String, String?, String, Bool)])
  func `R7636 needs its verifier`(rule: String, verifier: String?, word: String, survives: Bool) {
    var talk = Conversation()
    let client = talk.registerForCodes()
    let code = talk.code(client)

    #expect(talk.exchange(client, code, verifier: verifier).error == word, "\(rule)")
    #expect((talk.exchange(client, code).status == 200) == survives, "\(rule)")
  }

  @Test(arguments: [
    (nil, "invalid_request"), ("http://127.0.0.1:4712/oauth/callback", "invalid_grant"),
    ("http://127.0.0.1/oauth/callback", "invalid_grant"),
  ])
  func `R6749-12 needs the same redirect URI again`(uri: String?, word: String) {
    var talk = Conversation()
    let client = talk.registerForCodes()
    let code = talk.code(client)

    #expect(talk.exchange(client, code, redirectURI: uri).error == word)
    #expect(talk.exchange(client, code).status == 200)
  }

  @Test func `R6749-12 without a redirect URI in the request none is needed`() {
    var talk = Conversation()
    let client = talk.registerForCodes()
    let code = talk.code(client, ["redirect_uri": ""])

    #expect(talk.exchange(client, code, redirectURI: nil).status == 200)
  }

  @Test func `R6749-08 is bound to its client, and lives briefly`() {
    var talk = Conversation()
    let (client, other) = (talk.registerForCodes(), talk.registerForCodes())
    let code = talk.code(client)
    let (last, late) = (talk.code(client), talk.code(client))

    #expect(talk.exchange(other, code).error == "invalid_grant")
    #expect(talk.exchange(client, code).status == 200)
    talk.wait(.milliseconds(599_999))
    #expect(talk.exchange(client, last).status == 200)
    talk.wait(.milliseconds(1))
    #expect(talk.exchange(client, late).error == "invalid_grant")
  }

  @Test func `R8628-40 is rebuilt from its changes`() {
    var talk = Conversation()
    let client = talk.registerForCodes()
    _ = talk.exchange(client, talk.code(client))

    var rebuilt = ServiceState()
    for change in talk.changes { rebuilt.apply(change) }

    #expect(rebuilt == talk.service.state)
  }
}
