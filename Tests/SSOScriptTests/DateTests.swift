import SSOScript
import Testing

/// One hour east, two in the summer of 2030: from 31 March, 01:00 UTC, to 27 October, 01:00 UTC.
private struct Continental: WorldTimeZone {
  func offset(at seconds: Int64) -> ZoneOffset {
    (1_901_149_200..<1_919_293_200).contains(seconds)
      ? ZoneOffset(seconds: 7200, isDaylightSaving: true, abbreviation: "CEST")
      : ZoneOffset(seconds: 3600, abbreviation: "CET")
  }
}

/// New York's: summer time from 10 March 2030, 07:00 UTC, to 3 November, 06:00 UTC, 238 days.
private struct LongSummer: WorldTimeZone {
  func offset(at seconds: Int64) -> ZoneOffset {
    (1_899_356_400..<1_919_916_000).contains(seconds)
      ? ZoneOffset(seconds: -14400, isDaylightSaving: true, abbreviation: "EDT")
      : ZoneOffset(seconds: -18000, abbreviation: "EST")
  }
}

/// Half an hour west of Greenwich and more.
private struct Western: WorldTimeZone {
  func offset(at seconds: Int64) -> ZoneOffset {
    ZoneOffset(seconds: -12_600, abbreviation: "NST")
  }
}

private func output(of script: String, in zone: any WorldTimeZone = UTCZone()) async throws
  -> String
{
  var stage = try Stage()
  stage.zone = zone
  return try await stage.output(of: script)
}

@Suite struct `os.date` {
  @Test(arguments: [
    ("%Y-%m-%d %H:%M:%S", "2030-01-01 01:00:00"), ("!%Y-%m-%d %H:%M:%S", "2030-01-01 00:00:00"),
    ("%Z %z", "CET +0100"), ("!%Z %z", "GMT +0000"), ("%c", "Tue Jan  1 01:00:00 2030"), ("", ""),
    ("!", ""), ("%%", "%"), ("100%%", "100%"), ("a\\0b", "a\\0b"), ("ü%Yü", "ü2030ü"),
    ("*tx", "*tx"),
  ])
  func `writes local time, and UTC after an exclamation mark`(
    format: String, text: String
  ) async throws {
    #expect(
      try await output(
        of: "io.write(os.date('\(format)') == '\(text)' and '=' or os.date('\(format)'))",
        in: Continental())
        == "=")
  }

  @Test func `takes the offset of the time, not of today`() async throws {
    let script = "print(os.date('%H:%M %Z %z', 1909130400), os.date('*t', 1909130400).isdst)"
    #expect(try await output(of: script, in: Continental()) == "12:00 CEST +0200\ttrue\n")
    #expect(try await output(of: script, in: Western()) == "06:30 NST -0330\tfalse\n")
  }

  @Test func `shows UTC in a world that says nothing of a zone`() async throws {
    #expect(try await output(of: "print(os.date('%H %Z'))") == "00 UTC\n")
  }

  /// Compared with lua5.4 for `os.date("!%…", 1e9)`, a Sunday.
  @Test(arguments: [
    ("a", "Sun"), ("A", "Sunday"), ("b", "Sep"), ("B", "September"), ("C", "20"), ("d", "09"),
    ("D", "09/09/01"), ("e", " 9"), ("F", "2001-09-09"), ("g", "01"), ("G", "2001"), ("h", "Sep"),
    ("H", "01"), ("I", "01"), ("j", "252"), ("m", "09"), ("M", "46"), ("n", "\n"), ("p", "AM"),
    ("r", "01:46:40 AM"), ("R", "01:46"), ("S", "40"), ("t", "\t"), ("T", "01:46:40"), ("u", "7"),
    ("U", "36"), ("V", "36"), ("w", "0"), ("W", "36"), ("x", "09/09/01"), ("X", "01:46:40"),
    ("y", "01"), ("Y", "2001"), ("z", "+0000"), ("Ec", "Sun Sep  9 01:46:40 2001"), ("EY", "2001"),
    ("Od", "09"), ("OS", "40"), ("Y\u{301}", "2001\u{301}"), ("%\u{200D}", "%\u{200D}"),
  ])
  func `knows every conversion of C99 in the C locale`(
    conversion: String, text: String
  ) async throws {
    #expect(try await output(of: "io.write(os.date('!%\(conversion)', 1000000000))") == text)
  }

  @Test(arguments: ["%", "%E", "%Ez", "%Q", "%s", "%Od %Oz", "%é", "%-d", "%5d", "%OY"])
  func `refuses any other conversion and names it`(format: String) async throws {
    let failure = try await Stage().failure(of: "os.date('\(format)')")
    #expect(
      failure.message.hasPrefix("bad argument #1 to 'date' (invalid conversion specifier '%"))
  }

  @Test(arguments: [
    // The first days of years: week 53 of the year before, or week 1.
    ("1104537600", "2004-53 00 00"), ("1230768000", "2009-01 00 00"),
    ("1293840000", "2010-52 00 00"), ("1419984000", "2015-01 52 52"),
    ("1483228800", "2016-52 01 00"), ("-86400", "1970-01 52 52"),
  ])
  func `counts weeks as ISO 8601 does`(seconds: String, text: String) async throws {
    #expect(try await output(of: "io.write(os.date('!%G-%V %U %W', \(seconds)))") == text)
  }

  @Test(arguments: [
    ("-1", "1969-12-31 23:59:59"), ("-62167219200", "0-01-01 00:00:00"),
    ("-62167219201", "-1-12-31 23:59:59"), ("951782400", "2000-02-29 00:00:00"),
    ("4107542400", "2100-03-01 00:00:00"), ("253402300800", "10000-01-01 00:00:00"),
    ("67768036191676799", "2147485547-12-31 23:59:59"),
  ])
  func `reaches as far as a C int counts years`(seconds: String, text: String) async throws {
    #expect(try await output(of: "io.write(os.date('!%Y-%m-%d %H:%M:%S', \(seconds)))") == text)
  }

  @Test(arguments: [
    "67768036191676800", "-67768040609740801", "math.maxinteger", "math.mininteger",
  ])
  func `refuses years that fit no C int`(seconds: String) async throws {
    let failure = try await Stage().failure(of: "os.date('*t', \(seconds))")
    #expect(failure.message.hasSuffix("date result cannot be represented in this installation"))
  }

  @Test func `gives the fields of a date`() async throws {
    let script = """
      local function show(t) print(t.year, t.month, t.day, t.hour, t.min, t.sec, t.wday, t.yday, t.isdst) end
      show(os.date('*t')) show(os.date('!*t')) show(os.date('!*t', 951782399))
      """
    #expect(
      try await output(of: script, in: Continental()) == """
        2030\t1\t1\t1\t0\t0\t3\t1\tfalse
        2030\t1\t1\t0\t0\t0\t3\t1\tfalse
        2000\t2\t28\t23\t59\t59\t2\t59\tfalse

        """)
  }

  @Test func `has a limit for the format`() async throws {
    let failure = try await Stage().failure(of: "os.date(('%c'):rep(3000))")
    #expect(failure.message == "os.date: the format is longer than 4096 bytes")
  }
}

@Suite struct `os.time` {
  @Test func `is now, in whole seconds`() async throws {
    #expect(try await output(of: "print(os.time())") == "\(Stage.start)\n")
  }

  @Test(arguments: [
    ("year = 2030, month = 1, day = 1, hour = 0", "1893452400"),
    ("year = 2030, month = 1, day = 1", "1893495600"),
    ("year = 2030, month = 7, day = 1", "1909130400"),
    ("year = 2030, month = 7, day = 1, isdst = true", "1909130400"),
    ("year = 2030, month = 7, day = 1, isdst = false", "1909134000"),
    ("year = 2030, month = 1, day = 1, isdst = true", "1893492000"),
    // 27 October, 02:30 comes twice; 31 March, 02:30 never.
    ("year = 2030, month = 10, day = 27, hour = 2, min = 30, isdst = true", "1919291400"),
    ("year = 2030, month = 10, day = 27, hour = 2, min = 30, isdst = false", "1919295000"),
    ("year = 2030, month = 3, day = 31, hour = 2, min = 30", "1901151000"),
    ("year = '2030', month = '1', day = ' 0x1 ', hour = 0.0", "1893452400"),
  ])
  func `reads a local date, and asks isdst where that is not clear`(
    fields: String, seconds: String
  ) async throws {
    #expect(
      try await output(of: "print(os.time { \(fields) })", in: Continental()) == seconds + "\n")
  }

  /// Half a year from there it may be summer on both sides.
  @Test func `takes winter's clocks on any day of a long summer, if isdst says so`() async throws {
    let script = """
      for day = 1, 365 do
        local s = os.time { year = 2030, month = 1, day = day, isdst = false }
        if s ~= 1893456000 + (day - 1) * 86400 + 17 * 3600 then print(os.date("%F", s)) end
      end
      """
    #expect(try await output(of: script, in: LongSummer()).isEmpty)
  }

  @Test func `normalises the table it is given`() async throws {
    let script = """
      local t = { year = 2029, month = 14, day = -3, hour = 25, min = -1, sec = 61, more = "stays" }
      print(os.time(t) == os.time(t))
      print(t.year, t.month, t.day, t.hour, t.min, t.sec, t.wday, t.yday, t.isdst, t.more)
      """
    #expect(
      try await output(of: script, in: Continental())
        == "true\n2030\t1\t29\t1\t0\t1\t3\t29\tfalse\tstays\n")
  }

  @Test func `reads what os.date wrote, in any zone`() async throws {
    let script = """
      for _, s in ipairs { 0, -1, 951782399, 1901149199, 1901149200, 1919293199, 1919296800, 4e9 } do
        assert(os.time(os.date("*t", s)) == s, s)
      end
      """
    for zone: any WorldTimeZone in [UTCZone(), Continental(), Western()] {
      #expect(try await output(of: script, in: zone).isEmpty)
    }
  }

  @Test(arguments: [
    ("{}", "field 'year' missing in date table"),
    ("{ year = 2030, month = 1 }", "field 'day' missing in date table"),
    ("{ year = 2030, month = 'x', day = 1 }", "field 'month' is not an integer"),
    ("{ year = 2030, month = 1.5, day = 1 }", "field 'month' is not an integer"),
    ("{ year = 2030, month = 1, day = 1, sec = {} }", "field 'sec' is not an integer"),
    ("{ year = 2147485548, month = 1, day = 1 }", "field 'year' is out-of-bound"),
    ("{ year = math.mininteger, month = 1, day = 1 }", "field 'year' is out-of-bound"),
    ("{ year = 2030, month = 2147483649, day = 1 }", "field 'month' is out-of-bound"),
    ("{ year = 2030, month = 1, day = 1 << 40 }", "field 'day' is out-of-bound"),
    (
      "{ year = 2147485547, month = 12, day = 32 }",
      "time result cannot be represented in this installation"
    ),
  ])
  func `names the field that is wrong`(table: String, message: String) async throws {
    let failure = try await Stage().failure(of: "os.time(\(table))")
    #expect(failure.message == "os.time: \(message)")
  }
}
