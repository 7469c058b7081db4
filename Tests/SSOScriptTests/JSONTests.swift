import Testing

@Suite struct `sso.json` {
  @Test(arguments: [
    ("nil", "null"), ("sso.null", "null"), ("true", "true"), ("1", "1"), ("1.0", "1.0"),
    ("-0.0", "-0.0"), ("0.1", "0.1"), ("1e300", "1e+300"),
    ("math.maxinteger", "9223372036854775807"),
    ("math.mininteger", "-9223372036854775808"), ("2^53", "9007199254740992.0"), ("''", #""""#),
    (#"'"\\/\n\t\1é\u{1F600}'"#, #""\"\\/\n\t\u0001é😀""#), ("{}", "{}"), ("sso.json.list {}", "[]"),
    ("{ 1, 'a', true }", #"[1,"a",true]"#), ("{ { {} } }", "[[{}]]"),
    ("{ b = 1, a = 2, B = 3, ä = 4, [''] = 5 }", #"{"":5,"B":3,"a":2,"b":1,"ä":4}"#),
    ("{ a = sso.null }", #"{"a":null}"#), ("{ a = nil }", "{}"), ("{ [1] = 'x' }", #"["x"]"#),
    ("sso.json.list { sso.json.list() }", "[[]]"),
    ("setmetatable({ a = 1 }, { __index = { b = 2 } })", #"{"a":1}"#),
  ])
  func `writes`(value: String, text: String) async throws {
    let value = value.replacing("ä = 4", with: "['ä'] = 4")
    #expect(try await Stage().output(of: "io.write(sso.json.encode(\(value)))") == text)
  }

  @Test(arguments: [
    ("0/0", "JSON cannot hold a NaN"),
    ("{ a = { 1, math.huge } }", "JSON cannot hold a inf at a[2]"),
    ("{ print }", "JSON cannot hold a function at [1]"),
    ("{ a = coroutine.create(print) }", "JSON cannot hold a thread at a"),
    ("{ a = { b = '\\xff' } }", "JSON cannot hold a string that is not UTF-8 at a.b"),
    ("{ d = 0/0, c = 0/0, b = 0/0, a = print }", "JSON cannot hold a function at a"),
    ("{ a = io.stdout }", "JSON cannot hold a object at a"),
    ("{ 1, 2, nil, 4 }", "a list with a hole is no JSON: [4] is set, [3] is not (use sso.null)"),
    (
      "{ x = { 1, nil, 3 } }",
      "a list with a hole is no JSON at x: [3] is set, [2] is not (use sso.null)"
    ),
    ("{ x = { 1, a = 2 } }", "a table with list items and named members is no JSON at x"),
    ("{ [1.5] = 1 }", "JSON cannot hold a key of type number"),
    ("{ [2] = 1 }", "JSON cannot hold a key of type integer"),
    ("{ [true] = 1 }", "JSON cannot hold a key of type boolean"),
  ])
  func `names the place of what it cannot write`(value: String, message: String) async throws {
    let failure = try await Stage().failure(of: "sso.json.encode(\(value))")
    #expect(failure.message == "sso.json.encode: \(message)")
  }

  @Test(arguments: [
    ("{ 1, nil, 3 }", "sso.json.list: the list has a hole: [3] is set, [2] is not (use sso.null)"),
    ("{ a = 1 }", "sso.json.list: a list has no member \"a\""),
    ("{ 1, [true] = 1 }", "sso.json.list: a list has no key of type boolean"),
  ])
  func `makes no list of what is none`(value: String, message: String) async throws {
    for world in ["sso", "safe"] {
      let failure = try await Stage().failure(of: "\(world).json.list(\(value))")
      #expect(failure.message == message)
    }
  }

  @Test func `reads as many parts as a script can have, and tells of more`() async throws {
    let script = """
      local function text(count) return "[" .. string.rep("1,", count - 2) .. "1]" end
      print(#sso.json.decode(text(1 << 20)))
      print(select(2, safe.json.decode(text((1 << 20) + 1))))
      """
    let output = try await Stage().output(of: script)
    #expect(
      output.hasPrefix("1048575\n") && output.contains("sso.json.decode: too many parts at byte "),
      "\(output)")
  }

  @Test func `refuses cycles and depths with their path`() async throws {
    let cycle = try await Stage().failure(of: "local t = {} t.a = { b = t } sso.json.encode(t)")
    #expect(cycle.message.contains("table contains itself"))
    #expect(cycle.message.contains("a.b"))
    let deep = "local t = {} for _ = 1, %d do t = { a = t } end print(#sso.json.encode(t))"
    #expect(try await Stage().output(of: deep.replacing("%d", with: "63")) == "380\n")
    let failure = try await Stage().failure(of: deep.replacing("%d", with: "64"))
    #expect(failure.message.hasPrefix("sso.json.encode: nested too deep (a.a."))
    let lists = try await Stage().failure(
      of: "local t = {} for _ = 1, 21 do t = { 1, { a = { t } } } end sso.json.encode { b = t }")
    let place = "b" + String(repeating: "[2].a[1]", count: 21)
    #expect(lists.message == "sso.json.encode: nested too deep (\(place))", "\(lists.message)")
  }

  @Test func `sorts keys by their bytes, also those that Unicode takes for one`() async throws {
    let script = #"print(sso.json.encode { ["\u{e9}"] = 1, ["e\u{301}"] = 2, z = 3 })"#
    #expect(try await Stage().output(of: script) == "{\"e\u{301}\":2,\"z\":3,\"\u{e9}\":1}\n")
  }

  @Test func `writes over several lines, keys sorted at every depth`() async throws {
    let script =
      "print(sso.json.encode({ b = { 1, 2 }, a = { d = {}, c = sso.json.list() } }, true))"
    #expect(
      try await Stage().output(of: script) == """
        {
          "a": {
            "c": [],
            "d": {}
          },
          "b": [
            1,
            2
          ]
        }

        """)
  }

  @Test(arguments: [
    ("null", "v == sso.null"), ("[]", "sso.json.encode(v) == '[]'"),
    ("{}", "sso.json.encode(v) == '{}'"), ("1", "math.type(v) == 'integer'"),
    ("1.0", "math.type(v) == 'float'"), ("1e2", "v == 100.0"),
    ("9223372036854775807", "v == math.maxinteger"), ("-0", "v == 0"),
    ("9007199254740993", "v == 9007199254740993"), (#""\u00e9\ud83d\ude00""#, "v == 'é😀'"),
    (#"{"a":[1,null,{}]}"#, "#v.a == 3 and v.a[2] == sso.null"), (" [ 1 , 2 ] ", "v[2] == 2"),
    (#""\u0000""#, #"v == "\0""#),
  ])
  func `reads`(text: String, condition: String) async throws {
    let script = "local v = sso.json.decode([==[\(text)]==]) print(\(condition))"
    #expect(try await Stage().output(of: script) == "true\n")
  }

  @Test(arguments: [
    ("", "unexpected end at byte 0"), ("{", "unexpected end at byte 1"),
    ("[1,]", "unexpected byte at byte 3 ([1])"), ("01", "invalid number at byte 0"),
    (#"{"a":1,"a":2}"#, "duplicate key at byte 7 (a)"),
    ("[1] x", "bytes after the value at byte 4"),
    ("nul", "unexpected end at byte 3"), ("NaN", "unexpected byte at byte 0"),
    (#"{"scopes":[1,{"x":-}]}"#, "invalid number at byte 18 (scopes[1].x)"),
    ("1e999", "number out of range at byte 0"), (#""\ud800""#, "lone surrogate at byte 1"),
    ("9223372036854775808", "number out of range at byte 0"), ("'a'", "unexpected byte at byte 0"),
  ])
  func `says what is wrong, and where`(text: String, message: String) async throws {
    let script = "local v, err = safe.json.decode([==[\(text)]==]) print(v, err.code, err)"
    #expect(
      try await Stage().output(of: script)
        == "nil\tInvalidInput\tsso.json.decode: \(message)\n")
  }

  @Test func `reads what it wrote, and keeps lists and null`() async throws {
    let script = """
      local text = '{"a":[],"b":{},"c":null,"d":[[],{}],"e":1.5,"f":-1}'
      print(sso.json.encode(sso.json.decode(text)) == text)
      """
    #expect(try await Stage().output(of: script) == "true\n")
  }
}
