//  ChangedFilesTests.swift - which scenario files depend on what has changed.

import SSOScript
import Testing

@testable import SSOScenario

@Suite struct `Texts in a Lua file` {
  @Test func `are found in quotes and long brackets, not in comments`() {
    let source = """
      -- don't
      require "a.b" -- "no"
      x = 'it\\'s' .. [[long
      one]] .. [==[ ]] ]==] .. t[u[1]] --[[ 'no'
      "no" ]] sim.run("flows/" .. name)
      """
    #expect(
      LuaLexer.texts(in: Array(source.utf8))
        == ["a.b", "it\\'s", "long\none", " ]] ", "flows/"])
  }

  @Test(arguments: ["\n", "\r\n", "\n\r"])
  func `go on behind a line end or blanks that an escape skips`(end: String) {
    let source = #""a\z"# + end + end + " \t b" + #"", "c\"# + end + #"d", "\z""#
    let texts = ["a\\z\n\n \t b", "c\\\nd", "\\z"]
    #expect(LuaLexer.texts(in: Array(source.utf8)) == texts)
  }

  @Test(arguments: ["", "\"", "'a\\", "[[", "--[==[", "[=", "a[", "--"])
  func `end with their file`(source: String) {
    #expect(LuaLexer.texts(in: Array(source.utf8)).count <= 1)
  }
}

@Suite struct `Changed files` {
  private static let files: [String: String] = [
    "/p/s/a_spec.lua": "local help = require 'help' it('x', function() sim.run('f/' .. help) end)",
    "/p/s/help.lua": "return require 'deep.er'", "/p/s/deep/er.lua": "return 1",
    "/p/s/b_spec.lua": "sim.run 'other.lua'",
  ]

  private func touches(_ spec: String, _ changed: String, _ last: LastRun = LastRun()) -> Bool {
    let files = ChangedFiles(below: "/p", [Array("\(changed)\0".utf8)])
    return files.touches(
      spec, last, read: { Self.files[$0].map { Array($0.utf8) } },
      canonical: { path in
        let parts = path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        return path.hasPrefix("/") ? "/\(parts)" : "/p/\(parts)"
      })
  }

  @Test(arguments: [
    "s/a_spec.lua", "s/help.lua", "s/deep/er.lua", "s/f/any.lua", "s/snapshots/a_spec.snap",
  ])
  func `touch what may load them`(changed: String) {
    #expect(touches("s/a_spec.lua", changed))
    #expect(!touches("s/b_spec.lua", changed))
  }

  @Test func `touch what loaded them in its last run, while that is known`() {
    let hash = { (path: String) in LastRun.hash(Array((Self.files[path] ?? "").utf8)) }
    var last = LastRun(reads: [
      "s/a_spec.lua": ["/p/s/a_spec.lua": hash("/p/s/a_spec.lua"), "/p/s/deep/er.lua": 1]
    ])
    #expect(touches("s/a_spec.lua", "s/f/any.lua", last))
    last.reads["s/a_spec.lua"]?["/p/s/deep/er.lua"] = hash("/p/s/deep/er.lua")
    #expect(!touches("s/a_spec.lua", "s/f/any.lua", last))
    #expect(touches("s/a_spec.lua", "s/deep/er.lua", last))
  }
}
