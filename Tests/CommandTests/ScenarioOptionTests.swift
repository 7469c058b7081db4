//  ScenarioOptionTests.swift - options of `ssoscript test`, each by what it changes.

import Foundation
import TestSupport
import Testing

@Suite struct `Options of ssoscript test` {
  private static let passes = "it('x', function() end)"

  private func makeFolder(_ name: String, in sandbox: Sandbox) throws {
    try FileManager.default.createDirectory(
      atPath: "\(sandbox.path)/\(name)", withIntermediateDirectories: true)
  }

  private func names(in folder: String, _ sandbox: Sandbox) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(sandbox.path)/\(folder)")) ?? [])
      .sorted()
  }

  /// Runs a line of a shell, with the program as `$T`.
  private func shell(_ words: String, in sandbox: Sandbox) throws -> ChildEnd {
    let program = ["T": "\(Place.programs)/ssoscript-test"]
    return try ChildProcess(sandbox.settings(["/bin/sh", "-c", words], program)).end()
  }

  // MARK: Words

  @Test(arguments: [
    "--seed 0x1f@5", "--seed 7/x", "--report tap:", "--report :x",
    "--world replay", "--repeat 0", "--retries 101", "--retries=-1", "--timeout 0",
    "--tags ''", "--tags ,", "--exclude-tags a --exclude-tags ,", "--sim-limit 0s",
    "--min-line-coverage 101", "--min-fault-coverage=-1", "--shard 3/2",
  ])
  func `refuse what is no value of theirs, and name themselves`(words: String) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.passes)
      let end = try shell("$T a_spec.lua \(words)", in: sandbox)
      let name = words.prefix { $0 != " " && $0 != "=" }
      #expect(end.status == 2 && end.output.isEmpty && end.error.contains(name), "\(end.error)")
    }
  }

  @Test(arguments: [
    ("--har out --record ./out", "--har and --record would both write ./out"),
    ("--record r --world replay:r", "--record and --world replay exclude each other"),
    ("--record r --crash-points all", "--crash-points runs one seed in several ways"),
    ("--world replay:", "'replay:' is invalid"),
    ("--trace all", "--trace needs --trace-dir FOLDER"),
    ("--var a=1234 --secret a=5678", "\"a\" is given as a variable and as a secret"),
    ("--vars none", "--vars: none: No such file"), ("--secrets none", "--secrets: none: No such"),
    ("none b:1", "There is no none."),
    ("--seeds 2000000000", "--seeds must be from 1 to 1000000000"),
    ("--profile-slow -5", "--profile-slow must be from 0 to 1000000"),
    ("--replay 0x1f --seeds 5", "--replay has a seed of its own: --seeds does not go with it"),
    ("--replay 0x1f --seed 1", "--replay has a seed of its own: --seed does not go with it"),
    (
      "--replay a_spec.lua",
      "--replay a_spec.lua is no seed as a report shows it, and with a file to run a_spec.lua does not go"
    ),
    ("--repeat 2000000", "--repeat must be from 1 to 1000000"),
  ])
  func `that do not go together are named`(words: String, message: String) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.passes)
      let end = try shell("$T a_spec.lua \(words)", in: sandbox)
      #expect(end.status == 2 && end.output.isEmpty && end.error.contains(message), "\(end.error)")
      #expect(names(in: ".", sandbox) == ["a_spec.lua"])
    }
  }

  @Test(arguments: [
    "--watch", "--check-determinism", "--crash-points all", "--update-snapshots", "--record r",
    "--har r", "--trace-dir r", "--save-failing r", "--coverage lua", "--min-protocol-coverage 1",
    "--min-fault-coverage 1",
  ])
  func `of runs do not go with --list`(words: String) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.passes)
      let end = try shell("$T a_spec.lua --list \(words)", in: sandbox)
      let name = words.prefix { $0 != " " }
      #expect(end.status == 2 && end.error.contains("--list runs nothing: \(name) does not"))
    }
  }

  @Test(arguments: [
    ("--report json:/dev/null --report tap:/dev/null", "1 passed"),
    ("--report tap:-", "TAP version 14\n"), ("--crash-points cachewrite", "1 passed"),
    ("--crash-points ALL", "1 passed"), ("--profile-slow 1", "1 passed"),
    ("--repeat 1000000 --list", "a_spec.lua:1: x\n"), ("-- ", "1 passed"),
  ])
  func `take what they promise`(words: String, part: String) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.passes)
      let end = try shell("$T --state state.json \(words) a_spec.lua", in: sandbox)
      #expect(end.status == 0 && end.output.contains(part), "\(end.output)\(end.error)")
      #expect(names(in: ".", sandbox).allSatisfy { ["a_spec.lua", "state.json"].contains($0) })
    }
  }

  @Test func `that may stand alone take no option and no path for their value`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try makeFolder("d", in: sandbox)
      try sandbox.write("d/a_spec.lua", "it('x', function() end)\nit('y', function() end)")
      #expect(try shell("git init -q", in: sandbox).status == 0)
      try makeFolder(".git/refs/heads", in: sandbox)
      // Without a commit there is no HEAD: the words say which commit was asked for.
      for words in ["d --changed --list", "--changed d", "--changed d/a_spec.lua:1"] {
        let end = try shell("$T \(words)", in: sandbox)
        #expect(end.status == 2 && end.error.contains("no commit \"HEAD\""), "\(end.error)")
      }
      for option in ["--coverage", "--changed"] {
        let end = try shell("$T -- \(option)", in: sandbox)
        #expect(end.status == 2 && end.error.contains("There is no \(option).\n"), "\(end.error)")
      }
    }
  }

  // MARK: How they run

  private static let flaky = """
    local runs = 0
    it("flaky", function() runs = runs + 1 assert(runs % 2 == 0) end)
    """

  @Test func `--fail-on-flaky fails a run that --retries has mended`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.flaky)
      #expect(try shell("$T a_spec.lua", in: sandbox).status == 1)
      let mended = try shell("$T a_spec.lua --retries 1 --save-failing found", in: sandbox)
      #expect(mended.status == 0 && mended.output.contains("0 passed, 1 flaky"))
      #expect(names(in: "found", sandbox).isEmpty)
      let end = try shell("$T a_spec.lua --retries 1 --fail-on-flaky", in: sandbox)
      #expect(end.status == 4)
      #expect(end.error == "ssoscript test: a scenario is flaky (--fail-on-flaky)\n")
    }
  }

  @Test func `--repeat runs each so often`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write(
        "a_spec.lua", "local n = 0 it('x', function() n = n + 1 assert(n < 3) end)")
      #expect(try shell("$T a_spec.lua --repeat 2", in: sandbox).status == 0)
      #expect(try shell("$T a_spec.lua --repeat 3", in: sandbox).status == 1)
    }
  }

  @Test(arguments: [("", 4), ("-x", 1), ("--max-failures 2", 2)])
  func `-x and --max-failures begin nothing new`(words: String, count: Int) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write(
        "a_spec.lua", "for i = 1, 4 do it('s' .. i, function() assert(false) end) end")
      let end = try shell("$T a_spec.lua -j1 --report tap \(words)", in: sandbox)
      #expect(end.status == 1)
      #expect(end.output.split(separator: "\n").count { $0.hasPrefix("not ok") } == count)
    }
  }

  @Test func `--sim-limit ends a flow that has no limit of its own`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("flow.lua", "require 'sso'.time.sleep(3600)")
      try sandbox.write("a_spec.lua", "it('x', function() assert.exit(sim.run('flow.lua'), 0) end)")
      #expect(try shell("$T a_spec.lua", in: sandbox).status == 0)
      let end = try shell("$T a_spec.lua --sim-limit 59m", in: sandbox)
      #expect(end.status == 1)
      #expect(end.output.contains("stopped at its limit of virtual time"), "\(end.output)")
    }
  }

  @Test func `--crash-points ends flows at each step of the disk`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write(
        "flow.lua",
        """
        local there = io.open "note"
        assert(io.open("note", "w")):write "1"
        if there then error "fails" end
        """)
      try sandbox.write(
        "a_spec.lua", "it('x', function() sim.run('flow.lua', { home = sim.home {} }) end)")
      #expect(try shell("$T a_spec.lua", in: sandbox).status == 0)
      let end = try shell("$T a_spec.lua --crash-points all", in: sandbox)
      #expect(end.status == 1)
      #expect(end.output.contains("--replay 0x") && end.output.contains("@"), "\(end.output)")
    }
  }

  @Test func `--seeds runs a property so often`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write(
        "a_spec.lua",
        """
        local runs = 0
        property("x", { seeds = 2 }, function()
          runs = runs + 1
          assert(runs < 5)
        end)
        """)
      #expect(try shell("$T a_spec.lua", in: sandbox).status == 0)
      #expect(try shell("$T a_spec.lua -j1 --seeds 4", in: sandbox).status == 0)
      #expect(try shell("$T a_spec.lua -j1 --seeds 5", in: sandbox).status == 1)
    }
  }

  @Test func `--no-shrink leaves a failure as large as it was`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write(
        "a_spec.lua",
        """
        property("x", function(world)
          local size = world:number(0, 1000000)
          assert.is_true(size < 100, "size " .. size .. " is too much")
        end)
        """)
      let small = try shell("$T a_spec.lua", in: sandbox)
      #expect(small.status == 1 && small.output.contains("size 100 is"), "\(small.output)")
      let large = try shell("$T a_spec.lua --no-shrink", in: sandbox)
      #expect(large.status == 1 && !large.output.contains("size 100 is"), "\(large.output)")
    }
  }

  @Test func `--pass-with-no-tests is content with nothing`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.passes)
      let end = try shell("$T a_spec.lua --filter-out x", in: sandbox)
      #expect(end.status == 7)
      #expect(end.error == "ssoscript test: no scenario matches: --filter-out \"x\"\n")
      let content = try shell("$T a_spec.lua -F x --pass-with-no-tests", in: sandbox)
      #expect(content.status == 0 && content.error.isEmpty)
    }
  }

  @Test func `--replay runs a saved failure and nothing else`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('x', function() assert(false) end)")
      #expect(try shell("$T a_spec.lua --save-failing found", in: sandbox).status == 1)
      let end = try shell("$T --replay found/*", in: sandbox)
      #expect(end.status == 1 && end.output.contains("0 passed, 1 failed"), "\(end.error)")
    }
  }

  // MARK: Files

  @Test func `--record leaves no file behind when it is interrupted`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('ends not', function() while true do end end)")
      let command = [
        "\(Place.programs)/ssoscript-test", "a_spec.lua", "--state", "state.json", "--timeout",
        "600", "--report", "tap", "--record", "new/sim.jsonl",
      ]
      let process = try ChildProcess(sandbox.settings(command))
      #expect(try process.readLine() == "TAP version 14")
      process.send(signal: SIGTERM)
      #expect(try process.end().status == 143)
      #expect(names(in: "new", sandbox).isEmpty)
    }
  }

  @Test func `--report writes into a pipe for who reads it, once`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.passes)
      let end = try shell(
        "mkfifo pipe; cat pipe >got & $T a_spec.lua --report tap:pipe; status=$?; wait; exit $status",
        in: sandbox)
      #expect(end.status == 0 && end.output.contains("1 passed"), "\(end.error)")
      #expect(sandbox.read("got")?.hasSuffix("\n1..1\n") == true)
    }
  }

  @Test func `--report into a pipe that nobody reads ends by a signal`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.passes)
      try #require(try shell("mkfifo pipe", in: sandbox).status == 0)
      let process = try ChildProcess(
        sandbox.settings([
          "\(Place.programs)/ssoscript-test", "a_spec.lua", "--report", "tap", "--report",
          "junit:pipe",
        ]))
      while try process.readLine() != "1..1" {}
      process.send(signal: SIGTERM)
      #expect(try process.end().status == 256 + SIGTERM)
    }
  }

  @Test func `a line of a file leaves a failure that was saved of it alone`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write(
        "a_spec.lua", "it('x', function() assert(false) end)\nit('y', function() end)")
      #expect(try shell("$T a_spec.lua --save-failing found", in: sandbox).status == 1)
      let end = try shell("$T a_spec.lua:2 found/*", in: sandbox)
      #expect(end.output.contains("1 passed, 1 failed"), "\(end.output)\(end.error)")
    }
  }

  @Test func `--har takes the place of what a killed run of its number has left`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.passes)
      for name in ["victim", "probed"] { try sandbox.write(name, "mine") }
      let end = try shell(
        """
        mkdir traces; ln -s ../probed traces/.ssoscript-$$; ln -s victim out.har.$$.new
        exec $T a_spec.lua --state state.json --har out.har --trace-dir traces
        """, in: sandbox)
      #expect(end.status == 0, "\(end.error)")
      #expect(
        names(in: ".", sandbox)
          == ["a_spec.lua", "out.har", "probed", "state.json", "traces", "victim"])
      #expect(names(in: "traces", sandbox).isEmpty)
      #expect(sandbox.read("victim") == "mine" && sandbox.read("probed") == "mine")
    }
  }

  @Test func `--har that finds no room says so by its own name, and leaves what was there`()
    async throws
  {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("flow.lua", "print(pcall(require 'sso'.client, {}))")
      try sandbox.write(
        "a_spec.lua",
        """
        it("x", function()
          sim.run("flow.lua", { service = sim.service {} })
        end)
        """)
      try sandbox.write("out.har", "of an earlier run")
      let end = try shell(
        "ulimit -f 0; exec $T a_spec.lua --state /dev/null --har out.har", in: sandbox)
      #expect(end.status == 2)
      #expect(
        end.error == "ssoscript test: cannot write out.har: File too large\n", "\(end.error)")
      #expect(sandbox.read("out.har") == "of an earlier run")
      #expect(names(in: ".", sandbox) == ["a_spec.lua", "flow.lua", "out.har"])
    }
  }

  @Test func `--har writes over a file whose name leaves no room for a second`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.passes)
      let name = String(repeating: "h", count: 255)
      let end = try shell("$T a_spec.lua --har \(name)", in: sandbox)
      #expect(end.status == 0, "\(end.error)")
      #expect(sandbox.read(name)?.contains("\"version\": \"1.2\"") == true)
    }
  }

  @Test func `--trace-dir names no trace that could not be written`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('x', function() assert(false) end)")
      let run = "$T a_spec.lua --trace-dir traces"
      #expect(try shell(run, in: sandbox).output.contains("Trace: traces/a-spec-lua-x-"))
      let end = try shell("f=$(ls traces); rm traces/$f; mkdir traces/$f; \(run)", in: sandbox)
      #expect(end.status == 2 && end.error.contains("cannot write traces/a-spec-lua-x-"))
      #expect(!end.output.contains("Trace: "), "\(end.output)")
    }
  }

  @Test func `--trace all writes every event of a scenario`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write(
        "a_spec.lua", "it('x', function() for _ = 1, 40 do sim.home {}.clock:jump(1) end end)")
      let end = try shell(
        "$T a_spec.lua --trace all --trace-dir traces >/dev/null; cat traces/*", in: sandbox)
      #expect(end.output.ranges(of: "jumps by 1s").count == 40, "\(end.output)")
    }
  }

  @Test func `--merge fails where its own report cannot be written`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.passes)
      let run = "$T a_spec.lua --coverage=lua --report json:1.json"
      #expect(try shell(run, in: sandbox).status == 0)
      let end = try shell("$T --merge 1.json --report tap:/dev/full", in: sandbox)
      #expect(end.status == 2)
      #expect(end.error.contains("cannot write /dev/full: No space left"), "\(end.error)")
    }
  }

  @Test func `--coverage specs alone tells of no other lines, also under a threshold`()
    async throws
  {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("flow.lua", "print(1)")
      try sandbox.write("a_spec.lua", "it('x', function() sim.run('flow.lua') end)")
      let run = "$T a_spec.lua --coverage=specs --min-line-coverage 1"
      let end = try shell(run, in: sandbox)
      #expect(end.output.contains("Lua lines: 1 of 1 "), "\(end.output)")
    }
  }

  @Test func `a file that matches nothing is in no report`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.passes)
      try sandbox.write("b_spec.lua", "it('y', function() end)")
      let end = try shell("$T . -f x --report tap", in: sandbox)
      #expect(end.output.contains("a_spec.lua") && !end.output.contains("b_spec.lua"))
    }
  }

  @Test func `a failure keeps the snapshots that were not asked for`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      let spec = "it('x', function() assert(%) assert.snapshot('a') end)"
      try sandbox.write("a_spec.lua", spec.replacing("%", with: "true"))
      let run = "$T a_spec.lua --update-snapshots"
      #expect(try shell(run, in: sandbox).status == 0)
      try sandbox.write("a_spec.lua", spec.replacing("%", with: "false"))
      #expect(try shell(run, in: sandbox).status == 1)
      #expect(sandbox.read("snapshots/a_spec.snap")?.hasSuffix("| a\n") == true)
    }
  }

  // MARK: Which files

  @Test func `folders have files of both names, and a name with a line in it may be a file`()
    async throws
  {
    try await onThread {
      let sandbox = try Sandbox()
      for (name, scenario) in [("a_spec.lua", "a"), ("b_test.lua", "b"), ("c.lua", "c")] {
        try sandbox.write(name, "it('\(scenario)', function() end)")
      }
      try sandbox.write("a_spec.lua:1", "it('d', function() end)")
      let end = try shell("$T . --list", in: sandbox)
      #expect(end.output == "./a_spec.lua:1: a\n./b_test.lua:1: b\n")
      #expect(try shell("$T a_spec.lua:1 --list", in: sandbox).output == "a_spec.lua:1:1: d\n")
    }
  }

  @Test func `--last-failed remembers each folder by itself, below the user's state`() async throws
  {
    try await onThread {
      let sandbox = try Sandbox()
      for folder in ["one", "two"] {
        try makeFolder(folder, in: sandbox)
        try sandbox.write(
          "\(folder)/a_spec.lua", "it('x', function() assert(\(folder == "two")) end)")
      }
      #expect(try shell("cd one && $T a_spec.lua", in: sandbox).status == 1)
      #expect(try shell("cd two && $T a_spec.lua", in: sandbox).status == 0)
      let place = ".local/state/ssoscript/test"
      #expect(names(in: place, sandbox).count == 2)
      #expect(try shell("cd one && $T a_spec.lua --last-failed", in: sandbox).status == 1)
      #expect(try shell("cd two && $T a_spec.lua --last-failed", in: sandbox).status == 7)
      for name in names(in: place, sandbox) {
        let facts = try FileManager.default.attributesOfItem(
          atPath: "\(sandbox.path)/\(place)/\(name)")
        #expect(facts[.posixPermissions] as? Int == 0o600)
      }
      // A relative folder is none, says the XDG Base Directory Specification.
      let relative = "cd two && XDG_STATE_HOME=state $T a_spec.lua"
      #expect(try shell(relative, in: sandbox).status == 0)
      #expect(names(in: "two", sandbox) == ["a_spec.lua"])
      for home in ["", "home"] {
        #expect(try shell("cd two && HOME=\(home) $T a_spec.lua", in: sandbox).status == 0)
      }
      #expect(names(in: "two", sandbox) == ["a_spec.lua"])
      let absolute = "XDG_STATE_HOME=$HOME/state $T one/a_spec.lua"
      #expect(try shell(absolute, in: sandbox).status == 1)
      #expect(names(in: "state/ssoscript/test", sandbox).count == 1)
    }
  }

  private func commit(in sandbox: Sandbox) throws {
    let words = """
      git init -q -b main && git add . &&
      git -c user.name=x -c user.email=x@example.com commit -q -m first
      """
    #expect(try shell(words, in: sandbox).status == 0)
  }

  @Test func `--changed sees what is moved away, and not what git ignores`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write(".gitignore", "state.json\nlocal_spec.lua\n")
      try sandbox.write("flow.lua", "print('a flow of some length, so that git knows it again')")
      try sandbox.write("a_spec.lua", "it('a', function() sim.run('flow.lua') end)")
      try sandbox.write("local_spec.lua", "it('l', function() end)")
      try commit(in: sandbox)
      #expect(try shell("$T . --changed --list", in: sandbox).status == 7)
      #expect(try shell("git mv flow.lua other.lua", in: sandbox).status == 0)
      #expect(try shell("$T . --changed --list", in: sandbox).output == "./a_spec.lua:1: a\n")
    }
  }

  @Test func `--changed sees new files also from a folder of the repository`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      for folder in ["flows", "specs"] { try makeFolder(folder, in: sandbox) }
      try sandbox.write("specs/a_spec.lua", "it('a', function() sim.run('../flows/new.lua') end)")
      try sandbox.write("specs/b_spec.lua", "it('b', function() end)")
      try commit(in: sandbox)
      try sandbox.write("flows/new.lua", "print(1)")
      let end = try shell("cd specs && $T . --changed --list", in: sandbox)
      #expect(end.output == "./a_spec.lua:1: a\n", "\(end.error)")
    }
  }

  @Test func `--changed knows from the last run what a scenario loads by a name that it makes`()
    async throws
  {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write(".gitignore", "state.json\n")
      try sandbox.write("one.lua", "print(1)")
      try sandbox.write("a_spec.lua", "it('a', function() sim.run('o' .. 'ne.lua') end)")
      try sandbox.write("b_spec.lua", "it('b', function() end)")
      try commit(in: sandbox)
      #expect(try shell("$T . --state state.json", in: sandbox).status == 0)
      try sandbox.write("one.lua", "print(2)")
      let end = try shell("$T . --state state.json --changed --list", in: sandbox)
      #expect(end.output == "./a_spec.lua:1: a\n", "\(end.error)")
    }
  }

  @Test func `--watch runs again what needs a file that was not there`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write(
        "a_spec.lua",
        "it('a', function() assert.exit(sim.run('flow.lua'), 0) assert.snapshot(1) end)")
      let command = [
        "\(Place.programs)/ssoscript-test", ".", "--state", "state.json", "--watch", "--report",
        "tap", "--update-snapshots",
      ]
      let process = try ChildProcess(sandbox.settings(command))
      let next = {
        while let line = try process.readLine() {
          if line.hasPrefix("ok ") || line.hasPrefix("not ok ") { return String(line) }
        }
        return ""
      }
      #expect(try next().hasPrefix("not ok "))
      try sandbox.write("flow.lua", "print(1)")
      #expect(try next().hasPrefix("ok "))
      process.send(signal: SIGINT)
      #expect([0, 130].contains(try process.end().status))
    }
  }

  @Test func `--watch reads files of variables again, once they can be read`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('a', function() assert.equal('2', sim.var 'k') end)")
      try sandbox.write("vars", "k=1")
      // A pipe gives its values once, and they stay.
      let command = """
        mkfifo pipe; echo other=1 >pipe &
        exec $T . --state state.json --watch --report tap --vars vars --vars pipe 2>&1
        """
      let program = ["T": "\(Place.programs)/ssoscript-test"]
      let process = try ChildProcess(sandbox.settings(["/bin/sh", "-c", command], program))
      let next = { (beginning: String) in
        while let line = try process.readLine() {
          if line.hasPrefix("ok ") || line.hasPrefix("not ok ") || line.contains("--vars:") {
            return #expect(line.hasPrefix(beginning), "\(line)")
          }
        }
      }
      try next("not ok ")
      try sandbox.write("vars", "k")
      try next("ssoscript test: --vars: vars:1")
      try sandbox.write("b_spec.lua", Self.passes)
      try next("ssoscript test: --vars: vars:1")
      try sandbox.write("vars", "k=2")
      try next("ok 1 - a")
      try next("ok 2 - x")
      process.send(signal: SIGINT)
      #expect([0, 130].contains(try process.end().status))
    }
  }

  // MARK: What has no scenario

  @Test(arguments: [
    ("a_spec.lua:1 a_spec.lua:9 b_spec.lua", "a_spec.lua:9 (the line of an it or a property)", 7),
    ("a_spec.lua empty", "empty (no *_spec.lua and no *_test.lua in it)", 7),
    ("a_spec.lua:1 a_spec.lua:9 empty --list", "property), empty (no *_spec", 7),
    ("a_spec.lua:1 a_spec.lua:9 --shard 1/1", "a_spec.lua:9 (the line of", 7),
    ("a_spec.lua:1 a_spec.lua:9 bad_spec.lua", "a_spec.lua:9 (the line of", 3),
    ("a_spec.lua:1 empty bad_spec.lua --list", "empty (no *_spec.lua", 3),
    ("a_spec.lua:9 -F y b_spec.lua", "a_spec.lua:9 (the line of", 7),
    ("empty", "empty (no *_spec.lua and no *_test.lua in it)", 7),
  ])
  func `what is named and has no scenario is told, whatever else there is`(
    words: String, part: String, status: Int32
  ) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try makeFolder("empty", in: sandbox)
      try sandbox.write("a_spec.lua", Self.passes)
      try sandbox.write("b_spec.lua", "it('b', function() end) it('y', function() end)")
      try sandbox.write("bad_spec.lua", "it(")
      let end = try shell("$T \(words)", in: sandbox)
      #expect(end.status == status, "\(end.output)\(end.error)")
      let begin = "ssoscript test: no scenario matches: "
      let lines = end.error.split(separator: "\n").filter { $0.hasPrefix(begin) }
      #expect(lines.count == 1 && lines[0].contains(part), "\(end.error)")
    }
  }

  @Test(arguments: [
    "a_spec.lua:1 b_spec.lua -F x", "a_spec.lua:1 b_spec.lua:1 --shard 2/2",
    "a_spec.lua:1 a_spec.lua:9 --pass-with-no-tests", "a_spec.lua:9 a_spec.lua",
  ])
  func `a scenario that another option leaves out is there`(words: String) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.passes)
      try sandbox.write("b_spec.lua", "it('b', function() end)")
      let end = try shell("$T \(words)", in: sandbox)
      #expect(end.status == 0 && end.error.isEmpty, "\(end.error)")
    }
  }

  @Test func `a line of a saved failure says nothing of what is in it`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('x', function() assert(false) end)")
      #expect(try shell("$T a_spec.lua --save-failing found", in: sandbox).status == 1)
      let end = try shell("$T $(ls found/*):99", in: sandbox)
      #expect(end.status == 1 && end.error.isEmpty, "\(end.error)")
    }
  }
}
