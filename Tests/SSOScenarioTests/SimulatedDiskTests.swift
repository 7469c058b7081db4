//  SimulatedDiskTests.swift - files, crashes, power cuts and cache folders in memory.

import EventLoop
import SSOOIDC
import SSOScript
import Synchronization
import Testing

@testable import SSOScenario

@Suite struct `A simulated disk` {
  /// Replaces a file by a draft and a rename.
  private static let careful = Playground(
    flow: """
      local file = assert(io.open("a.json.new", "w"))
      file:write('{"new":', "true}")
      file:close()
      assert(os.rename("a.json.new", "a.json"))
      """)

  @Test func `keeps what programs write, and their permissions`() throws {
    try Playground(
      flow: """
        print(io.open("missing"))
        print(io.open("no/folder", "w"))
        print(io.open("secret"))
        print(io.open("fixed", "a"))
        local file = io.open("data", "w+")
        file:write("abcdef") file:seek("set", 2) file:write("X") file:seek("set")
        print(file:read("a"))
        os.execute { "mkdir", "-p", "deep/er" }
        io.open("deep/er/file", "w"):write("x")
        print(io.open("link"):read("a"))
        """
    ).pass(
      """
      local home = sim.home {}
      home:write("secret", "x", { mode = "0600", foreign = true })
      home:write("fixed", "x", { mode = "0400" })
      home:link("link", "deep/er/file")
      local run = sim.run("flow.lua", { home = home })
      assert.contains(run.stdout, "/home/me/missing: No such file or directory\\t2")
      assert.contains(run.stdout, "/home/me/no/folder: No such file or directory\\t2")
      assert.contains(run.stdout, "/home/me/secret: Permission denied\\t13")
      assert.contains(run.stdout, "/home/me/fixed: Permission denied\\t13")
      assert.contains(run.stdout, "abXdef")
      assert.exit(run, 0)
      assert.file(home, "data", { mode = "0600", text = "abXdef" })
      assert.same({ "er" }, home:names "deep")
      """)
  }

  @Test(arguments: [
    (#"home:write("full", "x")"#, "home:write: /home/me/full: Is a directory"),
    (#"home:write("/", "x")"#, "/: Is a directory"),
    (#"home:write("", "x")"#, "me: Is a directory"),
    (#"home:write("file/x", "x")"#, "/home/me/file/x: Not a directory"),
    (#"home:write(("n"):rep(256), "x")"#, "File name too long"),
    (#"home:write("new/.", "x")"#, "No such file"),
    (#"home:folder("file/d")"#, "home:folder: /home/me/file/d: Not a directory"),
    (#"home:folder("file")"#, "home:folder: /home/me/file: Not a directory"),
    (#"home:link("file/l", "x")"#, "home:link: /home/me/file/l: Not a directory"),
    (#"home:link("full", "x")"#, "/home/me/full: Is a directory"),
    (#"home:link("", "x")"#, "/home/me: Is a directory"),
    (#"sim.home { files = { a = "x", ["a/b"] = "y" } }"#, "sim.home: files: /home/me/a/b: Not a"),
    (#"sim.home { files = { [""] = "x" } }"#, "sim.home: files: /home/me: Is a directory"),
  ])
  func `is none that POSIX cannot have`(text: String, words: String) throws {
    let report = try Playground().scenario(
      #"local home = sim.home { files = { file = "x", ["full/x"] = "x" } } "# + text)
    #expect(report.outcome == .error)
    #expect(report.failure?.message.contains(words) == true, "\(report.failure?.message ?? "")")
  }

  @Test func `makes the folders of a link, and puts it where it is`() throws {
    try Playground().pass(
      """
      local home = sim.home { files = { ["real/x"] = "X" } }
      home:link("to", "real")
      home:link("to/l", "x")
      home:link("no/such/l", "../../real/x")
      assert.same({ "l", "x" }, home:names "real")
      assert.same("X", home:read "real/l")
      assert.same("X", home:read "no/such/l")
      home:link("no/such/l", "gone")
      assert.is_nil(home:read "no/such/l")
      """)
  }

  @Test func `lets only a folder's path end in a slash`() throws {
    try Playground(
      flow: """
        local function number(...) return select(3, ...) end
        print(number(io.open("a/", "a")), number(os.remove("a/")), number(os.rename("a/", "b")))
        print(number(os.rename("a", "b/")), number(io.open("none/")), io.open("a"):read("a"))
        print(os.execute { "mkdir", "-p", "deep" }, os.remove("deep/"))
        """
    ).pass(
      """
      local home = sim.home { files = { a = "text" } }
      local run = sim.run("flow.lua", { home = home })
      assert.same("21\\t20\\t20\\n20\\t2\\ttext\\ntrue\\ttrue\\n", run.stdout)
      """)
  }

  @Test func `leaves what is open itself, though its name moves or goes`() throws {
    try Playground(
      flow: """
        local function text(path) return (io.open(path, "r"):read("a")) end
        local file = io.open("draft", "w")
        file:write("one ")
        os.rename("draft", "done")
        file:write("two")
        print(text("done"), (io.open("draft")))
        local reader = io.open("done")
        io.open("new", "w"):write("three")
        os.rename("new", "done")
        print(reader:read("a"), text("done"))
        local late = io.open("done", "a")
        os.remove("done")
        late:write("!")
        print((io.open("done")))
        local first, second = io.open("t", "w"), io.open("t", "w+")
        first:write("AAAAAA")
        os.rename("t", "cache")
        second:write("BB")
        print(text("cache"))
        os.execute { "mkdir", "a" }
        local deep = io.open("a/f", "w")
        os.rename("a", "b")
        deep:write("deep")
        print(text("b/f"))
        """
    ).pass(
      """
      local run = sim.run("flow.lua")
      assert.exit(run, 0)
      assert.same("one two\\tnil\\none two\\tthree\\nnil\\nBBAAAA\\ndeep\\n", run.stdout)
      """)
  }

  @Test func `has no place before a file, or behind the largest there can be`() throws {
    try Playground(
      flow: """
        local file = io.open("data", "w")
        file:write("abc")
        print(file:seek("end", math.maxinteger))
        print(file:seek("set", math.maxinteger))
        print(file:seek("cur", 1))
        print(file:seek("cur", -1) == math.maxinteger - 1, file:write(""))
        print(file:seek("set", (64 << 20) - 1), file:write("xy"))
        print(file:seek("set", 1 << 40), file:write("x"))
        """
    ).pass(
      """
      local run = sim.run("flow.lua", { home = sim.home {} })
      local invalid = "nil\\t/home/me/data: Invalid argument\\t22\\n"
      local large = "nil\\t/home/me/data: File too large\\t27\\n"
      local expected = invalid .. "9223372036854775807\\n" .. invalid .. "true\\tfile\\n67108863\\t" .. large
        .. "1099511627776\\t" .. large
      assert.same(expected, (run.stdout:gsub("file %(%S+%)", "file")))
      """)
  }

  @Test func `tells by what name a file is written to, and that it has none`() throws {
    let flow = """
      local file = io.open("draft", "w")
      os.rename("draft", "done")
      file:write("one")
      os.remove("done")
      file:write("two")
      """
    let report = try Playground(flow: flow).scenario(
      """
      local home = sim.home {}
      home:fault(fault("F16b", { calls = 2 }))
      assert.exit(sim.run("flow.lua", { home = home }), 0)
      """)
    let disk = report.events.filter { $0.actor == "disk" }.map(\.text)
    #expect(
      disk == [
        "create /home/me/draft", "rename to /home/me/done", "write /home/me/done",
        "remove /home/me/done", "write to the removed /home/me/done",
      ])
  }

  @Test func `renames and removes as POSIX says`() throws {
    try Playground(
      flow: """
        local function number(...) return (...) and 0 or select(3, ...) end
        local function text(path) return (io.open(path):read("a")) end
        print(number(os.rename("x", "x")), text("x"))
        print(number(os.rename("a", "z")), text("z/b/c"), number(io.open("a/d")))
        print(number(os.rename("z", "z/b/q")), number(os.rename("z/b/c", "z")))
        print(number(os.rename("x", "z/b")), number(os.rename("z/b", "x")))
        print(number(os.rename("z", "empty/")), text("empty/b/c"))
        print(number(os.rename("empty", "full")), number(os.rename("none", "y")))
        print(number(os.remove("full")), number(os.remove("x/y")), number(os.rename("x", "no/x")))
        print(number(io.open("x/.")), number(os.remove("x/.")), number(io.open("./full/./f")))
        print(number(io.open("new/.", "w")), number(os.rename("x", "new/.")), number(io.open("new")))
        print(os.execute { "mkdir", "new/." }, os.execute { "mkdir", "-p", "./new/./a/." })
        """
    ).pass(
      """
      local home = sim.home { files = { x = "X", ["a/b/c"] = "C", ["a/d"] = "D", ["full/f"] = "" } }
      home:folder "empty"
      local run = sim.run("flow.lua", { home = home })
      assert.same("0\\tX\\n0\\tC\\t2\\n22\\t39\\n21\\t20\\n0\\tC\\n39\\t2\\n39\\t20\\t2\\n20\\t20\\t0\\n"
        .. "2\\t2\\t2\\nnil\\ttrue\\texit\\t0\\n", run.stdout)
      home:remove "empty"
      assert.is_nil(home:read "empty/b/c")
      assert.same({ "full", "new", "x" }, home:names ".")
      assert.folder(home, "new/a")
      """)
  }

  @Test func `keeps who may not from what is in a folder, and follows no circle`() throws {
    try Playground(
      flow: """
        local function number(...) return (...) and 0 or select(3, ...) end
        print(number(io.open("shut/x")), number(os.rename("shut/x", "y")), number(os.remove("shut/x")))
        print(number(os.rename("fixed/x", "y")), number(os.rename("z", "fixed/y")))
        print(number(os.remove("fixed/x")), number(io.open("fixed/x")))
        print(number(io.open("l")), number(io.open("l/x", "w")), number(os.rename("z", "l/x")))
        print(number(io.open(("n"):rep(256), "w")), number(io.open(("n"):rep(255), "w")))
        print(number(os.rename("z", ("m"):rep(256))), number(io.open(("d/"):rep(2100) .. "x")))
        """
    ).pass(
      """
      local home = sim.home { files = { ["shut/x"] = "X", ["fixed/x"] = "X", z = "Z" } }
      home:folder("shut", { mode = "0000" })
      home:folder("fixed", { mode = "0500" })
      home:link("l", "m")
      home:link("m", "l")
      local run = sim.run("flow.lua", { home = home })
      assert.same("13\\t13\\t13\\n13\\t13\\n13\\t0\\n40\\t40\\t40\\n36\\t0\\n36\\t36\\n", run.stdout)
      """)
  }

  @Test func `F07 a power cut leaves the files of a renamed folder in a folder`() {
    let playground = Playground(
      flow: """
        os.execute { "mkdir", "stage" }
        io.open("stage/new", "w"):write("new")
        os.rename("stage", "cache")
        """)
    for seed in 0..<20 as Range<UInt64> {
      var options = ScenarioRunOptions()
      options.replay = seed
      let report = playground.run(
        """
        it("x", function()
          local home = sim.home { files = { ["stage/old"] = "old" } }
          sim.run("flow.lua", { home = home })
          home:power_loss()
          assert.folder(home, "cache")
          assert.file(home, "cache/old", { text = "old" })
          assert.same({ "cache" }, home:names ".")
        end)
        """, options)
      #expect(report.scenarios.first?.outcome == .passed)
    }
  }

  @Test func `makes folders as GNU's mkdir does`() throws {
    try Playground(
      flow: """
        local function mkdir(...) print((select(3, os.execute { "mkdir", ... }))) end
        mkdir("new") mkdir("new") mkdir("-p", "new") mkdir("no/parent") mkdir("-p", "file") mkdir("-p", "file/x")
        mkdir("-pm", "700", "a/b") mkdir("-m710", "c") mkdir("--mode=711", "d/") mkdir("--par", "--mode", "712", "e")
        mkdir() mkdir("-q", "x") mkdir("--frob", "x") mkdir("-m", "8", "x") mkdir("-m", "u=rwx", "x")
        mkdir("fixed/x") mkdir("link") mkdir("-p", "folder-link", "--", "-x") mkdir("file", "last")
        print(io.popen({ "mkdir", "-pv", "v/w" }).output)
        """
    ).pass(
      """
      local home = sim.home { files = { file = "", ["target/f"] = "" } }
      home:folder("fixed", { mode = "0500" })
      home:link("link", "nowhere")
      home:link("folder-link", "target")
      local run = sim.run("flow.lua", { home = home })
      assert.equal("0 1 0 1 1 1 0 0 0 0 1 1 1 1 1 1 1 0 1 mkdir: created directory 'v' "
        .. "mkdir: created directory 'v/w'", (run.stdout:gsub("%s+", " "):gsub(" $", "")))
      assert.equal([[
      mkdir: cannot create directory 'new': File exists
      mkdir: cannot create directory 'no/parent': No such file or directory
      mkdir: cannot create directory 'file': File exists
      mkdir: cannot create directory 'file': Not a directory
      mkdir: missing operand
      Try 'mkdir --help' for more information.
      mkdir: invalid option -- 'q'
      Try 'mkdir --help' for more information.
      mkdir: unrecognized option '--frob'
      Try 'mkdir --help' for more information.
      mkdir: invalid mode '8'
      mkdir: invalid mode 'u=rwx' (the simulated mkdir reads octal digits only)
      mkdir: cannot create directory 'fixed/x': Permission denied
      mkdir: cannot create directory 'link': File exists
      mkdir: cannot create directory 'file': File exists
      ]], run.stderr)
      assert.folder(home, "a", { mode = "0755" })
      assert.folder(home, "a/b", { mode = "0700" })
      assert.folder(home, "c", { mode = "0710" })
      assert.folder(home, "d", { mode = "0711" })
      assert.folder(home, "e", { mode = "0712" })
      assert.folder(home, "-x")
      assert.folder(home, "last")
      """)
  }

  @Test func `shows what a program says that nobody takes`() throws {
    try Playground(flow: #"print(os.execute { "mkdir", "-v", "a" })"#).pass(
      """
      assert.equal("mkdir: created directory 'a'\\ntrue\\texit\\t0\\n", sim.run("flow.lua").stdout)
      """)
  }

  @Test func `lets one of two programs make a folder`() {
    let flow = """
      if not os.execute { "mkdir", "lock" } then os.exit(9) end
      require("sso").time.sleep(5)
      os.remove("lock")
      """
    let report = Playground(flow: flow).run(
      """
      property("locks", { seeds = 40 }, function()
        local home = sim.home {}
        local first, second = sim.start("flow.lua", { home = home }), sim.start("flow.lua", { home = home })
        assert.equal(9, first:wait().exit + second:wait().exit)
      end)
      """
    ).scenarios[0]
    #expect(report.outcome == .passed, "\(report.failure?.message ?? "")")
  }

  @Test func `has two files of two names that only Unicode takes for one`() throws {
    try Playground(
      flow: """
        io.open("cafe\\u{301}", "w"):write("two")
        io.open("folder/\\u{301}", "w"):write("three")
        print(io.open("caf\\u{e9}"):read("a"), os.getenv("TO\\u{212a}EN"))
        """
    ).pass(
      """
      local home = sim.home { env = { TOKEN = "x" }, files = { ["caf\\u{e9}"] = "one", ["folder/a"] = "" } }
      local run = sim.run("flow.lua", { home = home })
      assert.same("one\\tnil\\n", run.stdout)
      assert.same(3, #home:names ".")
      assert.same({ "a", "\\u{301}" }, home:names "folder")
      """)
  }

  @Test(arguments: [
    ("000", "0777", "0777", "0600"), ("027", "0750", "0750", "0600"), ("777", "00", "0300", "00"),
  ])
  func `F14 takes the umask from new files and folders`(
    umask: String, folder: String, above: String, file: String
  ) throws {
    try Playground(
      flow: """
        io.open("file", "w")
        os.execute { "mkdir", "folder" }
        os.execute { "mkdir", "-p", "-m", "710", "above/own" }
        """
    ).pass(
      """
      local home = sim.home {}
      sim.run("flow.lua", { home = home, umask = "\(umask)" })
      assert.file(home, "file", { mode = "\(file)" })
      assert.folder(home, "folder", { mode = "\(folder)" })
      assert.folder(home, "above", { mode = "\(above)" })
      assert.folder(home, "above/own", { mode = "0710" })
      """)
  }

  @Test func `F14 strikes, too, where modes are set whatever the umask`() throws {
    let report = try Playground(
      flow: """
        require("sso").login { start_url = "https://example.awsapps.com/start", region = "us-east-1",
          flow = "device" }
        """
    ).scenario(
      """
      local home = sim.home {}
      local run = sim.run("flow.lua", {
        service = sim.service { approve = "auto" }, home = home, fault = "F14" })
      assert.exit(run, 0)
      """)
    #expect(report.outcome == .passed, "\(report.failure?.message ?? "")")
    #expect(report.faults.contains { $0.id == "F14" }, "\(report.faults)")
  }

  @Test(arguments: [("F08", "No space left on device"), ("F10", "Read-only file system")])
  func `fails as it is told to`(id: String, words: String) throws {
    try Self.careful.pass(
      """
      local home = sim.home {}
      home:fault(fault("\(id)", { calls = 2 }))
      local run = sim.run("flow.lua", { home = home })
      home:fault()
      assert.exit(sim.run("flow.lua", { home = home }), 0)
      """)
    let report = try Self.careful.scenario(
      """
      local home = sim.home {}
      home:fault("\(id)")
      assert.exit(sim.run("flow.lua", { home = home }), 0)
      """)
    #expect(report.failure?.message.contains(words) == true)
    #expect(report.faults.first?.text.contains(id) == true)
  }

  @Test func `F06 a program may end at every change, and leaves the old file or the new`() throws {
    try Self.careful.pass(
      """
      local whole = sim.run("flow.lua")
      assert.is_true(whole.steps > 2)
      for step = 1, whole.steps do
        local home = sim.home { files = { ["a.json"] = "{}" } }
        local run = sim.run("flow.lua", { home = home, crash_at = step })
        assert.exit(run, 137)
        assert.file(home, "a.json", { text = "{}" })
      end
      """)
  }

  @Test func `F06 a cut write is found by the promise about caches`() throws {
    let careless = Playground(
      flow: "local f = io.open('a.json', 'w') f:write('{\"new\":true}') f:close()")
    let report = try careless.scenario(
      """
      for step = 1, 2 do
        local home = sim.home { files = { ["a.json"] = "{}" } }
        sim.run("flow.lua", { home = home, crash_at = step })
        assert.final(home, "cache is absent or whole and 0600")
      end
      """)
    #expect(report.failure?.message.contains("/home/me/a.json is not whole") == true)
  }

  @Test func `F07 a power cut may lose what was not synced`() {
    var lost = Set<String>()
    for seed in 0..<40 as Range<UInt64> {
      var options = ScenarioRunOptions()
      options.replay = seed
      let report = Self.careful.run(
        """
        it("x", function()
          local home = sim.home { files = { ["a.json"] = "{}" } }
          sim.run("flow.lua", { home = home })
          home:power_loss()
          print(home:read "a.json")
        end)
        """, options)
      lost.insert(report.scenarios.first?.output ?? "")
    }
    #expect(lost.contains("{}\n") && lost.contains("{\"new\":true}\n") && lost.count > 2)
  }
}

@Suite struct `A simulated cache folder` {
  /// Runs `body` with two processes of one machine, on a loop of simulated time.
  private func onLoop(
    _ body:
      @escaping @Sendable (SimulatedCacheFolder, SimulatedCacheFolder, SimulatedHome)
      async throws -> Void
  ) async throws {
    let loop = try EventLoop(time: .simulated(start: .zero))
    let thread = try EventLoop.runOnThread(name: "cache") { loop.run() }
    let task = Task(executorPreference: loop.taskExecutor) {
      let stage = ScenarioStage(loop: loop, seed: 1)
      let home = SimulatedHome(environment: [:], on: stage)
      func folder() -> SimulatedCacheFolder {
        let process = SimulatedProcess(
          ProcessRequest(), services: [], home: home,
          readSource: { path throws(DoorError) in throw .system(.noEntry, path) })
        return SimulatedCacheFolder(
          path: "/home/me/.aws/sso/cache", disk: home.disk, process: process, clock: home.clock)
      }
      defer {
        stage.end()
        stage.dissolve()
      }
      try await body(folder(), folder(), home)
    }
    let result = await task.result
    loop.stop()
    thread.join()
    try result.get()
  }

  @Test func `is made when it is first written, for the user alone`() async throws {
    try await onLoop { folder, _, home in
      #expect(try await folder.read("a") == nil)
      try await folder.replace("a", with: [1, 2])
      #expect(try await folder.read("a") == [1, 2])
      #expect(try await folder.names() == ["a"])
      #expect(home.disk.look { $0["/home/me/.aws/sso/cache"]?.mode } == 0o700)
      #expect(try await folder.setAside("a") == "a.bad-1")
      try await folder.remove("a.bad-1")
      #expect(try await folder.names().isEmpty)
    }
  }

  @Test func `takes nothing that a real one would not`() async throws {
    try await onLoop { folder, _, _ in
      let most = [UInt8](repeating: 1, count: 1 << 20)
      await #expect(throws: CacheFolderError(.unwritable, "a: larger than 1048576 bytes")) {
        try await folder.replace("a", with: most + [1])
      }
      #expect(try await folder.names().isEmpty)
      try await folder.replace("a", with: most)
      #expect(try await folder.read("a") == most)
    }
  }

  @Test func `F12 and F13 links and files of others are refused by name`() async throws {
    try await onLoop { folder, _, home in
      try await folder.replace("a", with: [1])
      home.disk.arrange { tree in
        let path = folder.path
        tree.put(DiskNode(content: .link("/etc/passwd"), mode: 0o777), at: path + "/link")
        tree.put(DiskNode(content: .file([]), mode: 0o644), at: path + "/open")
        tree.put(DiskNode(content: .file([]), mode: 0o600, isForeign: true), at: path + "/theirs")
      }
      for (name, words) in [("link", "a link"), ("open", "chmod 600"), ("theirs", "somebody else")]
      {
        let error = await #expect(throws: CacheFolderError.self) { try await folder.read(name) }
        #expect(error?.code == .untrusted && error?.message.contains(words) == true)
      }
      #expect(try folder.makePrivate() == [folder.path + "/open"])
      #expect(try await folder.read("open") == [])
    }
  }

  @Test func `F03 one program at a time holds a lock`() async throws {
    try await onLoop { first, second, home in
      let lock = try await first.lock("l", onWait: {})
      let waited = Mutex(false)
      let loop = home.stage.loop
      home.stage.schedule(at: loop.now + .seconds(2)) {
        Task(executorPreference: loop.taskExecutor) { await lock.release() }
      }
      _ = try await second.lock("l", onWait: { waited.withLock { $0 = true } })
      let hasWaited = waited.withLock { $0 }
      #expect(hasWaited)
      #expect(home.stage.time.elapsed >= .seconds(2))
    }
  }

  @Test func `F04 a lock is not given back by a program that has lost it`() async throws {
    try await onLoop { first, second, home in
      let lost = try await first.lock("l", onWait: {})
      first.process.kill()
      home.disk.releaseLocks(of: first.process.number)
      let held = try await second.lock("l", onWait: {})
      await lost.release()
      #expect(try !home.disk.lock("\(first.path)/l", for: 99))
      await held.release()
      #expect(try home.disk.lock("\(first.path)/l", for: 99))
    }
  }

  @Test func `F08 a full disk leaves the old file, and no draft`() async throws {
    try await onLoop { folder, _, home in
      try await folder.replace("a", with: [1])
      for step in 1...2 {
        home.faults.plan(MachineFault.all.first { $0.id == "F08" }, uses: [step])
        let error = await #expect(throws: CacheFolderError.self) {
          try await folder.replace("a", with: [2])
        }
        #expect(error?.code == .unwritable)
        home.faults.plan(nil, uses: nil)
        #expect(try await folder.read("a") == [1])
        #expect(try await folder.names() == ["a"])
      }
    }
  }

  @Test(arguments: [("F05", "No locks available"), ("F05b", "Operation not supported")])
  func `F05 a file system without locks says so, and keeps files all the same`(
    id: String, words: String
  ) async throws {
    try await onLoop { folder, _, home in
      home.faults.plan(MachineFault.all.first { $0.id == id }, uses: [1])
      let error = await #expect(throws: CacheFolderError.self) {
        _ = try await folder.lock("l", onWait: {})
      }
      #expect(error?.code == .noLocks)
      #expect(error?.message.contains("/l: no lock (\(words))") == true)
      try await folder.replace("a", with: [1])
      #expect(try await folder.read("a") == [1])
      await (try folder.lock("l", onWait: {})).release()
    }
  }

  @Test func `F11 a folder that others can write to gets no files, and no locks`() async throws {
    try await onLoop { folder, _, home in
      home.disk.arrange { tree in
        tree.put(DiskNode(content: .folder, mode: 0o777), at: folder.path, isSynced: true)
      }
      await #expect(throws: CacheFolderError.self) { try await folder.replace("a", with: [1]) }
      await #expect(throws: CacheFolderError.self) { _ = try await folder.lock("l", onWait: {}) }
      let names = try await folder.names()
      #expect(names.isEmpty)
    }
  }

  @Test func `F12 a folder stays where a file should be`() async throws {
    try await onLoop { folder, _, home in
      try await folder.replace("b", with: [1])
      home.disk.arrange { tree in
        tree.put(DiskNode(content: .folder, mode: 0o700), at: "\(folder.path)/a", isSynced: true)
      }
      await #expect(throws: CacheFolderError.self) { try await folder.replace("a", with: [1]) }
      #expect(try await folder.names() == ["a", "b"])
    }
  }
}

@Suite struct `A write to a disk` {
  private func place(_ tree: DiskTree) -> Int? {
    unsafe tree["/a"]?.bytes?.withUnsafeBytes { Int(bitPattern: $0.baseAddress) }
  }

  @Test func `changes no other copy of the file, and copies it once at most`() {
    var tree = DiskTree()
    tree.put(
      DiskNode(content: .file(Array("old text".utf8)), mode: 0o600), at: "/a", isSynced: true)
    let number = tree.open("/a")
    let before = tree
    tree.splice([65], at: 0, ofOpened: number)
    let first = place(tree)
    tree.splice([66], at: 1, ofOpened: number)
    #expect(place(tree) == first)
    #expect(tree["/a"]?.bytes == Array("ABd text".utf8))
    #expect(before["/a"]?.bytes == Array("old text".utf8))
    var lost = tree
    lost.losePower { _ in 0 }
    #expect(lost["/a"]?.bytes == Array("old text".utf8))
    tree.splice([67], at: 9, ofOpened: number)
    #expect(tree["/a"]?.bytes == Array("ABd text\0C".utf8))
  }
}

@Suite struct `What a disk refuses` {
  @Test func `is to change a folder of somebody else's that others may not write to`() {
    var tree = DiskTree()
    for (path, mode) in [("/tmp/shut", 0o755), ("/tmp/open", 0o757)] {
      tree.put(DiskNode(content: .folder, mode: mode, isForeign: true), at: path)
    }
    #expect(tree.refusal(ofFolder: "/tmp/shut/x") == .noAccess)
    #expect(tree.refusal(ofFolder: "/tmp/open/x") == nil)
  }

  @Test func `is to take a folder elsewhere that must not be written to`() {
    var tree = DiskTree()
    tree.makeFolder("/tmp/a")
    tree.put(DiskNode(content: .folder, mode: 0o500), at: "/tmp/a/b")
    #expect(tree.refusal(ofMoving: "/tmp/a/b", to: "/tmp/b") == .noAccess)
    #expect(tree.refusal(ofMoving: "/tmp/a/b", to: "/tmp/a/c") == nil)
  }
}
