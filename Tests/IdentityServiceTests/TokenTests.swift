//  TokenTests.swift - token replies, and the refresh grant with rotation.

import IdentityService
import StrictJSON
import Testing

@Suite struct `A token reply` {
  @Test func `R6749-13 R6749-14 is not cacheable and says type and lifetime`() {
    var talk = Conversation()

    let token = talk.signIn().token

    #expect(token.status == 200)
    #expect(
      token.json.keys == ["accessToken", "expiresIn", "idToken", "refreshToken", "tokenType"])
    #expect(token.text("tokenType") == "Bearer")
    #expect(token.json["expiresIn"] == 3600)
    #expect(token.header(.cacheControl) == "no-store")
    #expect(token.header(.pragma) == "no-cache")
  }

  @Test func `S42 tokens say that they are fake`() {
    var talk = Conversation()

    let token = talk.signIn().token

    #expect(token.text("accessToken").hasPrefix("fake-ssoscript-access-"))
    #expect(token.text("refreshToken").hasPrefix("fake-ssoscript-refresh-"))
  }

  @Test func `a client that did not register for renewals gets no refresh token`() {
    var talk = Conversation { $0.approval = .after(.zero) }
    let client = talk.register(
      scopes: ["sso:account:access"], grantTypes: [Conversation.deviceGrant])

    let token = talk.poll(client, talk.start(client))

    #expect(token.status == 200 && token.json["refreshToken"] == .null)
  }

  @Test func `a client without scopes gets eight hours and no refresh token`() {
    var talk = Conversation { $0.approval = .after(.zero) }
    let client = talk.register()

    let token = talk.poll(client, talk.start(client))

    #expect(token.json["expiresIn"] == 28_800)
    #expect(token.json["refreshToken"] == .null)
  }

  @Test func `a configured lifetime holds for both kinds`() {
    var talk = Conversation {
      $0.approval = .after(.zero)
      $0.tokenLifetime = .seconds(7)
    }
    let client = talk.register()

    #expect(talk.poll(client, talk.start(client)).json["expiresIn"] == 7)
    #expect(talk.signIn().token.json["expiresIn"] == 7)
  }

  @Test func `AWS-07 scope at CreateToken changes nothing but is checked for its type`() {
    var talk = Conversation { $0.approval = .after(.zero) }
    let client = talk.register(scopes: ["sso:account:access"])
    let flow = talk.start(client)
    var members: [String: JSON?] = [
      "clientId": .string(client.id), "clientSecret": .string(client.secret),
      "grantType": Conversation.deviceGrant, "deviceCode": flow.json["deviceCode"],
      "scope": "other",
    ]

    #expect(talk.send("/token", members).shape == "InvalidRequestException")
    members["scope"] = ["other:scope"]
    #expect(talk.send("/token", members).status == 200)
    #expect(talk.service.state.families.values.first?.scopes == ["sso:account:access"])
  }
}

@Suite struct `A refresh` {
  @Test func `R6749-18 gives new tokens`() {
    var talk = Conversation()
    let (client, token) = talk.signIn()

    let next = talk.refresh(client, token.text("refreshToken"))

    #expect(next.status == 200)
    #expect(next.header(.pragma) == "no-cache")
    #expect(next.text("accessToken") != token.text("accessToken"))
    #expect(next.text("refreshToken") != token.text("refreshToken"))
    #expect(talk.refresh(client, next.text("refreshToken")).status == 200)
  }

  @Test func `R6749-18 S11 repeated inside the grace window gives the same answer`() {
    var talk = Conversation()
    let (client, token) = talk.signIn()

    let first = talk.refresh(client, token.text("refreshToken"))
    talk.wait(.milliseconds(29_999))
    let again = talk.refresh(client, token.text("refreshToken"))

    #expect(again.reply.body == first.reply.body)
    #expect(talk.refresh(client, first.text("refreshToken")).status == 200)
  }

  @Test func `R6749-18 S11 repeated hours later revokes the family`() {
    var talk = Conversation()
    let (client, token) = talk.signIn()
    let next = talk.refresh(client, token.text("refreshToken"))

    talk.wait(.seconds(4 * 3600))
    let reuse = talk.refresh(client, token.text("refreshToken"))

    #expect(reuse.shape == "InvalidGrantException")
    #expect(reuse.reply.facts.audit == .refreshTokenReused)
    #expect(talk.refresh(client, next.text("refreshToken")).shape == "InvalidGrantException")
  }

  @Test func `S32 used refresh tokens make room when the service is full`() {
    var talk = Conversation { $0.limits.tokens = 3 }
    let (client, token) = talk.signIn()
    let second = talk.refresh(client, token.text("refreshToken"))
    let third = talk.refresh(client, second.text("refreshToken"))
    #expect(talk.refresh(client, third.text("refreshToken")).shape == "SlowDownException")

    talk.wait(.seconds(3600))

    #expect(talk.refresh(client, third.text("refreshToken")).status == 200)
    #expect(talk.refresh(client, token.text("refreshToken")).shape == "InvalidGrantException")
  }

  @Test func `R6749-18 S11 repeated after the grace window revokes the family`() {
    var talk = Conversation()
    let (client, token) = talk.signIn()
    let next = talk.refresh(client, token.text("refreshToken"))

    talk.wait(.seconds(30))
    let reuse = talk.refresh(client, token.text("refreshToken"))

    #expect(reuse.shape == "InvalidGrantException")
    #expect(reuse.reply.facts.audit == .refreshTokenReused)
    #expect(talk.refresh(client, next.text("refreshToken")).shape == "InvalidGrantException")
    #expect(talk.service.state.families.isEmpty)
  }

  @Test func `R6749-17 belongs to the client that got the token`() {
    var talk = Conversation()
    let (client, token) = talk.signIn()
    let other = talk.register(scopes: ["sso:account:access"])

    #expect(talk.refresh(other, token.text("refreshToken")).shape == "InvalidGrantException")
    #expect(talk.refresh(client, token.text("refreshToken")).status == 200)
  }

  @Test func `a client registered without the grant is refused`() {
    var talk = Conversation()
    let client = talk.register(scopes: ["a"], grantTypes: [Conversation.deviceGrant])

    #expect(talk.refresh(client, "x").shape == "UnauthorizedClientException")
  }

  @Test(arguments: [(1000, 1), (1999, 1), (999, nil), (1, nil)] as [(Int64, JSON?)])
  func `R6749-17 needs a whole second that is left of the session`(
    milliseconds: Int64, lifetime: JSON?
  ) {
    var talk = Conversation()
    let (client, token) = talk.signIn()

    talk.wait(.seconds(8 * 3600) - .milliseconds(milliseconds))
    let last = talk.refresh(client, token.text("refreshToken"))

    #expect(last.json["expiresIn"] == lifetime)
    #expect(last.error == (lifetime == nil ? "invalid_grant" : nil))
  }

  @Test func `ends with the session, and shortens the last token to it`() {
    var talk = Conversation()
    let (client, token) = talk.signIn()

    talk.wait(.seconds(8 * 3600 - 60))
    let last = talk.refresh(client, token.text("refreshToken"))
    talk.wait(.seconds(60))

    #expect(last.json["expiresIn"] == 60)
    #expect(talk.refresh(client, last.text("refreshToken")).shape == "InvalidGrantException")
  }
}
