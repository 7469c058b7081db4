//  HandlerTests.swift - what a handler written in Lua sees and may do.

import IdentityService
import StrictJSON
import Testing

@Suite struct `A handler` {
  private let stage = Stage()

  private func answer(
    _ body: String, path: String = "/token", operation: String = "CreateToken", call: Int = 1
  ) async throws -> BehaviourReply {
    let script = """
      local service = require "service"
      service.on("\(operation)", function(request, session)
        \(body)
      end)
      """
    return try await stage.send(try await stage.load(script), path, call: call)
  }

  @Test func `that returns nothing lets the rules answer`() async throws {
    let reply = try await answer("")
    #expect(reply == Stage.token && stage.asked == 1)
  }

  @Test func `of another operation is not asked`() async throws {
    let reply = try await answer("error('no')", operation: "RegisterClient")
    #expect(reply == Stage.token)
  }

  @Test func `sees operation, number, members, headers and time`() async throws {
    let reply = try await answer(
      """
      return { body = { request.operation, request.call, request.method, request.path,
        request.members.grantType, request.headers["User-Agent"], request.headers["X-Twice"][2],
        math.tointeger(request.time) } }
      """, call: 3)
    #expect(
      reply.text
        == #"["CreateToken",3,"POST","/token","refresh_token","test","b",1767225600]"#)
    #expect(stage.asked == 0)
  }

  @Test func `finds headers however they are spelled`() async throws {
    let reply = try await answer(
      """
      local headers, names = request.headers, {}
      for name in pairs(headers) do names[#names + 1] = name end
      table.sort(names)
      return { body = {
        names = names, agent = headers["user-AGENT"], twice = headers["x-twice"],
        absent = headers["x-twic"] == nil and headers[1] == nil and headers[true] == nil,
        reply = session:proceed().headers["content-type"] } }
      """)
    #expect(
      reply.text
        == #"{"absent":true,"agent":"test","names":["User-Agent","X-Twice"],"#
        + #""reply":"application/json","twice":["a","b","c"]}"#)
  }

  @Test(arguments: [
    ("headers['content-type'] = 'text/plain'", [HeaderField("Content-Type", "text/plain")]),
    ("headers['content-type'] = nil; reply.body = ''", []),
    (
      "headers['x-own'] = 'a'; headers['X-Own'] = 'b'",
      [HeaderField("Content-Type", "application/json"), HeaderField("x-own", "b")]
    ),
  ])
  func `sets a header of the rules in any spelling, and sends each as it was spelled first`(
    change: String, headers: [HeaderField]
  ) async throws {
    let reply = try await answer(
      """
      local reply = session:proceed()
      local headers = reply.headers
      \(change)
      return reply
      """)
    #expect(reply.headers == headers)
  }

  @Test(arguments: ["headers[nil] = 1", "headers[0/0] = 1"])
  func `may not set a header without a name`(change: String) async throws {
    let reply = try await answer("local headers = request.headers \(change)")
    #expect(reply.status == 500 && stage.log.contains("index is"))
  }

  @Test func `gets what the rules say, may change it, and sends it on`() async throws {
    let reply = try await answer(
      """
      local reply = session:proceed()
      reply.body.expiresIn = reply.body.expiresIn // 60
      reply.headers["Retry-After"] = 10 / 2
      session:proceed()
      return reply
      """)
    #expect(reply.status == 200 && stage.asked == 1)
    #expect(reply.json == ["accessToken": "aoa-secret-token", "expiresIn": 60])
    #expect(reply[header: "retry-after"] == "5")
    #expect(reply[header: "content-type"] == "application/json")
    #expect(reply.facts.grantType == .deviceCode)
  }

  @Test(arguments: ["error('no luck')", "session:fault('H01', 'after')"])
  func `leaves in the journal what the rules found before it failed`(body: String) async throws {
    let reply = try await answer("session:proceed() \(body)")
    #expect(reply.status == 500 && reply.facts.error == "server_error")
    #expect(reply.facts.grantType == .deviceCode && stage.asked == 1)
  }

  @Test func `answers an exception in the words of its operation`() async throws {
    let reply = try await answer("return service.error('SlowDownException')")
    #expect(reply.status == 400 && reply.json["error"] == "slow_down" && stage.asked == 0)
    #expect(reply[header: "x-amzn-ErrorType"]?.hasPrefix("SlowDownException:") == true)

    let portal = try await answer(
      "return service.error('TooManyRequestsException', 'Wait')", path: "/assignment/accounts",
      operation: "ListAccounts")
    #expect(portal.status == 429 && portal.json["message"] == "Wait")
  }

  @Test func `may change the reply of an exception, and what it leaves is the service's`()
    async throws
  {
    let body = """
      local reply = service.error('TooManyRequestsException', 'Wait')
      reply.status = 503
      reply.headers['retry-after'] = 3
      reply.headers['content-TYPE'] = 'application/problem+json'
      """
    func reply(_ more: String) async throws -> BehaviourReply {
      try await answer(
        body + more + " return reply", path: "/assignment/accounts", operation: "ListAccounts")
    }

    let changed = try await reply("")
    let full = try await reply(" reply.body = { odd = true }")

    #expect(changed.status == 503 && changed.json["message"] == "Wait")
    #expect(changed[header: "Retry-After"] == "3" && changed.facts.error != nil)
    let types = changed.headers.filter { $0.name.lowercased() == "content-type" }.map(\.value)
    #expect(types == ["application/problem+json"])
    #expect(full.json == ["odd": true] && full.headers.map(\.name) == changed.headers.map(\.name))
  }

  @Test func `gives an exception a table of headers in place of its own`() async throws {
    let reply = try await answer(
      """
      local reply = service.error('SlowDownException')
      reply.headers = { ['Retry-After'] = '3' }
      return reply
      """)
    #expect(reply.status == 400 && reply[header: "Retry-After"] == "3")
    #expect(reply[header: "x-amzn-ErrorType"]?.hasPrefix("SlowDownException:") == true)
  }

  @Test func `takes a status that was reckoned`() async throws {
    #expect(try await answer("return { status = 1000 / 2 }").status == 500)
    #expect(stage.log.isEmpty)
  }

  @Test func `answers anything else`() async throws {
    let reply = try await answer(
      "return { status = 503, headers = { ['X-A'] = { 'b', 'c' } }, body = '<html>\\0\\255' }")
    #expect(reply.status == 503 && reply.body == Array("<html>".utf8) + [0, 255])
    #expect(reply.headers == [HeaderField("X-A", "b"), HeaderField("X-A", "c")])
  }

  @Test func `waits by the service's time`() async throws {
    let behaviour = try await stage.load(
      """
      local sso, service = require "sso", require "service"
      service.on("CreateToken", function(request, session)
        session:delay(2)
        sso.time.sleep(3600)
        return { body = { waited = sso.time.now() - request.time } }
      end)
      """)
    async let reply = stage.send(behaviour)
    await stage.advance(by: .seconds(2))
    await stage.advance(by: .seconds(3600))
    #expect(try await reply.json["waited"]?.asNumber == 3602)
  }

  @Test func `treats many requests at once`() async throws {
    let behaviour = try await stage.load(
      """
      local service, count = require "service", 0
      service.on("CreateToken", function(request, session)
        session:proceed()
        count = count + 1
        return { body = { request.call } }
      end)
      """)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for call in 1...200 {
        group.addTask {
          try await stage.send(behaviour, call: call).text == "[\(call)]"
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
    #expect(stage.asked == 200)
  }

  @Test(arguments: [
    ("session:fault('N08')", Delivery.reset, 1), ("session:fault('N06')", .never, 0),
    ("session:proceed(); session:fault('N06')", .never, 1),
    ("session:fault('N08', 'before')", .reset, 0),
    ("session:fault('N11') return { body = 'x' }", .short, 0),
  ])
  func `breaks its reply by name`(body: String, delivery: Delivery, asked: Int) async throws {
    let reply = try await answer(body)
    #expect(reply.delivery == delivery && stage.asked == asked && reply.facts.fault != nil)
  }
}

@Suite struct `A handler that is wrong` {
  private let stage = Stage()

  @Test(arguments: [
    ("local x = nil; x.y = 1", "CreateToken: behaviour.lua:3: attempt to index a nil value"),
    ("return 7", "behaviour.lua:2: a handler returns a reply (a table) or nil, got integer"),
    ("return { stauts = 200 }", "a reply has no member \"stauts\" (did you mean \"status\"?)"),
    ("return { status = 99 }", "a whole number from 200 to 599"),
    ("return { status = '200' }", "a whole number from 200 to 599"),
    ("return { status = 200.5 }", "a whole number from 200 to 599"),
    ("local r = service.error('SlowDownException') r.status = 204 return r", "204 has no body"),
    ("local t = {} t.t = t return { body = t }", "lua:2: table contains itself at body.t"),
    ("return { body = print }", "a string or a table"),
    ("return { status = 204, body = 'x' }", "a reply of status 204 has no body"),
    ("return { status = 205, body = {} }", "a reply of status 205 has no body"),
    ("local r = session:proceed() r.status = 304 return r", "a reply of status 304 has no body"),
    ("return { body = { x = 0/0 } }", "JSON cannot hold"),
    ("return { headers = { ['a b'] = 'c' } }", "no name that HTTP knows"),
    ("return { headers = { a = 'b\\r\\nc' } }", "the header a of a reply"),
    ("return { headers = { a = 0.5 } }", "is a whole number, or a string without line breaks"),
    ("return { error = 'Slow' }", "CreateToken has no error \"Slow\""),
    ("return { qux = 1, baz = 2, foo = 3, bar = 4 }", "a reply has no member \"bar\""),
    ("return { headers = { d = {}, c = true, b = true, a = true } }", "the header a of a reply"),
    ("return service.error('SlowDownExcption')", "did you mean \"SlowDownException\"?"),
    ("session.proceed()", "session:proceed"), ("session:delay('x')", "expected number, got string"),
    ("session:delay(-1)", "seconds must be from 0"),
    ("session:fault('N99')", "unknown fault \"N99\""),
    ("session:fault('H14', 'before')", "its phase is after"),
    ("session:fault('H16')", "H16 is a fault of StartDeviceAuthorization, not of CreateToken"),
    ("require('sso').http.get('http://a/')", "is not permitted"),
  ])
  func `answers 500 and says where`(body: String, message: String) async throws {
    let behaviour = try await stage.load(
      """
      local service = require "service"
      service.on("CreateToken", function(request, session)
      \(body)
      end)
      """)

    let reply = try await stage.send(behaviour)

    #expect(reply.status == 500 && reply.json["error"] == "server_error")
    #expect(stage.log.hasPrefix("CreateToken: behaviour.lua:"))
    #expect(stage.log.contains(message), "\(stage.log)")
  }

  @Test func `AWS-09 answers 500 at the portal as the portal does`() async throws {
    let behaviour = try await stage.load(
      """
      require("service").on("ListAccounts", function() error("no luck") end)
      """)

    let reply = try await stage.send(behaviour, "/assignment/accounts")

    #expect(reply.status == 500 && reply.facts.operation == .listAccounts)
    #expect(reply.json["message"] == "Something went wrong, try again")
    #expect(reply[header: "x-amzn-ErrorType"] == nil)
  }

  @Test func `S39 shows no secret in the log, from request or reply`() async throws {
    let behaviour = try await stage.load(
      """
      local sso, service = require "sso", require "service"
      service.on("CreateToken", function(request, session)
        local reply = session:proceed()
        print(request.members.refreshToken)
        sso.log.warning("%s", reply.body.accessToken)
        error("with " .. reply.body.accessToken)
      end)
      """)
    _ = try await stage.send(behaviour)
    #expect(!stage.log.contains("secret-token") && stage.log.contains("with <secret>"))
  }

  @Test func `is stopped when it never ends, and the service lives on`() async throws {
    let behaviour = try await stage.load(
      """
      local service = require "service"
      service.on("CreateToken", function() while true do end end)
      """, patience: .milliseconds(100))
    let reply = try await stage.send(behaviour)
    let next = try await stage.send(behaviour)
    #expect(reply.status == 500 && next.status == 500)
    #expect(stage.log.contains("the script was stopped (time)"), "\(stage.log)")
    #expect(try await stage.send(behaviour, "/client/register", [:]) == Stage.token)
  }

  @Test(arguments: ["while true do end", "session:delay(100)", "sso.time.sleep(100)"])
  func `is stopped when its behaviour ends, and the rules answer`(body: String) async throws {
    let behaviour = try await stage.load(
      """
      local service, sso = require "service", require "sso"
      service.on("CreateToken", function(_, session)
        sso.log.warning("begun")
        \(body)
      end)
      """)
    async let reply = stage.send(behaviour)
    await stage.until { stage.log.contains("begun") }

    behaviour.end()

    #expect(try await reply == Stage.token)
    #expect(!stage.log.contains("CreateToken:"), "\(stage.log)")
  }

  @Test(arguments: ["while true do end", "sso.time.sleep(100)"])
  func `is not waited for while it is loaded by one who gives up`(body: String) async throws {
    let loading = Task { [stage] in
      try await stage.load("local sso = require 'sso' sso.log.warning('begun') \(body)")
    }
    await stage.until { stage.log.contains("begun") }

    loading.cancel()

    await #expect(throws: BehaviourError.self) { try await loading.value }
  }

  @Test func `is stopped when it takes too much memory`() async throws {
    let behaviour = try await stage.load(
      """
      local service = require "service"
      service.on("CreateToken", function() local t = {} while true do t[#t + 1] = {} end end)
      """)
    #expect(try await stage.send(behaviour).status == 500)
    #expect(stage.log.contains("the script was stopped (memory)"), "\(stage.log)")
  }

  @Test func `cannot use a session when its request is over`() async throws {
    let behaviour = try await stage.load(
      """
      local service, kept = require "service", nil
      service.on("CreateToken", function(_, session)
        if kept then kept:proceed() end
        kept = session
      end)
      """)
    #expect(try await stage.send(behaviour) == Stage.token)
    #expect(try await stage.send(behaviour).status == 500)
    #expect(stage.log.contains("the request is over"))
  }
}
