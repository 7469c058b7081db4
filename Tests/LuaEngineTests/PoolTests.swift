//  PoolTests.swift - machines that begin where another was opened cannot tell.

import LuaEngine
import Testing

@Suite struct `A machine from a pool` {
  private let pool = LuaPool()

  /// What a script could tell one machine from another by.
  private static let traces = """
    local names = {}
    for name in pairs(_G) do names[#names + 1] = name end
    local lib = require "lib"
    local order = {}
    for key in pairs({ a = 1, b = 2, c = 3, d = 4, [1] = 5, [true] = 6 }) do
      order[#order + 1] = tostring(key)
    end
    return table.concat(names, " "), table.concat(order, " "), tostring({}), tostring(print),
      math.random(1000000), math.random(1000000), ("x"):rep(3), lib.greeting, lib.extra,
      string.format("%5.1f", 2), arg[1], next({})
    """

  @Test(.enabled(if: LuaPool().keepsAny))
  func `is one that an earlier one left`() throws {
    let first = try Sandbox(pool: pool).machine.allocations
    let second = try Sandbox(pool: pool).machine.allocations
    #expect(second * 20 < first)
  }

  @Test func `is the same as one that is opened for its script alone`() throws {
    let alone = try Sandbox(pool: nil).values(Self.traces)
    _ = try Sandbox(pool: pool).values(Self.traces)
    #expect(try Sandbox(pool: pool).values(Self.traces) == alone)
  }

  @Test(
    arguments: [
      "string.format, string.rep, print, pairs, arg = nil; table.concat = error",
      "require('lib').greeting, require('lib').extra = nil, 'left behind'",
      "setmetatable(_G, { __index = function() return 'left behind' end })",
      "getmetatable('').__index.rep = function() return 'left behind' end",
      "math.randomseed(7); math.random(); left = coroutine.wrap(function() wait() end)",
      "left = {}; for i = 1, 20000 do left[i] = { tostring(i):rep(i % 50) } end",
      "left = ('x'):rep(3000000); for i = 1, 12 do left = left:upper():lower() end",
      "local left <close> = setmetatable({}, { __close = function() wait() end }); wait()",
      "error({ 'left' })", "local function deeper() return 1 + deeper() end deeper()",
      "while true do end", "left = {}; while true do left[#left + 1] = ('x'):rep(10000) end",
    ])
  func `knows nothing of what an earlier script did`(script: String) throws {
    let alone = try Sandbox(pool: nil).values(Self.traces)
    try Sandbox(pool: pool).begin(script)
    #expect(try Sandbox(pool: pool).values(Self.traces) == alone)
  }

  @Test func `has the functions that were described for it`() throws {
    let other = LuaCatalog([
      LuaCatalog.Entry("greet", in: "lib", isMethod: false, options: [])
    ])
    for greeting in ["one", "two"] {
      #expect(try Sandbox(pool: pool).values("return require('lib').greet") == [.nil])
      let machine = try LuaMachine(pool: pool)
      machine.define(other) { _, _ throws(LuaRaise) in .value(.string(greeting)) }
      machine.defineLoader { _ throws(LuaRaise) in throw LuaRaise("module not found") }
      try machine.open()
      #expect(try values("return require('lib').greet()", machine) == [.string(greeting)])
    }
  }

  @Test func `has the classes and constants of its catalogs`() throws {
    let catalog = LuaCatalog([
      LuaCatalog.Entry("itself", in: "thing", isMethod: true, options: [])
    ]) { machine in
      _ = machine.defineClass("thing")
      machine.define("greeting", in: "lib", constant: "hello")
    }
    for pool in [nil, pool, pool] {
      let machine = try LuaMachine(seed: 42, pool: pool)
      let own = machine.defineClass("own")
      let first = machine.define(catalog) { _, call throws(LuaRaise) in .value(call[0]) }
      #expect(first == own + 1)
      let thing = LuaObject(classID: first, handle: 7)
      machine.define("thing", in: "_G", constant: .object(thing))
      machine.defineLoader { _ throws(LuaRaise) in throw LuaRaise("module not found") }
      try machine.open()
      #expect(
        try values("return thing:itself(), require('lib').greeting", machine)
          == [.object(thing), "hello"])
    }
  }

  @Test func `is its own while others live`() throws {
    let machines = try (1...5).map { _ in try Sandbox(pool: pool) }
    for (number, sandbox) in machines.enumerated() { try sandbox.begin("n = \(number)") }
    for (number, sandbox) in machines.enumerated() {
      #expect(try sandbox.values("return n") == [.integer(Int64(number))])
    }
  }

  @Test func `has its own arguments and seed`() throws {
    let seen = try (1...3).map { seed in
      try Sandbox(pool: pool, seed: UInt64(seed), argument: "\(seed)")
        .values("return arg[1], math.random(1 << 40)")
    }
    #expect(seen.map { $0[0] } == ["1", "2", "3"])
    #expect(Set(seen.map { "\($0[1])" }).count == 3)
  }

  @Test(
    arguments: [
      "local function deep()\n  error('deep')\nend\n\ndeep()", "local x =\n\n  = 3", "x = 'open",
      "return (function(...) return select('#', ...), _ENV == _G, ... end)(1, nil, 'x')",
      "\u{1B}Lua", "local a <const> = 7; goto done; ::done:: return a, 0x10, 1e3, 'a\0b'",
    ])
  func `says the same about a chunk that was compiled before`(script: String) throws {
    let alone = try Sandbox(pool: nil).outcome(script)
    for _ in 1...3 { #expect(try Sandbox(pool: pool).outcome(script) == alone) }
  }

  @Test func `counts the lines of a chunk that was compiled before`() throws {
    for _ in 1...3 {
      let coverage = try LuaCoverage()
      try Sandbox(pool: pool, coverage: coverage).begin(
        "local x = 1\n\nif x > 1 then\n  x = 2\nend")
      #expect(coverage.files == ["/flow.lua": [1: 1, 3: 1, 4: 0]])
    }
  }

  @Test func `takes blocks of every size, grown and shrunk`() throws {
    let script = """
      local sum, kept = 0, {}
      for size = 1, 4000, 7 do
        kept[size] = ("x"):rep(size)
        local list = {}
        for i = 1, size % 300 do list[i] = i end
        for i = #list, 1, -1 do list[i] = nil end
        if size % 3 == 0 then kept[size] = nil end
      end
      for _, text in pairs(kept) do sum = sum + #text end
      return sum
      """
    let alone = try Sandbox(pool: nil).values(script)
    for _ in 1...3 { #expect(try Sandbox(pool: pool).values(script) == alone) }
  }
}

/// A machine with one library, described once for all.
private struct Sandbox {
  let machine: LuaMachine

  private static let functions = LuaCatalog([
    LuaCatalog.Entry("print", in: "_G", isMethod: false, options: .stringify),
    LuaCatalog.Entry("wait", in: "_G", isMethod: false, options: .suspends),
    LuaCatalog.Entry("name", in: "lib", isMethod: false, options: []),
    LuaCatalog.Entry("close", in: "thing", isMethod: true, options: []),
  ])

  init(
    pool: LuaPool?, seed: UInt64 = 42, argument: String = "x", coverage: LuaCoverage? = nil
  ) throws {
    var limits = LuaLimits()
    limits.memory = 8 << 20
    limits.instructions = 3_000_000
    machine = try LuaMachine(limits: limits, seed: seed, coverage: coverage, pool: pool)
    _ = machine.defineClass("thing")
    machine.define(Self.functions) { place, _ throws(LuaRaise) in place == 1 ? .suspend : .none }
    machine.define("arg", in: "_G", constant: .table(LuaTable(items: [.string(argument)])))
    machine.define("greeting", in: "lib", constant: "hello")
    machine.defineLoader { _ throws(LuaRaise) in throw LuaRaise("module not found") }
    try machine.open()
  }

  /// How it ends, in words.
  func outcome(_ script: String) -> String {
    do {
      return "\(try values(script))"
    } catch let failure as LuaFailure {
      return "\(failure.message) \(failure.place)"
    } catch {
      return "\(error)"
    }
  }

  func begin(_ script: String) throws {
    machine.expect(file: "/flow.lua")
    let thread = try machine.start(machine.load(Array(script.utf8), name: "@flow.lua"))
    _ = machine.resume(thread)
  }

  func values(_ script: String) throws -> [LuaValue] {
    try LuaEngineTests.values(script, machine)
  }
}

private func values(_ script: String, _ machine: LuaMachine) throws -> [LuaValue] {
  let thread = try machine.start(machine.load(Array(script.utf8), name: "@flow.lua"))
  switch machine.resume(thread) {
  case .finished(let values): return values
  case .failed(let failure): throw failure
  case .stopped(let stop, _): throw LuaFailureText("stopped: \(stop)")
  case .suspended: return []
  }
}
