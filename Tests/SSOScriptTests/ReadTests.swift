import SSOScript
import Testing

@Suite struct `Reading` {
  /// The same bytes as a file, and as standard input that comes byte by byte.
  private func read(_ calls: String, _ contents: String) async throws -> [String] {
    let script = "print((function(f) return \(calls) end)(file))"
    let stage = try Stage.open()
    stage.disk["/home/me/f.txt"] = contents
    let fromFile = try await stage.output(of: "file = io.open('f.txt') " + script)
    let other = try Stage()
    other.terminal.type(contents.unicodeScalars.map(String.init))
    return [fromFile, try await other.output(of: "file = io.stdin " + script)]
  }

  @Test(arguments: [
    ("f:read()", "one\ntwo", "one"), ("f:read('l', 'l', 'l')", "one\ntwo", "one\ttwo\tnil"),
    ("f:read('L', 'L')", "one\ntwo", "one\n\ttwo"), ("f:read('a')", "one\ntwo", "one\ntwo"),
    ("f:read('a', 'a', 'l')", "x", "x\t\tnil"), ("f:read('*a')", "x", "x"),
    ("f:read('n', 'l', 'n')", "1 rest\n2", "1\t rest\t2"),
    ("f:read(1, 0, 2, 9, 0)", "abcd", "a\t\tbc\td\tnil"),
    ("f:read(0)", "", "nil"), ("f:read(0)", "a", ""), ("f:read(2.0)", "abc", "ab"),
    ("f:read('n', 'l')", "x y\n", "nil"), ("f:read('l', 'n', 'l')", "a\nb\n", "a\tnil"),
    ("f:read('a')", "", ""), ("f:read('l')", "", "nil"), ("f:read('l')", "\n", ""),
  ])
  func `takes one value for each format, up to the first that fails`(
    call: String, contents: String, values: String
  ) async throws {
    for output in try await read(call, contents) { #expect(output == values + "\n") }
  }

  /// Compared with lua5.4.
  @Test(arguments: [
    ("12", "12\tinteger"), ("  \n\t-7 x", "-7\tinteger"), ("+5", "5\tinteger"),
    ("0x1F", "31\tinteger"), ("-0xA", "-10\tinteger"), ("3.5", "3.5\tfloat"), ("5.", "5.0\tfloat"),
    (".5", "0.5\tfloat"), ("1e3", "1000.0\tfloat"), ("1E-2", "0.01\tfloat"),
    ("0x1.8p3", "12.0\tfloat"), ("0x.8", "0.5\tfloat"), ("0x1p4", "16.0\tfloat"),
    ("0xA.", "10.0\tfloat"), ("9223372036854775807", "9223372036854775807\tinteger"),
    ("9223372036854775808", "9.2233720368548e+18\tfloat"),
    ("-9223372036854775808", "-9223372036854775808\tinteger"),
    ("0xffffffffffffffff", "-1\tinteger"), ("0x10000000000000002", "2\tinteger"),
    ("00012", "12\tinteger"), ("-0.0", "-0.0\tfloat"), ("1e400", "inf\tfloat"),
  ])
  func `knows Lua's numbers`(text: String, value: String) async throws {
    let call = "(function(n) return n, math.type(n) end)(f:read('n'))"
    for output in try await read(call, text) { #expect(output == value + "\n") }
  }

  @Test(arguments: [
    ("abc", "abc"), ("-x", "x"), ("0x", ""), ("0xg", "g"), ("1e", ""), ("1e+", ""), (".", ""),
    ("nan", "nan"), ("inf", "inf"), ("1e5x", nil), ("--1", "-1"), ("", nil), ("0x1p", ""),
  ])
  func `gives nil for what is none, and has eaten what looked like one`(
    text: String, rest: String?
  ) async throws {
    guard let rest else { return }
    let call = "(function(n) return n, f:read('a') end)(f:read('n'))"
    for output in try await read(call, text) { #expect(output == "nil\t\(rest)\n") }
  }

  @Test func `takes no number longer than 200 characters`() async throws {
    let call = "(function(n) return n, #f:read('a') end)(f:read('n'))"
    let digits = { String(repeating: "1", count: $0) }
    for output in try await read(call, digits(201)) { #expect(output == "nil\t1\n") }
    for output in try await read(call, digits(200)) {
      #expect(output == "1.1111111111111e+199\t0\n")
    }
  }

  @Test(arguments: ["'x'", "''", "-1", "1.5", "nil", "{}", "true", "0/0"])
  func `refuses other formats and says which`(format: String) async throws {
    let failure = try await Stage.open().failure(of: "io.read('l', \(format))")
    #expect(failure.message == "bad argument #2 to 'io.read' (invalid format)")
  }

  @Test(arguments: ["io.open('f.txt')", "io.stdin"])
  func `loses nothing of what was too much for one read`(file: String) async throws {
    let count = (64 << 20) + 100_000
    let stage = try Stage.open()
    stage.disk.put([UInt8](repeating: 97, count: count), at: "/home/me/f.txt")
    stage.terminal.type([String(repeating: "a", count: count)])
    let script = """
      local file = \(file)
      for _ = 1, 2 do print(file:read(0, "a")) end
      local count = 0
      for bytes in file:lines(1 << 20) do count = count + #bytes end
      print(count)
      """
    let failure = "nil\ta read gives at most 67108864 bytes; read in pieces\t27\n"
    #expect(try await stage.output(of: script) == "\(failure)\(failure)\(count)\n")
  }

  @Test func `reads a number whose exponent no machine can hold, as tonumber does`() async throws {
    let script = """
      io.open("f.txt", "w"):write("1e99999999999999999999999 -0x1p+99999999999999999999 1e-99999999999999999999"):close()
      print(io.open("f.txt"):read("n", "n", "n"))
      """
    #expect(try await Stage.open().output(of: script) == "inf\t-inf\t0.0\n")
  }

  @Test func `looks behind an end that it met before, as the file may have grown`() async throws {
    let script = """
      local writing, file = io.open("f.txt", "w"), io.open("f.txt")
      writing:write("one\\n")
      print(file:read(), file:read(), file:read("a"))
      writing:write("two\\nthree")
      print(file:read(), file:read(), file:read())
      writing:write(" four")
      print(file:read(1), file:read("n", "l"))
      for line in file:lines() do print(line) end
      writing:write("5")
      print(file:read("n"), file:seek(), file:read(0))
      """
    #expect(
      try await Stage.open().output(of: script)
        == "one\tnil\t\ntwo\tthree\tnil\n \tnil\nfour\n5\t19\tnil\n")
  }

  @Test func `asks a terminal again after an end, but for one read once only`() async throws {
    let stage = try Stage.open()
    stage.terminal.type("one\n", "", "two", "", "", "three\n", "", "four\n")
    let script = """
      print(io.read(), io.read(), io.read(), io.read())
      print(io.read("L", "a", "l"))
      for line in io.lines() do print(line) end
      """
    #expect(
      try await stage.output(of: script) == "one\tnil\ttwo\tnil\nthree\n\t\tnil\nfour\n")
  }

  @Test func `from standard input fails as Lua's own functions do, and in a loop is raised`()
    async throws
  {
    let stage = try Stage.open()
    stage.terminal.failReading(with: DoorError("stdin: Is a directory", number: 21))
    let script = """
      print(io.read()) print(io.stdin:read("a"))
      print(pcall(io.lines())) print(pcall(io.stdin:lines()))
      """
    let failure = "stdin: Is a directory"
    let returned = "nil\t\(failure)\t21\n"
    let raised = "false\tfile:lines: \(failure)\n"
    #expect(try await stage.output(of: script) == returned + returned + raised + raised)
  }

  @Test func `has a limit`() async throws {
    let failure = try await Stage.open().failure(of: "io.read(1 << 40)")
    #expect(failure.message == "io.read: at most 67108864 bytes at once")
  }
}
