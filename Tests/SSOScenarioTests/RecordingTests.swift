//  RecordingTests.swift - what was said in one run, held against another.

import SSOOIDC
import SSOScript
import StrictJSON
import Testing

@testable import SSOScenario

@Suite struct `A recording` {
  private static let login = """
    it("logs in", function()
      local svc = sim.service { approve = "12s" }
      assert.exit(sim.run("flow.lua", { service = svc }), 0)
    end)
    """

  private func run(_ recording: Recording, seed: UInt64 = 1) throws -> ScenarioReport {
    try #require(run(recording, Self.login, seed: seed).first)
  }

  private func run(
    _ recording: Recording, _ text: String, seed: UInt64 = 1
  ) throws -> [ScenarioReport] {
    var sources = Playground(flow: Playground.login.files["flow.lua"] ?? "").sources
    let read = sources.read
    sources.read = { path throws(DoorError) in
      path == "/project/a_spec.lua" ? Array(text.utf8) : try read(path)
    }
    sources.pages = recording.pages(of: "a_spec.lua")
    var options = ScenarioRunOptions()
    options.seed = seed
    let report = ScenarioFile("a_spec.lua", sources).run(options)
    #expect(report.loadFailure == nil)
    return report.scenarios
  }

  /// Recorded, written, changed as a text, and read again.
  private func kept(_ change: (String) -> String = { $0 }) throws -> Recording {
    let recording = Recording()
    #expect(try run(recording).outcome == .passed)
    return try #require(Recording(Array(change(recording.text).utf8)))
  }

  @Test func `answers the same requests with what was said`() throws {
    #expect(try run(kept()).outcome == .passed)
    // The rules would have let it in.
    let refused = try kept {
      $0.replacing("AuthorizationPendingException", with: "AccessDeniedException").replacing(
        "authorization_pending", with: "access_denied")
    }
    let report = try run(refused)
    #expect(report.outcome == .failed)
    #expect(report.events.contains { $0.text.contains("access_denied") })
  }

  @Test func `that has another request fails, and shows both`() throws {
    let report = try run(kept { $0.replacing(#"\"login\""#, with: #"\"laptop\""#) })
    #expect(report.outcome == .failed)
    let words = report.failure?.message ?? ""
    #expect(words.hasPrefix("request 1 is not the recorded one\n"))
    #expect(words.contains(#"{"clientName":"laptop""#) && words.contains(#"{"clientName":"login""#))
  }

  @Test func `that goes on, or ends too soon, fails`() throws {
    let longer = try kept { $0 + ($0.split(separator: "\n").last.map(String.init) ?? "") + "\n" }
    #expect(try run(longer).failure?.message.hasSuffix("made:     (none)") == true)
    let shorter = try kept { $0.split(separator: "\n").dropLast().joined(separator: "\n") }
    #expect(try run(shorter).failure?.message.contains("recorded: (none)") == true)
  }

  @Test func `knows nothing of other seeds`() throws {
    let report = try run(kept(), seed: 2)
    #expect(report.failure?.message.contains("recorded: (none)") == true)
  }

  @Test func `has a page for each scenario of a file`() throws {
    let late = Self.login.replacing("12s", with: "30s").replacing("logs in", with: "is late")
    let two = Self.login + late
    let recording = Recording()
    #expect(try run(recording, two).map(\.outcome) == [.passed, .passed])
    let kept = try #require(Recording(Array(recording.text.utf8)))
    #expect(try run(kept, two).map(\.outcome) == [.passed, .passed])
  }

  private static let place = RecordingPlace(scenario: 1, seed: 1, service: 1)

  private func exchange(_ body: String) -> RecordedExchange {
    let request = HTTPRequest(
      method: "POST", url: "https://a.example/token", body: Array(body.utf8))
    return RecordedExchange(1, request, .success(HTTPResponse(status: 200, body: [])))
  }

  @Test(arguments: [
    #"{"clientSecret":"recorded-0123456789"}"#, "client_secret=recorded-0123456789",
  ])
  func `shows no secret of a request that is made no more`(body: String) throws {
    let (recording, secrets) = (Recording(), SecretKeeper())
    _ = recording.pages(of: "a")(Self.place).turn(exchange(body), hiding: secrets)
    let kept = try #require(Recording(Array(recording.text.utf8)))
    let page = kept.pages(of: "a")(Self.place)
    let words = try #require(page.difference(isOver: true, hiding: secrets))
    #expect(words.contains("recorded-0123456789"))
    #expect(!secrets.redact(words).contains("recorded-0123456789"))
  }

  @Test(arguments: [
    #"{"clientSecret":"recorded-0123456789","code"#, "recorded-0123456789",
    #"["a=recorded-0123456789"#,
  ])
  func `S39 tells the length of a body whose secrets cannot be found`(body: String) throws {
    let recording = Recording()
    _ = recording.pages(of: "a")(Self.place).turn(exchange(body), hiding: SecretKeeper())
    let kept = try #require(Recording(Array(recording.text.utf8)))
    let page = kept.pages(of: "a")(Self.place)
    let words = try #require(page.difference(isOver: true, hiding: SecretKeeper()))
    #expect(!words.contains("recorded-0123456789"))
    #expect(words.contains("(\(body.utf8.count) bytes, neither JSON nor a form)"))
  }

  @Test func `knows nothing of what ends after its scenario`() throws {
    let recording = Recording()
    for round in 1...2 {
      let page = recording.pages(of: "a")(Self.place)
      if round == 1 { _ = page.turn(exchange("{}"), hiding: SecretKeeper()) }
      page.close()
      _ = page.turn(exchange("{}"), hiding: SecretKeeper())
      #expect(recording.text.isEmpty == (round == 2))
    }
    let kept = try #require(Recording([])).pages(of: "a")(Self.place)
    kept.close()
    _ = kept.turn(exchange("{}"), hiding: SecretKeeper())
    #expect(kept.difference(isOver: true, hiding: SecretKeeper()) == nil)
  }

  @Test func `S39 keeps no secret among bytes that are not UTF-8, nor in words of a network`() {
    let secrets = SecretKeeper()
    secrets.remember("hush-hush-hush")
    let bytes = [255] + Array("hush-hush-hush".utf8)
    let error = TransportError(
      code: .other, message: "hush-hush-hush", host: "h", delivery: .neverSent)
    let request = HTTPRequest(method: "POST", url: "https://a.example/", body: bytes)
    let results: [Result<HTTPResponse, TransportError>] = [
      .success(HTTPResponse(status: 200, headers: ["a": "hush-hush-hush"], body: bytes)),
      .failure(error),
    ]
    for result in results {
      let kept = RecordedExchange(1, request, result).hiding(secrets)
      #expect(kept.body == [255] + Array("<secret>".utf8))
      let text = (try? JSON.object(kept.members).encoded()).map {
        String(decoding: $0, as: UTF8.self)
      }
      #expect(text?.contains("<secret>") == true && text?.contains("hush") == false)
    }
  }

  @Test func `keeps any bytes, and how a network failed`() throws {
    let request = HTTPRequest(method: "POST", url: "https://a.example/", body: [0, 128, 255, 10])
    let response = HTTPResponse(status: 200, headers: ["a": "b", "a": "c"], body: [255, 0])
    let error = TransportError(code: .timeout, message: "m", host: "h", delivery: .maybeReceived)
    for result in [Result<HTTPResponse, TransportError>.success(response), .failure(error)] {
      let exchange = RecordedExchange(2, request, result)
      #expect(RecordedExchange(exchange.members) == exchange)
    }
    #expect(Recording(Array("{}\n".utf8)) == nil)
    #expect(Recording(Array("nothing".utf8)) == nil)
  }
}
