//  DeviceGrantTests.swift - RFC 8628 as the service keeps it.

import IdentityService
import StrictJSON
import Testing

@Suite struct `StartDeviceAuthorization` {
  @Test func `R8628-05 R8628-06 R8628-10 answers like the real service`() {
    var talk = Conversation()

    let flow = talk.start(talk.register())

    #expect(flow.status == 200)
    #expect(
      flow.json.keys == [
        "deviceCode", "expiresIn", "interval", "userCode", "verificationUri",
        "verificationUriComplete",
      ])
    #expect(flow.json["expiresIn"] == 600)
    #expect(flow.json["interval"] == 1)
    #expect(flow.text("verificationUri") == "http://127.0.0.1:8087/device")
    #expect(
      flow.text("verificationUriComplete")
        == "http://127.0.0.1:8087/device?user_code=" + flow.text("userCode"))
  }

  @Test func `R8628-28 device codes are 64 random bytes, marked when they are not`() {
    var talk = Conversation()
    let code = talk.start(talk.register()).text("deviceCode")
    var simulated = Conversation { $0.codeOrigin = .seeded }
    let marked = simulated.start(simulated.register()).text("deviceCode")

    #expect(code.utf8.count == 86 && !code.hasPrefix("sim-"))
    #expect(marked.utf8.count == 86 && marked.hasPrefix("sim-"))
  }

  @Test func `R8628-02 R8628-15 authenticates the client`() {
    var talk = Conversation()
    let client = talk.register()

    let wrong = talk.start(Registration(id: client.id, secret: client.secret + "x"))
    let unknown = talk.start(Registration(id: "nobody", secret: client.secret))
    let none = talk.send("/device_authorization", ["startUrl": "https://a.example/"])

    #expect(wrong.status == 401 && wrong.shape == "InvalidClientException")
    #expect(wrong.reply.body == unknown.reply.body)
    #expect(none.shape == "InvalidRequestException")
    #expect(talk.service.state.flows.isEmpty)
  }

  @Test(arguments: [
    ("https://example.awsapps.com/start", 200), ("http://127.0.0.1:8087/start", 200),
    ("http://localhost/start", 200), ("http://[::1]:9/start", 200),
    ("http://example.com/start", 400), ("http://localhost.example.com/", 400),
    ("http://127.0.0.1@example.com/", 400), ("http://127.9.8.7:1/start", 200),
    ("http://127.evil.com/", 400), ("http://127.0.0.1.evil.com/", 400), ("http://127.0.1/", 400),
    ("ftp://127.0.0.1/", 400), ("https://", 400),
    ("start", 400), ("https://a b/", 400),
  ])
  func `AWS-06 takes https anywhere and http on loopback`(url: String, status: Int) {
    var talk = Conversation()
    let client = talk.register()

    let answer = talk.send(
      "/device_authorization",
      [
        "clientId": .string(client.id), "clientSecret": .string(client.secret),
        "startUrl": .string(url),
      ])

    #expect(answer.status == status)
    #expect(status == 200 || answer.shape == "InvalidRequestException")
  }

  @Test func `AWS-06 with start URLs configured others are unknown`() {
    var talk = Conversation { $0.startURLs = ["https://other.awsapps.com/start"] }

    #expect(talk.start(talk.register()).shape == "InvalidRequestException")
  }

  @Test(arguments: [
    ("https://example.awsapps.com/start/#", true), ("https://example.awsapps.com/start/", true),
    ("https://example.awsapps.com/start#", true), ("https://example.awsapps.com/start#/", true),
    ("HTTPS://Example.AWSapps.com/start", true), ("https://example.awsapps.com/start?a=/", false),
    ("https://example.awsapps.com/Start", false), ("https://example.awsapps.com/", false),
    ("https://example.awsapps.com/start/a", false),
    ("https://example.awsapps.com.evil/start", false),
  ])
  func `AWS-06 a start URL is known as people copy it`(url: String, isKnown: Bool) {
    for known in ["https://example.awsapps.com/start", "https://EXAMPLE.awsapps.com/start/#/"] {
      var talk = Conversation { $0.directory.startURLs = ["https://a.example/", known] }
      let client = talk.register()

      let answer = talk.send(
        "/device_authorization",
        [
          "clientId": .string(client.id), "clientSecret": .string(client.secret),
          "startUrl": .string(url),
        ])

      #expect(answer.status == (isKnown ? 200 : 400))
    }
  }

  @Test func `a client registered for other grants only is refused`() {
    var talk = Conversation()
    let client = talk.register(grantTypes: ["authorization_code", "refresh_token"])

    #expect(talk.start(client).shape == "UnauthorizedClientException")
  }

  @Test func `AWS-03 S32 a full service asks to slow down, then makes room`() {
    var talk = Conversation { $0.limits.flows = 1 }
    let client = talk.register()
    let flow = talk.start(client)

    #expect(talk.start(client).shape == "SlowDownException")
    talk.decide(flow.text("userCode"), .approve)
    _ = talk.poll(client, flow)
    talk.wait(.seconds(2))
    #expect(talk.start(client).status == 200)
  }
}

@Suite struct `A poll` {
  @Test func `R8628-16 is pending until somebody decides`() {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)

    let answer = talk.poll(client, flow)

    #expect(answer.status == 400)
    #expect(answer.shape == "AuthorizationPendingException")
  }

  /// Each line is the seconds between polls (from the start) and the words they get.
  @Test(
    arguments: [
      ("R8628-18 the first is never early", 5.0, [0.0], ["pending"]),
      (
        "R8628-18 exactly the interval is not early", 5, [0, 5, 5],
        ["pending", "pending", "pending"]
      ),
      (
        "R8628-18 a quarter second of jitter is forgiven", 5, [0, 4.75, 4.75, 4.75],
        ["pending", "pending", "pending", "pending"]
      ),
      (
        "AWS the CLI's second poll at once is forgiven", 1, [0, 0.05, 1, 1],
        ["pending", "pending", "pending", "pending"]
      ),
      (
        "R8628-19 a forgiven poll does not move the time from which a wait counts", 5,
        [0, 1, 4, 5],
        ["pending", "pending", "pending", "pending"]
      ),
      (
        "R8628-17 the second early poll is not", 1, [0, 0.05, 0.1], ["pending", "pending", "slow"]
      ),
      (
        "R8628-17 the longer interval lasts", 1, [0, 0.05, 0.1, 5, 6, 5],
        ["pending", "pending", "slow", "slow", "pending", "slow"]
      ),
      (
        "R8628-19 who waits the new interval recovers at once", 1, [0, 0, 0, 6, 6],
        ["pending", "pending", "slow", "pending", "pending"]
      ),
      (
        "R8628-17 each early poll adds five seconds", 1, [0, 0, 0, 0, 11, 11, 10],
        ["pending", "pending", "slow", "slow", "pending", "pending", "slow"]
      ),
      (
        "an interval of zero is never early", 0, [0, 0, 0, 0],
        ["pending", "pending", "pending", "pending"]
      ),
    ] as [(String, Double, [Double], [String])])
  func `keeps its distance`(
    rule: String, interval: Double, gaps: [Double], words: [String]
  ) {
    var talk = Conversation { $0.interval = .seconds(interval) }
    let client = talk.register()
    let flow = talk.start(client)

    let answers = gaps.map { gap in
      talk.wait(.seconds(gap))
      return talk.poll(client, flow).error ?? "token"
    }

    let names = ["pending": "authorization_pending", "slow": "slow_down"]
    #expect(answers == words.compactMap { names[$0] }, "\(rule)")
  }

  @Test func `R8628-17 the interval grows no longer than the code lives`() {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)

    for _ in 0..<130 { _ = talk.poll(client, flow) }

    #expect(talk.service.state.flows.values.map(\.interval) == [.seconds(600)])
  }

  @Test func `R8628-17 slow_down is a 400 with its own shape`() {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)
    _ = talk.poll(client, flow)
    _ = talk.poll(client, flow)

    let answer = talk.poll(client, flow)

    #expect(answer.status == 400 && answer.shape == "SlowDownException")
  }

  @Test func `R8628-07 five seconds between polls are never punished at the default`() {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)

    for _ in 0..<100 {
      #expect(talk.poll(client, flow).error == "authorization_pending")
      talk.wait(.seconds(5))
    }
  }

  @Test func `an early poll still gets the token once it is approved`() {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)
    for _ in 0..<4 { _ = talk.poll(client, flow) }

    talk.decide(flow.text("userCode"), .approve)

    #expect(talk.poll(client, flow).status == 200)
  }

  @Test func `R8628-20 is denied at every later poll until expiry`() {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)
    talk.decide(flow.text("userCode"), .deny)

    for _ in 0..<3 {
      let answer = talk.poll(client, flow)
      #expect(answer.status == 400 && answer.shape == "AccessDeniedException")
    }
    talk.wait(.seconds(600))
    #expect(talk.poll(client, flow).error == "expired_token")
  }

  @Test(
    arguments: [
      (599.999, "authorization_pending"), (600, "expired_token"), (86_999, "expired_token"),
      (87_000, "invalid_grant"), (200_600, "invalid_grant"),
    ] as [(Double, String)])
  func `R8628-09 R8628-21 is expired for a day, then unknown`(seconds: Double, word: String) {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)

    talk.wait(.seconds(seconds))

    #expect(talk.poll(client, flow).error == word)
  }

  @Test func `R8628-09 an approval that nobody fetched in time is expired too`() {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)
    talk.decide(flow.text("userCode"), .approve)

    talk.wait(.seconds(600))

    #expect(talk.poll(client, flow).shape == "ExpiredTokenException")
  }

  @Test func `R8628-37 S07 S08 hands out tokens once`() {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)
    talk.decide(flow.text("userCode"), .approve)

    let first = talk.poll(client, flow)
    let second = talk.poll(client, flow)

    #expect(first.status == 200)
    #expect(second.shape == "InvalidGrantException")
    #expect(second.reply.facts.audit == .deviceCodeReplayed)
    #expect(talk.service.state.accessTokens.count == 1)
  }

  @Test func `R8628-38 S09 another client's poll is refused and changes nothing`() {
    var talk = Conversation()
    let client = talk.register()
    let other = talk.register()
    let flow = talk.start(client)
    let before = talk.service.state

    let answers = (0..<5).map { _ in talk.poll(other, flow).shape }

    #expect(Set(answers) == ["InvalidGrantException"])
    #expect(talk.service.state == before)
  }

  @Test func `R8628-38 polling one code leaves another's interval alone`() {
    var talk = Conversation()
    let client = talk.register()
    let hasty = talk.start(client)
    let calm = talk.start(client)
    for _ in 0..<5 { _ = talk.poll(client, hasty) }

    _ = talk.poll(client, calm)
    talk.wait(.seconds(1))

    #expect(talk.poll(client, calm).error == "authorization_pending")
  }

  @Test(arguments: [Verdict.approve, .deny, .expire])
  func `R8628-15 S38 a wrong secret learns nothing about the code`(verdict: Verdict) {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)
    talk.decide(flow.text("userCode"), verdict)
    let before = talk.service.state

    let wrong = talk.poll(Registration(id: client.id, secret: "wrong"), flow)

    #expect(wrong.status == 401 && wrong.shape == "InvalidClientException")
    #expect(wrong.text("error_description") == "Invalid client provided")
    #expect(talk.service.state.flows == before.flows)
  }

  @Test func `AWS-05 an expired secret is an invalid client`() {
    var talk = Conversation { $0.registrationLifetime = .seconds(30) }
    let client = talk.register()
    let flow = talk.start(client)

    talk.wait(.milliseconds(29_999))
    #expect(talk.poll(client, flow).error == "authorization_pending")
    talk.wait(.milliseconds(1))
    #expect(talk.poll(client, flow).shape == "InvalidClientException")
  }

  @Test(arguments: [
    ("deviceCode", "InvalidRequestException"), ("clientId", "InvalidRequestException"),
    ("clientSecret", "InvalidRequestException"), ("grantType", "InvalidRequestException"),
  ])
  func `R8628-14 needs all its members`(missing: String, shape: String) {
    var talk = Conversation()
    let client = talk.register()
    var members: [String: JSON?] = [
      "clientId": .string(client.id), "clientSecret": .string(client.secret),
      "grantType": Conversation.deviceGrant, "deviceCode": "x",
    ]

    members[missing] = JSON.string("")
    let empty = talk.send("/token", members)
    members[missing] = .some(nil)
    let absent = talk.send("/token", members)

    #expect(empty.shape == shape && absent.shape == shape)
    #expect(absent.text("error_description") == "\(missing) is required")
  }

  @Test(
    arguments: [
      (Conversation.deviceGrant, "InvalidGrantException"),
      ("refresh_token", "InvalidGrantException"),
      ("password", "UnsupportedGrantTypeException"),
    ] as [(JSON, String)])
  func `R8628-22 what is unknown gets a code of the RFC`(grant: JSON, shape: String) {
    var talk = Conversation()
    let client = talk.register()

    let answer = talk.send(
      "/token",
      [
        "clientId": .string(client.id), "clientSecret": .string(client.secret),
        "grantType": grant, "deviceCode": "never-issued", "refreshToken": "never-issued",
      ])

    #expect(answer.status == 400 && answer.shape == shape)
  }

  @Test(
    arguments: [
      (Approval.after(.zero), 0.0, true), (.after(.seconds(42)), 41.9, false),
      (.after(.seconds(42)), 42, true), (.after(.seconds(700)), 599, false), (.manual, 599, false),
    ] as [(Approval, Double, Bool)])
  func `the service approves by itself when told`(
    approval: Approval, seconds: Double, hasToken: Bool
  ) {
    var talk = Conversation { $0.approval = approval }
    let client = talk.register()
    let flow = talk.start(client)

    talk.wait(.seconds(seconds))

    #expect((talk.poll(client, flow).status == 200) == hasToken)
  }

  @Test func `a person may deny before the service approves`() {
    var talk = Conversation { $0.approval = .after(.seconds(10)) }
    let client = talk.register()
    let flow = talk.start(client)
    talk.decide(flow.text("userCode"), .deny)

    talk.wait(.seconds(11))

    #expect(talk.poll(client, flow).error == "access_denied")
  }
}
