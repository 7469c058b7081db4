//  LanguageTests.swift - the words of a scenario file.

import LuaEngine
import SSOScript
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import SSOScenario

@Suite struct `A scenario file` {
  @Test func `names its scenarios with groups, tags and places`() throws {
    let report = Playground().run(
      """
      describe("login #slow", function()
        it("waits #person", function() end)
        describe("inner", function() it("nests", function() end) end)
        property("holds", { seeds = 3 }, function(world) end)
      end)
      it("stands alone", function() end)
      """)

    #expect(
      report.scenarios.map(\.name) == [
        "login #slow › waits #person", "login #slow › inner › nests", "login #slow › holds",
        "stands alone",
      ])
    #expect(report.scenarios[0].tags == ["slow", "person"])
    #expect(report.scenarios.map(\.line) == [2, 3, 4, 6])
    #expect(report.scenarios.allSatisfy { $0.file == "a_spec.lua" && $0.outcome == .passed })
    #expect(report.scenarios[2].seeds == 3)
  }

  @Test func `is listed without being run`() {
    var playground = Playground()
    playground.files["a_spec.lua"] = "it('fails', function() assert.is_true(false) end)"
    let list = ScenarioFile("a_spec.lua", playground.sources).list()
    #expect(list.scenarios.map(\.outcome) == [.passed] && list.scenarios[0].events.isEmpty)
  }

  @Test func `runs hooks from the outside in, and back`() throws {
    let report = Playground().run(
      """
      before_each(function() io.write "a" end)
      after_each(function() io.write "z" end)
      describe("inner", function()
        before_each(function() io.write "b" end)
        after_each(function() io.write "y" end)
        it("fails", function() io.write "!" assert.is_true(false) end)
      end)
      """)
    #expect(report.scenarios.first?.output == "ab!yz")
    #expect(report.scenarios.first?.outcome == .failed)
  }

  @Test func `that does not load says where`() {
    let syntax = Playground().run("describe(")
    #expect(syntax.loadFailure?.contains("a_spec.lua:1:") == true)
    let failing = Playground().run("\ndescribe('x', function() error('no luck') end)")
    #expect(failing.loadFailure?.contains("a_spec.lua:2: no luck") == true)
    #expect(failing.scenarios.isEmpty)
  }

  @Test func `that gives assert nothing is told so with name and line`() throws {
    let report = try Playground().scenario("\nassert()")
    #expect(report.outcome == .failed)
    #expect(report.failure?.position == "a_spec.lua:2")
    let words = "bad argument #1 to 'assert' (value expected)"
    #expect(report.failure?.message.hasSuffix(words) == true)
    let caught = try Playground().scenario("print(select(2, pcall(function() assert() end)))")
    #expect(caught.output == "a_spec.lua:1: \(words)\n")
    try Playground().pass("assert.same({ 1, 2 }, { assert(1, 2) })")
  }

  @Test func `has modules beside it, and nothing else of the machine`() throws {
    var playground = Playground()
    playground.files["helper.lua"] = "return { answer = 42 }"
    let report = playground.run(
      """
      local helper = require "helper"
      it("requires", function() assert.equal(42, helper.answer) end)
      it("opens", function() assert(io.open "/etc/passwd") end)
      it("fetches", function() require "sso".http.get "https://example.com/" end)
      """)
    #expect(report.scenarios.map(\.outcome) == [.passed, .failed, .error])
    #expect(report.scenarios[1].failure?.message.contains("a scenario has no files") == true)
    #expect(report.scenarios[2].failure?.message.contains("a scenario has no network") == true)
  }

  @Test func `world:number takes any two numbers`() throws {
    let report = Playground().run(
      """
      property("far", { seeds = 1 }, function(world) world:number(math.mininteger, math.maxinteger) end)
      property("high", { seeds = 1 }, function(world)
        assert.equal(math.maxinteger, world:number(math.maxinteger, math.maxinteger))
      end)
      """)
    #expect(report.scenarios.map(\.outcome) == [.error, .passed])
    #expect(report.scenarios[0].failure?.message.contains("world:number") == true)
  }

  @Test func `that does not end on its own is stopped, listed or run`() throws {
    var options = ScenarioRunOptions()
    options.timeout = .milliseconds(100)
    var playground = Playground()
    for text in ["while true do end", "while true do require 'sso'.time.sleep(1) end"] {
      playground.files["a_spec.lua"] = text
      let file = ScenarioFile("a_spec.lua", playground.sources)
      for report in [file.list(options), file.run(options)] {
        #expect(report.loadFailure?.contains("stopped") == true)
        #expect(report.loadFailure?.contains("--timeout") == true)
      }
    }
  }

  @Test(arguments: [
    ("", "while true do end"),
    ("while true do end", "it('x', function() assert.exit(sim.run('flow.lua'), 0) end)"),
    ("", "it('x', function() sim.run('flow.lua') while true do end end)"),
    ("", "property('x', { seeds = 9 }, function() sim.run('flow.lua') while true do end end)"),
  ])
  func `that is given up has no verdict`(flow: String, text: String) {
    let isWanted = Atomic(true)
    var sources = Playground(flow: flow).sources
    let last = text.contains("flow") ? "/project/flow.lua" : "/project/a_spec.lua"
    let read = sources.read
    sources.read = { path throws(DoorError) in
      if path == last { isWanted.store(false, ordering: .relaxed) }
      return path == "/project/a_spec.lua" ? Array(text.utf8) : try read(path)
    }
    var options = ScenarioRunOptions()
    options.timeout = .seconds(120)
    options.isCancelled = { !isWanted.load(ordering: .relaxed) }
    let report = ScenarioFile("a_spec.lua", sources).run(options)
    #expect(report.loadFailure == nil && report.scenarios.isEmpty)
  }

  @Test(arguments: ["", "it('other', function() end)\nit('is well', function() end)", "it("])
  func `that changes while it runs says so`(edited: String) throws {
    let reads = Mutex(0)
    let sources = ScenarioSources(
      read: { _ throws(DoorError) in
        let count = reads.withLock { count in
          count += 1
          return count
        }
        let first = "it('spins', function() while true do end end)\nit('is well', function() end)"
        return Array((count == 1 ? first : edited).utf8)
      }, canonical: { "/" + $0 })
    var options = ScenarioRunOptions()
    options.timeout = .seconds(2)
    let report = ScenarioFile("a_spec.lua", sources).run(options)
    #expect(report.scenarios.first?.outcome == .error)
    if edited.contains("other") {
      #expect(report.scenarios.map(\.outcome) == [.error, .passed])
    } else {
      #expect(report.loadFailure != nil)
    }
  }

  /// Lives as long as somebody can read a file.
  private final class Text: Sendable {
    let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }
  }

  /// Lists a file and runs it; what it gives lives as long as anything of that does.
  private func use(_ text: String) -> Weak {
    let text = Text(text)
    let sources = ScenarioSources(
      read: { _ throws(DoorError) in text.bytes }, canonical: { "/" + $0 })
    var options = ScenarioRunOptions()
    options.timeout = .milliseconds(200)
    let file = ScenarioFile("a_spec.lua", sources)
    _ = (file.list(options), file.run(options))
    return Weak(text)
  }

  private struct Weak {
    weak var text: Text?

    init(_ text: Text) { self.text = text }
  }

  @Test(
    .timeLimit(.minutes(5)),
    arguments: [
      "it('passes', function() end)", "while true do end",
      "it('spins', function() while true do end end) it('passes', function() end)",
      "it('runs', function() sim.run 'a_spec.lua' end)",
      "it('starts', function() sim.start('a_spec.lua', { delay = '1h' }) end)",
      "it('starts', function() sim.start('a_spec.lua', { delay = '1h' }) sim.run 'a_spec.lua' end)",
      "it('starts', function() sim.start 'a_spec.lua' end)",
    ])
  func `is let go of, listed or run, also when it was stopped`(text: String) async throws {
    let used = use(text)
    try await eventually { used.text == nil }
  }

  @Test func `goes on after a scenario that never ends`() throws {
    var options = ScenarioRunOptions()
    options.timeout = .seconds(1)
    let report = Playground(flow: "while true do end").run(
      """
      it("spins", function() while true do end end)
      it("runs what spins", function() assert.exit(sim.run("flow.lua"), 7) end)
      it("is well", function() end)
      """, options)
    #expect(report.scenarios.map(\.outcome) == [.error, .error, .passed])
    #expect(report.scenarios[0].failure?.message.contains("--timeout") == true)
  }
}

@Suite struct `An assertion` {
  @Test func `leaves the standard function as it was`() throws {
    try Playground().pass(
      """
      local t = {}
      local a, b, c = assert(1, t, "x")
      assert.is_true(a == 1 and rawequal(b, t) and c == "x")
      local ok, problem = pcall(assert, false, t)
      assert.is_true(not ok and rawequal(problem, t))
      assert.same("assertion failed!", select(2, pcall(assert, nil)))
      """)
  }

  @Test func `names the line and the difference`() throws {
    let report = try Playground().scenario(
      "\n  assert.same({ a = { 1, 2, { b = 1 } } }, { a = { 1, 2, { b = 2 } } })")
    #expect(report.outcome == .failed)
    #expect(report.failure?.position == "a_spec.lua:2")
    #expect(
      report.failure?.message == """
        expected: { a = { 1, 2, { b = 1 } } }
             got: { a = { 1, 2, { b = 2 } } }
              at .a[3].b: expected 1, got 2
        """)
  }

  @Test(arguments: [
    (
      "assert.equal(('x'):rep(500) .. 'a', ('x'):rep(500) .. 'b')",
      """
      expected: "…\(String(repeating: "x", count: 40))a"
           got: "…\(String(repeating: "x", count: 40))b"
      they differ from character 501 on
      """
    ),
    (
      "assert.same({ k = ('x'):rep(500) }, { k = ('x'):rep(500) .. '\\255' })",
      """
            at .k: expected "…\(String(repeating: "x", count: 40))", got \
      "…\(String(repeating: "x", count: 40))\u{FFFD}" (they differ from character 501 on)
      """
    ),
  ])
  func `shows where long texts differ`(text: String, words: String) throws {
    #expect(try Playground().scenario(text).failure?.message == words)
  }

  @Test(arguments: [
    #"assert.equal("\u{e9}", "e\u{301}")"#,
    #"assert.same({ ["\u{e9}"] = 1 }, { ["e\u{301}"] = 1 })"#,
    #"assert.equal(("a"):rep(500) .. "\xff", ("a"):rep(500) .. "\xfe")"#,
  ])
  func `tells texts apart by their bytes`(text: String) throws {
    let report = try Playground().scenario(text)
    #expect(report.outcome == .failed)
    if text.contains("rep") {
      #expect(report.failure?.message.contains("they differ from byte 501 on") == true)
    }
  }

  @Test func `shows bytes that are no text`() throws {
    let report = try Playground().scenario(#"assert.same("\xffx", { "\xfe" })"#)
    #expect(
      report.failure?.message.hasPrefix(#"expected: "\xffx"\#n     got: { "\xfe" }"#) == true,
      "\(report.failure?.message ?? "")")
  }

  @Test func `of a run has the bytes that it wrote`() throws {
    try Playground(flow: #"io.write("\xffx") io.stderr:write("\xfe")"#).pass(
      #"""
      local run = sim.run "flow.lua"
      assert.same("\xffx", run.stdout)
      assert.same("\xfe", run.stderr)
      assert.same("\xffx\xfe", run.output)
      assert.contains(run.stdout, "\xff")
      assert.no_secret_in(run.output)
      """#)
  }

  @Test func `takes a nil for a value that was given`() throws {
    try Playground().pass("assert.same(nil, nil) assert.is_nil(nil) assert.not_equal(1, nil)")
  }

  @Test func `finds members by their bytes`() throws {
    let report = try Playground().scenario(
      #"assert.same({ ["\u{e9}"] = 1, ["e\u{301}"] = 2 }, { ["e\u{301}"] = 2, ["\u{e9}"] = 1 })"#)
    #expect(report.outcome == .passed)
  }

  @Test func `shows no end of a secret whose beginning is not shown`() throws {
    let text = String(repeating: "line, ", count: 70) + "correct-horse-battery-staple-4711 v"
    let difference = Difference {
      $0.replacing("correct-horse-battery-staple-4711", with: "<secret>")
    }
    let words = difference.between(expected: .string(text + "1"), got: .string(text + "2"))
    #expect(words?.contains("<secret> v1") == true, "\(words ?? "nil")")
    #expect(words?.contains("staple") == false, "\(words ?? "nil")")
  }

  @Test func `compares large tables in the time that it takes to read them`() throws {
    var options = ScenarioRunOptions.patient
    options.timeout = .seconds(40)
    let report = try Playground().scenario(
      """
      local a, b, list = {}, {}, {}
      for i = 1, 40000 do a["key" .. i], b["key" .. i], list[i] = i, i, i end
      assert.same(a, b)
      b.key7 = nil
      assert.not_same(a, b)
      list[20000] = nil
      assert.same(list, { table.unpack(list, 1, 19999) })
      """, options)
    #expect(report.outcome == .failed)
    #expect(report.failure?.position == "a_spec.lua:7", "\(report.failure?.message ?? "")")
  }

  @Test(arguments: [
    "assert.same('a\\nb\\nc', 'a\\nB\\nc')",
    "assert.file(sim.home { files = { x = 'a\\nB\\nc' } }, 'x', { text = 'a\\nb\\nc' })",
  ])
  func `shows of texts with several lines those that differ`(text: String) throws {
    let message = try #require(try Playground().scenario(text).failure?.message)
    #expect(
      message.hasSuffix("expected (-), got (+):\n    | a\n  - | b\n  + | B\n    | c"), "\(message)")
  }

  @Test(arguments: [
    ("'a\\r\\nb', 'a\\nb'", "  - | a\r\n  + | a\n    | b"),
    ("'a\\r\\nb\\r\\n', 'a\\r\\nc\\r\\n'", "    | a\r\n  - | b\r\n  + | c\r\n    | "),
    ("'e\u{301}\\n', '\u{E9}\\n'", "they differ from byte 1 on"),
  ])
  func `shows a CR at the end of a line, and bytes that look alike`(pair: String, words: String)
    throws
  {
    let message = try #require(try Playground().scenario("assert.same(\(pair))").failure?.message)
    #expect(message.containsBytes(words), "\(message)")
  }

  @Test(
    arguments: [
      "assert.equal(1, 2)", "assert.not_same({ 1 }, { 1.0 })", "assert.is_true(1)",
      "assert.is_false(nil)", "assert.is_nil(false)", "assert.is_not_nil(nil)",
      "assert.truthy(false)", "assert.falsy(0)", "assert.contains('abc', 'd')",
      "assert.has_error(function() end)", "assert.has_error(function() error 'a' end, 'b')",
      "assert.has_no_error(function() error 'a' end)", "assert.is_string(1)",
      "assert.is_number '1'", "assert.is_boolean(nil)", "assert.is_table 'x'",
      "assert.is_function {}", "assert.are.same(1, 2)", "assert.are_not.equal(1, 1)",
      "assert.is.truthy(nil)", "assert.is_not.truthy(1)", "assert.has_no.errors(error)",
      "assert.exit(sim.run 'flow.lua', 1)", "assert.elapsed(sim.run 'flow.lua', '1s')",
      "assert.last_error(sim.run 'flow.lua', 'slow_down')",
      "assert.browser_opened(sim.run 'flow.lua', 1)", "assert.file(sim.home {}, 'x')",
      "assert.no_file(sim.home { files = { x = '' } }, 'x')",
      "assert.file(sim.home { files = { x = '' } }, 'x', { mode = '0644' })",
      "assert.file(sim.home { files = { x = '{' } }, 'x', { valid_json = true })",
      "assert.file(sim.home { files = { x = '{}' } }, 'x', { valid_json = false })",
      "assert.contains('e\u{301}x', '\u{E9}x')",
      "assert.has_error(function() error 'e\u{301}x' end, '\u{E9}x')",
      "assert.not_same(print, print)", "local f = {} f.f = print assert.not_same(f, f)",
      "assert.equal(print, error)",
      "local t = coroutine.create(print) assert.not_same({ t }, { t })",
      "assert.final(sim.home { files = { ['a.json'] = '{' } }, "
        + "'cache is absent or whole and 0600')",
      "assert(false)",
    ])
  func `fails when it does not hold`(text: String) throws {
    #expect(try Playground().scenario(text).outcome == .failed)
  }

  @Test func `tells a file with bytes that are no text from the text that shows them`() throws {
    let flow = "local file = io.open('x', 'w') file:write '\\xff\\xfe' file:close()"
    let report = try Playground(flow: flow).scenario(
      """
      local home = sim.home {}
      sim.run("flow.lua", { home = home })
      assert.file(home, "x", { text = "\u{FFFD}\u{FFFD}" })
      """)
    #expect(report.failure?.message.hasSuffix(#"got: "\xff\xfe""#) == true)
  }

  @Test func `holds when it does`() throws {
    try Playground(flow: "print 'hi'").pass(
      """
      assert.not_same(math.maxinteger, math.maxinteger + 0.0)
      assert.not_same((1 << 53) + 1, 2.0 ^ 53) assert.same(1 << 53, 2.0 ^ 53)
      assert.not_same({ 0 / 0 }, { 0 / 0 }) assert.not_same(1, 0 / 0)
      assert.equal(1, 1.0) assert.same({ 1, x = {} }, { 1, x = {} }) assert.not_same(1, "1")
      assert.is_true(true) assert.is_false(false) assert.is_nil(nil) assert.is_not_nil(false)
      assert.truthy(0) assert.falsy(nil) assert.contains("abc", "b")
      assert.contains("a\\r\\nb", "\\nb") assert.contains("e\u{301}", "e")
      local function mine() end
      assert.equal(print, print) assert.same({ mine, x = { print } }, { mine, x = { print } })
      assert.not_same(mine, print) assert.not_same(function() end, function() end)
      local thread = coroutine.create(mine)
      assert.same({ thread }, { thread }) assert.not_same(thread, coroutine.create(mine))
      assert.has_error(function() error "boo" end, "boo")
      assert.has_no_error(function() sim.run "flow.lua" end) assert.has.errors(error)
      assert.is_string "" assert.is_string "\\xff" assert.is_number(1) assert.is_number(1.5)
      assert.is_boolean(false) assert.is_table {} assert.is_function(print)
      assert.are.same({ 1 }, { 1 }) assert.are_not.equals(1, 2) assert.is.falsy(nil)
      assert.are.truthy(1) assert.has_no.errors(function() end) assert.has.same({}, {})
      assert.equals(1, 1) assert.is_truthy(1)
      local run = sim.run("flow.lua")
      assert.exit(run, 0) assert.elapsed(run, 0) assert.browser_opened(run, 0)
      assert.same("hi\\n", run.stdout)
      local home = sim.home { files = { ["a/b.json"] = "{}" } }
      assert.file(home, "a/b.json", { mode = "0600", valid_json = true, text = "{}" })
      assert.file(home, "a/b.json", { mode = "600" }) assert.folder(home, "a", { mode = "700" })
      assert.file(sim.home { files = { x = "{" } }, "x", { valid_json = false })
      assert.no_file(home, "c")
      assert.final(home, "cache is absent or whole and 0600")
      """)
  }

  @Test(arguments: [
    ("sim.service { interval = 3 }", "unknown option \"interval\""),
    ("sim.service { device = { intervall = 3 } }", "did you mean \"interval\"?"),
    ("sim.service { device = { user_code = 'AAAA' } }", "eight letters"),
    ("sim.service { start = 'yesterday' }", "2026-01-01T00:00:00Z"),
    ("sim.service { directory = {} }", "directory: accounts is a list"),
    ("sim.service { directory = { accounts = {} } }", "directory: people is a list"),
    ("sim.service { directory = { accounts = {}, people = {} } }", "people is empty"),
    (
      "sim.service { directory = { accounts = { { id = 1, name = 'A' } }, people = {} } }",
      "accounts[1]: id: expected string, got integer"
    ),
    (
      "sim.service { directory = { accounts = { { id = '1', name = 'A' } }, people = {} } }",
      "accounts[1]: id: twelve digits"
    ),
    (
      "sim.service { directory = { accounts = {}, people = { { roles = {} } } } }",
      "people[1]: name is missing"
    ),
    (
      "sim.service { directory = { accounts = {}, people = { { name = 'a' }, { name = 'a' } } } }",
      "directory: people has the same name twice"
    ),
    (
      "sim.service { directory = { accounts = { { id = '111122223333', name = 'A' } }, "
        + "people = { { name = 'a', roles = { ['111122223334'] = { 'R' } } } } } }",
      "people[1]: roles: unknown option \"111122223334\""
    ),
    (
      "sim.service { directory = { accounts = { { id = '111122223333', name = 'A' } }, "
        + "people = { { name = 'a', roles = { ['111122223333'] = { 'R', '' } } } } } }",
      "people[1]: roles: 111122223333 is empty, too long, or has control characters"
    ),
    (
      "sim.service { directory = { accounts = {}, people = { { name = 'a\\27' } } } }",
      "people[1]: name is empty, too long, or has control characters"
    ),
    (
      "sim.service { directory = { accounts = {}, people = { { name = 'a', email = '' } } } }",
      "people[1]: email is empty, too long, or has control characters"
    ),
    ("assert.file(sim.home { files = { x = '' } }, 'x', { mode = '999' })", "octal digits"),
    ("sim.service {}:fault('CreateToken', { kind = 'rest' })", "did you mean \"reset\"?"),
    ("sim.service {}:fault('CreateTokn', 'N08')", "unknown operation"),
    (
      "sim.service {}:fault('*', fault('N03', { from = '5s', ['until'] = '1s' }))",
      "until comes after from"
    ),
    ("sim.service {}:fault('*', { id = 'N03', ['until'] = 0 })", "until comes after from"),
    ("sim.service {}:fault('CreateToken', { answer = 'slow' })", "slow_down"),
    ("fault('N99')", "unknown fault"),
    ("sim.home {}:fault('melted')", "no machine has the fault"),
    ("sim.service {}:fault('CreateToken', 'F08')", "plan it with home:fault"),
    ("sim.service {}:fault('*', fault('no_ports'))", "plan it with home:fault"),
    ("sim.home {}:fault('N08')", "plan it with service:fault"),
    ("fault('S01')", "is of services"),
    (
      "sim.service {}:fault('*', { answer = 'slow_down', kind = 'reset' })",
      "say answer or kind, not both"
    ),
    ("sim.home {}:fault { id = 'F08', kind = 'io' }", "say id or kind, not both"),
    ("sim.run('flow.lua', { crash_at = 0 })", "expected a whole number from 1 to 10^9, got 0"),
    ("sim.run('flow.lua', { signal = 'INT', signal_at = -3 })", "from 1 to 10^9, got -3"),
    ("sim.home { env = { TZ = 'Europe/Berlin' } }", "sim.home: env: TZ is \"Europe/Berlin\""),
    ("sim.run('flow.lua', { env = { TZ = 'CET-1' } })", "simulated machine show UTC only"),
    ("sim.home { env = { ['A=B'] = 'x' } }", "env: \"A=B\" is no name of a variable"),
    ("sim.run('flow.lua', { env = { [''] = 'x' } })", "env: \"\" is no name of a variable"),
    ("sim.home { env = { A = 'x\\0y' } }", "sim.home: env: A has a NUL in its value"),
    ("assert.same()", "assert.same: argument 1 (expected) is missing"),
    ("assert.equals(nil)", "assert.equals: argument 2 (value) is missing"),
    ("assert.not_same(1)", "assert.not_same: argument 2 (value) is missing"),
    ("assert.are_not.equal(1)", "equal: argument 2 (value) is missing"),
    ("assert.is_nil()", "assert.is_nil: argument 1 (value) is missing"),
    ("assert.falsy((function() end)())", "assert.falsy: argument 1 (value) is missing"),
    ("sim.run('flow.lua', { crash_at = 'x' })", "from 1 to 10^9, got string"),
    ("sim.run('flow.lua', { env = { d = {}, c = 2.5, b = true, a = 1 } })", "strings, got integer"),
    ("sim.run('flow.lua', { programs = { d = {}, c = 2.5, b = true, a = 1 } })", "got integer"),
    ("assert.sme(1, 1)", "(field 'sme') (did you mean \"same\"?)"),
    ("sim.service {}:person():aproves()", "(method 'aproves') (did you mean \"approves\"?)"),
    ("sim.rum('flow.lua')", "(did you mean \"run\"?)"),
    ("properti('x', function() end)", "(did you mean \"property\"?)"),
    ("local t = {} while true do t[#t + 1] = ('x'):rep(1e6) .. #t end", "64 MiB of memory"),
    ("sim.service {}:person():opens():closes():approves()", "the page is closed"),
    ("sim.service {}:person('Jane')", "nobody is called \"Jane\": one of alice, bob"),
    ("sim.run('missing.lua')", "there is no flow missing.lua"),
    ("sim.service {}:person():at('soon')", "no duration"),
    ("sim.service {}.clock:advance('-1h')", "time does not go back"),
    ("assert.always(sim.run 'flow.lua', 'all is well')", "unknown promise"),
    ("assert.exit(1, 0)", "expected run"),
    ("it('inside', function() end)", "it: a scenario cannot declare others: call it beside"),
    ("before_each(function() end)", "before_each: within a scenario it comes too late"),
    ("sim.service {}:chaos({ 'network' })", "service:chaos: first comes the world"),
    ("sim.service {}:chaos(nil, { 'network' })", "service:chaos: first comes the world"),
    ("sim.service {}:fault('CreateToken')", "say id (N08), kind (reset) or answer"),
    ("sim.service {}:person():at()", "person:at: expected a duration such as \"42s\", got nil"),
    ("sim.service {}.clock:advance()", "clock:advance: expected a duration such as \"42s\""),
    ("assert.elapsed(sim.run 'flow.lua')", "assert.elapsed: expected a duration such as \"42s\""),
    ("setup(function() end)", "(global 'setup') (did you mean \"before_each\"?)"),
    ("sim.service {}.clock:advance(math.mininteger)", "a duration is below"),
    ("sim.service {}.clock:advance(1 << 39)", "a duration is below"),
    ("sim.service {}.clock:jump(0 / 0)", "a duration is below"),
  ])
  func `that is misused says what to write`(text: String, words: String) throws {
    let report = try Playground().scenario(text)
    #expect(report.outcome == .error)
    #expect(report.failure?.message.contains(words) == true, "\(report.failure?.message ?? "")")
  }
}

@Suite struct `A property that is written` {
  @Test(arguments: [
    ("sim.service {}:chaos(world)", "service:chaos: behind world, say what may break"),
    ("sim.service {}:chaos(world, {})", "some of { network, http, clock, disk, crash }"),
    ("world:number(5, 1)", "the lower number comes first: world:number(1, 5)"),
    ("world:pick {}", "world:pick: there is nothing to choose from"),
    ("world:pick { a = 1 }", "items go without names"),
    ("property('inner', function() end)", "property: a scenario cannot declare others"),
  ])
  func `asks chance in a wrong way, and is told what to write`(text: String, words: String) throws {
    let report = Playground().run("property('x', { seeds = 1 }, function(world) \(text) end)")
    let failure = try #require(report.scenarios.first?.failure)
    #expect(failure.message.contains(words), "\(failure.message)")
  }

  @Test(arguments: [
    ("property('x')", "the function is missing"),
    ("property('x', { seeds = 2 })", "the function is missing"),
    ("property('x', function() end, { seeds = 2 })", "something follows the function"),
  ])
  func `in a wrong way is told how it is written`(text: String, words: String) {
    let failure = Playground().run(text).loadFailure ?? ""
    #expect(failure.contains(words), "\(failure)")
    #expect(failure.contains("property(name, { seeds = 100 }, function(world) … end)"))
  }
}

@Suite struct `A duration` {
  @Test(arguments: [
    ("42s", Duration.seconds(42)), ("1h30m", .seconds(5400)), ("250ms", .milliseconds(250)),
    ("-2h", .seconds(-7200)), ("90d", .seconds(7_776_000)), ("1.5s", .milliseconds(1500)),
    ("1.001s", .milliseconds(1001)), ("0.0000001ms", .nanoseconds(1)), ("0s", .zero),
    ("-0.0000001ms", .nanoseconds(-1)),
  ])
  func `is read with its units`(text: String, duration: Duration) {
    #expect(ScenarioDuration.parse(text) == duration)
  }

  @Test func `of less than a millisecond lets time pass, too`() throws {
    try Playground().pass(
      """
      local clock = sim.service {}.clock
      local start = clock:now()
      clock:advance(0.0005)
      assert.equal(0.0005, math.floor((clock:now() - start) * 1e5 + 0.5) / 1e5)
      """)
  }

  @Test(arguments: [
    (Duration.milliseconds(122), "0.122s"), (.seconds(45), "45s"), (.milliseconds(5301), "5.301s"),
  ])
  func `is written in no more digits than it has`(duration: Duration, text: String) {
    #expect(ScenarioDuration.text(duration) == text)
  }

  @Test(arguments: ["", "5", "s", "1x", "1h 2m", "--1s", "1e9s", "200000d", "100000d100000d"])
  func `without a unit, or with another, is none`(text: String) {
    #expect(ScenarioDuration.parse(text) == nil)
  }
}
