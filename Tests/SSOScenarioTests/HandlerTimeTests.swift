//  HandlerTimeTests.swift - whose clock a handler waits by.

import IdentityService
import StrictJSON
import Testing

@Suite struct `Time in a handler` {
  private let stage = Stage()

  /// Loads a handler and sends it a request; the clock is moved as soon as so many wait.
  private func answer(
    _ body: String, moving steps: [Duration], once waiting: Int
  ) async throws -> BehaviourReply {
    let behaviour = try await stage.load(
      """
      local service, sso = require "service", require "sso"
      service.on("CreateToken", function(request, session)
        \(body)
      end)
      """)
    async let reply = stage.send(behaviour)
    for step in steps { await stage.advance(by: step, once: waiting) }
    return try await reply
  }

  @Test func `passes by the service's clock when it sleeps`() async throws {
    let reply = try await answer(
      """
      local before = sso.time.now()
      sso.time.sleep(3600)
      return { body = { sso.time.now() - before } }
      """, moving: [.seconds(3600)], once: 1)
    #expect(reply.text == "[3600.0]" || reply.text == "[3600]", "\(reply.text)")
  }

  @Test func `ends a timeout when the service's clock has come so far`() async throws {
    let reply = try await answer(
      """
      local ok, err = pcall(sso.task.timeout, 60, function() sso.time.sleep(7200) end)
      return { body = { ok, err.code } }
      """, moving: [.seconds(60)], once: 2)
    #expect(reply.text == #"[false,"Timeout"]"#, "\(reply.text)")
  }

  @Test func `leaves a timeout that was not needed, and the next wait is its own`() async throws {
    let reply = try await answer(
      """
      local first = sso.task.timeout(60, function() sso.time.sleep(1) return "in time" end)
      local ok, err = pcall(sso.task.timeout, 600, function() sso.time.sleep(7200) end)
      return { body = { first, ok, err.code } }
      """, moving: [.seconds(1), .seconds(599), .seconds(1)], once: 2)
    #expect(reply.text == #"["in time",false,"Timeout"]"#, "\(reply.text)")
  }
}
