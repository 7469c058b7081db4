import LuaEngine
import Testing

@Suite struct `A host call suspends` {
  /// Each script calls wait() from a place where a Lua coroutine can be, and returns its answer.
  @Test(arguments: [
    "return wait()",
    "return select(2, pcall(wait))",
    "return select(2, xpcall(wait, function(e) return e end))",
    "return (coroutine.wrap(function() return wait() end)())",
    "local co = coroutine.create(wait) return select(2, coroutine.resume(co))",
    "return coroutine.wrap(function() return coroutine.wrap(function() return wait() end)() end)()",
    "for v in function(_, last) if not last then return wait() end end do return v end",
    "for v in coroutine.wrap(function() coroutine.yield(wait()) end) do return v end",
    "local r do local x <close> = setmetatable({}, { __close = function() r = wait() end }) end return r",
    "return setmetatable({}, { __index = function() return wait() end }).x",
    "return (setmetatable({}, { __add = function() return wait() end }) + 1)",
    "local t = setmetatable({}, { __call = function() return wait() end }) return t()",
    "return select(2, pcall(pcall, function() return wait() end)) and wait()",
    "return coroutine.wrap(function() local ok, v = pcall(wait) coroutine.yield() return v end)() or wait()",
    "return load('return wait()')()",
  ])
  func `from everywhere a coroutine can be`(script: String) throws {
    #expect(try Bench().values(script, answering: [42]) == [42])
  }

  @Test func `in the body of a required module`() throws {
    let bench = try Bench()
    #expect(
      try bench.values("return require('helper').answer, require('helper').answer") == [42, 42])
    #expect(bench.said == ["helper", "@helper.lua"])
  }

  @Test(arguments: [
    "table.sort({ 2, 1, 3 }, function(a, b) wait() return a < b end)",
    "string.gsub('x', 'x', function() wait() end)",
    "assert(load(function() wait() end))",
    "coroutine.wrap(function() table.sort({ 2, 1 }, function() coroutine.wrap(wait)() end) end)()",
    "local co = coroutine.create(function() local x <close> = setmetatable({}, { __close = wait }) coroutine.yield() end) coroutine.resume(co) assert(coroutine.close(co))",
  ])
  func `but not where Lua cannot yield, and says what to do`(script: String) throws {
    let failure = try #require(try Bench().run(script).failure)
    #expect(failure.message.contains("wait: cannot wait inside a sort comparator"))
  }

  @Test func `an error as the answer is raised at the call and can be caught`() throws {
    let bench = try Bench()
    let (thread, _) = try bench.start("local ok, e = pcall(wait) return ok, e .. '!'")

    let step = bench.machine.resume(thread, raising: LuaRaise("lost"))

    guard case .finished(let values) = step else { throw LuaFailureText("did not finish") }
    #expect(values == [false, "lost!"])
  }

  /// Each script waits with objects that nothing holds but the call.
  @Test(arguments: [
    "make():wait()", "wait(1, { make() })", "pcall(make().wait, make())",
    "xpcall(function() make():wait() end, out)",
    "local x <close> = setmetatable({}, { __close = function() make():wait() end })",
    "coroutine.wrap(function() make():wait() end)()",
    "coroutine.resume(coroutine.create(make().wait), make())",
    "coroutine.wrap(function() coroutine.wrap(pcall)(make().wait, make()) end)()",
  ])
  func `and what it was called with lives until it is answered`(script: String) throws {
    let bench = try Bench()
    let (thread, _) = try bench.start("do \(script) end \(Bench.garbage)")
    try bench.run(Bench.garbage)
    #expect(bench.machine.nextReleased()?.handle != bench.lastObject)

    #expect(bench.machine.resume(thread, returning: []).failure == nil)

    var released: [Int64] = []
    while let object = bench.machine.nextReleased() { released.append(object.handle) }
    #expect(released.contains(bench.lastObject))
  }

  @Test func `and what it was called with may come back as its answer`() throws {
    let bench = try Bench()
    let script = "local o = make():wait() \(Bench.garbage) return o, o:itself()"
    let (thread, _) = try bench.start(script)
    try bench.run(Bench.garbage)
    let object = LuaValue.object(bench.object(1))

    let step = bench.machine.resume(thread, returning: [object])

    guard case .finished(let values) = step else { throw LuaFailureText("did not finish") }
    #expect(values == [object, object])
    #expect(bench.machine.nextReleased() == nil)
  }

  @Test func `a waiting coroutine cannot be resumed or closed from elsewhere`() throws {
    let bench = try Bench()
    let first = try bench.start("co = coroutine.create(wait) return coroutine.resume(co)").0

    let others = try bench.values(
      "return coroutine.status(co), coroutine.resume(co), pcall(coroutine.close, co)")

    #expect(others[0] == "normal")
    #expect(others[1] == false)
    #expect(others[2] == false)
    #expect(others[3] == "cannot close a normal coroutine")
    guard case .finished(let answer) = bench.machine.resume(first, returning: ["ok"]) else {
      throw LuaFailureText("did not finish")
    }
    #expect(answer == [true, "ok"])
  }

  @Test func `thousands at once, answered in any order`() throws {
    let bench = try Bench()
    let threads = try (0..<10_000).map { _ in try bench.start("return (...) or wait()").0 }
    for (number, thread) in threads.enumerated().reversed() {
      guard
        case .finished([.integer(Int64(number))]) = bench.machine.resume(
          thread, returning: [.integer(Int64(number))])
      else { throw LuaFailureText("thread \(number) got another's answer") }
    }
  }
}

@Suite struct `The coroutine library` {
  /// Scripts with the results that the stock interpreter gives.
  static let stock: [(String, [LuaValue])] = [
    ("return coroutine.isyieldable()", [false]),
    ("return select(2, coroutine.running())", [true]),
    ("return coroutine.wrap(function() return coroutine.isyieldable() end)()", [true]),
    ("return coroutine.wrap(function() return select(2, coroutine.running()) end)()", [false]),
    ("return pcall(coroutine.yield, 1)", [false, "attempt to yield from outside a coroutine"]),
    (
      "local co = coroutine.create(function(...) local a = coroutine.yield(...) return a end) "
        + "local _, x, y = coroutine.resume(co, 1, 2) local _, z = coroutine.resume(co, 3) "
        + "return x, y, z, coroutine.status(co), coroutine.resume(co)",
      [1, 2, 3, "dead", false, "cannot resume dead coroutine"]
    ),
    (
      "local co co = coroutine.create(function() return coroutine.resume(co) end) "
        + "return select(2, coroutine.resume(co))",
      [false, "cannot resume non-suspended coroutine"]
    ),
    (
      "local log = {} local co = coroutine.create(function() local x <close> = setmetatable({}, "
        + "{ __close = function(_, e) log[#log + 1] = tostring(e) end }) coroutine.yield() end) "
        + "coroutine.resume(co) return coroutine.close(co), coroutine.status(co), log[1]",
      [true, "dead", "nil"]
    ),
    (
      "local co = coroutine.create(function() local x <close> = setmetatable({}, { __close = "
        + "function() error('late', 0) end }) coroutine.yield() end) "
        + "coroutine.resume(co) return coroutine.close(co)",
      [false, "late"]
    ),
    (
      "local co = coroutine.wrap(function() error({ code = 7 }) end) "
        + "local ok, e = pcall(co) return ok, e.code",
      [false, 7]
    ),
    (
      "local co = coroutine.wrap(function() error('text') end) return select(2, pcall(co))",
      ["flow.lua:1: text"]
    ),
    (
      "return pcall(coroutine.resume, 1)",
      [false, "bad argument #1 to 'coroutine.resume' (coroutine expected, got number)"]
    ),
  ]

  @Test(arguments: stock)
  func `behaves as in stock Lua`(script: String, expected: [LuaValue]) throws {
    #expect(try Bench().values(script) == expected)
  }

  @Test func `a tower of closing coroutines is refused, not a crash`() throws {
    let script = """
      local co
      for _ = 1, 30000 do
        local inner = co
        co = coroutine.create(function()
          local x <close> = setmetatable({}, { __close = function()
            deepest = (deepest or 0) + 1
            if inner then coroutine.close(inner) end
          end })
          coroutine.yield()
        end)
        coroutine.resume(co)
      end
      return coroutine.close(co), deepest
      """
    #expect(try Bench().values(script) == [true, 100])
  }
}

@Suite struct `A required module` {
  @Test func `that failed can be required again`() throws {
    let values = try Bench().values(
      "fail = true local first = pcall(require, 'helper') fail = false return first, require('helper').answer",
      answering: [42])
    #expect(values == [false, 42])
  }

  @Test func `that requires itself is an error`() throws {
    let failure = try Bench().run("again = true require 'helper'").failure
    #expect(failure?.message.contains("module 'helper' requires itself") == true)
  }
}
