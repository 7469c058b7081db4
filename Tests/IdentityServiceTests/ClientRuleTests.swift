//  ClientRuleTests.swift - what kind of client may do what, and how often it may be wrong.

import StrictJSON
import Testing

@testable import IdentityService

@Suite struct `A client` {
  @Test func `R8252-05 is recorded with its type`() {
    var (aws, rfc) = (Conversation(), Conversation.rfc())
    _ = aws.register()
    _ = rfc.registerByRFC("none")
    _ = rfc.registerByRFC("client_secret_post")

    #expect(aws.service.state.clients.values.map(\.kind) == [.public])
    let kinds = rfc.service.state.clients.values
    #expect(
      Set(kinds.map { "\($0.kind) \($0.secretHash != nil)" }) == [
        "public false", "confidential true",
      ])
  }

  @Test func `R8628-32 R8252-06 a public client's secret does not replace consent`() {
    var talk = Conversation()
    let client = talk.register()

    let answers = (0..<50).map { _ in
      talk.wait(.seconds(10))
      return talk.poll(client, talk.start(client)).error
    }

    #expect(Set(answers) == ["authorization_pending"])
    #expect(talk.service.state.families.isEmpty)
  }

  @Test(arguments: ["aws", "rfc"])
  func `R8252-03 R7636-05 a public client without a code challenge is refused`(profile: String) {
    var talk = Conversation()
    let client = talk.registerForCodes()
    talk.service.configuration.profile = profile == "aws" ? .aws : .rfc
    let query = Conversation.query(client, ["code_challenge": "", "code_challenge_method": ""])

    let answer = talk.authorize(query, .approved)

    guard case .redirect(let uri) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(uri.contains("error=invalid_request") && !uri.contains("code="))
    #expect(talk.service.state.authorizationCodes.isEmpty)
  }

  @Test func `R7636-03 a method without a challenge is refused, also where none is needed`() {
    var talk = Conversation.rfc()
    let client = talk.registerByRFC("client_secret_post")
    let query = Conversation.query(client, ["code_challenge": "", "scope": "a"])

    let answer = talk.authorize(query, .approved)

    guard case .redirect(let uri) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(uri.contains("error=invalid_request") && !uri.contains("code="))
  }

  @Test func `R7636-06 a verifier without a challenge is a downgrade, and is refused`() {
    var talk = Conversation.rfc()
    let client = talk.registerByRFC("client_secret_post")
    let unprotected = ["code_challenge": "", "code_challenge_method": "", "scope": "a"]
    let body =
      "grant_type=authorization_code&client_id=\(client.id)&client_secret=\(client.secret)"
      + "&redirect_uri=\(Conversation.callback)&code="

    let attacked = talk.form(
      "/token",
      body + talk.code(client, unprotected) + "&code_verifier=" + Conversation.verifier)
    let plain = talk.form("/token", body + talk.code(client, unprotected))

    #expect(attacked.error == "invalid_grant")
    #expect(plain.status == 200)
  }

  @Test func `R7636-04 R6749-08 each code has the challenge of its own request`() {
    var talk = Conversation()
    let client = talk.registerForCodes()
    let other = String(repeating: "A", count: 43)
    let mine = talk.code(client)
    let theirs = talk.code(client, ["code_challenge": other])

    let swapped = talk.exchange(client, theirs)
    let right = talk.exchange(client, mine)

    #expect(swapped.error == "invalid_grant")
    #expect(right.status == 200)
  }

  @Test(
    arguments: [
      (Conversation.deviceGrant, "authorization_code"), ("refresh_token", "authorization_code"),
      ("authorization_code", Conversation.deviceGrant),
    ] as [(JSON, JSON)])
  func `R8628-22 that registered for one grant may not use another`(asked: JSON, grant: JSON) {
    var talk = Conversation()
    let client = talk.register(grantTypes: [grant])

    let answer = talk.send(
      "/token",
      [
        "clientId": .string(client.id), "clientSecret": .string(client.secret),
        "grantType": asked, "deviceCode": "x", "refreshToken": "x", "code": "x",
      ])

    #expect(answer.status == 400 && answer.shape == "UnauthorizedClientException")
  }

  @Test(
    arguments: [
      (30.0, 30), (600, 600), (1800, 1800), (3600, 1800), (86_400, 1800),
    ] as [(Double, Int64)])
  func `R8628-30 gets codes that live 30 minutes at most`(configured: Double, told: Int64) {
    var talk = Conversation { $0.codeLifetime = .seconds(configured) }
    let client = talk.register()
    let flow = talk.start(client)

    talk.wait(.seconds(told))

    #expect(ServiceConfiguration().codeLifetime == .seconds(600))
    #expect(flow.json["expiresIn"] == .integer(told))
    #expect(talk.poll(client, flow).error == "expired_token")
  }
}

@Suite struct `Wrong secrets` {
  @Test func `R6749-02 are counted by address, and too many keep out wrong ones only`() {
    var talk = Conversation()
    let client = talk.register()
    let wrong = Registration(id: client.id, secret: "wrong")

    let words = (0..<1000).map { _ in talk.start(wrong).error }
    let refused = talk.start(wrong)
    let unknown = talk.start(Registration(id: "nobody", secret: "wrong"))
    let right = talk.start(client)

    #expect(Set(words) == ["invalid_client"])
    #expect(refused.status == 400 && refused.shape == "SlowDownException")
    #expect(
      refused.text("error_description")
        == "Too many wrong client secrets from this address, try again later")
    #expect(refused.reply.facts.audit == .clientSecretGuessed)
    #expect(unknown.reply.body == refused.reply.body)
    #expect(right.status == 200)
  }

  @Test func `R6749-02 are counted anew when a code's lifetime is over, and elsewhere apart`() {
    var talk = Conversation()
    let wrong = Registration(id: talk.register().id, secret: "wrong")
    for _ in 0..<1000 { _ = talk.start(wrong) }
    #expect(talk.start(wrong).error == "slow_down")

    talk.address = "203.0.113.8"
    let elsewhere = talk.start(wrong).error
    talk.address = "203.0.113.7"
    talk.wait(.seconds(600))

    #expect(elsewhere == "invalid_client" && talk.start(wrong).error == "invalid_client")
  }
}

@Suite struct `Guessing from many addresses` {
  @Test func `S14 R8628-26 has a budget for everyone, and leaves live codes alone`() {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)

    let looks = (0..<101).map { talk.look("BBBB-BBBB", session: "s\($0)", address: "a\($0)") }

    #expect(Set(looks.dropLast().map { "\($0)" }) == ["unknown"])
    #expect(looks.last == .tooManyTries(wait: .seconds(60)))
    #expect(talk.poll(client, flow).error == "authorization_pending")
    talk.wait(.seconds(60))
    guard case .found = talk.look(flow.text("userCode"), session: "s", address: "new") else {
      Issue.record("after a minute everyone may look again")
      return
    }
  }
}
