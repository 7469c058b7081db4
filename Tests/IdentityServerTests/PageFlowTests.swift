//  PageFlowTests.swift - which page follows which request, without a socket.

import IdentityService
import StrictJSON
import Testing

@testable import IdentityServer

/// A browser, a program and a service in one room.
struct Visit {
  let host: ServiceHost
  let pages: PageFlow
  let client: JSONObject
  var cookie: String?

  init(clientName: String = "laptop") {
    let start = ServiceTime(sinceEpoch: .seconds(1_767_225_600))
    let host = ServiceHost(ServiceConfiguration(), clock: .virtual(startingAt: start))
    self.host = host
    pages = PageFlow(host: host)
    client = Self.ask(
      host, "/client/register", ["clientName": .string(clientName), "clientType": "public"])
  }

  private static func ask(
    _ host: ServiceHost, _ path: String, _ members: JSONObject
  ) -> JSONObject {
    let request = ServiceRequest(
      method: "POST", path: path, body: (try? JSON.object(members).encoded()) ?? [],
      requester: Requester(address: "127.0.0.1", userAgent: "aws-cli/2.36.7 os/linux"))
    return (try? JSON.parse(host.answer(request).body))?.asObject ?? [:]
  }

  /// Starts a device authorization.
  func start() -> JSONObject { ask("/device_authorization", ["startUrl": "https://a.example/"]) }

  /// Polls; the word of the refusal, or `token`.
  func poll(_ flow: JSONObject) -> String {
    let answer = ask(
      "/token",
      [
        "grantType": "urn:ietf:params:oauth:grant-type:device_code",
        "deviceCode": flow["deviceCode"] ?? .null,
      ])
    return answer["error"]?.asString ?? "token"
  }

  private func ask(_ path: String, _ members: JSONObject) -> JSONObject {
    var members = members
    members["clientId"] = client["clientId"]
    members["clientSecret"] = client["clientSecret"]
    return Self.ask(host, path, members)
  }

  mutating func get(_ path: String, query: String = "") -> PageReply {
    browse("GET", path, query: query)
  }

  mutating func browse(
    _ method: String, _ path: String, query: String = "", form: [String: String] = [:],
    origin: String? = "http://127.0.0.1:8087", fetchSite: String? = "same-origin"
  ) -> PageReply {
    let body = form.map { "\($0)=\($1)" }.joined(separator: "&")
    let reply = pages.answer(
      PageRequest(
        method: method, path: path, query: query, body: Array(body.utf8), cookies: cookie,
        origin: method == "GET" ? nil : origin, fetchSite: fetchSite,
        ownOrigin: "http://127.0.0.1:8087", address: "127.0.0.1"))
    if let set = reply.setCookie { cookie = String(set.prefix { $0 != ";" }) }
    guard let parts = reply.location?.split(separator: "?", maxSplits: 1) else { return reply }
    return get(String(parts[0]), query: parts.dropFirst().joined())
  }
}

extension PageReply {
  var status: Int { page.status }
  var html: String { page.document(simulatedTime: nil).text }
  /// The hidden token of the page's form.
  var formToken: String {
    (html.firstMatch(of: /name="form_token" value="([^"]*)"/)?.1).map(String.init) ?? ""
  }
}

@Suite struct `The page` {
  @Test func `approves in two steps`() throws {
    var visit = Visit()
    let flow = visit.start()
    let code = flow["userCode"]?.asString ?? ""

    let entry = visit.get("/device")
    let confirm = visit.browse(
      "POST", "/device", form: ["form_token": entry.formToken, "user_code": code.lowercased()])
    let done = visit.browse(
      "POST", "/device/decision",
      form: ["form_token": confirm.formToken, "user_code": code, "decision": "approve"])

    #expect(entry.status == 200 && confirm.status == 200 && done.status == 200)
    #expect(confirm.html.contains(code))
    #expect(done.page.title == "Approved")
    #expect(visit.poll(flow) == "token")
  }

  @Test func `denies in one step from the complete link`() {
    var visit = Visit()
    let flow = visit.start()
    let code = flow["userCode"]?.asString ?? ""

    let confirm = visit.get("/device", query: "user_code=\(code)")
    let done = visit.browse(
      "POST", "/device/decision",
      form: ["form_token": confirm.formToken, "user_code": code, "decision": "deny"])

    #expect(done.status == 200 && done.page.title == "Denied")
    #expect(visit.poll(flow) == "access_denied")
  }

  @Test(arguments: [
    "user_code=CODE", "user_code=CODE&decision=approve", "user_code=CODE&approve=1",
  ])
  func `R8628-12 a GET decides nothing`(query: String) {
    var visit = Visit()
    let flow = visit.start()
    let code = flow["userCode"]?.asString ?? ""

    let first = visit.get(
      "/device",
      query: query.split(separator: "CODE", omittingEmptySubsequences: false).joined(
        separator: code))
    let second = visit.get("/device/decision", query: "user_code=\(code)&decision=approve")

    #expect(first.status == 200)
    #expect(second.status == 405 && second.allow == "POST")
    #expect(visit.poll(flow) == "authorization_pending")
  }

  @Test(
    arguments: [
      ("http://evil.example", "cross-site"), ("http://evil.example", nil), ("null", nil),
      ("http://127.0.0.1:9999", nil), (nil, "cross-site"), (nil, "same-site"), (nil, "none"),
      ("http://127.0.0.1:8087", "cross-site"),
    ] as [(String?, String?)])
  func `S16 a form from another site decides nothing`(origin: String?, fetchSite: String?) {
    var visit = Visit()
    let flow = visit.start()
    let code = flow["userCode"]?.asString ?? ""
    let confirm = visit.get("/device", query: "user_code=\(code)")

    let forged = visit.browse(
      "POST", "/device/decision",
      form: ["form_token": confirm.formToken, "user_code": code, "decision": "approve"],
      origin: origin, fetchSite: fetchSite)

    #expect(forged.status == 403)
    #expect(visit.poll(flow) == "authorization_pending")
  }

  @Test func `S16 S17 a form token is good for its session and its code only`() {
    var visit = Visit()
    let flow = visit.start()
    let other = visit.start()
    let code = flow["userCode"]?.asString ?? ""
    let otherCode = other["userCode"]?.asString ?? ""
    let token = visit.get("/device", query: "user_code=\(code)").formToken
    let ownCookie = visit.cookie
    func decide(_ token: String, _ code: String, _ cookie: String?) -> Int {
      visit.cookie = cookie
      return visit.browse(
        "POST", "/device/decision",
        form: ["form_token": token, "user_code": code, "decision": "approve"]
      ).status
    }
    visit.cookie = nil
    _ = visit.get("/device")
    let foreignCookie = visit.cookie

    #expect(decide(token, otherCode, ownCookie) == 403)
    #expect(decide(token, code, foreignCookie) == 403)
    #expect(decide(token, code, nil) == 403)
    #expect(decide("", code, ownCookie) == 403)
    #expect(decide(token, code, "ssoscript_session=invented.0000") == 403)
    #expect(visit.poll(flow) == "authorization_pending")
    #expect(decide(token, code, "a=b; " + (ownCookie ?? "") + "; c=d") == 200)
  }

  @Test func `R8628-36 S18 the same decision again is fine, the opposite is a conflict`() {
    var visit = Visit()
    let code = visit.start()["userCode"]?.asString ?? ""
    let token = visit.get("/device", query: "user_code=\(code)").formToken
    func decide(_ decision: String) -> Int {
      visit.browse(
        "POST", "/device/decision",
        form: ["form_token": token, "user_code": code, "decision": decision]
      ).status
    }

    #expect(decide("approve") == 200)
    #expect(decide("approve") == 200)
    #expect(decide("deny") == 409)
    #expect(visit.get("/device", query: "user_code=\(code)").status == 409)
  }

  @Test func `S21 S23 a hostile client name is shown as text, cut and without overrides`() {
    let name = "\u{202E}<script>alert('1')</script>&\"" + String(repeating: "a", count: 200)
    var visit = Visit(clientName: name)
    let code = visit.start()["userCode"]?.asString ?? ""

    let html = visit.get("/device", query: "user_code=\(code)").html

    #expect(html.contains("<bdi>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;aaa"))
    #expect(!html.contains("<script") && !html.contains("\u{202E}"))
    #expect(!html.contains(String(repeating: "a", count: 60)))
    #expect(html.contains("not verified"))
  }

  @Test(arguments: [
    ("%22%3E%3Cscript%3E", 400), ("hello", 400), ("BBBB-BBBB", 404), ("%zz", 400),
    ("BBBB-BBBB&user_code=CCCC-CCCC", 400),
  ])
  func `S21 wrong codes have a status and stay text`(typed: String, status: Int) {
    var visit = Visit()

    let reply = visit.get("/device", query: "user_code=\(typed)")

    #expect(reply.status == status)
    #expect(!reply.html.contains("<script"))
  }

  @Test func `an empty code and an old one have their own pages`() {
    var visit = Visit()
    let code = visit.start()["userCode"]?.asString ?? ""
    let token = visit.get("/device").formToken
    let empty = visit.browse("POST", "/device", form: ["form_token": token, "user_code": ""])
    let confirm = visit.get("/device", query: "user_code=\(code)")

    _ = visit.host.clock.advance(by: .seconds(600))
    let old = visit.get("/device", query: "user_code=\(code)")
    let late = visit.browse(
      "POST", "/device/decision",
      form: ["form_token": confirm.formToken, "user_code": code, "decision": "approve"])

    #expect(empty.status == 400 && empty.page.title == "Code missing")
    #expect(old.status == 410 && late.status == 410)
    #expect(old.html.contains("aria-invalid=\"true\"") && old.html.contains("role=\"alert\""))
  }

  @Test func `R8628-26 R8628-27 S15 guessing by links ends in a wait`() {
    var visit = Visit()
    let code = visit.start()["userCode"]?.asString ?? ""
    _ = visit.get("/device")

    for _ in 0..<5 { #expect(visit.get("/device", query: "user_code=BBBBBBBB").status == 404) }
    let blocked = visit.get("/device", query: "user_code=\(code)")

    #expect(blocked.status == 429)
    #expect(blocked.page.retryAfter == .seconds(600))
    #expect(!blocked.html.contains(code))
  }

  @Test func `a page may not expire a code, and unknown methods get a list`() {
    var visit = Visit()
    let code = visit.start()["userCode"]?.asString ?? ""
    let token = visit.get("/device", query: "user_code=\(code)").formToken

    let expire = visit.browse(
      "POST", "/device/decision",
      form: ["form_token": token, "user_code": code, "decision": "expire"])
    let put = visit.browse("PUT", "/device")

    #expect(expire.status == 400)
    #expect(put.status == 405 && put.allow == "GET, HEAD, POST")
  }

  @Test func `R8628-29 shows who asks, from where and since when`() {
    var visit = Visit()
    let code = visit.start()["userCode"]?.asString ?? ""
    _ = visit.host.clock.advance(by: .seconds(42))

    let html = visit.get("/device", query: "user_code=\(code)").html

    #expect(html.contains("42 seconds ago, from this computer"))
    #expect(html.contains("aws-cli/2.36.7"))
    #expect(html.contains("local test service"))
  }
}
