import LuaEngine
import Synchronization
import Testing

@Suite struct `A stop` {
  static let endless = [
    "while true do end",
    "local function f() return f() end f()",
    "coroutine.wrap(function() while true do end end)()",
    "while true do pcall(function() while true do end end) end",
    "while true do xpcall(function() while true do end end, function() while true do end end) end",
    "while true do pcall(error) end",
    "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
    "local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end",
    "coroutine.wrap(function() local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end end)()",
    "setmetatable({}, { __index = function() while true do end end }).x = nil; local _ = setmetatable({}, { __index = function() while true do end end }).x",
    "table.sort({ 3, 2, 1 }, function() while true do end end)",
    "string.gsub('x', 'x', function() while true do end end)",
    "while true do load(function() return 'a=1 ' end) end",
    "for _ in function() return 1 end do end",
    "goto again ::again:: goto again",
    "local t = setmetatable({}, { __tostring = function() while true do end end }) error(t)",
  ]

  @Test func `instructions are counted however often a script waits`() throws {
    var limits = LuaLimits()
    limits.instructions = 100_000
    let bench = try Bench(limits: limits)
    let (thread, first) = try bench.start("while true do wait() end")
    var step = first
    for _ in 0..<5000 {
      guard case .suspended = step else { break }
      step = bench.machine.resume(thread, returning: [])
    }
    #expect(step.stop == .instructions)
  }

  @Test(arguments: endless)
  func `by instructions cannot be caught`(script: String) throws {
    var limits = LuaLimits()
    limits.instructions = 1_000_000
    #expect(try Bench(limits: limits).run(script).stop == .instructions)
  }

  @Test(arguments: endless)
  func `from another thread breaks into running code`(script: String) throws {
    let bench = try Bench()
    let interrupter = bench.machine.interrupter
    let done = Mutex(false)
    let helper = Thread { while !done.withLock({ $0 }) { interrupter.interrupt(.interrupted) } }
    defer {
      done.withLock { $0 = true }
      helper.join()
    }

    #expect(try bench.run(script).stop == .interrupted)
  }

  @Test(arguments: [
    "local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end",
    "local s = 'x' while true do s = s .. s end",
    "while true do pcall(function() local t = {} for i = 1, math.huge do t[i] = {} end end) end",
    "coroutine.wrap(function() local t = {} while true do t[#t + 1] = {} end end)()",
  ])
  func `by memory cannot be caught`(script: String) throws {
    var limits = LuaLimits()
    limits.memory = 4 << 20
    #expect(try Bench(limits: limits).run(script).stop == .memory)
  }

  @Test(arguments: [
    "local function f() return 1 + f() end f()",
    "local function f() return 1 + f() end pcall(f) out('survived')",
    "local function f() pcall(f) end f() f() out('survived')",
    "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end local _ = t.x",
  ])
  func `by depth ends the script even when the overflow is caught`(script: String) throws {
    let bench = try Bench()
    #expect(try bench.run(script).stop == .depth)
    #expect(bench.said.isEmpty)
  }

  @Test func `runs the close variables of the whole chain`() throws {
    let bench = try Bench()
    let step = try bench.run(
      """
      local function guard(name)
        return setmetatable({}, { __close = function() out(name) end })
      end
      local a <close> = guard("main")
      coroutine.wrap(function()
        local b <close> = guard("inner")
        pcall(function()
          local c <close> = guard("pcall")
          exit()
        end)
      end)()
      """)
    #expect(step.stop == .exit)
    #expect(bench.said == ["pcall", "inner", "main"])
  }

  @Test func `leaves close variables the same number of steps in every run`() throws {
    let counts = try (1...2).map { _ in
      let bench = try Bench()
      try bench.run(
        """
        local a <close> = setmetatable({}, { __close = function() while true do out(1) end end })
        exit()
        """)
      return bench.said.count
    }
    #expect(counts[0] == counts[1] && (1900...2000).contains(counts[0]), "\(counts)")
  }

  @Test func `is for a script that runs, which one that waits or has ended does not`() throws {
    let machine = try LuaMachine()
    let seen = Mutex<[Bool]>([])
    machine.define("glance", in: "_G") { [interrupter = machine.interrupter] _ throws(LuaRaise) in
      seen.withLock { $0.append(interrupter.isRunning) }
      return .none
    }
    machine.define("wait", in: "_G", options: .suspends) { _ throws(LuaRaise) in .suspend }
    try machine.open()
    let script = Array("glance() wait() glance()".utf8)
    let thread = try machine.start(machine.load(script, name: "@flow.lua"))
    for _ in 0..<2 {
      #expect(!machine.interrupter.isRunning)
      _ = machine.resume(thread)
    }
    #expect(!machine.interrupter.isRunning && seen.withLock { $0 } == [true, true])
  }

  @Test func `keeps its first reason`() throws {
    let bench = try Bench()
    bench.machine.interrupter.interrupt(.time)
    bench.machine.interrupter.interrupt(.interrupted)
    #expect(try bench.run("return 1").stop == .time)
  }
}
