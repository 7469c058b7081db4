import LuaEngine
import Testing

@Suite struct `Values cross the border` {
  @Test(arguments: [
    LuaValue.nil, .null, true, false, 0, .integer(.max), .integer(.min), .number(1.5),
    .number(-.infinity), .number(.infinity), "", "text", "a\0b", "é😀", .bytes([0xff, 0, 0x80]),
  ])
  func `and come back as they were`(value: LuaValue) throws {
    let bench = try Bench()
    bench.machine.stop(.exit)
    let fresh = try Bench()

    let (thread, step) = try fresh.start("return wait()")
    guard case .suspended = step else { throw LuaFailureText("did not wait") }

    guard case .finished(let back) = fresh.machine.resume(thread, returning: [value]) else {
      throw LuaFailureText("did not finish")
    }
    #expect(back == [value])
  }

  @Test func `NaN stays NaN`() throws {
    let back = try Bench().values("return echo(0/0)")
    guard case .number(let number) = back.first else { throw LuaFailureText("no number") }
    #expect(number.isNaN)
  }

  @Test func `integers and floats keep their subtypes`() throws {
    #expect(try Bench().values("return echo(1, 1.0, 2^53)") == [1, .number(1), .number(0x1p53)])
  }

  @Test func `tables keep list items, fields and depth`() throws {
    let bench = try Bench()
    try bench.run("out({ 1, 2, name = 'x', list = { 'a' }, [true] = 3 })")
    guard case .table(let table) = bench.said.first else { throw LuaFailureText("no table") }
    #expect(table.items == [1, 2])
    #expect(table["name"] == "x")
    #expect(table["list"] == .table(LuaTable(items: ["a"])))
    #expect(table.fields.contains { $0.key == true && $0.value == 3 })
  }

  @Test func `what follows a table is found, however much is in it`() throws {
    let values = try Bench().values("return second({ 1, a = 2, b = { c = 3, d = {} } }, 'x')")
    #expect(values == ["x"])
  }

  @Test func `a cycle is an error that names the path`() throws {
    let failure = try Bench().run("local t = { scopes = { 1, {} } } t.scopes[2].x = t out(t)")
      .failure
    #expect(failure?.message.contains("table contains itself at scopes[2].x") == true)
  }

  @Test func `a table too deep is an error`() throws {
    let failure = try Bench().run("local t = {} for _ = 1, 200 do t = { t } end out(t)").failure
    #expect(failure?.message.contains("nested more than 100 deep at [1][1]") == true)
  }

  @Test func `a table with too much text in all of its strings is an error`() throws {
    var limits = LuaLimits()
    limits.memory = 4 << 20
    let failure = try Bench(limits: limits)
      .run("local text = ('x'):rep(1 << 20) out({ text, text, text })").failure
    #expect(failure?.message.contains("more than half the memory limit") == true)
  }

  @Test func `a reference that nobody holds any more keeps nothing alive`() throws {
    let bench = try Bench()
    let (thread, _) = try bench.start(
      """
      local weak = setmetatable({}, { __mode = "v" })
      local function tell()
        local made = function() return weak end
        weak[1] = made
        echo(made)
      end
      tell()
      wait()
      wait()
      return weak[1] == nil
      """)
    _ = bench.machine.resume(thread, returning: [])
    bench.machine.collect()
    guard case .finished(let values) = bench.machine.resume(thread, returning: []) else {
      throw LuaFailureText("did not finish")
    }
    #expect(values == [true])
  }

  @Test func `two functions that were loaded are two values`() throws {
    let machine = try Bench().machine
    let (one, other) = try (machine.load([], name: "=a"), machine.load([], name: "=b"))
    #expect(one.isSameValue(as: one) && !one.isSameValue(as: other))
  }

  @Test func `addresses never print`() throws {
    let text = try Bench().values("return tostring({}), tostring(print or echo), tostring(echo)")
    #expect(text == ["table: #1", "function: #2", "function: #2"])
  }
}
