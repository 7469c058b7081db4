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

  @Test func `has a limit`() async throws {
    let failure = try await Stage.open().failure(of: "io.read(1 << 40)")
    #expect(failure.message == "io.read: at most 67108864 bytes at once")
  }
}
