import LuaEngine
import Testing

@Suite struct `When an allocation fails` {
  /// Goes through every kind of host call: values both ways, errors, objects, suspension, require.
  static let script = """
    local function all()
      local back = echo({ 1, 2, name = "x", list = { "a", { deep = true } } }, "text", 1.5, nil, true)
      assert(back.name == "x" and back.list[2].deep)
      local ok, e = pcall(require("test").refuse, "no")
      assert(not ok and e.code == "Refused" and tostring(e) == "no")
      local nothing, err = require("test.safe").refuse("no")
      assert(nothing == nil and err.code == "Refused")
      out(tostring({}), function() end)
      local co = coroutine.wrap(function(...) local v = wait(...) coroutine.yield(v) return v end)
      assert(co(1) == 42 and co() == 42)
      assert(require("helper").answer == 42)
      assert(("abc"):gsub("%w", "%0%0") == "aabbcc")
      assert(select(2, xpcall(error, function(m) return m .. "!" end, "x")) == "x!")
      assert(load("return ...", "=chunk")(7) == 7)
      return string.format("%s %d", "done", table.concat({ 1, 2, 3 }))
    end
    return all()
    """

  @Test func `it is a clean error, for every one of them`() throws {
    var failures: UInt64 = 0
    for successes in UInt64(0)... {
      let bench = try Bench()
      let (outcome, used) = try bench.runFailing(Self.script, after: successes)
      guard case .finished(let values) = outcome else {
        failures += 1
        continue
      }
      #expect(values == ["done 123"])
      if used < successes { break }
    }
    #expect(failures > 50)
  }

  @Test func `the machine can go on afterwards`() throws {
    let bench = try Bench()
    for successes in stride(from: UInt64(0), to: 200, by: 7) {
      _ = try bench.runFailing(Self.script, after: successes)
    }
    #expect(try bench.values(Self.script, answering: [42]) == ["done 123"])
  }
}

extension Bench {
  /// Runs `script` while the allocation after `successes` others, and its retry, fail.
  func runFailing(_ script: String, after successes: UInt64) throws -> (LuaStep, UInt64) {
    let before = machine.allocations
    machine.failAllocations(after: successes, count: 2)
    defer { machine.failAllocations(after: 0, count: 0) }
    do throws(LuaFailure) {
      let thread = try machine.start(machine.load(Array(script.utf8), name: "@flow.lua"))
      var step = machine.resume(thread)
      while case .suspended = step { step = machine.resume(thread, returning: [42]) }
      return (step, machine.allocations - before)
    } catch {
      #expect(error.message.contains("not enough memory"))
      return (.failed(error), machine.allocations - before)
    }
  }
}
