//  SeededOrderTests.swift - `next` in an order that a seed decides, in large tables.

import LuaEngine
import Testing

@Suite struct `A seeded next` {
  /// Numbers, texts, booleans and others: more than are looked at one by one.
  private static let mixed = """
    local function mixed(count)
      local t = { [-0.5] = "x", [true] = "x", [false] = "x", [math.maxinteger] = "x", [2.0 ^ 63] = "x" }
      for i = 1, count do t[i], t["key" .. i] = "x", "x" end
      t[print or t], t[coroutine.create(function() end)] = "x", "x"
      return t
    end
    local function keys(t, step)
      local keys, k = {}, next(t)
      while k ~= nil do
        keys[#keys + 1] = tostring(k)
        if step then step(t, k) end
        k = next(t, k)
      end
      return keys
    end

    """

  private func run(_ script: String, seed: UInt64 = 7, instructions: UInt64 = 5_000_000) throws
    -> [LuaValue]
  {
    var limits = LuaLimits()
    limits.instructions = instructions
    let machine = try LuaMachine(limits: limits, seed: seed)
    try machine.open()
    let chunk = try machine.load(Array((Self.mixed + script).utf8), name: "@order.lua")
    switch machine.resume(try machine.start(chunk)) {
    case .finished(let values): return values
    case .failed(let failure): throw failure
    default: return [.string("stopped")]
    }
  }

  @Test func `takes no longer for each key of a large table`() throws {
    #expect(
      try run("local count = 0 for _ in next, mixed(10000) do count = count + 1 end return count")
        == [20007])
  }

  @Test(arguments: ["", "function(t, k) t[k] = nil end", "function(t, k) t[k] = 'y' end"])
  func `has the order of pairs, also where what it gave is changed`(step: String) throws {
    let script = """
      local t, order = mixed(100), {}
      for k in pairs(t) do order[#order + 1] = tostring(k) end
      local got = keys(t\(step.isEmpty ? "" : ", \(step)"))
      assert(#got == #order, #got)
      for i = 1, #got do assert(got[i] == order[i], i) end
      return #got, (next(t) == nil)
      """
    #expect(try run(script) == [207, .boolean(step.contains("nil"))])
  }

  @Test func `leaves out what has gone meanwhile, and has it again on the next walk`() throws {
    let script = """
      local t = mixed(100)
      local got = keys(t, function(t, k) if k == 1 then t.key7, t[9] = nil, nil end end)
      t.key7, t[9] = "back", "back"
      return #got, #keys(t)
      """
    #expect(try run(script) == [205, 207])
  }

  @Test func `goes through one table for several at once`() throws {
    let script = """
      local t, outer, inner = mixed(50), 0, 0
      for k in next, t do
        outer = outer + 1
        if outer % 40 == 0 then for _ in next, t do inner = inner + 1 end end
        if outer % 30 == 0 then local first = next(t) assert(next(t, first) == 1) end
      end
      return outer, inner
      """
    #expect(try run(script) == [107, 214])
  }

  @Test func `goes on from any key, and from none that never was`() throws {
    let script = """
      local t = mixed(100)
      local last = next(t, "key5")
      assert(next(t, "key5") == last and next(t, 99) == 100 and next(t, 99.5) == 100)
      assert(not pcall(next, t, {}))
      return (next(t, -0.5))
      """
    #expect(try run(script) == [1])
  }

  @Test func `keeps neither the table nor what is held weakly in it`() throws {
    let script = """
      local gone = setmetatable({}, { __mode = "k" })
      local weak = setmetatable({}, { __mode = "k" })
      do
        local t = mixed(100)
        next(t, (next(t)))
        gone[t] = true
        for i = 1, 100 do weak[{}] = i end
        next(weak, (next(weak)))
      end
      for i = 1, 3000 do if ("x"):rep(1000) .. i == "" then return end end
      return next(gone) == nil, next(weak) == nil
      """
    #expect(try run(script) == [true, true])
  }
}
