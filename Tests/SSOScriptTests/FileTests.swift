import SSOScript
import Testing

/// What `script` prints where everything is permitted and `f.txt` holds `contents`.
private func output(of script: String, _ contents: String = "") async throws -> String {
  let stage = try Stage.open()
  stage.disk["/home/me/f.txt"] = contents
  return try await stage.output(of: script)
}

@Suite struct `An open file` {
  @Test func `is the same object whatever gives it`() async throws {
    let script = """
      local f = io.open("f.txt", "w+")
      print(f:write("x") == f, f:write() == f, f:flush() == f, ({ [f] = 1 })[f:write("y")])
      print(io.output() == io.stdout, io.write("") == io.stdout, io.input() == io.stdin)
      print(io.output(f) == f, io.output() == f, io.write("z") == f)
      io.output(io.stdout)
      """
    #expect(
      try await output(of: script) == """
        true\ttrue\ttrue\t1
        true\ttrue\ttrue
        true\ttrue\ttrue

        """)
  }

  @Test func `stays open when a chain of calls has dropped it`() async throws {
    let script = """
      local f = io.open("f.txt", "w")
      for i = 1, 2000 do f:write(i % 10):write("") end
      for i = 1, 1e5 do local _ = {} end
      sso.time.sleep(1)
      print(io.type(f), f:seek("end"))
      """
    #expect(try await output(of: script) == "file\t2000\n")
  }

  @Test func `is closed once, and says so`() async throws {
    let stage = try Stage.open()
    let script = """
      local f = io.open("f.txt", "w")
      print(io.type(f), tostring(f):match("^file %(#%d+%)$") ~= nil)
      print(f:close(), io.type(f), tostring(f))
      for _, name in ipairs { "close", "read", "write", "lines", "seek", "flush", "setvbuf" } do
        print(select(2, pcall(f[name], f)))
      end
      print(io.type(nil), io.type({}), io.type(io), io.type(io.stderr))
      """
    let closed = String(repeating: "attempt to use a closed file\n", count: 7)
    #expect(
      try await stage.output(of: script)
        == "file\ttrue\ntrue\tclosed file\tfile (closed)\n\(closed)nil\tnil\tnil\tfile\n")
    #expect(stage.disk.openCount == 0)
  }

  @Test func `closes at the end of its scope, also when it is closed already`() async throws {
    let stage = try Stage.open()
    let script = """
      do local f <close> = io.open("f.txt", "w") end
      do local f <close> = io.open("f.txt", "w") f:close() end
      pcall(function() local f <close> = io.open("f.txt", "w") error("out") end)
      """
    #expect(try await stage.output(of: script).isEmpty)
    #expect(stage.disk.openCount == 0)
  }

  @Test func `writes strings and numbers as tostring has them`() async throws {
    let script = """
      local f = io.open("f.txt", "w")
      f:write("a", 1, " ", 1.0, " ", 1 / 3, " ", 2 ^ 53, " ", -0.0, " ", math.huge, "\\0\\255")
      f:close()
      local text = io.open("f.txt"):read("a")
      print(text == "a1 1.0 0.33333333333333 9.007199254741e+15 -0.0 inf\\0\\255")
      """
    #expect(try await output(of: script) == "true\n")
  }

  @Test(arguments: [
    ("nil", "nil"), ("true", "boolean"), ("{}", "table"), ("print", "function"),
    ("setmetatable({}, { __tostring = function() return 'x' end })", "table"),
  ])
  func `writes nothing else`(value: String, type: String) async throws {
    let failure = try await Stage.open().failure(of: "io.stdout:write('a', \(value))")
    #expect(
      failure.message == "bad argument #2 to 'file:write' (string expected, got \(type))")
  }

  @Test func `fails by returning nil, a message and the system's number`() async throws {
    let stage = try Stage.open()
    stage.disk["/home/me/f.txt"] = "abc"
    let script = """
      print(io.open("missing.txt"))
      print(os.remove("missing.txt"))
      print(os.rename("missing.txt", "other.txt"))
      local f = io.open("f.txt")
      print(f:write("x"))
      print(io.open("f.txt", "w"):read("l"))
      print(io.stdin:write("x"), io.stdout:read(), io.stderr:seek())
      print(io.stdout:close())
      """
    let missing = "nil\t/home/me/missing.txt: No such file or directory\t2\n"
    let bad = "nil\t/home/me/f.txt: Bad file descriptor\t9\n"
    #expect(
      try await stage.output(of: script) == missing + missing + missing + bad + bad
        + "nil\tnil\tnil\tIllegal seek\t29\nnil\tcannot close standard file\n")
  }

  @Test func `says when the disk is full`() async throws {
    let stage = try Stage.open()
    stage.disk.fail(with: DoorError("f.txt: No space left on device", number: 28))
    let script = "print(io.open('f.txt', 'w'):write('x'))"
    #expect(try await stage.output(of: script) == "nil\tf.txt: No space left on device\t28\n")
  }

  @Test func `moves, and knows where it is though it has read ahead`() async throws {
    let script = """
      local f = io.open("f.txt", "r+")
      print(f:read("l"), f:seek(), f:seek("cur", 1), f:read(1), f:seek("set", 1), f:read(2))
      print(f:seek("end"), f:seek("end", -2), f:read("a"), f:seek("set"))
      f:read(1) f:write("X") f:seek("set") print(f:read("a"))
      """
    #expect(
      try await output(of: script, "abc\ndef\n")
        == "abc\t4\t5\te\t1\tbc\n8\t6\tf\n\t0\naXc\ndef\n\n")
  }

  @Test func `is told from other objects`() async throws {
    let script = """
      local f = io.open("f.txt", "w")
      local task = sso.task.spawn(function() end)
      for _, other in ipairs { task, f:lines() } do
        print(pcall(f.read, other))
      end
      print(pcall(f.read, nil)) print(pcall(io.close, task)) print(pcall(io.output, {}))
      """
    #expect(
      try await output(of: script) == """
        false\tsso.file:read: called on an object of another class (sso.task_handle)
        false\tsso.file:read: called on an object of another class (sso.lines)
        false\tfile:read: call it with a colon, object:read(…)
        false\tio.close: expected a file, got object
        false\tio.output: expected a file, got table

        """)
  }

  @Test(arguments: ["", "sso.time.sleep(0.001)"])
  func `that is dropped is closed, whether the script waits or not`(wait: String) async throws {
    let script = """
      for i = 1, 2000 do
        local f = io.open("f.txt")
        f:read("a")
        for i = 1, 100 do local _ = {} end
        \(wait)
      end
      """
    let stage = try Stage.open()
    stage.disk["/home/me/f.txt"] = "text"
    stage.disk.limit = 1000
    #expect(try await stage.output(of: script) == "")
  }

  @Test(arguments: ["", "require 'sso' "])
  func `makes room for itself where the script dropped too many others`(
    words: String
  ) async throws {
    let script = """
      for i = 1, 25 do assert(io.open("f.txt")) end
      for i = 1, 25 do assert(io.lines("f.txt")) end
      """
    let stage = try Stage.open()
    stage.disk["/home/me/f.txt"] = "text"
    stage.disk.limit = 20
    let ending = try await stage.run(bytes: Array((words + script).utf8))
    #expect(ending.word == "finished")
  }
}

@Suite struct `Where Lua cannot wait` {
  @Test func `files are read all the same, and standard input is not`() async throws {
    let stage = try Stage.open()
    stage.disk["/home/me/f.txt"] = "one\ntwo\n"
    let script = """
      print((("f.txt"):gsub(".+", function(path) return io.open(path):read("a") end)))
      print((("f.txt"):gsub(".+", function(path) return io.lines(path)() end)))
      print(select(2, pcall(string.gsub, "x", "x", function() return io.read() end)))
      """
    let output = try await stage.output(of: script)
    #expect(output.hasPrefix("one\ntwo\n\none\n"))
    #expect(output.contains("io.read: cannot wait inside"))
  }
}

@Suite struct `The default streams` {
  @Test func `may be files, by path or object`() async throws {
    let stage = try Stage.open()
    stage.disk["/home/me/f.txt"] = "one\ntwo\n"
    let script = """
      io.input("f.txt") print(io.read("l")) for line in io.lines() do print("+", line) end
      print(io.type(io.input()), io.read("l"))
      io.input(io.stdin)
      io.output("out.txt") io.write("to the file") print("to standard output") print(io.close())
      print(pcall(io.write, "x"))
      io.output(io.stdout) io.write("back\\n")
      """
    #expect(
      try await stage.output(of: script) == """
        one
        +\ttwo
        file\tnil
        to standard output
        true
        false\tattempt to use a closed file
        back

        """)
    #expect(stage.disk["/home/me/out.txt"] == "to the file")
  }

  @Test func `keep a file open that the script has dropped`() async throws {
    let script = """
      io.output(io.open("f.txt", "w"))
      for i = 1, 1e5 do local _ = {} end
      sso.time.sleep(1)
      io.write("late") print(io.output():seek("end"))
      """
    #expect(try await output(of: script) == "4\n")
  }

  @Test func `are closed when others took their place and the script dropped them`() async throws {
    let stage = try Stage.open()
    stage.disk["/home/me/f.txt"] = "text"
    stage.disk.limit = 20
    let script = """
      for i = 1, 50 do io.output("out.txt") io.input("f.txt") end
      io.output(io.stdout) io.input(io.stdin)
      """
    #expect(try await stage.output(of: script) == "")
  }

  @Test(arguments: ["input", "output"])
  func `stay open as long as the script holds them`(name: String) async throws {
    let stage = try Stage.open()
    stage.disk["/home/me/f.txt"] = "text"
    // So much that the object before, which was dropped, is collected at any time.
    let script = """
      local function waste(count) for i = 1, count do local _ = { i } end end
      for i = 1, 300 do
        io.\(name)("f.txt")
        waste(i * 7)
        local f = io.\(name)()
        waste(i * 3 % 100)
        io.\(name)(io.open("other.txt", "w"))
        waste(1000)
        sso.time.sleep(0)
        assert(io.type(f) == "file", i)
      end
      """
    #expect(try await stage.output(of: script) == "")
  }

  @Test(arguments: [("io.input('f.txt')", "read"), ("io.output('f.txt')", "write")])
  func `ask before they open a file`(call: String, flag: String) async throws {
    let failure = try await Stage().failure(of: call)
    #expect(failure["kind"] == "permission")
    #expect(failure.message.contains("--allow-\(flag)=/home/me/f.txt"))
  }

  @Test func `raise what they cannot open`() async throws {
    let failure = try await Stage.open().failure(of: "io.input('missing.txt')")
    #expect(failure.message == "io.input: /home/me/missing.txt: No such file or directory")
  }
}
