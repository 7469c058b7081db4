import SSOScript
import Testing

@Suite struct `require` {
  private func stage(_ files: [String: String], roots: [String] = ["/home/me"]) throws -> Stage {
    var stage = try Stage()
    stage.options.moduleRoots = roots
    for (path, text) in files { stage.disk[path] = text }
    return stage
  }

  @Test func `finds files and folders, once each, without any permission`() async throws {
    let stage = try stage([
      "/home/me/util.lua": "print('loaded', ...) return { n = 1 }",
      "/home/me/lib/a_1.lua": "return 'a'", "/home/me/lib/init.lua": "return 'lib'",
    ])
    let script = """
      print(require("util") == require("util"), require("util").n)
      print(require("lib.a_1"), (require("lib")))
      """
    #expect(
      try await stage.output(of: script) == "loaded\tutil\t@util.lua\ntrue\t1\na\tlib\n")
  }

  @Test func `looks in one folder after the other`() async throws {
    let stage = try stage(
      [
        "/home/me/a.lua": "return 'mine'", "/etc/p/a.lua": "return 'site'",
        "/etc/p/b.lua": "return 'b'",
      ],
      roots: ["/home/me", "/etc/p"])
    #expect(try await stage.output(of: "print((require 'a'), (require 'b'))") == "mine\tb\n")
  }

  @Test(arguments: [
    "../secret", "/etc/passwd", "a..b", ".a", "a.", "", "a-b", "a b", "a/b", "a\\0b", "ä", "a\\\\b",
    "..", "~.a", "%61",
  ])
  func `takes names of letters, digits and underscores only`(name: String) async throws {
    let failure = try await stage([:]).failure(of: "require('\(name)')")
    #expect(
      failure.message.contains("module names are letters, digits and _ in parts joined by dots"))
  }

  @Test(arguments: ["1", "{}", "nil", "print"])
  func `takes names`(value: String) async throws {
    let ending = try await stage([:]).run("require(\(value))")
    #expect(ending.word.hasPrefix("failed: "))
  }

  @Test func `says where it looked, in names without the folder`() async throws {
    let failure = try await stage([:]).failure(of: "require 'lib.absent'")
    #expect(
      failure.message.hasSuffix(
        "module 'lib.absent' not found:\n\tno file 'lib/absent.lua'\n\tno file 'lib/absent/init.lua'"
      ))
    #expect(failure.position == "flow.lua:1")
  }

  @Test func `follows no link out of the folder`() async throws {
    for name in ["secret", "etc.secret"] {
      let fresh = try self.stage([:])
      fresh.disk["/etc/secret.lua"] = "return 's'"
      fresh.disk.link("/home/me/secret.lua", to: "/etc/secret.lua")
      fresh.disk.link("/home/me/etc", to: "/etc")
      #expect(try await fresh.failure(of: "require '\(name)'").message.contains("not found"))
    }
  }

  @Test(arguments: [
    (String(repeating: "-", count: (1 << 20) + 1), "lib.lua: larger than 1048576 bytes"),
    ("return 'caf\u{FFFD}", "lib.lua:1: unfinished string"),
    ("x = = 1", "lib.lua:1: unexpected symbol near '='"), ("error('in it')", "lib.lua:1: in it"),
  ])
  func `says what is wrong with a file that is there`(text: String, message: String) async throws {
    let failure = try await stage(["/home/me/lib.lua": text]).failure(of: "require 'lib'")
    #expect(failure.message.contains(message))
    #expect(!failure.message.contains("/home/me"))
  }

  @Test func `reads UTF-8 only`() async throws {
    let stage = try stage([:])
    stage.disk.put(Array("-- \n".utf8) + [0xFF], at: "/home/me/lib.lua")
    let failure = try await stage.failure(of: "require 'lib'")
    #expect(
      failure.message
        == "require: lib.lua:2: byte 1 of the line, 0xff, is not UTF-8; save the file as UTF-8")
  }

  @Test func `runs modules that wait and modules that fail once more`() async throws {
    let stage = try stage([
      "/home/me/slow.lua": "require('sso').time.sleep(5) return 'rested'",
      "/home/me/bad.lua": "tries = (tries or 0) + 1 error('try ' .. tries)",
    ])
    let script = "print((require 'slow')) print(pcall(require, 'bad')) print(pcall(require, 'bad'))"
    #expect(
      try await stage.output(of: script)
        == "rested\nfalse\tbad.lua:1: try 1\nfalse\tbad.lua:1: try 2\n")
  }

  @Test(arguments: ["package", "debug.sethook", "io.tmpfile", "dofile", "loadfile", "string.dump"])
  func `is the only door to code`(name: String) async throws {
    #expect(try await stage([:]).output(of: "print(\(name))") == "nil\n")
  }

  @Test func `lets a second task wait for a module that another loads`() async throws {
    let stage = try stage([
      "/home/me/slow.lua": "n = (n or 0) + 1 require('sso').time.sleep(5) return { n = n }",
      "/home/me/bad.lua": "m = (m or 0) + 1 require('sso').time.sleep(1) error('try ' .. m)",
    ])
    let script = """
      local function slow() return require("slow").n end
      print(table.unpack(sso.task.all { slow, slow, slow }))
      local function bad() return select(2, pcall(require, "bad")) end
      print(table.unpack(sso.task.all { bad, bad }))
      """
    let ending = try await stage.run(script)
    #expect(ending.output == "1\t1\t1\nbad.lua:1: try 1\tbad.lua:1: try 2\n")
    #expect(ending.elapsed == .seconds(7))
  }

  @Test func `does not let tasks wait for each other's modules`() async throws {
    let stage = try stage([
      "/home/me/a.lua": "require('sso').time.sleep(1) return (require 'b')",
      "/home/me/b.lua": "require('sso').time.sleep(1) return (require 'a')",
    ])
    let failure = try await stage.failure(
      of: """
        sso.task.all { function() return require "a" end, function() return require "b" end }
        """)
    #expect(
      failure.message.contains("is being loaded by another task, which waits for this one"),
      "\(failure.message)")
  }

  @Test func `loads anew a module whose loader has ended in the middle of it`() async throws {
    let stage = try stage(["/home/me/m.lua": "n = (n or 0) + 1 coroutine.yield() return n"])
    let script = """
      local function load() return require "m" end
      sso.task.spawn(function() coroutine.wrap(load)() end):join()
      local load = coroutine.wrap(load)
      load()
      print((load()), (require "m"))
      """
    #expect(try await stage.output(of: script) == "2\t2\n")
  }

  @Test func `takes null for a module's value`() async throws {
    let stage = try stage(["/home/me/null.lua": "return require('sso').null"])
    #expect(
      try await stage.output(of: "print((require 'null'), (require 'null'))") == "null\tnull\n")
  }

  @Test(arguments: [
    (
      "local m = require 'slow' print(a:join())", "return require('slow').n",
      "1\n"
    ),
    (
      "local b = sso.task.spawn(function() return require('slow').n end) print(b:join(), a:join())",
      "return require('slow').n", "1\t1\n"
    ),
    (
      "print(pcall(require, 'bad')) print(a:join())",
      "return select(2, pcall(require, 'bad'))",
      "false\tbad.lua:1: once more\nbad.lua:1: once more\n"
    ),
  ])
  func `lets who has loaded a module join those who wait for it`(
    main: String, other: String, output: String
  ) async throws {
    let stage = try stage([
      "/home/me/slow.lua": "require('sso').time.sleep(1) return { n = 1 }",
      "/home/me/bad.lua": "require('sso').time.sleep(1) error('once more')",
    ])
    let script = """
      local a = sso.task.spawn(function() \(other) end)
      \(main)
      """
    #expect(try await stage.output(of: script) == output)
  }
}
