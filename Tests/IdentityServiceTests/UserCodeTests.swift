//  UserCodeTests.swift - codes that people read, type, paste and guess.

import StrictJSON
import Testing

@testable import IdentityService

@Suite struct `A user code` {
  @Test func `R8628-33 has eight letters without vowels and look-alikes`() {
    var talk = Conversation()
    let client = talk.register()

    let codes = (0..<200).map { _ in talk.start(client).text("userCode") }

    #expect(Set(codes).count == 200)
    for code in codes {
      #expect(code.wholeMatch(of: /[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}/) != nil)
    }
  }

  @Test func `R8628-33 no letter is likelier than another`() {
    let all = (0...255).map(UInt8.init)
    var counts: [Character: Int] = [:]
    for byte in all {
      for letter in UserCode(drawnFrom: Array(repeating: byte, count: 8))?.letters ?? "" {
        counts[letter, default: 0] += 1
      }
    }

    #expect(counts.count == 20)
    #expect(Set(counts.values) == [12 * 8])
  }

  @Test(arguments: [
    "BCDF-GHJK", "bcdfghjk", " bcdf ghjk ", "BCDF–GHJK", "BCDF—GHJK", "b.c.d.f.g.h.j.k",
    "ＢＣＤＦ－ＧＨＪＫ", "ｂｃｄｆｇｈｊｋ", "\tBCDF\u{A0}GHJK\n", "BCDF-AGHJK",
    "Please enter the code BCDF-GHJK now", "Your code: bcdf-ghjk.", "(BCDF-GHJK)",
    "http://127.0.0.1:8087/device?user_code=BCDF-GHJK", "code:bcdf-ghjk", "code：ＢＣＤＦ－ＧＨＪＫ",
    "<https://grpc/device?lang=de&user_code=BCDFGHJK#top>, or type BCDF-GHJK",
    "Enter the code BCDF GHJK now", "Your code is:BCDF - GHJK.", "the code «BCDF-GHJK»",
    "BCDF GHJK BCDF GHJK", "http://127.0.0.1:8087/device?user_code=BCDF%2DGHJK", "bcdf%2dghjk",
  ])
  func `R8628-34 is understood however it is written`(typed: String) {
    #expect(UserCode(typed: typed)?.display == "BCDF-GHJK")
  }

  @Test(arguments: [
    "", "BCDF", "BCDF-GHJ", "BCDF-GHJKL", "12345678", "AEIOUAEI", "Ⓑ", "👩‍👩‍👧",
    "BCDF-GHJK or KLMN-PQRS", "Enter BCDF GHJK LMNP now", "Enter BCDF GHJK or KLMN PQRS",
    "http://a/device?user_code=BCDF-GHJK&old=KLMN-PQRS", "http://grpc/ BCDF", "BCDF, then GHJK",
    String(repeating: "B", count: 100_000),
  ])
  func `R8628-34 is not found where there is none, or more than one`(typed: String) {
    #expect(UserCode(typed: typed) == nil)
  }

  @Test(arguments: [
    ("BCDF-GHJ0", true), ("ABCD", true), ("Ａ", true), ("BCDF-GH", false), ("", false),
  ])
  func `foreign letters are told from missing ones`(typed: String, isForeign: Bool) {
    #expect(UserCode.hasForeignLetters(typed) == isForeign)
  }

  @Test func `R8628-35 is not drawn again while it lives, nor an hour later`() {
    let bytes = Array<UInt8>(0..<8) + Array(repeating: 255, count: 8)
    let other = Array<UInt8>(8..<16) + Array(repeating: 255, count: 8)
    var talk = Conversation()
    let client = talk.register()
    let body = Array(
      #"{"clientId":"\#(client.id)","clientSecret":"\#(client.secret)","startUrl":"https://a/"}"#
        .utf8)
    func start(after seconds: Int) -> String {
      var draws = [bytes, bytes, other]
      var chance: UInt8 = UInt8(seconds % 251)
      let request = ServiceRequest(method: "POST", path: "/device_authorization", body: body)
      talk.time = talk.time + .seconds(seconds)
      let reply = talk.service.handle(request, at: talk.time) { count in
        chance &+= 1
        return count == 16 && !draws.isEmpty
          ? draws.removeFirst() : Array(repeating: chance, count: count)
      }.reply
      return Answer(reply: reply).text("userCode")
    }

    #expect(start(after: 0) == "BCDF-GHJK")
    #expect(start(after: 600 + 3599) == "LMNP-QRST")
    #expect(start(after: 121) == "BCDF-GHJK")
  }
}

@Suite struct `A decision` {
  @Test(arguments: [
    (Verdict.approve, Verdict.approve, true), (.deny, .deny, true), (.approve, .deny, false),
    (.deny, .approve, false),
  ])
  func `R8628-36 S18 is one: the same again is fine, the opposite is refused`(
    first: Verdict, second: Verdict, isFine: Bool
  ) throws {
    var talk = Conversation()
    let flow = talk.start(talk.register())
    talk.decide(flow.text("userCode"), first)
    let state = talk.service.state

    let result = talk.decide(flow.text("userCode"), second)

    switch result {
    case .done: #expect(isFine)
    case .conflict: #expect(!isFine)
    default: Issue.record("\(result)")
    }
    #expect(talk.service.state == state)
  }

  @Test func `R8628-36 is kept after the tokens were fetched`() {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)
    talk.decide(flow.text("userCode"), .approve)
    _ = talk.poll(client, flow)

    guard case .done = talk.decide(flow.text("userCode"), .approve) else {
      Issue.record("the same decision is fine")
      return
    }
    guard case .conflict = talk.decide(flow.text("userCode"), .deny) else {
      Issue.record("too late to deny")
      return
    }
  }

  @Test func `R8628-09 is too late when the code has expired`() {
    var talk = Conversation()
    let flow = talk.start(talk.register())

    talk.wait(.seconds(600))

    #expect(talk.decide(flow.text("userCode"), .approve) == .expired)
    #expect(talk.look(flow.text("userCode")) == .expired)
  }

  @Test func `a test can end a code before its time`() {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)

    talk.decide(flow.text("userCode"), .expire)

    #expect(talk.poll(client, flow).error == "expired_token")
  }

  @Test func `nobody decides about a code that does not exist`() {
    var talk = Conversation()

    #expect(talk.decide("BCDF-GHJK", .approve) == .unknown)
    #expect(talk.decide("nonsense", .approve) == .unknown)
  }

  @Test func `R8628-29 sees who asks, for what, from where and since when`() throws {
    var talk = Conversation()
    let flow = talk.start(talk.register(scopes: ["sso:account:access"]))
    talk.wait(.seconds(42))

    guard case .found(let seen) = talk.look(flow.text("userCode").lowercased()) else {
      Issue.record("not found")
      return
    }

    #expect(seen.userCode.display == flow.text("userCode"))
    #expect(seen.clientName == "laptop")
    #expect(seen.scopes == ["sso:account:access"])
    #expect(seen.requester == Requester(address: "203.0.113.7", userAgent: "aws-cli/2"))
    #expect(seen.age == .seconds(42))
    #expect(seen.remaining == .seconds(558))
    #expect(seen.standing == .pending)
  }
}

@Suite struct `Guessing` {
  @Test func `R8628-26 five wrong codes per session, then a wait`() {
    var talk = Conversation()
    let flow = talk.start(talk.register())

    for _ in 0..<5 { #expect(talk.look("BBBB-BBBB") == .unknown) }
    talk.wait(.seconds(100))

    #expect(talk.look(flow.text("userCode")) == .tooManyTries(wait: .seconds(500)))
    #expect(talk.look("BBBB-BBBB", session: "s2") == .unknown)
    talk.wait(.seconds(500))
    #expect(talk.look("BBBB-BBBB") == .unknown)
  }

  @Test func `R8628-26 S13 twenty per address, however many sessions, and right codes in between`()
  {
    var talk = Conversation()
    let right = talk.start(talk.register()).text("userCode")

    for guess in 0..<20 {
      #expect(talk.look("BBBB-BBBB", session: "s\(guess)") == .unknown)
      if guess < 19, case .found = talk.look(right, session: "t\(guess)") {
      } else {
        #expect(guess == 19)
      }
    }

    #expect(talk.look(right, session: "new") == .tooManyTries(wait: .seconds(600)))
    guard case .found = talk.look(right, session: "new", address: "198.51.100.1") else {
      Issue.record("another address is not affected")
      return
    }
  }

  @Test func `R8628-27 what cannot be a code costs a fifth`() {
    var talk = Conversation()

    for _ in 0..<25 { #expect(talk.look("hello") == .malformed) }

    #expect(talk.look("hello") == .tooManyTries(wait: .seconds(600)))
  }

  @Test func `R8628-27 a code that is over costs a fifth as well`() {
    var talk = Conversation()
    let old = talk.start(talk.register()).text("userCode")
    talk.wait(.seconds(600))

    for _ in 0..<25 { _ = talk.look(old) }

    #expect(talk.look(old) == .tooManyTries(wait: .seconds(600)))
  }

  @Test func `R8628-27 half the guesses of an address spent, a code that is over looks unknown`() {
    var talk = Conversation()
    let old = talk.start(talk.register()).text("userCode")
    talk.wait(.seconds(600))

    for guess in 0..<9 { _ = talk.look("BBBB-BBBB", session: "s\(guess)") }
    #expect(talk.look(old, session: "a") == .expired)
    _ = talk.look("BBBB-BBBB", session: "s9")
    #expect(talk.look(old, session: "b") == .unknown)
  }

  @Test func `S13 visitors beyond the limit are counted together`() {
    var talk = Conversation { $0.limits.visitors = 4 }

    let looks = (0..<40).map { talk.look("BBBB-BBBB", session: "s\($0)", address: "a\($0)") }

    #expect(talk.service.state.guesses.count <= 5)
    #expect(looks.last == .tooManyTries(wait: .seconds(600)))
  }
}
