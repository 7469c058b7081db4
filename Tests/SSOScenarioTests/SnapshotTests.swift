//  SnapshotTests.swift - what a value was when somebody looked at it.

import LuaEngine
import SSOScript
import Synchronization
import Testing

@testable import SSOScenario

/// Files that can be written.
private final class Folder: Sendable {
  private let files: Mutex<[String: String]>

  init(_ spec: String, flow: String = "") {
    files = Mutex(["/project/a_spec.lua": spec, "/project/flow.lua": flow])
  }

  subscript(path: String) -> String? {
    get { files.withLock { $0["/project/\(path)"] } }
    set { files.withLock { $0["/project/\(path)"] = newValue } }
  }

  func read(_ path: String) throws(DoorError) -> [UInt8] {
    guard let text = files.withLock({ $0[path] }) else {
      throw DoorError("\(path): No such file or directory", number: 2)
    }
    return Array(text.utf8)
  }

  /// Runs the spec as the command does.
  @discardableResult
  func run(
    updating: Bool = false, jobs: Int = 1, files names: [String] = ["a_spec.lua"],
    _ change: (inout ScenarioRunOptions) -> Void = { _ in }
  ) throws -> (report: SuiteReport, result: SnapshotResult) {
    let store = SnapshotStore(updates: updating)
    var sources = ScenarioSources(
      read: { [self] path throws(DoorError) in try read(path) },
      canonical: { $0 == "." ? "/project" : $0.hasPrefix("/") ? $0 : "/project/" + $0 })
    sources.snapshots = store
    var options = ScenarioRunOptions()
    change(&options)
    let suite = ScenarioSuite(
      files: names, sources: { [sources] _ in sources }, options: options, jobs: jobs)
    var report = SuiteReport()
    report.files = suite.run()
    let result = store.result(isGood: report.exitStatus(SuiteDemands()) == 0) {
      [self] path throws(DoorError) in try read(path)
    }
    for (path, text) in result.files { files.withLock { $0[path] = text } }
    return (report, result)
  }
}

@Suite struct `A snapshot` {
  private static let file = "snapshots/a_spec.snap"

  @Test func `is kept when that is asked for, and holds from then on`() throws {
    let folder = Folder("it('x', function() assert.snapshot({ a = 1, b = { 2 } }, 'table') end)")
    let missing = try folder.run().report.scenarios[0]
    #expect(missing.outcome == .failed)
    #expect(missing.failure?.message.contains("--update-snapshots keeps this one") == true)
    #expect(folder[Self.file] == nil)
    #expect(try folder.run(updating: true).result.words == ["1 snapshot written"])
    #expect(
      folder[Self.file]
        == """
        -- Snapshots of a_spec.lua, written by `ssoscript test --update-snapshots`.

        # x

        ## table
        | { a = 1, b = { 2 } }

        """)
    #expect(try folder.run().report.scenarios[0].outcome == .passed)
    #expect(try folder.run(updating: true).result.files.isEmpty)
  }

  @Test func `that differs shows where`() throws {
    let folder = Folder(
      "it('x', function() assert.snapshot(\"1\\n2\\n3\\n4\\n5\\n\") assert.snapshot(1) end)")
    try folder.run(updating: true)
    folder["a_spec.lua"] = "it('x', function() assert.snapshot(\"1\\n2\\n3\\nfour\\n5\\n\") end)"
    let failure = try folder.run().report.scenarios[0].failure
    #expect(
      failure?.message
        == """
        snapshot "1" differs (snapshots/a_spec.snap:5; --update-snapshots takes what it is now)
            | 2
            | 3
          - | 4
          + | four
            | 5
            |\u{20}
        """)
    folder["a_spec.lua"] =
      "it('x', function() assert.snapshot(\"1\\n2\\n3\\n4\\n5\\n\") assert.snapshot(2) end)"
    #expect(
      try folder.run().report.scenarios[0].failure?.message.hasSuffix(
        "expected: 1\n     got: 2") == true)
  }

  @Test func `that nobody asks for is obsolete, once all pass`() throws {
    let folder = Folder(
      "it('x', function() assert.snapshot(1) end) it('y', function() assert.snapshot(1) end)")
    try folder.run(updating: true)
    folder["a_spec.lua"] =
      "it('x', function() end) it('z', function() assert.snapshot(1) assert(false) end)"
    #expect(try folder.run().result.obsolete.isEmpty)
    folder["a_spec.lua"] = "it('x', function() end) it('z', function() end)"
    let some = try folder.run { $0.selects = { report, _ in report.name == "z" } }
    #expect(some.result.obsolete == ["snapshots/a_spec.snap: y › 1"])
    #expect(try folder.run().result.obsolete.count == 2)
    #expect(try folder.run(updating: true).result.words == ["2 snapshots removed"])
    #expect(folder[Self.file] == nil)
  }

  @Test func `is not obsolete because a replay does not run its scenario`() throws {
    let folder = Folder(
      "for _, n in ipairs { 'x', 'y' } do it(n, function() assert.snapshot(1) end) end")
    try folder.run(updating: true)
    let before = folder[Self.file]
    #expect(before != nil)
    for updating in [false, true] {
      let end = try folder.run(updating: updating) {
        $0.replay = 31
        $0.selects = { report, _ in report.name == "x" }
      }
      #expect(end.report.count(.passed) == 1)
      #expect(end.result.words.isEmpty)
      #expect(folder[Self.file] == before)
    }
    folder["a_spec.lua"] = "it('x', function() assert.snapshot(2) end)"
    let changed = try folder.run(updating: true) { $0.replay = 31 }
    #expect(changed.result.words == ["1 snapshot written"])
    #expect(folder[Self.file]?.contains("# y\n\n## 1\n| 1\n") == true)
  }

  @Test func `of a saved failure stays with its spec`() throws {
    let folder = Folder(
      "for _, n in ipairs { 'x', 'y' } do it(n, function() assert.snapshot(1) end) end")
    try folder.run(updating: true)
    let before = folder[Self.file]
    folder["saved_spec.lua"] =
      "replay { file = 'a_spec.lua', scenario = 'x', seed = '0x1f' }"
    let end = try folder.run(updating: true, files: ["saved_spec.lua"])
    #expect(end.report.count(.passed) == 1 && end.result.words.isEmpty)
    #expect(folder[Self.file] == before)
  }

  @Test(arguments: [
    ("-- Snapshots of b_spec.lua, written by `ssoscript test --update-snapshots`.\n", true),
    ("---\nsource: src/lib.rs\n---\n", false), ("-- Snapshots of mine\n", false), ("", false),
  ])
  func `file is told from those of other tools by its first line`(text: String, isOurs: Bool) {
    #expect(SnapshotStore.wrote(Array(text.utf8)) == isOurs)
  }

  @Test(arguments: [1, 4]) func `is not lost among threads`(jobs: Int) throws {
    let folder = Folder(
      """
      for i = 1, 20 do it("s" .. i, function() assert.snapshot("v" .. i) end) end
      property("p", { seeds = 20 }, function() assert.snapshot("same") end)
      """)
    #expect(try folder.run(updating: true, jobs: jobs).result.written == 21)
    #expect(try folder.run(jobs: jobs).report.count(.passed) == 21)
  }

  @Test func `has one value in a run`() throws {
    let folder = Folder(
      "property('p', { seeds = 9, shrink = false }, function(w) assert.snapshot(w:number(1, 1000)) end)"
    )
    let report = try folder.run(updating: true).report
    #expect(report.scenarios[0].failure?.message.contains("two values in one run") == true)
  }

  @Test func `is not kept where a failure is only made small`() throws {
    let folder = Folder(
      """
      property("p", { seeds = 50 }, function(world)
        local n = world:number(1, 1000)
        assert.snapshot("v" .. n, "n" .. n)
        assert.is_true(n < 900)
      end)
      """)
    let end = try folder.run(updating: true)
    #expect(end.report.scenarios[0].draws.map(\.text) == ["world:number gives 900"])
    #expect(end.result.written == end.report.scenarios[0].seeds)
    #expect(folder[Self.file]?.contains("v900") == false)
  }

  @Test func `is compared by its bytes, and taken anew where they differ`() throws {
    let spec = { (text: String) in "it('x', function() assert.snapshot('\(text)', 'a\\r\\nb') end)"
    }
    let folder = Folder(spec("e\u{301}"))
    try folder.run(updating: true)
    #expect(try folder.run().report.scenarios[0].outcome == .passed)
    folder["a_spec.lua"] = spec("\u{E9}")
    let failure = try folder.run().report.scenarios[0].failure
    #expect(failure?.message.hasSuffix("\nthey differ from byte 1 on") == true)
    #expect(try folder.run(updating: true).result.written == 1)
    #expect(try folder.run().report.scenarios[0].outcome == .passed)
  }

  @Test func `has a name that is told from others by its bytes`() throws {
    let folder = Folder(
      "it('x', function() assert.snapshot(1, 'caf\u{E9}') assert.snapshot(2, 'cafe\u{301}') end)")
    try folder.run(updating: true)
    #expect(try folder.run().report.scenarios[0].outcome == .passed)
  }

  @Test(arguments: [
    (#""\xffa""#, #""\xfea""#), (#""\xff""#, #""\u{fffd}""#), (#""\x1b""#, #""\\u{1b}""#),
    (#""\\\x1b""#, #""\\\\u{1b}""#), (#""\xff""#, #""\\x{ff}""#),
    (#"{ "\xff" }"#, #"{ "\xfe" }"#), (#"{ "\xff" }"#, #"{ "\u{fffd}" }"#),
  ])
  func `tells texts apart that a terminal would not`(kept: String, now: String) throws {
    let folder = Folder("it('x', function() assert.snapshot(\(kept)) end)")
    try folder.run(updating: true)
    #expect(try folder.run().report.scenarios[0].outcome == .passed)
    folder["a_spec.lua"] = "it('x', function() assert.snapshot(\(now)) end)"
    #expect(try folder.run().report.scenarios[0].outcome == .failed)
  }

  @Test(arguments: [
    (#""C:\\users \\{u} \t\u{e9}""#, "C:\\users \\{u} \t\u{e9}"), (#""\x1b[1m""#, #"\u{1b}[1m"#),
    (#""\xff\xe2\x82""#, #"\x{ff}\x{e2}\x{82}"#), (#""\\u{41}""#, #"\u{5c}u{41}"#),
    (#"{ "\xff\27" }"#, #"{ "\xff\27" }"#),
  ])
  func `shows what it is, and what is no text`(value: String, text: String) throws {
    let folder = Folder("it('x', function() assert.snapshot(\(value)) end)")
    try folder.run(updating: true)
    #expect(folder[Self.file]?.contains("\n| \(text)\n") == true, "\(folder[Self.file] ?? "")")
  }

  @Test func `S39 holds no secret`() throws {
    let folder = Folder(
      "it('x', function() assert.snapshot(sim.run('flow.lua', { service = sim.service {} }).stdout) end)",
      flow: """
        local reg = require "sso".client {}:register_client { clientName = "x", clientType = "public" }
        print(reg.clientSecret)
        """)
    try folder.run(updating: true)
    #expect(folder[Self.file]?.contains("| <secret>\n|\n") == true)
    #expect(try folder.run { $0.seed = 2 }.report.scenarios[0].outcome == .passed)
  }

  @Test func `file that was damaged is named with its line`() throws {
    let folder = Folder("it('x', function() assert.snapshot(1) end)")
    try folder.run(updating: true)
    folder[Self.file]? += "<<<<<<< HEAD\n"
    let failure = try folder.run(updating: true).report.scenarios[0].failure
    #expect(failure?.message.hasPrefix("snapshots/a_spec.snap:7: this is no line") == true)
    #expect(folder[Self.file]?.hasSuffix("HEAD\n") == true)
  }

  @Test func `file has each name once`() {
    #expect(throws: SnapshotFile.Problem(line: 6)) {
      try SnapshotFile("# x\n\n## 1\n| a\n\n## 1\n| b\n")
    }
  }

  @Test func `that somebody else has kept meanwhile stays`() throws {
    let store = SnapshotStore(updates: true)
    try store.check(
      "mine", .init(scenario: "x", label: "1"), in: "/snapshots/a_spec.snap", shown: "a_spec.snap",
      keeps: true
    ) { path throws(DoorError) in throw DoorError("\(path): there is none", number: 2) }
    var others = SnapshotFile()
    others.entries = [.init(scenario: "y", label: "1"): "theirs"]
    let bytes = Array(others.text(of: "a_spec.lua").utf8)
    let text = store.result(isGood: false) { _ throws(DoorError) in bytes }.files.first?.text
    #expect(text?.contains("| mine\n") == true && text?.contains("| theirs\n") == true)
  }

  @Test func `is not kept where no later run could read it, and the others are`() throws {
    let store = SnapshotStore(updates: true)
    for (name, size) in [("a", SnapshotStore.sizeLimit), ("b", 1)] {
      try store.check(
        String(repeating: "x", count: size), .init(scenario: "x", label: "1"),
        in: "/snapshots/\(name)_spec.snap", shown: "\(name)_spec.snap", keeps: true
      ) { path throws(DoorError) in throw DoorError("\(path): there is none", number: 2) }
    }
    let result = store.result(isGood: false) { path throws(DoorError) in
      throw DoorError("\(path): there is none", number: 2)
    }
    #expect(result.refused == ["a_spec.snap: it would be larger than 16777216 bytes"])
    #expect(result.files.map(\.path) == ["/snapshots/b_spec.snap"])
    #expect(result.words == ["1 snapshot written"])
  }

  @Test func `file gives back what was put into it`() throws {
    var file = SnapshotFile()
    file.entries = [
      .init(scenario: "a › b\nc\\n", label: "10"): "x\n\n", .init(scenario: "# d", label: "9"): "",
      .init(scenario: "a › b\nc\\n", label: "## l"): "| # ## \n--",
      .init(scenario: "a › b\nc\\n", label: "2"): "  ",
      .init(scenario: "e", label: "1"): "\u{301}joins",
      .init(scenario: "f\r\ng", label: "\n\u{301}"): "x",
    ]
    let text = file.text(of: "a_spec.lua")
    let read = try SnapshotFile(text)
    #expect(read.entries == file.entries)
    #expect(read.text(of: "a_spec.lua") == text)
    #expect(try SnapshotFile(text.replacing("\n", with: "\r\n")).entries == file.entries)

    #expect(text.contains("## 2\n|   \n\n## 10\n"))
  }
}
