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

  @Test(arguments: [("000", "0777", "0600"), ("027", "0750", "0600"), ("777", "00", "00")])
  func `F14 takes the umask from new files and folders`(
    umask: String, folder: String, file: String
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
      assert.folder(home, "above", { mode = "\(folder)" })
      assert.folder(home, "above/own", { mode = "0710" })
      """)
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
          readSource: { path throws(DoorError) in throw .system(2, path) })
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
