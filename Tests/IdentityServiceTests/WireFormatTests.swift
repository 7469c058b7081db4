//  WireFormatTests.swift - what holds for every operation: paths, bodies, errors.

import IdentityService
import StrictJSON
import Testing

@Suite struct `Every operation` {
  @Test(
    arguments: ["/client/register", "/device_authorization", "/token"],
    ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "post"])
  func `R8628-01 R6749-07 takes POST only`(path: String, method: String) {
    var talk = Conversation()

    let answer = talk.send(path, raw: "{}", method: method)

    #expect(answer.status == 405)
    #expect(answer.header(.allow) == "POST")
  }

  @Test(arguments: [("/", ""), ("/tokens", ""), ("/token/", ""), ("/authorize", "")])
  func `has a path of its own`(path: String, query: String) {
    var talk = Conversation()

    let answer = talk.send(path, raw: "{}", query: query)

    #expect(answer.status == 404)
    #expect(answer.shape == "UnknownOperationException")
  }

  @Test(arguments: [
    "", "null", "[]", "{", #"{"a":1}x"#, "clientId=a&clientSecret=b",
    #"{"clientId":"a","clientId":"b"}"#, #"{"clientId":"\uD800"}"#, #"{"clientId":01}"#,
    String(repeating: "[", count: 100_000 / 2),
    #"{"a":"# + String(repeating: "[", count: 30) + String(repeating: "]", count: 30) + "}",
  ])
  func `S35 S36 R8628-03 refuses what is not one strict JSON object`(body: String) {
    var talk = Conversation()

    for path in ["/client/register", "/device_authorization", "/token"] {
      let answer = talk.send(path, raw: body)

      #expect(answer.status == 400)
      #expect(answer.error == "invalid_request")
      #expect(answer.shape == "InvalidRequestException")
    }
  }

  @Test func `S29 refuses a body over 64 KiB`() {
    var talk = Conversation()
    let padding = String(repeating: " ", count: (64 << 10) - 2)

    #expect(talk.send("/token", raw: padding + "{}").status == 400)
    #expect(talk.send("/token", raw: padding + " {}").status == 413)
  }

  @Test func `AWS-01 AWS-02 R8628-08 a refusal has header, word and description`() {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)

    let answer = talk.poll(client, flow)

    #expect(answer.status == 400)
    #expect(
      answer.header(.errorType)
        == "AuthorizationPendingException:"
        + "http://internal.amazon.com/coral/com.amazonaws.sso.oidc/")
    #expect(answer.header(.cacheControl) == "no-store")
    #expect(
      String(decoding: answer.reply.body, as: UTF8.self)
        == #"{"error":"authorization_pending","error_description":"Authorization is still pending"}"#
    )
  }

  @Test(arguments: [
    #"{"clientId":"a","clientId":"b"}"#, #"{"x\"y":01}"#, "\u{7F}", "{\"ü\":tru}", "\\\"",
  ])
  func `R6749-16 descriptions are plain ASCII whatever was sent`(body: String) {
    var talk = Conversation()

    let answer = talk.send("/token", raw: body)

    #expect(!answer.text("error_description").isEmpty)
    #expect(
      answer.text("error_description").utf8.allSatisfy {
        (32...126).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
      })
  }

  @Test func `R6749-15 a client that used Authorization is told how`() {
    var talk = Conversation()
    let body =
      #"{"clientId":"a","clientSecret":"b","startUrl":"https://a","grantType":"refresh_token"}"#

    let plain = talk.send("/token", raw: body)
    let basic = talk.send("/token", raw: body, headers: ["Authorization": "Basic eDp5"])

    #expect(plain.status == 401)
    #expect(plain.header(.authenticate) == nil)
    #expect(basic.status == 401)
    #expect(basic.header(.authenticate) == "Basic realm=\"sso-oidc\"")
  }

  @Test func `the journal's facts name operation, grant and error`() {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)

    let facts = talk.poll(client, flow).reply.facts

    #expect(facts.operation == .createToken)
    #expect(facts.grantType == .deviceCode)
    #expect(facts.error == "authorization_pending")
    #expect(facts.clientID == client.id)
  }

  @Test func `S39 facts hold no secret`() {
    var talk = Conversation()
    let client = talk.register(scopes: ["a"])
    let flow = talk.start(client)
    talk.decide(flow.text("userCode"), .approve)
    let token = talk.poll(client, flow)

    let facts = "\(flow.reply.facts) \(token.reply.facts)"

    for secret in [
      client.secret, flow.text("deviceCode"), token.text("accessToken"), token.text("refreshToken"),
    ] {
      #expect(!secret.isEmpty && !facts.contains(secret))
    }
  }
}

@Suite struct `The state` {
  @Test func `R8628-40 is rebuilt by its changes`() {
    var talk = Conversation()
    let (client, token) = talk.signIn()
    _ = talk.refresh(client, token.text("refreshToken"))
    let pending = talk.start(client)
    _ = talk.poll(client, pending)
    talk.wait(.milliseconds(100))
    _ = talk.poll(client, pending)
    _ = talk.poll(client, pending)
    talk.decide(pending.text("userCode"), .deny)
    talk.decide(talk.start(client).text("userCode"), .expire)
    _ = talk.look("BBBB-BBBB")
    talk.wait(.seconds(3 * 86_400))
    _ = talk.start(client)

    var rebuilt = ServiceState()
    for change in talk.changes { rebuilt.apply(change) }

    #expect(rebuilt == talk.service.state)
    #expect(rebuilt != ServiceState())
  }

  @Test func `R8628-40 keeps decision and interval over a restart`() {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)
    _ = talk.poll(client, flow)
    _ = talk.poll(client, flow)
    #expect(talk.poll(client, flow).error == "slow_down")

    talk.service = IdentityService(
      configuration: talk.service.configuration, state: talk.service.state)
    talk.wait(.seconds(5))
    #expect(talk.poll(client, flow).error == "slow_down")
    talk.decide(flow.text("userCode"), .approve)
    talk.service = IdentityService(
      configuration: talk.service.configuration, state: talk.service.state)

    #expect(talk.poll(client, flow).status == 200)
  }

  @Test func `S32 forgets what is over`() {
    var talk = Conversation()
    let (client, token) = talk.signIn()
    _ = talk.refresh(client, token.text("refreshToken"))
    _ = talk.start(client)
    _ = talk.look("BBBB-BBBB")

    talk.wait(.seconds(91 * 86_400))
    _ = talk.register()

    let state = talk.service.state
    #expect(state.clients.count == 1)
    #expect(state.flows.isEmpty && state.userCodes.isEmpty && state.guesses.isEmpty)
    #expect(state.families.isEmpty && state.accessTokens.isEmpty && state.refreshTokens.isEmpty)
  }
}
