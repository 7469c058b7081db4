//  CoverageTests.swift - which lines hold code, and which of them ran.

import LuaEngine
import Testing

@Suite struct `Lines of a file` {
  /// The lines of `script` with how often they ran.
  private func lines(_ script: String, _ runs: Int = 1) throws -> [Int: Int] {
    let coverage = try LuaCoverage()
    for _ in 0..<runs { try Bench(coverage: coverage).run(script) }
    return try #require(coverage.files["/flow.lua"])
  }

  @Test func `with code are known before they run, in functions inside functions as well`() throws {
    let lines = try lines(
      """
      -- what nothing calls
      local function outer()
        local function inner()
          return 1
        end

        return inner
      end
      local list = {
        1,
      }
      if not list then
        outer()
      else
        list = nil
      end
      """)
    #expect(lines.filter { $0.value == 0 }.keys.sorted() == [4, 5, 7, 13])
    #expect(lines.filter { $0.value > 0 }.keys.sorted() == [8, 9, 11, 12, 15])
    #expect(lines.values.allSatisfy { $0 <= 2 })
  }

  @Test func `count each time they run`() throws {
    let lines = try lines(
      """
      local sum = 0
      for i = 1, 5 do
        sum = sum + i
      end
      """, 3)
    #expect(lines[1] == 3)
    #expect(lines[3] == 15)
  }

  @Test func `do not count the return that nobody wrote`() throws {
    let lines = try lines(
      """
      local function sign(...)
        if ... > 0 then
          return 1
        else
          return -1
        end
      end
      if sign(1) > 0 then
        return 1
      else
        return 2
      end
      """)
    #expect(lines.filter { $0.value == 0 }.keys.sorted() == [5, 11])
    #expect(lines[1] == nil && lines[12] == nil)
  }

  @Test func `far apart are found as well`() throws {
    let gap = String(repeating: "\n", count: 300)
    let body = (0..<400).map { _ in "x = (x or 0) + 1\n" }.joined()
    let lines = try lines("x = 1\(gap)\(body)\(gap)if not x then\n\(gap)x = 2\nend")
    #expect(lines.count == 403)
    #expect(lines.filter { $0.value == 0 }.keys.sorted() == [1 + 300 + 400 + 300 + 301])
  }

  @Test func `run in coroutines, after an error, and in a sort`() throws {
    let lines = try lines(
      """
      local co = coroutine.wrap(function()
        coroutine.yield(1)
        wait()
        error("caught")
      end)
      co()
      pcall(co)
      table.sort({ 2, 1 }, function(a, b)
        return a < b
      end)
      local ok = xpcall(function()
        local x <close> = setmetatable({}, { __close = function()
          out("closed")
        end })
        error("again")
      end, function(message)
        return message
      end)
      out(ok)
      """)
    #expect(lines.filter { $0.value == 0 }.isEmpty, "\(lines)")
  }

  @Test func `of modules are those of another file`() throws {
    let coverage = try LuaCoverage()
    try Bench(coverage: coverage).run("\n\nrequire('helper')\nload('out(1)\\nout(2)', '@x.lua')()")
    #expect(coverage.files.keys.sorted() == ["/flow.lua", "/lib/helper.lua"])
    #expect(coverage.files["/flow.lua"]?.keys.sorted() == [3, 4])
    #expect(coverage.files["/lib/helper.lua"] == [1: 1, 2: 1, 3: 1, 4: 1, 5: 1])
  }

  @Test func `of a file that does not load are not those of the next`() throws {
    let coverage = try LuaCoverage()
    let bench = try Bench(coverage: coverage)
    #expect(throws: LuaFailure.self) { try bench.start("if") }
    _ = try bench.machine.load(Array("out(1)".utf8), name: "=nothing")
    #expect(coverage.files.isEmpty)
  }
}

@Suite struct `Counting lines` {
  private static let endless = """
    local count = 0
    local function step()
      count = count + 1
      out(count)
    end
    while true do
      coroutine.wrap(step)()
      pcall(step)
    end
    """

  private func end(_ coverage: LuaCoverage?) throws -> (LuaStep, [LuaValue]) {
    var limits = LuaLimits()
    limits.instructions = 20_000
    let bench = try Bench(limits: limits, coverage: coverage)
    return (try bench.run(Self.endless), bench.said)
  }

  @Test func `leaves the limit of instructions where it was`() throws {
    let (plain, covered) = (try end(nil), try end(LuaCoverage()))
    #expect(plain.0.stop == .instructions && covered.0.stop == .instructions)
    #expect(plain.1 == covered.1)
    #expect(!plain.1.isEmpty)
  }

  @Test func `leaves the limit of memory where it was`() throws {
    var limits = LuaLimits()
    limits.memory = 1 << 20
    let bench = try Bench(limits: limits, coverage: LuaCoverage())
    let step = try bench.run("local t = {} while true do t[#t + 1] = {} end")
    #expect(step.stop == .memory)
    let frugal = try Bench(limits: limits, coverage: LuaCoverage())
    #expect(try frugal.values("for i = 1, 1e5 do local t = { i, i } end return 1") == [1])
  }

  @Test(arguments: [
    "while true do end", "while true do pcall(function() while true do end end) end",
    "coroutine.wrap(function() while true do end end)()",
  ]) func `lets an interrupt from another thread end a script`(script: String) throws {
    let bench = try Bench(coverage: LuaCoverage())
    let interrupter = bench.machine.interrupter
    let thread = Thread { interrupter.interrupt(.time) }
    #expect(try bench.run(script).stop == .time)
    thread.join()
  }
}
