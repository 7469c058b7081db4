import Testing

@Suite struct `The text of a script` {
  @Test func `that is not UTF-8 is refused with line and byte`() async throws {
    let ending = try await Stage().run(
      bytes: Array("-- ü\nprint('caf".utf8) + [0xE9] + Array("')\n".utf8))
    #expect(
      ending.word
        == "failed: flow.lua:2: byte 11 of the line, 0xe9, is not UTF-8; save the file as UTF-8")
    #expect(ending.output.isEmpty)
  }

  @Test(arguments: ["#!/usr/bin/env ssoscript\n", "\u{FEFF}", "\u{FEFF}#!/bin/x\n", ""])
  func `may begin with a byte order mark and a #! line`(head: String) async throws {
    let lines = head.split(separator: "\n", omittingEmptySubsequences: false).count
    let ending = try await Stage().run(bytes: Array((head + "error('here')").utf8))
    #expect(ending.word == "failed: flow.lua:\(lines): here")
  }

  @Test func `that does not compile names file and line`() async throws {
    let ending = try await Stage().run(bytes: Array("print(1)\nlocal = 2".utf8))
    #expect(ending.word == "failed: flow.lua:2: <name> expected near '='")
    #expect(ending.output.isEmpty)
  }

  @Test func `is never bytecode`() async throws {
    let ending = try await Stage().run(bytes: [0x1B] + Array("Lua".utf8))
    #expect(ending.word.contains("attempt to load a binary chunk"))
  }
}
