import Testing

@Suite struct `Tasks` {
  @Test func `run beside each other and give their results to join`() async throws {
    let stage = try Stage()
    let ending = try await stage.run(
      """
      local function work(name, seconds) sso.time.sleep(seconds) return name, seconds end
      local slow, fast = sso.task.spawn(work, "slow", 3), sso.task.spawn(work, "fast", 1)
      print(slow:status(), slow:join())
      print(fast:status(), fast:join())
      """)
    #expect(ending.output == "running\tslow\t3\nfinished\tfast\t1\n")
    #expect(ending.elapsed == .seconds(3))
  }

  @Test func `can be joined twice, and by several`() async throws {
    let script = """
      local one = sso.task.spawn(function() sso.time.sleep(1) return {} end)
      local a = sso.task.spawn(function() return one:join() ~= nil end)
      local b = sso.task.spawn(function() return one:join() ~= nil end)
      print(a:join(), b:join(), one:join() ~= nil, one:join() ~= nil)
      """
    #expect(try await Stage().output(of: script) == "true\ttrue\ttrue\ttrue\n")
  }

  @Test func `that failed raise their error at every join, returned by sso.safe`() async throws {
    let script = """
      local bad = sso.task.spawn(function() error { code = 7 } end)
      print(select(2, pcall(bad.join, bad)).code, select(2, pcall(bad.join, bad)).code)
      local worse = safe.task.spawn(function() error("text", 0) end)
      print(worse:join())
      """
    #expect(try await Stage().output(of: script) == "7\t7\nnil\ttext\n")
  }

  @Test func `cannot wait for themselves`() async throws {
    let script = """
      local me
      me = sso.task.spawn(function() return pcall(me.join, me) end)
      print(me:join())
      """
    #expect(
      try await Stage().output(of: script)
        == "false\ttask:join: a task cannot wait for itself\n")
  }

  @Test func `keep the script running until they are done`() async throws {
    let ending = try await Stage().run(
      "sso.task.spawn(function() sso.time.sleep(5) print('late') end) print('early')")
    #expect(ending.output == "early\nlate\n")
    #expect(ending.elapsed == .seconds(5))
  }

  @Test func `that fail cancel their siblings, which run their close variables`() async throws {
    let ending = try await Stage().run(
      """
      local function guard(name)
        return setmetatable({}, { __close = function(_, err) print(name, err) end })
      end
      sso.task.spawn(function() local _ <close> = guard("sibling") sso.time.sleep(60) end)
      sso.task.spawn(function() sso.time.sleep(1) error("broken", 0) end)
      local _ <close> = guard("parent")
      sso.time.sleep(60)
      """)
    #expect(ending.word == "failed: broken")
    #expect(ending.output == "sibling\tthe task was cancelled\nparent\tbroken\n")
    #expect(ending.elapsed == .seconds(1))
  }

  @Test func `that are joined hand their failure over instead`() async throws {
    let script = """
      sso.task.spawn(function() sso.time.sleep(2) print("sibling lives") end)
      print(pcall(function() sso.task.spawn(error, "broken", 0):join() end))
      """
    #expect(try await Stage().output(of: script) == "false\tbroken\nsibling lives\n")
  }

  @Test func `in all give their results in order, null for none`() async throws {
    let ending = try await Stage().run(
      """
      local function after(seconds, value) return function() sso.time.sleep(seconds) return value end end
      local results = sso.task.all { after(3, "a"), after(1, "b"), after(2) }
      print(#results, results[1], results[2], results[3] == sso.null)
      print(#sso.task.all {}, sso.json.encode(sso.task.all {}))
      """)
    #expect(ending.output == "3\ta\tb\ttrue\n0\t[]\n")
    #expect(ending.elapsed == .seconds(3))
  }

  @Test func `in all fail together at the first failure`() async throws {
    let ending = try await Stage().run(
      """
      print(pcall(sso.task.all, {
        function() local _ <close> = setmetatable({}, { __close = function() print "closed" end })
          sso.time.sleep(60) end,
        function() sso.time.sleep(2) error("broken", 0) end }))
      """)
    #expect(ending.output == "closed\nfalse\tbroken\n")
    #expect(ending.elapsed == .seconds(2))
  }

  @Test func `in a race are decided by the first to end`() async throws {
    let ending = try await Stage().run(
      """
      print(sso.task.race {
        function() sso.time.sleep(9) return "slow" end,
        function() sso.time.sleep(1) return "fast", 1 end })
      print(pcall(sso.task.race, {
        function() sso.time.sleep(9) end, function() error("first", 0) end }))
      """)
    #expect(ending.output == "fast\t1\nfalse\tfirst\n")
    #expect(ending.elapsed == .seconds(1))
  }

  @Test func `are at least one in a race`() async throws {
    #expect(try await Stage().output(of: "print(#sso.task.all {})") == "0\n")
    let failure = try await Stage().failure(of: "sso.task.race {}")
    #expect(failure.message == "sso.task.race: the list is empty")
  }

  @Test func `have so long in a timeout, and no longer`() async throws {
    let ending = try await Stage().run(
      """
      print(sso.task.timeout(5, function() sso.time.sleep(1) return "in time" end))
      local ok, err = pcall(sso.task.timeout, 5, function() sso.time.sleep(60) end)
      print(ok, err.code, err.kind, err)
      """)
    #expect(
      ending.output == """
        in time
        false\tTimeout\tlimit\tsso.task.timeout: not finished after 5.0 seconds

        """)
    #expect(ending.elapsed == .seconds(6))
  }

  @Test func `by the thousand, each with its own answer`() async throws {
    let ending = try await Stage().run(
      """
      local tasks, sum = {}, 0
      for i = 1, 1000 do
        tasks[i] = sso.task.spawn(function(n) sso.time.sleep(n % 7) return n end, i)
      end
      for i, task in ipairs(tasks) do assert(task:join() == i) sum = sum + i end
      print(sum)
      """)
    #expect(ending.output == "500500\n")
    #expect(ending.elapsed == .seconds(6))
  }

  @Test func `take their turns in the order in which they became ready`() async throws {
    let script = """
      for i = 1, 3 do
        sso.task.spawn(function() for step = 1, 2 do io.write(i, ".", step, " ") sso.time.sleep(0) end end)
      end
      """
    #expect(try await Stage().output(of: script) == "1.1 2.1 3.1 1.2 2.2 3.2 ")
  }

  @Test(arguments: ["task:join()", "error('broken')"])
  func `can wait in its close variables`(end: String) async throws {
    let ending = try await Stage().run(
      """
      local function tidy(name)
        return setmetatable({}, { __close = function() print(name, pcall(sso.time.sleep, 1)) end })
      end
      local task = sso.task.spawn(function() local _ <close> = tidy("task") error("failed", 0) end)
      local _ <close> = tidy("script")
      \(end)
      """)
    #expect(ending.word.hasPrefix("failed: "))
    #expect(ending.output.contains("script\ttrue\n"), "\(ending.output)")
    // What the script fails with cancels the task, which tidies up then.
    let isCancelled = end.hasPrefix("error")
    #expect(ending.output.contains("task\ttrue\n") != isCancelled, "\(ending.output)")
  }

  @Test func `that is cancelled is told so by a wait in its close variables`() async throws {
    let script = """
      local task = sso.task.spawn(function()
        local _ <close> = setmetatable({}, { __close = function()
          print(select(2, pcall(sso.time.sleep, 1)).code)
        end })
        sso.time.sleep(60)
      end)
      sso.time.sleep(1)
      task:cancel()
      print(pcall(task.join, task))
      """
    #expect(
      try await Stage().output(of: script) == "cancelled\nfalse\tthe task was cancelled\n")
  }

  @Test(arguments: [
    // Two that join each other.
    """
    local a, b
    a = sso.task.spawn(function() return pcall(b.join, b) end)
    b = sso.task.spawn(function() return a:join() end)
    print(pcall(b.join, b))
    """,
    // A child and its parent, which has returned.
    """
    local p
    p = sso.task.spawn(function() sso.task.spawn(function() p:join() end) end)
    print(pcall(p.join, p))
    """,
    // A child and its parent, which returns then.
    """
    local p
    p = sso.task.spawn(function() sso.task.spawn(function() p:join() end) sso.time.sleep(1) end)
    print(pcall(p.join, p))
    """,
    // A member of a group and the task around it.
    """
    local t
    t = sso.task.spawn(function() sso.task.all { function() t:join() end } end)
    print(pcall(t.join, t))
    """,
    // A grandchild and the task that waits in a group for its parent, which returns then.
    """
    local t
    t = sso.task.spawn(function()
      sso.task.all { function() sso.task.spawn(function() t:join() end) sso.time.sleep(1) end }
    end)
    print(pcall(t.join, t))
    """,
  ])
  func `that would wait for each other are an error`(script: String) async throws {
    #expect(
      try await Stage().output(of: script)
        == "false\ttask:join: the tasks wait for each other\n")
  }

  @Test func `may join what a timeout around them ends`() async throws {
    let script = """
      local t
      t = sso.task.spawn(function() return pcall(sso.task.timeout, 1, function() t:join() end) end)
      print(t:join())
      """
    #expect(
      try await Stage().output(of: script)
        == "false\tsso.task.timeout: not finished after 1.0 seconds\n")
  }
}

@Suite struct `A cancelled task` {
  @Test(arguments: [
    // Nobody ever joins it.
    "stop(forever)",
    // Twice, once when it has ended.
    "local task = stop(forever) task:cancel() sso.time.sleep(1) task:cancel()",
    // Before it has begun.
    "local task = sso.task.spawn(forever) task:cancel() print(pcall(task.join, task))",
    // With children, and theirs.
    "stop(function() sso.task.spawn(function() sso.task.spawn(forever) forever() end) forever() end)",
    // By itself, and by its child.
    "local me me = sso.task.spawn(function() me:cancel() forever() end)",
    "local me me = sso.task.spawn(function() sso.task.spawn(function() me:cancel() end) forever() end)",
    // In groups, and around them.
    "sso.task.timeout(9, function() stop(forever) sso.time.sleep(1) end)",
    "sso.task.all { function() stop(forever) sso.time.sleep(1) end, function() end }",
    "sso.task.race { function() stop(forever) sso.time.sleep(1) end, forever }",
    "stop(function() sso.task.all { forever, forever } end)",
    "stop(function() sso.task.timeout(60, forever) end)",
    // It waits for its children only.
    "stop(function() sso.task.spawn(forever) end)",
    // It raises once more what it caught.
    "stop(function() local ok, err = pcall(forever) error(err) end)",
  ])
  func `is no failure of its parent, which goes on with its other tasks`(
    body: String
  ) async throws {
    let ending = try await Stage().run(
      """
      local function forever() while true do sso.time.sleep(1) end end
      local function stop(fn)
        local task = sso.task.spawn(fn)
        sso.time.sleep(1)
        task:cancel()
        return task
      end
      sso.task.spawn(function() sso.time.sleep(20) print "sibling" end)
      \(body)
      sso.time.sleep(10)
      print "parent"
      """)
    #expect(ending.word == "finished")
    #expect(ending.output.hasSuffix("parent\nsibling\n"), "\(ending.output)")
    #expect(ending.elapsed == .seconds(20))
  }

  @Test(arguments: [
    "local _ <close> = setmetatable({}, { __close = function() error('broken', 0) end }) wait()",
    "pcall(wait) error('broken', 0)",
    """
    sso.task.spawn(function()
      local _ <close> = setmetatable({}, { __close = function() error('broken', 0) end }) wait()
    end)
    wait()
    """,
  ])
  func `that fails with an error of its own fails its parent`(body: String) async throws {
    let script = """
      local function wait() sso.time.sleep(60) end
      local task = sso.task.spawn(function() \(body) end)
      sso.time.sleep(1)
      task:cancel()
      sso.time.sleep(30)
      """
    let ending = try await Stage().run(script)
    #expect(ending.word == "failed: broken")
    #expect(ending.elapsed == .seconds(1))
    let joined = script.replacing("sso.time.sleep(30)", with: "print(pcall(task.join, task))")
    #expect(try await Stage().output(of: joined) == "false\tbroken\n")
  }

  @Test func `gets the error at every wait, however often it catches it`() async throws {
    let ending = try await Stage().run(
      """
      local task = sso.task.spawn(function()
        for _ = 1, 3 do
          local ok, err = pcall(sso.time.sleep, 60)
          print(ok, err.code, err.kind)
        end
        return "done"
      end)
      sso.time.sleep(1)
      task:cancel()
      task:cancel()
      print(task:join())
      """)
    #expect(
      ending.output == String(repeating: "false\tcancelled\tcancelled\n", count: 3) + "done\n")
    #expect(ending.elapsed == .seconds(1))
  }

  @Test func `runs its close variables, and its children's first`() async throws {
    let script = """
      local function guard(name)
        return setmetatable({}, { __close = function() print("closed " .. name) end })
      end
      local task = sso.task.spawn(function()
        local _ <close> = guard("parent")
        sso.task.spawn(function() local _ <close> = guard("child") sso.time.sleep(60) end)
        sso.time.sleep(60)
      end)
      sso.time.sleep(1)
      task:cancel()
      print(pcall(task.join, task))
      print(task:status())
      """
    let output = try await Stage().output(of: script)
    #expect(output.contains("closed parent\n") && output.contains("closed child\n"))
    #expect(output.hasSuffix("false\tthe task was cancelled\nfailed\n"))
  }

  @Test func `does not wait for another any more, whose failure is its parent's then`() async throws
  {
    let ending = try await Stage().run(
      """
      local failing = sso.task.spawn(function() sso.time.sleep(2) error "broken" end)
      local waiting = sso.task.spawn(function() failing:join() end)
      sso.time.sleep(1)
      waiting:cancel()
      print(pcall(waiting.join, waiting))
      sso.time.sleep(5)
      print "not reached"
      """)
    #expect(ending.output == "false\tthe task was cancelled\n")
    #expect(ending.elapsed == .seconds(2))
  }

  @Test func `stops the transfer it waits for`() async throws {
    let stage = try Stage(answering: { _, _ in .never })
    let ending = try await stage.run(
      """
      local task = sso.task.spawn(function()
        sso.client { region = "us-east-1" }:register_client { clientName = "n", clientType = "public" }
      end)
      sso.time.sleep(3)
      task:cancel()
      print(pcall(task.join, task))
      """)
    #expect(ending.output == "false\tthe task was cancelled\n")
    #expect(stage.wire.stopped == 1)
    #expect(ending.elapsed == .seconds(3))
  }

  @Test func `is not woken again by the transfer that was stopped`() async throws {
    let stage = try Stage(answering: { _, _ in .never })
    let script = """
      local task = sso.task.spawn(function()
        sso.task.spawn(function() for _ = 1, 5000 do pcall(sso.time.sleep, 1) end end)
        local client = sso.client { region = "us-east-1" }
        pcall(client.register_client, client, { clientName = "n", clientType = "public" })
        return "caught"
      end)
      sso.time.sleep(1)
      task:cancel()
      print(task:join())
      """
    #expect(try await stage.output(of: script) == "caught\n")
  }

  @Test func `that is done already stays as it ended`() async throws {
    let script = """
      local task = sso.task.spawn(function() return 1 end)
      sso.time.sleep(1)
      task:cancel()
      print(task:join(), task:status())
      """
    #expect(try await Stage().output(of: script) == "1\tfinished\n")
  }

  @Test func `in the middle of all, race or timeout takes the members along`() async throws {
    for group in ["all({ %s, %s })", "race({ %s, %s })", "timeout(60, %s)"] {
      let member = "function() pcall(sso.time.sleep, 50) print('member') end"
      let call = group.replacing("%s", with: member)
      let ending = try await Stage().run(
        """
        local task = sso.task.spawn(function() sso.task.\(call) end)
        sso.time.sleep(1)
        task:cancel()
        print(pcall(task.join, task))
        """)
      #expect(ending.output.hasPrefix("member\n"))
      #expect(ending.output.hasSuffix("false\tthe task was cancelled\n"))
      #expect(ending.elapsed == .seconds(1))
    }
  }
}
