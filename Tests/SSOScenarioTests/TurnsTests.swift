//  TurnsTests.swift - programs that run beside each other, between two uses of the disk.

import Testing

@testable import SSOScenario

@Suite struct `Programs on one machine` {
  /// Reads a number and writes the next one: two at once may read the same.
  private static let counting = Playground(
    flow: """
      local file = io.open("count")
      local count = file and file:read("n") or 0
      if file then file:close() end
      file = assert(io.open("count", "w"))
      file:write(count + 1)
      file:close()
      """)

  @Test func `take turns between two uses of a file, by the seed`() {
    let report = Self.counting.run(
      """
      property("counts twice", { seeds = 100 }, function()
        local home = sim.home {}
        local first = sim.start("flow.lua", { home = home })
        local second = sim.start("flow.lua", { home = home })
        first:wait()
        second:wait()
        assert.file(home, "count", { text = "2" })
      end)
      """
    ).scenarios[0]
    #expect(report.outcome == .failed)
    #expect(report.draws.count == 1)
    #expect(report.draws.first?.text.contains("lets others go first: ") == true)
    #expect(report.events.contains { $0.actor == "flow 2" })
  }

  @Test(arguments: ["sim.run(\"flow.lua\"", "sim.start(\"flow.lua\""])
  func `F03 take turns with the one that was started at the same time`(start: String) {
    let wait = start.hasPrefix("sim.start") ? ":wait()" : ""
    let report = Self.counting.run(
      """
      property("counts twice", { seeds = 200 }, function()
        local home = sim.home {}
        local run = \(start), { home = home, fault = fault "F03" })\(wait)
        assert.exit(run, 0)
        assert.exit(run.twin, 0)
        assert.file(home, "count", { text = "2" })
      end)
      """
    ).scenarios[0]
    #expect(report.outcome == .failed)
    #expect(report.failure?.message.contains("count") == true)
    #expect(report.draws.contains { $0.text.contains("lets others go first: ") })
  }

  @Test func `take no turns where each waits for the one before`() throws {
    let report = try Self.counting.scenario(
      """
      local home = sim.home {}
      for _ = 1, 50 do sim.run("flow.lua", { home = home }) end
      assert.file(home, "count", { text = "50" })
      """)
    #expect(report.outcome == .passed && report.draws.isEmpty)
  }

  @Test func `lose nothing in a database that both write to`() {
    let flow = """
      local sso = require "sso"
      local store = sso.cache.sqlite { path = "logins.db" }
      assert(store:get(arg[1]) == nil)
      store:put(arg[1], "of " .. arg[1])
      print(store:get(arg[1]))
      """
    let report = Playground(flow: flow).run(
      """
      property("is one after the other", { seeds = 100 }, function()
        local home = sim.home {}
        local first = sim.start("flow.lua", { home = home, args = { "a" } })
        local second = sim.start("flow.lua", { home = home, args = { "b" } })
        first, second = first:wait(), second:wait()
        assert.exit(first, 0)
        assert.exit(second, 0)
        assert.contains(home:read "logins.db", "of a")
        assert.contains(home:read "logins.db", "of b")
      end)
      """
    ).scenarios[0]
    #expect(report.outcome == .passed, "\(report.failure?.message ?? "")")
  }

  /// What a program sees of its own work does not depend on others who go first.
  @Test(arguments: [
    // Nothing else of the program runs meanwhile.
    """
    local sso = require "sso"
    local depth = 0
    local function work()
      for number = 1, 10 do
        depth = depth + 1
        assert(depth == 1, "two tasks at once")
        local file = assert(io.open("f" .. number, "w"))
        file:write("x"):write("y")
        file:close()
        depth = depth - 1
      end
    end
    sso.task.all { work, work }
    """,
    // Where Lua cannot wait, it goes on at once.
    """
    print((("abc"):gsub(".", function(c) io.open(c, "w"):write(c):close() return c .. "." end)))
    local names = { "c", "a", "b" }
    table.sort(names, function(x, y) return os.rename(x, x) and x < y end)
    print(table.concat(names))
    """,
    // Results, errors and ends are the same.
    """
    print(io.open("missing"))
    print(os.rename("missing", "other"))
    print(pcall(io.open, "a", "zz"))
    print(pcall(function() return io.open("a", "w"):read() end))
    local co = coroutine.wrap(function()
      for line in io.lines("text") do coroutine.yield(line) end
    end)
    local file <close> = assert(io.open("text", "w"))
    file:write("one\\n", 2, "\\n")
    print(co(), co(), file:seek("end"), os.remove("text"))
    io.write("no end of line")
    """,
  ])
  func `see the same with and without others`(flow: String) throws {
    let report = Playground(flow: flow).run(
      """
      local expected
      property("is the same", { seeds = 40 }, function()
        expected = expected or sim.run("flow.lua", { home = sim.home {} }).output
        local process = sim.start("flow.lua", { home = sim.home {} })
        local run = process:wait()
        assert.equal(expected, run.output)
        assert.exit(run, 0)
      end)
      """
    ).scenarios[0]
    #expect(report.outcome == .passed, "\(report.failure?.message ?? "")")
  }

  /// Its files are removed as on a real machine, where that is no wait.
  @Test(arguments: [
    ("fault 'F19'", "work()"), ("fault('F19b', { calls = 1 })", "work()"),
    ("nil", "print(pcall(sso.task.timeout, 1, work))"),
    ("nil", "local task = sso.task.spawn(work) sso.time.sleep(1) task:cancel()"),
    ("nil", "work(function() os.exit(0, true) end)"),
  ])
  func `let none go first while they clean up`(fault: String, ending: String) {
    let flow = """
      local sso = require "sso"
      local function work(wait)
        local guard <close> = setmetatable({}, { __close = function()
          assert(os.remove "lock")
          assert(io.open("ended", "w")):close()
        end })
        io.open("lock", "w"):close();
        (wait or sso.time.sleep)(30)
      end
      \(ending)
      """
    let report = Playground(flow: flow).run(
      """
      property("cleans up", { seeds = 60 }, function()
        local home = sim.home {}
        sim.start("flow.lua", { home = home, fault = \(fault) }):wait()
        assert.no_file(home, "lock")
        assert.file(home, "ended")
      end)
      """
    ).scenarios[0]
    #expect(report.outcome == .passed, "\(report.failure?.message ?? "")")
  }

  /// What does not wait ends before the time of its `timeout` is looked at.
  @Test(arguments: [
    "sso.task.timeout(0, work)",
    """
    local first = sso.task.spawn(sso.time.sleep, 1)
    sso.time.sleep(0)
    sso.task.timeout(1, function() first:join() work() end)
    """,
  ])
  func `have not waited where only others did`(ending: String) {
    let flow = """
      local sso = require "sso"
      local function work() for _ = 1, 20 do assert(io.open("f", "w")):close() end end
      \(ending)
      """
    let report = Playground(flow: flow).run(
      """
      property("is in time", { seeds = 60 }, function()
        assert.exit(sim.start("flow.lua", { home = sim.home {} }):wait(), 0)
      end)
      """
    ).scenarios[0]
    #expect(report.outcome == .passed, "\(report.failure?.message ?? "")")
  }

  @Test func `can be ended while others go first`() throws {
    let flow = """
      for number = 1, 100 do
        local file = assert(io.open("f", "w"))
        file:write(number)
        file:close()
      end
      require("sso").time.sleep(3600)
      """
    let report = Playground(flow: flow).run(
      """
      property("ends", { seeds = 60 }, function(world)
        local home = sim.home {}
        local process = sim.start("flow.lua", { home = home, signal = "INT", signal_at = world:number(1, 200) })
        assert.exit(process:wait(), 130)
        local other = sim.start("flow.lua", { home = home })
        other:kill()
        assert.exit(other:wait(), 137)
      end)
      """
    ).scenarios[0]
    #expect(report.outcome == .passed, "\(report.failure?.message ?? "")")
  }
}
