//  FakeSecretTests.swift - everything secret says that it is fake, and can be checked (S42).

import StrictJSON
import Testing

@testable import IdentityService

@Suite struct `Everything secret` {
  /// All that a client can get, by name.
  private func secrets() -> [(name: String, text: String)] {
    var talk = Conversation()
    let (client, token) = talk.signIn()
    let answer = talk.portal(
      "/federation/credentials", token.text("accessToken"),
      query: "role_name=ReadOnlyAccess&account_id=111122223333")
    let role = answer.json["roleCredentials"]?.asObject ?? [:]
    return [
      ("clientSecret", client.secret), ("accessToken", token.text("accessToken")),
      ("refreshToken", token.text("refreshToken")),
    ]
      + ["accessKeyId", "secretAccessKey", "sessionToken"].map {
        ($0, role[$0]?.asString ?? "")
      }
  }

  @Test func `S42 carries a mark that can be seen and a checksum that can be checked`() {
    for (name, text) in secrets() {
      #expect(text.contains("fake-ssoscript-") || text.hasPrefix("ASIAFAKE"), "\(name)")
      #expect(FakeMark.isIntact(on: text), "\(name)")
    }
  }

  @Test func `S42 a single wrong letter is noticed wherever it is`() {
    for (name, text) in secrets() {
      for offset in stride(from: 0, to: text.utf8.count, by: max(1, text.utf8.count / 40)) {
        let index = text.index(text.startIndex, offsetBy: offset)
        var changed = text
        changed.replaceSubrange(index...index, with: text[index] == "A" ? "B" : "A")
        #expect(!FakeMark.isIntact(on: changed), "\(name)")
      }
    }
  }

  @Test(arguments: [
    "", "-", "fake-ssoscript-", "fake-ssoscript-access-x", "ASIAFAKE", "AKIAIOSFODNN7EXAMPLE",
    "aoaAAAAAGXxY", "a.b.c", ".fake-ssoscript-", "ASIAFAKEAAAAAAAAAAAAAAAAAAAA",
  ])
  func `S42 nothing else passes for one`(text: String) {
    #expect(!FakeMark.isIntact(on: text))
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
    ("foobar", "Zm9vYmFy"), ("\u{3FF}\u{3FE}>?", "z7_Pvj4_"),
  ]) func `base64 without padding, in the alphabet for URLs, as in RFC 4648, 10`(
    text: String, written: String
  ) {
    #expect(base64URL(Array(text.utf8)) == written)
  }

  @Test func `AWS-05 a client secret has the form of the real one, a JWT of 1 to 2 kB`() throws {
    var talk = Conversation()
    let client = talk.register()

    let parts = client.secret.split(separator: ".").map { decodedBase64($0) ?? [] }
    let header = try JSON.parse(parts[0]).asObject
    let claims = try JSON.parse(parts[1]).asObject

    #expect((1000...2000).contains(client.secret.utf8.count))
    #expect(parts.count == 3 && header?["alg"] == "HS384")
    #expect(claims?["clientId"] == .string(client.id))
    #expect(claims?["expirationTimestamp"] == .integer(talk.time.seconds + 7_776_000))
  }
}

@Suite struct `A secret` {
  /// How many random bytes each kind of secret is made from.
  @Test func `R6749-19 R8628-28 has at least 160 random bits`() {
    var draws: [Int] = []
    var service = IdentityService()
    let time = ServiceTime(sinceEpoch: .seconds(1_767_225_600))
    func ask(_ path: String, _ body: String) -> (Answer, largest: Int) {
      draws = []
      let request = ServiceRequest(method: "POST", path: path, body: Array(body.utf8))
      let reply = service.handle(request, at: time) { count in
        draws.append(count)
        return (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ draws.count) }
      }.reply
      return (Answer(reply: reply), draws.max() ?? 0)
    }

    let (client, secretBytes) = ask(
      "/client/register",
      #"{"clientName":"x","clientType":"public","scopes":["sso:account:access"]}"#)
    let keys =
      #""clientId":"\#(client.text("clientId"))","clientSecret":"\#(client.text("clientSecret"))""#
    let (flow, deviceCodeBytes) = ask(
      "/device_authorization", #"{\#(keys),"startUrl":"https://a"}"#)
    _ = service.decide(userCode: flow.text("userCode"), .approve, at: time)
    let (token, tokenBytes) = ask(
      "/token",
      #"{\#(keys),"grantType":"urn:ietf:params:oauth:grant-type:device_code","#
        + #""deviceCode":"\#(flow.text("deviceCode"))"}"#)

    #expect(secretBytes >= 20)
    #expect(deviceCodeBytes >= 32, "256 bits")
    #expect(tokenBytes >= 20)
    #expect(token.status == 200 && draws.filter { $0 >= 20 }.count == 2, "one draw per token")
  }

  @Test func `R8628-39 is kept as a hash only, and compared whole`() throws {
    var talk = Conversation()
    let (client, token) = talk.signIn()
    let pending = talk.start(client)
    let kept = "\(talk.service.state) \(talk.changes)"

    for secret in [
      client.secret, pending.text("deviceCode"), token.text("accessToken"),
      token.text("refreshToken"),
    ] {
      #expect(!secret.isEmpty && !kept.contains(secret))
    }
    let hash = SecretHash(of: pending.text("deviceCode"))
    #expect(talk.service.state.flows[hash] != nil)
    for index in 0..<32 {
      var bytes = hash.bytes
      bytes[index] ^= 1
      #expect(try #require(SecretHash(bytes: bytes)) != hash)
    }
  }

  /// That it takes the same time, `scripts/timing` measures.
  @Test func `S38 an unknown client and a wrong secret are told the same and leave the same`() {
    var talk = Conversation()
    let id = talk.register().id
    let ends = [id, "nobody"].map { client in
      var talk = talk
      let body = #"{"clientId":"\#(client)","clientSecret":"wrong","startUrl":"https://a"}"#
      var reply = talk.send("/device_authorization", raw: body).reply
      // Known here, and never sent.
      reply.facts.cause = nil
      // What is drawn afterwards shows how much was drawn before.
      return (reply: reply, changes: "\(talk.changes)", next: talk.register().secret)
    }

    #expect(ends[0].reply.status == 401 && ends[0].reply == ends[1].reply)
    #expect(ends[0].changes.contains("wrong") == false && ends[0].changes == ends[1].changes)
    #expect(ends[0].next == ends[1].next)
  }
}
