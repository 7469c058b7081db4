//  HTTPArchiveTests.swift - what is said in a run, as HAR 1.2.

import SSOOIDC
import SSOScript
import StrictJSON
import Testing

@testable import SSOScenario

@Suite struct `An archive of exchanges` {
  private func archive(
    _ text: String, flow: String = Playground.login.files["flow.lua"] ?? "",
    limit: Int = HTTPArchive.usualLimit, _ change: (inout ScenarioRunOptions) -> Void = { _ in }
  ) throws -> (text: String, log: JSONObject) {
    var playground = Playground(flow: flow)
    playground.files["a_spec.lua"] = text
    var sources = playground.sources
    let archive = HTTPArchive(limit: limit)
    sources.archive = archive
    var options = ScenarioRunOptions()
    change(&options)
    let report = ScenarioFile("a_spec.lua", sources).run(options)
    #expect(report.loadFailure == nil)
    let root = try JSON.parse(Array(archive.text.utf8)).asObject
    return (archive.text, try #require(root?["log"]?.asObject))
  }

  private static let login = """
    it("logs in", function()
      local svc = sim.service { approve = "12s", latency = "20ms", start = "2026-03-01T10:00:00Z" }
      svc:fault("CreateToken", { calls = 1, kind = "reset" })
      sim.run("flow.lua", { service = svc })
    end)
    """

  /// What http://www.softwareishard.com/blog/har-12-spec/ does not call optional.
  private static let required: [String: [String]] = [
    "log": ["version", "creator", "entries"], "creator": ["name", "version"],
    "pages": ["startedDateTime", "id", "title", "pageTimings"],
    "entries": ["startedDateTime", "time", "request", "response", "cache", "timings"],
    "request": [
      "method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize",
      "bodySize",
    ],
    "response": [
      "status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL",
      "headersSize", "bodySize",
    ],
    "headers": ["name", "value"], "queryString": ["name", "value"],
    "postData": ["mimeType", "params", "text"], "content": ["size", "mimeType"],
    "timings": ["send", "wait", "receive"],
  ]

  private func check(_ name: String, _ value: JSON) {
    if let items = value.asArray {
      for item in items { check(name, item) }
      return
    }
    guard let members = value.asObject else { return }
    for member in Self.required[name] ?? [] {
      #expect(members[member] != nil, "\(name) has no \(member)")
    }
    for (member, value) in members { check(member, value) }
  }

  @Test func `has every member that HAR 1.2 requires`() throws {
    let log = try archive(Self.login).log
    #expect(log["version"]?.asString == "1.2")
    check("log", .object(log))
    #expect(log["entries"]?.asArray?.isEmpty == false)
  }

  @Test func `shows virtual times as dates, and failures as such`() throws {
    let log = try archive(Self.login).log
    let page = try #require(log["pages"]?.asArray?.first?.asObject)
    #expect(page["startedDateTime"]?.asString == "2026-03-01T10:00:00.000Z")
    #expect(page["title"]?.asString == "a_spec.lua › logs in")
    let entries = try #require(log["entries"]?.asArray).compactMap(\.asObject)
    #expect(
      entries.prefix(3).map { $0["startedDateTime"]?.asString } == [
        "2026-03-01T10:00:00.000Z", "2026-03-01T10:00:00.040Z", "2026-03-01T10:00:01.080Z",
      ])
    #expect(entries.allSatisfy { $0["pageref"] == page["id"] })
    #expect(entries[0]["time"]?.asNumber == 40)
    #expect(entries[0]["response"]?.asObject?["status"]?.asInteger == 200)
    #expect(entries[2]["response"]?.asObject?["status"]?.asInteger == 0)
    #expect(entries[2]["_error"]?.asString?.contains("reset") == true)
  }

  @Test func `S39 holds no secret`() throws {
    let text = try archive(Self.login).text
    #expect(text.contains(#"\"clientSecret\":\"<secret>\""#))
    #expect(text.contains(#"\"accessToken\":\"<secret>\""#))
    #expect(!text.contains("aoa"))
  }

  @Test(arguments: [
    ("", ""), ("", "sim.proxy {}"), ("service = sim.service {},", "sim.proxy { answer = 502 }"),
  ])
  func `S39 holds no secret of a request that meets no service`(
    service: String, proxy: String
  ) throws {
    let text = try archive(
      """
      it("asks", function()
        \(proxy)
        sim.run("flow.lua", { \(service) env = { \(
          proxy.isEmpty ? "" : #"https_proxy = "proxy.example:3128""#) } })
      end)
      """,
      flow: """
        local sso = require "sso.safe"
        sso.client { retries = 1 }:create_token {
          clientId = "a", clientSecret = "hush-client-secret",
          grantType = sso.grant.refresh_token, refreshToken = "hush-refresh-token" }
        sso.http.request { method = "POST", body = "x",
          url = "https://hooks.example/?access_token=hush-access-token",
          headers = { Authorization = "Bearer hush-bearer-token" } }
        """
    ).text
    #expect(text.contains("hooks.example") && text.contains("<secret>"))
    #expect(!text.contains("hush-"))
  }

  @Test func `S39 holds no secret in a media type`() {
    let headers: HTTPHeaders = ["Content-Type": "text/plain; k=hush-hush-hush"]
    let exchange = ArchivedExchange(
      process: 1, began: .zero, ended: .zero,
      request: HTTPRequest(method: "POST", url: "https://a.example/", headers: headers, body: [1]),
      result: .success(HTTPResponse(status: 200, headers: headers, body: [])))
    let secrets = SecretKeeper()
    secrets.remember("hush-hush-hush")
    let entry = exchange.entry(from: Timestamp(seconds: 0), secrets)
    let bytes = (try? JSON.object(entry).encoded()) ?? []
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("k=<secret>") && !text.contains("hush"))
  }

  @Test func `S39 holds no secret of an address that it is sent to, or of a failure`() {
    let secrets = SecretKeeper()
    secrets.remember("hush-hush-hush")
    let failure = TransportError(
      code: .connect, message: "no way to hush-hush-hush", host: "a.example",
      delivery: .neverSent)
    let results: [Result<HTTPResponse, TransportError>] = [
      .failure(failure),
      .success(
        HTTPResponse(
          status: 302, headers: ["Location": "https://a.example/?code=hush-hush-hush"], body: [])),
    ]
    for result in results {
      let exchange = ArchivedExchange(
        process: 1, began: .zero, ended: .zero,
        request: HTTPRequest(method: "GET", url: "https://a.example/"), result: result)
      let entry = exchange.entry(from: Timestamp(seconds: 0), secrets)
      let bytes = (try? JSON.object(entry).encoded()) ?? []
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.contains("<secret>") && !text.contains("hush"), "\(text)")
    }
  }

  @Test func `has what is not UTF-8 in base64`() throws {
    let bytes: [UInt8] = [0, 255, 10]
    let exchange = ArchivedExchange(
      process: 1, began: .zero, ended: .zero,
      request: HTTPRequest(method: "POST", url: "https://a.example/?a=b&c", body: bytes),
      result: .success(HTTPResponse(status: 200, body: bytes)))
    let entry = exchange.entry(from: Timestamp(seconds: 0), SecretKeeper())
    let content = entry["response"]?.asObject?["content"]?.asObject
    #expect(content?["text"]?.asString == "AP8K" && content?["encoding"]?.asString == "base64")
    let request = try #require(entry["request"]?.asObject)
    #expect(request["postData"]?.asObject?["_encoding"]?.asString == "base64")
    #expect(request["queryString"]?.asArray?.count == 2)
  }

  @Test func `has a page for each seed of a property, and one for a scenario that runs twice`()
    throws
  {
    let log = try archive(
      Self.login + "property('p', { seeds = 2 }, function() sim.run('flow.lua', { limit = 9 }) end)"
    ) { $0.checksDeterminism = true }.log
    let titles = log["pages"]?.asArray?.compactMap { $0.asObject?["title"]?.asString } ?? []
    #expect(titles.count == 3)
    #expect(titles[1].hasPrefix("a_spec.lua › p (0x"))
    let empty = try JSON.parse(Array(HTTPArchive().text.utf8)).asObject?["log"]?.asObject
    #expect(empty?["entries"]?.asArray?.isEmpty == true)
  }

  @Test func `has a limit, and says that it was reached`() throws {
    let text = "property('p', { seeds = 9 }, function() sim.run('flow.lua', { limit = 9 }) end)"
    let whole = try archive(text).log
    #expect(whole["pages"]?.asArray?.count == 9 && whole["comment"] == nil)
    let entries = try #require(whole["entries"]?.asArray?.count)
    let cut = try archive(text, limit: (9 + entries) / 3).log
    let count = try #require(cut["pages"]?.asArray?.count)
    #expect((1..<9).contains(count))
    #expect(cut["comment"]?.asString?.hasPrefix("further runs are left out") == true)
  }
}
