//  PlanTests.swift - what a script plans in its main body, and scripts that cannot be loaded.

import IdentityService
import StrictJSON
import Testing

@Suite struct `A script` {
  private let stage = Stage()

  private static let started: BehaviourReply = {
    var reply = BehaviourReply(status: 200, body: Array(#"{"userCode":"BCDF-GHJK"}"#.utf8))
    reply.facts.userCode = "BCDF-GHJK"
    return reply
  }()

  private func start(_ behaviour: any Behaviour) async throws {
    _ = try await stage.send(behaviour, "/device_authorization", [:], rules: Self.started)
  }

  @Test func `lets people decide when their time has come`() async throws {
    let behaviour = try await stage.load(
      """
      local service = require "service"
      service.approve { after = 42, as = "alice" }
      """)
    try await start(behaviour)
    await stage.advance(by: .seconds(41))
    #expect(stage.verdicts.isEmpty)
    await stage.advance(by: .seconds(1))
    await stage.until { [stage] in !stage.verdicts.isEmpty }
    #expect(stage.verdicts == ["BCDF-GHJK approve alice"])
  }

  @Test func `lets people decide at a time of their own`() async throws {
    let behaviour = try await stage.load(#"require("service").deny { at = 42 }"#)
    try await start(behaviour)
    await stage.advance(by: .seconds(42))
    await stage.until { [stage] in stage.verdicts.count == 1 }
    try await start(behaviour)
    await stage.advance(by: .zero)
    await stage.until { [stage] in stage.verdicts.count == 2 }
    #expect(stage.verdicts == ["BCDF-GHJK deny -", "BCDF-GHJK deny -"])
  }

  @Test func `tells device authorizations apart`() async throws {
    let behaviour = try await stage.load(
      """
      local service = require "service"
      service.deny { start = 1, after = 1 }
      service.expire { start = 2, after = 1 }
      """)
    for count in 1...3 {
      try await start(behaviour)
      guard count < 3 else { break }
      await stage.advance(by: .seconds(1))
      await stage.until { [stage] in stage.verdicts.count == count }
    }
    #expect(stage.verdicts == ["BCDF-GHJK deny -", "BCDF-GHJK expire -"])
  }

  @Test func `hears that nobody has that name`() async throws {
    let behaviour = try await stage.load(
      #"require("service").approve { after = 1, as = "nobody" }"#)
    try await start(behaviour)
    await stage.advance(by: .seconds(1))
    await stage.until { [stage] in !stage.log.isEmpty }
    #expect(stage.log.contains("nobody can sign in as \"nobody\""))
  }

  @Test func `plans faults by operation and number`() async throws {
    let behaviour = try await stage.load(
      """
      local service = require "service"
      service.fault("CreateToken", { calls = { 2, 6 / 2 }, id = "N08", phase = "before" })
      """)
    var deliveries: [Delivery] = []
    for _ in 1...4 { deliveries.append(try await stage.send(behaviour).delivery) }
    #expect(deliveries == [.whole, .reset, .reset, .whole] && stage.asked == 2)
  }

  @Test(arguments: [
    ("local x = = 1", "behaviour.lua:1:"), ("error('not today')", "behaviour.lua:1: not today"),
    (
      "require('service').on('CreateTokens', print)",
      "unknown operation \"CreateTokens\": one of RegisterClient"
    ),
    (
      "require('service').fault('CreateTokens', { id = 'N08' })",
      "unknown operation \"CreateTokens\": one of * RegisterClient"
    ),
    ("require('service').on('*', print)", "a handler is for one operation"),
    ("require('service').on('CreateToken')", "argument 2 (handler) is missing"),
    ("require('service').approve { afetr = 42 }", "did you mean \"after\"?"),
    ("require('service').approve { at = 42, after = 1 }", "after and at both say when"),
    ("require('service').approve { after = -1 }", "must be from 0"),
    ("require('service').deny { start = 0 }", "start is counted from 1"),
    ("require('service').deny { as = 'x' }", "unknown argument \"as\""),
    ("require('service').fault('CreateToken', { id = 'N99' })", "unknown fault \"N99\""),
    ("require('service').fault('CreateToken', { id = 'N08', calls = {} })", "calls is a list"),
    ("require('service').fault('CreateToken', { id = 'N08', calls = { 2.5 } })", "calls is a list"),
    ("require('service').fault('CreateToken', { id = 'N08', calls = 'x' })", "calls is a list"),
    ("require('service').fault('CreateToken', { id = 'N08', times = 2 })", "and nothing else"),
    ("require('service').fault('CreateToken', { id = 'N08', phase = 'x' })", "unknown phase \"x\""),
    ("while true do end", "the script was stopped (time)"),
  ])
  func `that is wrong is not loaded, and says why`(script: String, message: String) async throws {
    let patience = script.contains("while") ? Duration.milliseconds(100) : .seconds(60)
    let error = await #expect(throws: BehaviourError.self) {
      try await stage.load(script, patience: patience)
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    "sso.time.sleep(1)", "sso.time.sleep(0) sso.time.sleep(1)",
    "sso.task.spawn(function() sso.time.sleep(1) end):join()",
    "local t = sso.task.spawn(function() sso.time.sleep(1) end) sso.time.sleep(0) t:join()",
    "sso.task.all { function() end, function() sso.time.sleep(1) end }",
    "sso.task.timeout(1, function() sso.time.sleep(2) end)",
    "while true do pcall(sso.time.sleep, 1) end",
  ])
  func `cannot wait in its main body before there is anybody to move the clock`(
    body: String
  ) async throws {
    let stage = Stage(standsStill: true)
    let error = await #expect(throws: BehaviourError.self) {
      try await stage.load("local sso = require 'sso'\n" + body)
    }
    #expect(
      error?.description.contains("the main body cannot wait: the clock stands still") == true,
      "\(error?.description ?? "")")
  }

  @Test func `may have tasks that wait before there is anybody to move the clock`() async throws {
    let stage = Stage(standsStill: true)
    let behaviour = try await stage.load(
      """
      local sso, service, hours = require "sso", require "service", 0
      sso.task.spawn(function()
        sso.time.sleep(3600)
        hours = hours + 1
      end)
      sso.task.spawn(function() sso.time.sleep(0) end):join()
      service.on("CreateToken", function()
        sso.time.sleep(3600)
        return { body = { hours } }
      end)
      """)
    async let reply = stage.send(behaviour)
    await stage.advance(by: .seconds(3600), once: 2)
    #expect(try await reply.text == "[1]")
    behaviour.end()
  }

  @Test func `that was replaced leaves what it was at to the rules`() async throws {
    let behaviour = try await stage.load(
      """
      local service = require "service"
      service.on("CreateToken", function(_, session) session:delay(1000) return { body = "no" } end)
      """)
    async let reply = stage.send(behaviour)
    await stage.advance(by: .zero)
    behaviour.end()
    #expect(try await reply == Stage.token)
  }

  @Test func `may have tasks of its own`() async throws {
    let behaviour = try await stage.load(
      """
      local sso, service, hours = require "sso", require "service", 0
      sso.task.spawn(function()
        while true do
          sso.time.sleep(3600)
          hours = hours + 1
        end
      end)
      service.on("CreateToken", function() return { body = { hours } } end)
      """)
    #expect(try await stage.send(behaviour).text == "[0]")
    await stage.advance(by: .seconds(3600))
    await stage.advance(by: .seconds(3600))
    await stage.advance(by: .zero)
    #expect(try await stage.send(behaviour).text == "[2]")
    behaviour.end()
  }
}
