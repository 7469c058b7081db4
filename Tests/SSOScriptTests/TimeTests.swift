import Testing

@Suite struct `sso.time` {
  @Test(arguments: [
    ("0", "1970-01-01T00:00:00Z"), ("", "2030-01-01T00:00:00Z"), ("-1", "1969-12-31T23:59:59Z"),
    ("-0.5", "1969-12-31T23:59:59Z"), ("1.9", "1970-01-01T00:00:01Z"),
    ("-62167219200", "0000-01-01T00:00:00Z"), ("253402300799", "9999-12-31T23:59:59Z"),
    ("0.25, 2", "1970-01-01T00:00:00.25Z"), ("0.9999999, 3", "1970-01-01T00:00:00.999Z"),
    ("1893456000.29, 3", "2030-01-01T00:00:00.290Z"), ("-0.25, 1", "1969-12-31T23:59:59.7Z"),
    ("1.96, 0", "1970-01-01T00:00:01Z"), ("1.96, 1", "1970-01-01T00:00:01.9Z"),
    ("1.96, 2", "1970-01-01T00:00:01.96Z"), ("1.96, 6", "1970-01-01T00:00:01.960000Z"),
    ("59.9996, 3", "1970-01-01T00:00:59.999Z"),
    ("4102444799.123456, 6", "2099-12-31T23:59:59.123456Z"),
    ("-1.96, 2", "1969-12-31T23:59:58.04Z"), ("-1.96, 1", "1969-12-31T23:59:58.0Z"),
    ("-1e-20, 3", "1970-01-01T00:00:00.000Z"), ("253402300799.99, 1", "9999-12-31T23:59:59.9Z"),
    ("nil, 1", "2030-01-01T00:00:00.0Z"), ("0, 0, '+02:00'", "1970-01-01T02:00:00+02:00"),
    ("0, 0, '-08:30'", "1969-12-31T15:30:00-08:30"), ("0, 6, 'Z'", "1970-01-01T00:00:00.000000Z"),
    ("253402300799, 0, '-01:00'", "9999-12-31T22:59:59-01:00"),
    ("8589934592, 6", "2242-03-16T12:56:32.000000Z"),
    ("17179869184.5, 6", "2514-05-30T01:53:04.500000Z"),
    ("253402300799, 6", "9999-12-31T23:59:59.000000Z"),
    ("-62167219200, 6", "0000-01-01T00:00:00.000000Z"),
  ])
  func `writes RFC 3339`(arguments: String, text: String) async throws {
    #expect(try await Stage().output(of: "print(sso.time.format(\(arguments)))") == text + "\n")
  }

  @Test(arguments: [1.0, 1e4, 1e7])
  func `lets time pass for whoever sleeps as long as something is left`(start: Double) async throws
  {
    let ending = try await Stage().run(
      """
      sso.time.sleep(\(start))
      local next = sso.time.monotonic()
      for i = 1, 100 do
        next = next + 0.1
        while sso.time.monotonic() < next do sso.time.sleep(next - sso.time.monotonic()) end
      end
      """)
    #expect(ending.word == "finished")
    #expect(abs(ending.elapsed.components.seconds - Int64(start + 10)) <= 1)
  }

  @Test(arguments: [
    ("253402300800", "seconds is out of range (years 0 to 9999)"),
    ("-62167219201", "seconds is out of range (years 0 to 9999)"),
    ("0/0", "seconds is out of range (years 0 to 9999)"),
    ("math.huge", "seconds is out of range (years 0 to 9999)"),
    ("math.maxinteger", "seconds is out of range (years 0 to 9999)"),
    ("253402300799, 0, '+00:01'", "seconds is out of range (years 0 to 9999)"),
    ("253402300800.99, 1", "seconds is out of range (years 0 to 9999)"),
    ("0, 7", "digits must be from 0 to 6"), ("0, -1", "digits must be from 0 to 6"),
    ("0, 0, '02:00'", "offset must be Z or like +02:00"),
    ("0, 0, '+24:00'", "offset must be Z or like +02:00"),
    ("0, 0, '+0200'", "offset must be Z or like +02:00"),
    ("0, 0, ''", "offset must be Z or like +02:00"),
  ])
  func `refuses what RFC 3339 cannot write`(arguments: String, message: String) async throws {
    let failure = try await Stage().failure(of: "sso.time.format(\(arguments))")
    #expect(failure.message == "sso.time.format: \(message)")
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", "0"), ("2030-01-01T00:00:00Z", "1893456000"),
    ("2030-01-01t00:00:00z", "1893456000"), ("2030-01-01 00:00:00Z", "1893456000"),
    ("2030-01-01T02:00:00+02:00", "1893456000"), ("2029-12-31T16:00:00-0800", "1893456000"),
    ("2030-01-01T00:00:00UTC", "1893456000"), ("2030-01-01T00:00:00.5Z", "1893456000.5"),
    ("2030-01-01T00:00:00.000Z", "1893456000"), ("2016-12-31T23:59:60Z", "1483228800"),
    ("0000-01-01T00:00:00Z", "-62167219200"), ("9999-12-31T23:59:59Z", "253402300799"),
    ("2000-02-29T00:00:00Z", "951782400"), ("1969-12-31T23:59:59.25Z", "-0.75"),
  ])
  func `reads RFC 3339 and its relatives`(text: String, seconds: String) async throws {
    #expect(try await Stage().output(of: "print(sso.time.parse('\(text)'))") == seconds + "\n")
  }

  @Test(arguments: [
    "", "now", "2030-01-01", "2030-01-01T00:00:00", "2030-13-01T00:00:00Z", "2030-02-29T00:00:00Z",
    "2030-01-01T24:00:00Z", "2030-01-01T00:60:00Z", "2030-01-01T00:00:61Z", "2030-1-1T0:0:0Z",
    "2030-01-01T00:00:00.Z", "2030-01-01T00:00:00+24:00", "2030-01-01T00:00:00Zx",
    "+2030-01-01T00:00:00Z", "12030-01-01T00:00:00Z", "2030-01-01T00:00:00 Z",
  ])
  func `says what a time looks like to one who has none`(text: String) async throws {
    let script = "print(safe.time.parse('\(text)'))"
    #expect(
      try await Stage().output(of: script)
        == "nil\tsso.time.parse: not a time such as 2026-01-31T12:00:00Z\n")
  }

  @Test func `never writes more than there is, whatever the digits`() async throws {
    let script = """
      for _ = 1, 2000 do
        local s = (math.random() - 0.3) * 10 ^ math.random(0, 10)
        for digits = 0, 6 do
          local text = sso.time.format(s, digits)
          local lost = s - sso.time.parse(text)
          assert(lost > -1e-6 and lost < 10 ^ -digits + 1e-6, text)
        end
      end
      for micro = 0, 999999, 37 do
        local text = ("%06d"):format(micro)
        for _, whole in ipairs { "0", "1893456000" } do
          local s = tonumber(whole .. "." .. text)
          assert(sso.time.format(s, 6):sub(-7, -2) == text, s)
        end
      end
      """
    #expect(try await Stage().output(of: script).isEmpty)
  }

  @Test func `reads what it wrote`() async throws {
    let script = """
      for _, s in ipairs { 0, -1, 951782399, 4e9, 253402300799, -62167219200 } do
        for _, offset in ipairs { "Z", "+00:00", "+05:45", "-11:59" } do
          local ok, text = pcall(sso.time.format, s, 0, offset)
          assert(not ok or sso.time.parse(text) == s, text)
        end
      end
      """
    #expect(try await Stage().output(of: script).isEmpty)
  }

  @Test func `measures with a clock that follows the world's`() async throws {
    let script = """
      local start, now = sso.time.monotonic(), sso.time.now()
      sso.time.sleep(2.5)
      print(sso.time.monotonic() - start, math.type(now), sso.time.now() - now, os.clock() >= 2.5)
      """
    let ending = try await Stage().run(script)
    #expect(ending.output == "2.5\tfloat\t2.0\ttrue\n")
    #expect(ending.elapsed == .seconds(2.5))
  }
}
