//  ScenarioCommandTests.swift - `ssoscript test` as a process: reports in files, signals, memory of runs.

import Foundation
import StrictJSON
import TestSupport
import Testing

@Suite struct `ssoscript test` {
  private static let two = """
    it("holds", function() assert.same(1, 1) end)
    it("fails", function() assert.same(1, 2) end)
    """

  private func run(_ arguments: [String], in sandbox: Sandbox) throws -> ChildEnd {
    let state = arguments.contains("--merge") ? [] : ["--state", "state.json"]
    let command = ["\(Place.programs)/ssoscript", "test"] + state + arguments
    return try ChildProcess(sandbox.settings(command)).end()
  }

  private func makeFolder(_ name: String, in sandbox: Sandbox) throws {
    try FileManager.default.createDirectory(
      atPath: "\(sandbox.path)/\(name)", withIntermediateDirectories: true)
  }

  @Test func `writes every report that is asked for, and traces of failures`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.two)
      let kinds = ["pretty", "dot", "tap", "junit", "json", "html", "github"]
      let reports = kinds.flatMap { ["--report", "\($0):out/report.\($0)"] }
      let end = try run(["a_spec.lua", "--trace-dir", "traces"] + reports, in: sandbox)
      #expect(end.status == 1)
      for kind in kinds { #expect(sandbox.read("out/report.\(kind)")?.isEmpty == false) }
      let traces = try FileManager.default.contentsOfDirectory(atPath: "\(sandbox.path)/traces")
      #expect(traces.count == 1)
      #expect(end.output.contains("Trace: traces/a-spec-lua-fails-"))
    }
  }

  @Test func `lcov's report names files from the working directory`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("flow.lua", "print(1)")
      try sandbox.write("a_spec.lua", "it('runs', function() sim.run('flow.lua', {}) end)")
      let end = try run(["a_spec.lua", "--report", "lcov:out/lines.lcov"], in: sandbox)
      #expect(end.status == 0)
      #expect(sandbox.read("out/lines.lcov")?.hasPrefix("TN:\nSF:flow.lua\nDA:1,1\n") == true)
    }
  }

  private static let login = """
    property("logs in, and again", { seeds = 3 }, function()
      local svc = sim.service {}
      svc:person():at("12s"):opens("verification_uri_complete"):approves()
      local home = sim.home {}
      for _ = 1, 2 do assert.exit(sim.run("flow.lua", { service = svc, home = home }), 0) end
    end)
    """
  private static let flow =
    "require 'sso'.login { start_url = 'https://a.awsapps.com/start', region = 'us-east-1', flow = 'device' }"

  private func traceHash(_ arguments: [String], in sandbox: Sandbox) throws -> String {
    let end = try run(["a_spec.lua", "--report", "json"] + arguments, in: sandbox)
    #expect(end.status == 0, "\(end.output)\(end.error)")
    let hash = end.output.split(separator: "\n").first { $0.contains("\"traceHash\"") }
    return String(try #require(hash))
  }

  @Test func `--world says who answers, and in each of them the same happens`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.login)
      try sandbox.write("flow.lua", Self.flow)
      let simulated = try traceHash(["--record", "sim.jsonl"], in: sandbox)
      #expect(try traceHash(["--world", "replay:sim.jsonl"], in: sandbox) == simulated)
      #if Server
        let served = try traceHash(["--world", "serve", "--record", "serve.jsonl"], in: sandbox)
        #expect(served == simulated)
        // What libcurl got from a socket has a length that the rules do not write.
        #expect(sandbox.read("sim.jsonl")?.contains("Content-Length") == false)
        #expect(sandbox.read("serve.jsonl")?.contains("Content-Length") == true)
        #expect(try traceHash(["--world", "replay:serve.jsonl"], in: sandbox) == simulated)
      #else
        let end = try run(["a_spec.lua", "--world", "serve"], in: sandbox)
        #expect(end.status == 2 && end.error.contains("this build has no identity service"))
      #endif
    }
  }

  @Test func `--world replay fails for another request, and for what is no recording`() async throws
  {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.login)
      try sandbox.write("flow.lua", Self.flow)
      _ = try traceHash(["--record", "sim.jsonl"], in: sandbox)
      try sandbox.write(
        "flow.lua",
        "require 'sso'.client {}:register_client { clientName = 'x', clientType = 'public' }")
      let end = try run(["a_spec.lua", "--world", "replay:sim.jsonl"], in: sandbox)
      #expect(end.status == 1 && end.output.contains("request 1 is not the recorded one"))
      let wrong = try run(["a_spec.lua", "--world", "replay:flow.lua"], in: sandbox)
      #expect(wrong.status == 2)
      #expect(wrong.error.contains("flow.lua is not what --record writes"))
    }
  }

  @Test func `a recording is the same file's however it is named, and of whole runs`() async throws
  {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.login)
      try sandbox.write("flow.lua", Self.flow)
      let bad = try run(["a_spec.lua", "--record", "a_spec.lua/x"], in: sandbox)
      #expect(bad.status == 2 && bad.error.contains("cannot write a_spec.lua/x"))
      #expect(bad.output.isEmpty)
      _ = try traceHash(["--record", "out/sim.jsonl"], in: sandbox)
      let world = ["--world", "replay:out/sim.jsonl"]
      for name in ["./a_spec.lua", "\(sandbox.path)/a_spec.lua"] {
        #expect(try run([name] + world, in: sandbox).status == 0)
      }
      let step = try run(["a_spec.lua", "--replay", "0x1f@5"] + world, in: sandbox)
      #expect(step.status == 2 && step.error.contains("a recording has one run"))
    }
  }

  @Test func `--last-failed runs what failed`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.two)
      try sandbox.write("b_spec.lua", "it('b', function() end)")
      #expect(try run(["."], in: sandbox).output.contains("2 passed, 1 failed"))
      #expect(try run([".", "--last-failed"], in: sandbox).output.contains("0 passed, 1 failed"))
    }
  }

  @Test func `--last-failed knows a file by any of its names`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try makeFolder("d", in: sandbox)
      try sandbox.write("d/a_spec.lua", Self.two)
      try sandbox.write("d/b_spec.lua", "it(")
      #expect(try run(["d"], in: sandbox).status == 3)
      let again = try run(["./d", "--last-failed", "-l"], in: sandbox)
      #expect(again.status == 3 && again.output.split(separator: "\n").count == 1)
      try sandbox.write("d/a_spec.lua", Self.two.replacing("same(1, 2)", with: "same(1, 1)"))
      try sandbox.write("d/b_spec.lua", "it('b', function() end)")
      let names = ["d/../d/a_spec.lua", "\(sandbox.path)/d/b_spec.lua", "--last-failed"]
      #expect(try run(names, in: sandbox).output.contains("2 passed · "))
      #expect(try run(["d", "--last-failed"], in: sandbox).status == 7)
    }
  }

  @Test func `--last-failed runs all of a file that did not load`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it(")
      try sandbox.write("b_spec.lua", "it('b', function() end)")
      #expect(try run(["."], in: sandbox).status == 3)
      try sandbox.write("a_spec.lua", "it('a', function() end) it('c', function() end)")
      #expect(try run([".", "--filter", "c"], in: sandbox).output.contains("1 passed"))
      #expect(try run([".", "--last-failed"], in: sandbox).output.contains("2 passed · "))
      #expect(try run([".", "--last-failed"], in: sandbox).status == 7)
    }
  }

  @Test func `--last-failed runs what a file that did not load has from elsewhere`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("helper.lua", "return function() it('far', function() end) end")
      try sandbox.write("a_spec.lua", "require 'helper'() it('near', function() end) error 'x'")
      try sandbox.write("t_spec.lua", "it('tee', function() end) error 'x'")
      try sandbox.write(
        "s_spec.lua", "replay { file = 't_spec.lua', scenario = 'tee', seed = '0x1' }")
      let files = ["a_spec.lua", "s_spec.lua"]
      #expect(try run(files, in: sandbox).status == 3)
      try sandbox.write("a_spec.lua", "require 'helper'() it('near', function() end)")
      try sandbox.write("t_spec.lua", "it('tee', function() end)")
      #expect(try run(files + ["--last-failed"], in: sandbox).output.contains("3 passed · "))
    }
  }

  @Test func `scenarios of a shared helper are those of each file that has them`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try makeFolder("two", in: sandbox)
      try sandbox.write(
        "two/shared.lua", "return function(ok) it('x', function() assert(ok) end) end")
      for (name, ok) in [("a", true), ("b", false), ("c", true)] {
        try sandbox.write("two/\(name)_spec.lua", "require 'shared' (\(ok))")
      }
      let folders = ["--save-failing", "found", "--trace", "all", "--trace-dir", "traces"]
      let first = try run(["two", "--report", "pretty"] + folders, in: sandbox)
      #expect(first.output.contains("2 passed, 1 failed"))
      #expect(first.output.contains("   Again: ssoscript test two/b_spec.lua --filter '^x$'"))
      let traces = try FileManager.default.contentsOfDirectory(atPath: "\(sandbox.path)/traces")
      #expect(traces.count == 3)
      #expect(try run(["two", "--last-failed"], in: sandbox).output.contains("0 passed, 1 failed"))
      #expect(try run(["found"], in: sandbox).output.contains("0 passed, 1 failed"))
      let shares = try (1...3).map { shard in
        try run(["two", "-l", "--shard", "\(shard)/3"], in: sandbox).output
      }
      #expect(
        shares == ["two/a_spec.lua:1: x\n", "two/b_spec.lua:1: x\n", "two/c_spec.lua:1: x\n"])
      let one = try run(["two/a_spec.lua", "two/b_spec.lua:1"], in: sandbox)
      #expect(one.output.contains("1 passed, 1 failed"))
    }
  }

  @Test func `a file is run once, however it is named`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try makeFolder("d", in: sandbox)
      try sandbox.write("d/a_spec.lua", "it('a', function() end)\nit('b', function() end)")
      let names = ["d", "./d", "\(sandbox.path)/d/a_spec.lua"]
      #expect(try run(names + ["-l"], in: sandbox).output.hasPrefix("d/a_spec.lua:1: a\n"))
      #expect(try run(names, in: sandbox).output.contains("2 passed · "))
      for both in [["d", "./d/a_spec.lua:2"], ["d/a_spec.lua:1", "./d/a_spec.lua"]] {
        #expect(try run(both, in: sandbox).output.contains("2 passed · "))
      }
      let lines = ["d/a_spec.lua:1", "./d/a_spec.lua:2"]
      #expect(try run(lines, in: sandbox).output.contains("2 passed · "))
    }
  }

  @Test func `a file that is too large is there, and does not load`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", String(repeating: "--------\n", count: 120_000))
      let end = try run(["a_spec.lua:1"], in: sandbox)
      #expect(end.status == 3)
      #expect(end.output.contains("larger than 1048576 bytes"), "\(end.output)")
    }
  }

  @Test(arguments: [
    (["fifo_spec.lua"], Int32(3), "fifo_spec.lua: is no regular file"),
    (["a_spec.lua"], 1, "fifo.lua: is no regular file"),
  ])
  func `a pipe in the place of a Lua file is refused and not waited for`(
    arguments: [String], status: Int32, words: String
  ) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('x', function() sim.run('fifo.lua', {}) end)")
      for name in ["fifo_spec.lua", "fifo.lua"] {
        #expect(unsafe mkfifo("\(sandbox.path)/\(name)", 0o600) == 0)
      }
      let end = try run(arguments, in: sandbox)
      #expect(end.status == status && end.output.contains(words), "\(end.output)\(end.error)")
    }
  }

  @Test(arguments: [
    ["--vars", "fifo"], ["--secrets", "fifo"], ["--world", "replay:fifo"],
    ["--shard", "1/1", "--timings", "fifo"],
  ])
  func `a pipe that nobody fills is waited for until a signal comes`(
    arguments: [String]
  ) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('x', function() end)")
      #expect(unsafe mkfifo("\(sandbox.path)/fifo", 0o600) == 0)
      let command = ["\(Place.programs)/ssoscript-test", "a_spec.lua", "--state", "state.json"]
      let process = try ChildProcess(sandbox.settings(command + arguments))
      process.send(signal: SIGTERM)
      #expect(try process.end().status == 256 + SIGTERM)
    }
  }

  @Test(arguments: [
    ("--report dot --report tap:/dev/stdout", "standard output and --report tap would both"),
    ("--report tap:/dev/fd/1", "standard output and --report tap would both write /dev/fd/1"),
    ("--har /proc/self/fd/1", "standard output and --har would both write /proc/self/fd/1"),
    ("--report tap:log", "standard output and --report tap would both write log"),
    ("--report json:one --report tap:two", "--report json and --report tap would both write two"),
  ])
  func `two outputs in one file are refused, and what is in it stays`(
    options: String, words: String
  ) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('x', function() end)")
      for name in ["log", "one"] { try sandbox.write(name, "before\n") }
      try FileManager.default.createSymbolicLink(
        atPath: "\(sandbox.path)/two", withDestinationPath: "one")
      let program = "'\(Place.programs)/ssoscript' test a_spec.lua --state state.json"
      let shell = ["/bin/sh", "-c", "\(program) \(options) >>log"]
      let end = try ChildProcess(sandbox.settings(shell)).end()
      #expect(end.status == 2 && end.error.contains(words), "\(end.error)")
      #expect(sandbox.read("log") == "before\n" && sandbox.read("one") == "before\n")
      let both = ["--report", "dot", "--report", "tap:/dev/stdout"]
      let pipe = try run(["a_spec.lua"] + both, in: sandbox)
      #expect(pipe.status == 0 && pipe.output.contains("1 passed · "))
      #expect(pipe.output.hasSuffix("1..1\n"))
    }
  }

  private func git(_ arguments: String..., in sandbox: Sandbox) throws {
    let command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com"] + arguments
    #expect(try ChildProcess(sandbox.settings(command)).end().status == 0)
  }

  /// Names of the scenarios that `--changed` selects.
  private func changed(_ more: [String] = [], in sandbox: Sandbox) throws -> [String] {
    let end = try run([".", "--list", "--pass-with-no-tests", "--changed"] + more, in: sandbox)
    #expect(end.status == 0, "\(end.error)")
    return end.output.split(separator: "\n").compactMap { $0.last.map(String.init) }
  }

  @Test(arguments: [false, true])
  func `--changed runs what git calls changed, and what loads it`(isKnown: Bool) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      for folder in ["flows", "lib"] { try makeFolder(folder, in: sandbox) }
      try sandbox.write("a_spec.lua", "it('a', function() sim.run('flows/one.lua') end)")
      try sandbox.write("b_spec.lua", "local h = require 'lib.help' it('b', function() end)")
      try sandbox.write("c_spec.lua", "it('c', function() end)")
      try sandbox.write("flows/one.lua", "require 'two'")
      try sandbox.write("flows/two.lua", "print(2)")
      try sandbox.write("lib/help.lua", "return {}")
      try sandbox.write(".gitignore", "state.json\n")
      try git("init", "-q", "-b", "main", in: sandbox)
      try git("add", ".", in: sandbox)
      try git("commit", "-q", "-m", "first", in: sandbox)
      if isKnown { #expect(try run(["."], in: sandbox).status == 0) }
      #expect(try changed(in: sandbox).isEmpty)
      try sandbox.write("flows/two.lua", "print(3)")
      #expect(try changed(in: sandbox) == ["a"])
      try sandbox.write("d_spec.lua", "it('d', function() end)")
      #expect(try changed(["HEAD"], in: sandbox) == ["a", "d"])
      try git("add", ".", in: sandbox)
      try git("commit", "-q", "-m", "second", in: sandbox)
      if isKnown { #expect(try run(["."], in: sandbox).status == 0) }
      try sandbox.write("lib/help.lua", "return { 1 }")
      #expect(try changed(in: sandbox) == ["b"])
      #expect(try changed(["HEAD~1"], in: sandbox) == ["a", "b", "d"])
      #expect(try run([".", "--changed=HEAD"], in: sandbox).output.contains("1 passed · "))
    }
  }

  @Test func `--changed says what git does not know`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('a', function() end)")
      let nowhere = try run(["a_spec.lua", "--changed"], in: sandbox)
      #expect(nowhere.status == 2 && nowhere.error.contains("is in no git repository (fatal: "))
      try git("init", "-q", in: sandbox)
      let unknown = try run(["a_spec.lua", "--changed", "nothing"], in: sandbox)
      #expect(unknown.status == 2)
      #expect(unknown.error == "ssoscript test: --changed: git knows no commit \"nothing\"\n")
      let command = ["\(Place.programs)/ssoscript-test", "a_spec.lua", "--changed"]
      let without = try ChildProcess(sandbox.settings(command, ["PATH": "/nowhere"])).end()
      #expect(without.status == 2 && without.error.contains("needs the program git"))
    }
  }

  @Test func `--save-failing writes a scenario that fails again`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.two)
      #expect(try run(["a_spec.lua", "--save-failing", "found"], in: sandbox).status == 1)
      let end = try run(["found"], in: sandbox)
      #expect(end.status == 1)
      #expect(end.output.contains("0 passed, 1 failed"))
      let folder = "\(sandbox.path)/found"
      let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
      #expect(sandbox.read("found/\(name)")?.contains("  file = \"../a_spec.lua\",\n") == true)
    }
  }

  @Test func `a failure in a recorded world comes again from its file`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.login)
      try sandbox.write("flow.lua", Self.flow)
      #expect(try run(["a_spec.lua", "--record", "sim.jsonl"], in: sandbox).status == 0)
      try sandbox.write("a_spec.lua", Self.login.replacing(", 0)", with: ", 3)"))
      let world = ["--world", "replay:sim.jsonl"]
      let failed = try run(["a_spec.lua", "--save-failing", "found"] + world, in: sandbox)
      #expect(failed.output.contains(" --world replay:sim.jsonl"), "\(failed.output)")
      let again = try run(["found"] + world, in: sandbox)
      #expect(again.status == 1)
      #expect(again.output.contains("expected exit status 3, got 0"), "\(again.output)")
    }
  }

  @Test func `--update-snapshots keeps what is asked for, and drops files of specs that are gone`()
    async throws
  {
    try await onThread {
      let sandbox = try Sandbox()
      for name in ["a", "b"] {
        try sandbox.write("\(name)_spec.lua", "it('x', function() assert.snapshot('\(name)') end)")
      }
      #expect(try run([".", "--update-snapshots", "--jobs", "4"], in: sandbox).status == 0)
      #expect(sandbox.read("snapshots/a_spec.snap")?.hasSuffix("## 1\n| a\n") == true)
      try FileManager.default.removeItem(atPath: "\(sandbox.path)/b_spec.lua")
      try sandbox.write("snapshots/crate__other.snap", "---\nsource: src/lib.rs\n---\n")
      let told = try run(["."], in: sandbox)
      #expect(told.status == 0)
      #expect(told.output.contains("  ./snapshots/b_spec.snap: its spec is gone\n"))
      #expect(sandbox.read("snapshots/b_spec.snap") != nil)
      let dropped = try run(["a_spec.lua", "--update-snapshots"], in: sandbox)
      #expect(dropped.output.contains("\n1 snapshot removed\n"))
      #expect(sandbox.read("snapshots/b_spec.snap") == nil)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: "\(sandbox.path)/snapshots").sorted()
          == ["a_spec.snap", "crate__other.snap"])
    }
  }

  @Test func `--update-snapshots drops nothing of another folder for an accent behind a slash`()
    async throws
  {
    try await onThread {
      let sandbox = try Sandbox()
      let folder = "\(sandbox.path)/d"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      let spec = "d/\u{301}_spec.lua"
      try sandbox.write(spec, "it('x', function() assert.snapshot('x') end)")
      try sandbox.write("a_spec.lua", "it('x', function() assert.snapshot('a') end)")
      #expect(try run(["a_spec.lua", "--update-snapshots"], in: sandbox).status == 0)
      try FileManager.default.moveItem(
        atPath: "\(sandbox.path)/a_spec.lua", toPath: "\(sandbox.path)/a.lua")
      let end = try run([spec, "--update-snapshots"], in: sandbox)
      #expect(end.status == 0, "\(end.error)")
      #expect(sandbox.read("snapshots/a_spec.snap") != nil)
      #expect(sandbox.read("d/snapshots/\u{301}_spec.snap") != nil)
    }
  }

  @Test func `snapshots that are larger than a Lua file are kept, and read again`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      let line = String(repeating: "\u{1F642}", count: 8)
      try sandbox.write(
        "a_spec.lua", "it('x', function() assert.snapshot(('\(line)\\n'):rep(33000)) end)")
      let command = ["a_spec.lua", "--timeout", "60"]
      #expect(try run(command + ["--update-snapshots"], in: sandbox).status == 0)
      #expect(sandbox.read("snapshots/a_spec.snap")?.utf8.count ?? 0 > 1 << 20)
      let again = try run(command, in: sandbox)
      #expect(again.status == 0, "\(again.output)")
    }
  }

  @Test func `--shard shares the scenarios, with timings by their time`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "for i = 1, 5 do it('s' .. i, function() end) end")
      #expect(try run(["a_spec.lua", "--report", "json:times.json"], in: sandbox).status == 0)
      for more in [[], ["--timings", "times.json"]] {
        let counts = try (1...2).map { shard in
          try run(["a_spec.lua", "--shard", "\(shard)/2", "--list"] + more, in: sandbox).output
            .split(separator: "\n").count
        }
        #expect(counts.reduce(0, +) == 5 && counts.allSatisfy { $0 >= 1 })
      }
      #expect(
        try run(["a_spec.lua", "--shard", "1/2", "--timings", "a_spec.lua"], in: sandbox).status
          == 2)
    }
  }

  @Test func `--merge judges the coverage of all shards`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("flow.lua", "if arg[1] == 'a' then\n  print(1)\nelse\n  print(2)\nend\n")
      try sandbox.write(
        "a_spec.lua",
        """
        for _, word in ipairs { "a", "b" } do
          it(word, function()
            local home = sim.home {}
            if word == "a" then home:fault("full") end
            sim.run("flow.lua", { args = { word }, home = home })
          end)
        end
        """)
      for shard in 1...2 {
        let end = try run(
          [
            "a_spec.lua", "--shard", "\(shard)/2", "--coverage", "--report",
            "json:\(shard).json",
          ], in: sandbox)
        #expect(end.status == 0)
      }
      let both = ["--merge", "1.json", "--merge", "2.json"]
      let merged = try run(
        both + ["--min-line-coverage", "100", "--report", "pretty", "--report", "lcov:all.lcov"],
        in: sandbox)
      #expect(merged.status == 0, "\(merged.output)\(merged.error)")
      #expect(merged.output.contains("of 2 reports together"))
      #expect(sandbox.read("all.lcov")?.contains("DA:2,1\nDA:4,1") == true)
      let one = try run(["--merge", "1.json", "--min-line-coverage", "100"], in: sandbox)
      #expect(one.status == 6)
      #expect(try run(both + ["--min-fault-coverage", "99"], in: sandbox).status == 6)
      for bad in [["--merge", "a_spec.lua"], ["--merge", "none.json"]] {
        let end = try run(bad, in: sandbox)
        #expect(end.status == 2 && end.error.contains("--merge: \(bad[1])"), "\(end.error)")
      }
      let narrow = try run(both + ["--coverage=lua"], in: sandbox)
      #expect(narrow.output.contains("Lua lines") && !narrow.output.contains("Protocol rules"))
      let lines = ["a_spec.lua", "--coverage=lua", "--report", "json:lines.json"]
      #expect(try run(lines, in: sandbox).status == 0)
      let other = try run(both + ["--merge", "lines.json"], in: sandbox)
      #expect(other.status == 2 && other.error.contains("lines.json tells of other parts"))
      let demand = ["--merge", "lines.json", "--min-fault-coverage", "1"]
      #expect(try run(demand, in: sandbox).error.contains("do not tell of faults"))
    }
  }

  @Test(arguments: [
    ["two.json"], ["--list"], ["--replay", "0x1f"], ["--watch"], ["--har", "x.har"], ["-x"],
    ["--jobs=4"], ["--", "two.json"], ["--state", "s.json"],
  ])
  func `--merge refuses what it would not do`(other: [String]) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("x.har", "of an earlier run")
      let end = try run(
        ["--merge", "one.json", "--color", "never", "--coverage"] + other, in: sandbox)
      #expect(end.status == 2 && end.output.isEmpty)
      let name = other.last == "two.json" ? "two.json" : other[0]
      #expect(end.error.contains("--merge runs nothing: \(name) does not"), "\(end.error)")
      #expect(sandbox.read("x.har") == "of an earlier run")
    }
  }

  @Test func `--merge ends as the gravest run did, and takes none that was cut short`() async throws
  {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("flow.lua", "print(1)")
      let reports = ["--coverage", "--report", "json:1.json"]
      try sandbox.write("a_spec.lua", "it('x', function() sim.run('flow.lua') assert(false) end)")
      #expect(try run(["a_spec.lua"] + reports, in: sandbox).status == 1)
      let failed = try run(["--merge", "1.json", "--report", "json:all.json"], in: sandbox)
      #expect(failed.status == 1)
      #expect(failed.error.contains("1.json is of a run that failed (exit status 1)"))
      #expect(try run(["--merge", "all.json"], in: sandbox).status == 1)
      let whole = try #require(sandbox.read("1.json"))
      try sandbox.write(
        "cut.json", whole.replacing("\"interrupted\": false", with: "\"interrupted\": true"))
      let cut = try run(["--merge", "cut.json"], in: sandbox)
      #expect(cut.status == 2 && cut.error.contains("cut.json is of a run that was interrupted"))
      try sandbox.write("flow.lua", "\n\nprint(1)")
      #expect(
        try run(["a_spec.lua", "--coverage", "--report", "json:2.json"], in: sandbox).status == 1)
      let other = try run(["--merge", "1.json", "--merge", "2.json"], in: sandbox)
      #expect(other.status == 2 && other.error.contains("flow.lua has other lines in 2.json"))
    }
  }

  @Test(arguments: [["--list"], ["--shard", "1/2"], []])
  func `a file that does not end on its own does not load`(arguments: [String]) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "while true do end")
      let end = try run(["a_spec.lua", "--timeout", "1"] + arguments, in: sandbox)
      #expect(end.status == 3)
      #expect((end.output + end.error).contains("--timeout"))
    }
  }

  private func permissions(_ name: String, in sandbox: Sandbox) throws -> Int? {
    let facts = try FileManager.default.attributesOfItem(atPath: "\(sandbox.path)/\(name)")
    return facts[.posixPermissions] as? Int
  }

  @Test func `--har and snapshots go through links, and keep permissions`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      let files = FileManager.default
      try sandbox.write("a_spec.lua", "it('x', function() assert.snapshot(2) end)")
      for name in ["kept.har", "kept.snap"] {
        try sandbox.write(name, "")
        try files.setAttributes([.posixPermissions: 0o640], ofItemAtPath: "\(sandbox.path)/\(name)")
      }
      try files.createDirectory(
        atPath: "\(sandbox.path)/snapshots", withIntermediateDirectories: true)
      let links = [
        "a.har": "kept.har", "b.har": "new.har", "snapshots/a_spec.snap": "../kept.snap",
      ]
      for (link, target) in links {
        try files.createSymbolicLink(
          atPath: "\(sandbox.path)/\(link)", withDestinationPath: target)
      }
      for har in ["a.har", "b.har"] {
        let end = try run(["a_spec.lua", "--update-snapshots", "--har", har], in: sandbox)
        #expect(end.status == 0, "\(end.output)\(end.error)")
      }
      for (link, target) in links {
        let now = try? files.destinationOfSymbolicLink(atPath: "\(sandbox.path)/\(link)")
        #expect(now == target)
        #expect(sandbox.read(target.replacing("../", with: ""))?.isEmpty == false)
      }
      #expect(try permissions("kept.har", in: sandbox) == 0o640)
      #expect(try permissions("kept.snap", in: sandbox) == 0o640)
      let usualFile = ["/bin/sh", "-c", ": > other"]
      #expect(try ChildProcess(sandbox.settings(usualFile)).end().status == 0)
      let usual = try permissions("other", in: sandbox)
      #expect(try permissions("new.har", in: sandbox) == usual)
    }
  }

  @Test func `--har writes into what is no file`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('x', function() end)")
      let end = try run(["a_spec.lua", "--har", "/dev/stderr"], in: sandbox)
      #expect(end.status == 0)
      #expect(end.error.contains("\"version\": \"1.2\""), "\(end.error)")
    }
  }

  @Test func `--har leaves an earlier archive until there is a whole one`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "while true do end")
      try sandbox.write("out.har", "of an earlier run")
      let command = [
        "\(Place.programs)/ssoscript-test", "a_spec.lua", "--state", "state.json", "--timeout",
        "600",
        "--har", "out.har", "--report", "tap",
      ]
      let process = try ChildProcess(sandbox.settings(command))
      #expect(try process.readLine() == "TAP version 14")
      process.send(signal: SIGKILL)
      _ = try process.end()
      #expect(sandbox.read("out.har") == "of an earlier run")
    }
  }

  @Test(arguments: ["--save-failing", "--trace-dir"])
  func `what cannot be written is said before anything runs`(option: String) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.two)
      try sandbox.write("file", "in the way")
      let end = try run(["a_spec.lua", option, "file/below"], in: sandbox)
      #expect(end.status == 2)
      #expect(end.output.isEmpty)
    }
  }

  @Test func `what cannot be written in the end keeps nothing else from being`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.two)
      let end = try run(
        [
          "a_spec.lua", "--trace-dir", "traces", "--report", "json:out.json", "--report",
          "tap:/dev/full",
        ],
        in: sandbox)
      #expect(end.status == 2)
      #expect(sandbox.read("out.json")?.isEmpty == false)
    }
  }

  @Test(arguments: [
    ["--report", "json"], ["--report", "tap", "--report", "json:out.json"], ["--list"],
    ["--list", "--json"], [],
  ])
  func `standard output that cannot be written fails the run`(arguments: [String]) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('x', function() end)")
      let program = "'\(Place.programs)/ssoscript' test a_spec.lua --state state.json"
      let command = ([program] + arguments).joined(separator: " ")
      for (place, words) in [(">/dev/full", "No space left on device"), (">&-", "")] {
        let shell = ["/bin/sh", "-c", "\(command) \(place)"]
        let end = try ChildProcess(sandbox.settings(shell)).end()
        #expect(end.status == 2)
        #expect(end.error.contains("cannot write standard output: \(words)"), "\(end.error)")
      }
      if arguments.contains("json:out.json") {
        #expect(sandbox.read("out.json")?.contains("\"passed\": 1") == true)
      }
    }
  }

  @Test func `a reader who has gone keeps no file from being written`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", Self.two)
      let command = ["\(Place.programs)/ssoscript", "test", "a_spec.lua", "--state", "state.json"]
      var settings = sandbox.settings(
        command + ["--report", "pretty", "--report", "json:out.json", "--save-failing", "found"])
      settings.output = .closedPipe
      let end = try ChildProcess(settings).end()
      #expect(end.status == 2)
      #expect(end.error.contains("cannot write standard output: Broken pipe"), "\(end.error)")
      #expect(sandbox.read("out.json")?.contains("\"failed\": 1") == true)
      #expect(sandbox.read("state.json")?.contains("fails") == true)
    }
  }

  @Test func `a state that is named and cannot be written fails before anything runs`()
    async throws
  {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('x', function() end)")
      let command = ["\(Place.programs)/ssoscript", "test", "a_spec.lua"]
      let named = command + ["--state", "a_spec.lua/state"]
      let end = try ChildProcess(sandbox.settings(named)).end()
      #expect(end.status == 2 && end.output.isEmpty)
      #expect(end.error.contains("cannot write a_spec.lua/state: Not a directory"), "\(end.error)")
      let surroundings = ["XDG_STATE_HOME": "\(sandbox.path)/a_spec.lua"]
      #expect(try ChildProcess(sandbox.settings(command, surroundings)).end().status == 0)
    }
  }

  @Test(arguments: [
    (
      ["--report", "json:x.out", "--report", "tap:./x.out"], "--report json and --report tap would"
    ),
    (
      ["--report", "json:x.out", "--har", "x.out"], "--report json and --har would both write x.out"
    ),
    (["--har", "state.json"], "--har and --state would both write state.json"),
    (["-j", "-1"], "--jobs must be from 1 to 256"),
    (["-j", "257"], "--jobs must be from 1 to 256"),
    (["--seed", "zz"], "a seed is a number below 2^64, such as 7 or 0x1f"),
    (["--json"], "--json needs --list"), (["--timings", "none.json"], "--timings needs --shard"),
    (["--fail-on-flaky"], "--fail-on-flaky needs --retries"),
    (["--profile-slow", "2", "--report", "tap"], "--profile-slow needs --report pretty"),
    (["--list", "--watch"], "--list runs nothing: --watch does not"),
    (["--list", "--report", "json"], "--list runs nothing: --report does not"),
    (["--list", "--min-line-coverage", "3"], "--list runs nothing: --min-line-coverage does not"),
  ])
  func `what would do nothing, or undo another, is refused`(
    arguments: [String], words: String
  ) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('x', function() end)")
      let end = try run(["a_spec.lua"] + arguments, in: sandbox)
      #expect(end.status == 2 && end.output.isEmpty)
      #expect(end.error.contains(words), "\(end.error)")
    }
  }

  @Test func `--watch runs what is new, and what is back`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('first', function() end)")
      let command = [
        "\(Place.programs)/ssoscript-test", ".", "--state", "state.json", "--watch", "--report",
        "tap",
      ]
      let process = try ChildProcess(sandbox.settings(command))
      let next = { (name: String) in
        while let line = try process.readLine() {
          if line.hasPrefix("ok ") { return #expect(line.contains(name), "\(line)") }
        }
      }
      try next("first")
      try sandbox.write("b_spec.lua", "it('second', function() end)")
      try next("second")
      let path = "\(sandbox.path)/b_spec.lua"
      try FileManager.default.moveItem(atPath: path, toPath: "\(sandbox.path)/other.lua")
      try sandbox.write("a_spec.lua", "it('third', function() end)")
      try next("third")
      try FileManager.default.moveItem(atPath: "\(sandbox.path)/other.lua", toPath: path)
      try next("second")
      process.send(signal: SIGINT)
      // 130 where the last run was still being put down.
      #expect([0, 130].contains(try process.end().status))
    }
  }

  @Test(arguments: [
    (["a_spec.lua", "-f", "nothing", "--list"], "no scenario matches: --filter \"nothing\""),
    (["a_spec.lua", "--tags", "x", "-j1"], "no scenario matches: --tags x"),
    (["a_spec.lua:9999"], "no scenario matches: a_spec.lua:9999 (the line of an it or a property)"),
  ])
  func `names what has chosen nothing`(arguments: [String], words: String) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('x', function() end)")
      let end = try run(arguments, in: sandbox)
      #expect(end.status == 7)
      #expect(end.error == "ssoscript test: \(words)\n")
    }
  }

  @Test func `--merge takes each report once`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      let end = try run(["--merge", "one.json", "--merge", "./one.json"], in: sandbox)
      #expect(end.status == 2)
      #expect(end.error.contains("--merge: ./one.json is named twice"), "\(end.error)")
    }
  }

  @Test func `reports have the permissions of other files`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('x', function() end)")
      let end = try run(
        ["a_spec.lua", "--report", "json:out.json", "--record", "out.jsonl"], in: sandbox)
      #expect(end.status == 0)
      let usualFile = ["/bin/sh", "-c", ": > other"]
      #expect(try ChildProcess(sandbox.settings(usualFile)).end().status == 0)
      let usual = try permissions("other", in: sandbox)
      for name in ["out.json", "out.jsonl"] {
        #expect(try permissions(name, in: sandbox) == usual)
      }
    }
  }

  @Test func `F19 reports are written when it is interrupted`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write(
        "a_spec.lua", "it('first', function() end) it('ends not', function() while true do end end)"
      )
      try sandbox.write("kept.jsonl", "of an earlier run")
      let command = [
        "\(Place.programs)/ssoscript", "test", "a_spec.lua", "--state", "state.json", "--timeout",
        "600", "--report", "tap", "--report", "json:report.json", "--record", "kept.jsonl",
        "--har", "out.har",
      ]
      let process = try ChildProcess(sandbox.settings(command))
      #expect(try process.readLine() == "TAP version 14")
      process.send(signal: SIGINT)
      let end = try process.end()
      #expect(end.status == 130)
      #expect(end.output.hasSuffix("Bail out! interrupted\n"))
      #expect(sandbox.read("report.json")?.contains("\"interrupted\": true") == true)
      let archive = try JSON.parse(Array((sandbox.read("out.har") ?? "").utf8)).asObject
      #expect(archive?["log"]?.asObject?["entries"]?.asArray != nil)
      #expect(sandbox.read("kept.jsonl") == "of an earlier run")
    }
  }
}
