//  ControlTests.swift - the control API without a socket, and the small parts of the server.

import IdentityService
import StrictJSON
import Testing

@testable import IdentityServer

@Suite struct `The control API` {
  private let visit = Visit()

  private func ask(
    _ method: String, _ path: String, _ body: String = "", authorization: String? = "Bearer t",
    origin: String? = nil
  ) -> ControlReply {
    let control = Control(token: "t", host: visit.host, journal: Journal())
    return control.answer(
      ControlRequest(
        method: method, path: path, authorization: authorization, origin: origin,
        body: Array(body.utf8)))
  }

  @Test(arguments: [nil, "", "Bearer", "Bearer x", "Bearer ", "Basic t", "t"] as [String?])
  func `S40 needs its token`(authorization: String?) {
    #expect(ask("GET", "/requests", authorization: authorization).status == 401)
  }

  @Test(arguments: ["Bearer t", "bearer t", "BEARER  t"])
  func `S40 takes its token under the scheme in any case`(authorization: String) {
    #expect(ask("GET", "/requests", authorization: authorization).status == 200)
  }

  @Test(arguments: ["http://127.0.0.1:8087", "null", ""])
  func `S40 refuses browsers even with the token`(origin: String) {
    #expect(ask("GET", "/requests", origin: origin).status == 403)
  }

  @Test(arguments: [
    ("/approve", "token"), ("/deny", "access_denied"), ("/expire", "expired_token"),
  ])
  func `decides`(path: String, word: String) {
    let flow = visit.start()
    let body = #"{"userCode":"\#(flow["userCode"]?.asString ?? "")"}"#

    let reply = ask("POST", path, body)

    #expect(reply.status == 200)
    #expect(reply.json.asObject?["userCode"] == flow["userCode"])
    #expect(visit.poll(flow) == word)
  }

  @Test func `tells unknown, decided and expired codes apart`() {
    let flow = visit.start()
    let body = #"{"userCode":"\#(flow["userCode"]?.asString ?? "")"}"#

    #expect(ask("POST", "/approve", #"{"userCode":"BBBB-BBBB"}"#).status == 404)
    #expect(ask("POST", "/approve", body).status == 200)
    #expect(ask("POST", "/deny", body).status == 409)
    #expect(ask("POST", "/clock", #"{"advance":600}"#).status == 200)
    #expect(ask("POST", "/approve", body).status == 410)
  }

  @Test(arguments: [nil, "/approve", "/deny", "/expire"] as [String?])
  func `expires a code whatever was decided about it`(path: String?) {
    let flow = visit.start()
    let body = #"{"userCode":"\#(flow["userCode"]?.asString ?? "")"}"#
    if let path { #expect(ask("POST", path, body).status == 200) }

    let reply = ask("POST", "/expire", body)

    #expect(reply.status == 200 && reply.json.asObject?["status"] == "expired")
    #expect(visit.poll(flow) == "expired_token")
  }

  @Test func `does not expire a code whose tokens were handed out`() {
    let flow = visit.start()
    let body = #"{"userCode":"\#(flow["userCode"]?.asString ?? "")"}"#
    _ = ask("POST", "/approve", body)
    #expect(visit.poll(flow) == "token")

    #expect(ask("POST", "/expire", body).status == 409)
  }

  @Test(arguments: [
    ("POST", "/approve", "", 400), ("POST", "/approve", #"{"userCode":1}"#, 400),
    ("POST", "/clock", #"{"advance":-1}"#, 400), ("POST", "/clock", #"{"advance":1e300}"#, 400),
    ("POST", "/clock", #"{"advance":"1"}"#, 400),
    ("POST", "/clock", #"{"advance":1,"seconds":2}"#, 400), ("POST", "/approve", "[]", 400),
    ("GET", "/approve", "", 405),
    ("POST", "/requests", "", 405), ("GET", "/nothing", "", 404),
  ])
  func `refuses what it does not understand`(
    method: String, path: String, body: String, status: Int
  ) {
    #expect(ask(method, path, body).status == status)
  }

  @Test(arguments: [
    ("/approve", #""as":"bob""#, "unknown member \"as\": known are userCode, person"),
    ("/approve", #""Person":"bob""#, "unknown member \"Person\": known are userCode, person"),
    ("/approve", #""person":5"#, "person is a name, in quotes"),
    ("/approve", #""person":null"#, "person is a name, in quotes"),
    ("/deny", #""person":"bob""#, "unknown member \"person\": known are userCode"),
    ("/expire", #""after":1"#, "unknown member \"after\": known are userCode"),
  ])
  func `decides nothing for a person who is named in a way that it does not know`(
    path: String, member: String, message: String
  ) {
    let flow = visit.start()
    let code = flow["userCode"]?.asString ?? ""

    let reply = ask("POST", path, #"{"userCode":"\#(code)",\#(member)}"#)

    #expect(reply == .refusal(400, "invalid_request", message))
    #expect(visit.poll(flow) == "authorization_pending")
  }

  @Test(arguments: [("alice", 200), ("bob", 200), ("carol", 404), ("", 404)])
  func `approves as the person who is named`(person: String, status: Int) {
    let flow = visit.start()
    let code = flow["userCode"]?.asString ?? ""

    let reply = ask("POST", "/approve", #"{"userCode":"\#(code)","person":"\#(person)"}"#)

    #expect(reply.status == status)
  }

  @Test(
    arguments: [
      ("alice", "alice", 200), ("alice", nil, 200), (nil, "alice", 200), ("alice", "bob", 409),
      (nil, "bob", 409), ("bob", "alice", 409),
    ] as [(String?, String?, Int)])
  func `approves once more only as the one who has approved`(
    first: String?, second: String?, status: Int
  ) {
    let flow = visit.start()
    let code = flow["userCode"]?.asString ?? ""
    func approve(_ person: String?) -> ControlReply {
      let member = person.map { #","person":"\#($0)""# } ?? ""
      return ask("POST", "/approve", #"{"userCode":"\#(code)"\#(member)}"#)
    }

    #expect(approve(first).status == 200)
    for _ in 1...2 {
      #expect(approve(second).status == status)
      _ = visit.poll(flow)
    }
  }

  @Test func `moves a clock by what is written, and not by what a double makes of it`() {
    _ = ask("POST", "/clock", #"{"advance":29.9}"#)

    let reply = ask("POST", "/clock", #"{"advance":0.1}"#)

    #expect(reply.json.asObject?["now"] == "2026-01-01T00:00:30.000Z")
  }

  @Test func `a real clock is not moved`() {
    let host = ServiceHost(ServiceConfiguration(), clock: .system())
    let reply = Control(token: "t", host: host, journal: Journal()).answer(
      ControlRequest(
        method: "POST", path: "/clock", authorization: "Bearer t", origin: nil,
        body: Array(#"{"advance":1}"#.utf8)))

    #expect(reply.status == 409)
  }
}

@Suite struct `The journal` {
  @Test func `keeps the newest thousand in order`() {
    let journal = Journal()
    for index in 0..<2500 {
      journal.append(
        JournalEntry(
          time: ServiceTime(sinceEpoch: .seconds(index)), method: "GET", path: "/", status: 200,
          facts: ExchangeFacts()))
    }

    #expect(journal.entries.map(\.time.seconds) == Array(1500..<2500))
  }
}

@Suite struct `Small parts` {
  @Test(arguments: [
    ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("LocalHost", true),
    ("0.0.0.0", false), ("::", false), ("10.0.0.1", false), ("127.0.0.1.example.com", false),
    ("127.0.0", false), ("127.+1.0.0", false), ("127.evil.com", false),
    ("127.0.0.256", false), ("::ffff:127.0.0.1", true),
    ("::FFFF:127.1.2.3", true), ("::ffff:10.0.0.1", false), ("::ffff:::1", false),
    ("::ffff:localhost", false),
  ])
  func `S41 loopback is told from the rest`(host: String, isLoopback: Bool) {
    #expect(HostNames.isLoopback(host) == isLoopback)
  }

  #if Server
    @Test(arguments: [
      ("[::1]", "::1"), ("::1", "::1"), ("[::ffff:127.0.0.1]", "::ffff:127.0.0.1"),
      ("localhost", "localhost"), ("[::]", "::"),
    ])
    func `S41 an address in brackets is bound as the same one without`(
      host: String, bound: String
    ) {
      var options = LocalServerOptions()
      options.host = host
      #expect(LocalServer(options).options.host == bound)
    }
  #endif

  @Test func `S27 an open server takes addresses, never foreign names`() {
    let names = HostNames(bound: "0.0.0.0", exposure: .everyone)

    #expect(names.accept("192.0.2.7:8087") && names.accept("[2001:db8::1]:8087"))
    #expect(!names.accept("evil.example") && !names.accept("192.0.2.7.evil.example"))
    #expect(!names.accept("192.0.2") && !names.accept("192.0.2.7.9"))
    #expect(!HostNames(bound: "127.0.0.1", exposure: .loopback).accept("192.0.2.7"))
  }

  @Test func `of a cookie that comes twice the first one counts`() {
    let cookies = Cookies("a=1; b=; a=2")
    #expect(cookies["a"] == "1" && cookies["b"] == "" && cookies["c"] == nil)
  }

  @Test func `forms are decoded, and refused when they are ambiguous`() {
    #expect(Form("a=1&b=x+y%2Bz&c&d=%C3%A9")?["b"] == "x y+z")
    #expect(Form("a=1&b=x+y%2Bz&c&d=%C3%A9")?["d"] == "é")
    #expect(Form("c")?["c"] == "" && Form("c=a=b=")?["c"] == "a=b=")
    #expect(Form("a=1&a=2") == nil)
    #expect(Form("a=%") == nil && Form("a=%4") == nil && Form("a=%xy") == nil)
  }

  @Test func `a virtual clock moves forward only`() {
    let start = ServiceTime(sinceEpoch: .seconds(5))
    let clock = ServiceClock.virtual(startingAt: start)

    #expect(clock.now == start)
    #expect(clock.advance(by: .milliseconds(1500)) == start + .milliseconds(1500))
    #expect(clock.advance(by: .seconds(-3)) == start + .milliseconds(1500))
  }

  @Test func `S06 the system clock shows the time and never goes back`() {
    let clock = ServiceClock.system()
    let times = (0..<1000).map { _ in clock.now }

    #expect(times == times.sorted())
    #expect(clock.now.seconds > 1_700_000_000)
    #expect(clock.advance(by: .seconds(1)) == nil)
  }

  @Test func `random bytes come in any number and differ`() {
    #expect((0..<20).allSatisfy { systemRandomBytes($0).count == $0 })
    #expect(systemRandomBytes(32) != systemRandomBytes(32))
  }

  @Test(arguments: [
    (0, "0 seconds"), (1, "1 second"), (42, "42 seconds"), (119, "119 seconds"),
    (120, "2 minutes"), (558, "9 minutes"), (7200, "2 hours"),
  ])
  func `durations are spoken`(seconds: Int, text: String) {
    #expect(Language.english.spoken(.seconds(seconds)) == text)
  }
}
