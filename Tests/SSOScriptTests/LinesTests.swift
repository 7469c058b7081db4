import SSOScript
import Testing

@Suite struct `io.lines and file:lines` {
  private func run(_ script: String, _ contents: String) async throws -> (String, open: Int) {
    let stage = try Stage.open()
    stage.disk["/home/me/f.txt"] = contents
    return (try await stage.output(of: script), stage.disk.openCount)
  }

  @Test(arguments: [
    ("", ""), ("a", "[a]"), ("a\n", "[a]"), ("a\n\nb", "[a][][b]"), ("\n", "[]"),
    ("a\r\nb", "[a\r][b]"),
  ])
  func `walk the lines and close at the end`(contents: String, lines: String) async throws {
    let (output, open) = try await run(
      "for l in io.lines('f.txt') do io.write('[', l, ']') end", contents)
    #expect(output == lines)
    #expect(open == 0)
  }

  @Test(arguments: ["break", "goto out", "error('out')", "return"])
  func `close when a loop is left early`(exit: String) async throws {
    let script = "pcall(function() for l in io.lines('f.txt') do \(exit) end ::out:: end)"
    let (_, open) = try await run(script, "a\nb\n")
    #expect(open == 0)
  }

  @Test func `give the file as the fourth value`() async throws {
    let script = """
      local step, a, b, file = io.lines("f.txt")
      print(a, b, io.type(file), step(), step(), io.type(file))
      print(pcall(step))
      """
    let (output, open) = try await run(script, "x")
    #expect(
      output == "nil\tnil\tfile\tx\tnil\tclosed file\nfalse\tfile is already closed\n")
    #expect(open == 0)
  }

  @Test(arguments: [
    ("'L'", "[a\n][b 1]"), ("'*l'", "[a][b 1]"), ("1", "[a][\n][b][ ][1]"), ("2", "[a\n][b ][1]"),
    ("'l', 1", "[a,b][ 1,nil]"), ("'line'", "[a][b 1]"),
  ])
  func `take the formats of file:read`(formats: String, lines: String) async throws {
    let body = "do io.write('[', x, y == nil and not two and '' or ',' .. tostring(y), ']') end"
    let two = formats.contains(",")
    for source in ["io.lines('f.txt', \(formats))", "io.open('f.txt'):lines(\(formats))"] {
      let (output, _) = try await run("two = \(two) for x, y in \(source) \(body)", "a\nb 1")
      #expect(output == lines)
    }
  }

  @Test func `raise what cannot be opened or read`() async throws {
    let missing = try await Stage.open().failure(of: "for l in io.lines('missing') do end")
    #expect(missing.message == "io.lines: /home/me/missing: No such file or directory")
    #expect(missing.position == "flow.lua:1")
    let unreadable = try await Stage.open().failure(
      of: "for l in io.open('f.txt', 'w'):lines() do end")
    #expect(unreadable.message == "file:lines: /home/me/f.txt: Bad file descriptor")
    let format = try await Stage.open().failure(of: "io.lines('f.txt', 'x')")
    #expect(format.message == "bad argument #2 to 'io.lines' (invalid format)")
  }

  @Test func `of a file leave it open`() async throws {
    let script = """
      local f = io.open("f.txt")
      for l in f:lines() do io.write(l) end
      print(io.type(f), f:read("l"), f:read("a") == "")
      """
    #expect(try await run(script, "a\nb\n").0 == "abfile\tnil\ttrue\n")
  }

  @Test func `of a file keep it open though nobody else holds it`() async throws {
    let script = """
      local count = 0
      for l in io.open("f.txt"):lines() do
        for i = 1, 1e4 do local _ = {} end
        sso.time.sleep(1)
        count = count + 1
      end
      print(count)
      """
    #expect(try await run(script, "1\n2\n3\n4\n5\n6\n7\n8\n").0 == "8\n")
  }

  @Test func `of standard input wait for it`() async throws {
    let stage = try Stage()
    stage.terminal.type("on", "e\ntw", "o\nthree")
    let script = "for l in io.lines() do print(l) end print(io.type(io.stdin))"
    #expect(try await stage.output(of: script) == "one\ntwo\nthree\nfile\n")
  }
}
