//  JSONParserTests.swift - what is read, and what is refused where.

import StrictJSON
import Testing

@Suite struct `Reading JSON` {
  @Test(
    arguments: [
      ("null", .null), (" true\n", .bool(true)), ("false", .bool(false)),
      ("0", .integer(0)), ("-1", .integer(-1)), ("9223372036854775807", .integer(.max)),
      ("-9223372036854775808", .integer(.min)),
      ("1.0", .number(1)), ("1e2", .number(100)), ("-2.5E-1", .number(-0.25)),
      (#""""#, .string("")), (#""a/b""#, .string("a/b")),
      (#""\/\"\\\b\f\n\r\t""#, "/\"\\\u{8}\u{c}\n\r\t"),
      (#""\u00e9\uD83D\uDE00""#, "é😀"), (#""ü\u0041""#, "üA"), (#""\u0000""#, "\u{0}"),
      ("[]", []), ("{}", [:]), ("[1, [2]]", [1, [2]]),
      (#"{"a":{"b":[null]}}"#, ["a": ["b": [nil]]]),
    ] as [(String, JSON)])
  func `gives the value`(text: String, value: JSON) throws {
    #expect(try JSON.parse(text) == value)
  }

  @Test(
    arguments: [
      ("", .unexpectedEnd, 0, ""), ("{", .unexpectedEnd, 1, ""),
      (#"{"a":1"#, .unexpectedEnd, 6, ""),
      (#"{"a":"#, .unexpectedEnd, 5, "a"), (#""abc"#, .unexpectedEnd, 4, ""),
      (#""abc\"#, .unexpectedEnd, 5, ""), ("-", .unexpectedEnd, 1, ""),
      ("1e", .unexpectedEnd, 2, ""),
      ("nul", .unexpectedEnd, 3, ""), ("nulL", .unexpectedByte, 3, ""),
      ("'a'", .unexpectedByte, 0, ""),
      ("[1,]", .unexpectedByte, 3, "[1]"), (#"{"a":1,}"#, .unexpectedByte, 7, ""),
      (#"{"a" 1}"#, .unexpectedByte, 5, ""), ("{a:1}", .unexpectedByte, 1, ""),
      ("[1 2]", .unexpectedByte, 3, ""), ("\u{0}", .unexpectedByte, 0, ""),
      ("1 2", .trailingBytes, 2, ""), ("{}x", .trailingBytes, 2, ""),
      ("+1", .unexpectedByte, 0, ""), (".5", .unexpectedByte, 0, ""), ("01", .invalidNumber, 0, ""),
      ("[1.]", .invalidNumber, 1, "[0]"), ("[-]", .invalidNumber, 1, "[0]"),
      ("9223372036854775808", .numberOutOfRange, 0, ""),
      ("-9223372036854775809", .numberOutOfRange, 0, ""), ("1e999", .numberOutOfRange, 0, ""),
      ("NaN", .unexpectedByte, 0, ""), ("\"a\nb\"", .controlCharacter, 2, ""),
      (#""\x41""#, .invalidEscape, 1, ""), (#""\u12G4""#, .invalidEscape, 1, ""),
      (#"{"scopes":[1,2,{"x":tru}]}"#, .unexpectedByte, 23, "scopes[2].x"),
      (#"[[0,"#, .unexpectedEnd, 4, "[0][1]"), ("[{\"\u{1b}[31m\":}]", .controlCharacter, 3, "[0]"),
      (#"{"a b":x}"#, .unexpectedByte, 7, "?"),
    ] as [(String, JSONError.Code, Int, String)])
  func `names rule, offset and path of the first fault`(
    text: String, code: JSONError.Code, offset: Int, path: String
  ) {
    let error = #expect(throws: JSONError.self) { try JSON.parse(text) }

    #expect(error?.code == code)
    #expect(error?.offset == offset)
    #expect(error?.path == path)
  }

  @Test(arguments: [
    "9223372036854775808", "-9223372036854775809", "12345678901234567890123", "1e999", "-1.5E+400",
  ])
  func `a number of any size is kept as it is written where that is asked for`(
    text: String
  ) throws {
    var limits = JSONLimits()
    limits.keepsLargeNumbers = true
    let value = try JSON.parse("[\(text), 1, 0.5]", limits: limits)
    #expect(value == [.literal(text), 1, 0.5])
    #expect(try String(decoding: value.encoded(), as: UTF8.self) == "[\(text),1,0.5]")
  }

  @Test func `H11 a key named twice is refused`() {
    let error = #expect(throws: JSONError.self) {
      try JSON.parse(#"{"t":{"accessToken":"a","accessToken":"b"}}"#)
    }

    #expect(error?.code == .duplicateKey)
    #expect(error?.offset == 24)
    #expect(error?.path == "t.accessToken")
  }

  @Test func `H11 keys are compared after their escapes, and byte by byte`() throws {
    #expect(throws: JSONError.self) { try JSON.parse(#"{"a":1,"\u0061":2}"#) }
    #expect(try JSON.parse("{\"K\":1,\"\u{212A}\":2}").asObject?.count == 2)
  }

  @Test(arguments: [15, 16, 17, 40])
  func `H11 also in an object of many members`(count: Int) throws {
    let members = (0..<count).map { #""k\#($0)":1"# }.joined(separator: ",")

    #expect(try JSON.parse("{\(members)}").asObject?.count == count)
    for twice in [0, count - 1] {
      #expect(throws: JSONError.self) { try JSON.parse("{\(members),\"k\(twice)\":1}") }
    }
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0x61, 0xC3, 0x22], [0x22, 0x61, 0xC0, 0xAF, 0x22],
      [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
      [0x22, 0x5C, 0x6E, 0xE2, 0x82, 0x22], [0x22, 0xC3, 0xA9, 0xFE, 0x22],
    ] as [[UInt8]])
  func `H12 bytes that are no UTF-8 are refused`(bytes: [UInt8]) {
    let error = #expect(throws: JSONError.self) { try JSON.parse(bytes) }

    #expect(error?.code == .invalidUTF8)
  }

  @Test func `H12 the offset of the first bad byte is told`() {
    let error = #expect(throws: JSONError.self) {
      try JSON.parse([0x22, 0xC3, 0xA9, 0x61, 0xFE, 0x22])
    }

    #expect(error?.offset == 4)
  }

  @Test(arguments: [
    #""\uD83D""#, #""\uDE00""#, #""\uD83Dx""#, #""\uD83D\u0041""#, #""\uD83D\uD83D""#,
    #""\uD83D\uE000""#,
  ])
  func `H12 half a surrogate pair is refused`(text: String) {
    let error = #expect(throws: JSONError.self) { try JSON.parse(text) }

    #expect(error?.code == .loneSurrogate)
    #expect(error?.offset == 1)
  }

  @Test func `H13 a byte order mark is skipped at the start and nowhere else`() throws {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    #expect(try JSON.parse(mark + Array("{}".utf8)) == [:])
    #expect(throws: JSONError.self) { try JSON.parse(mark + mark + Array("{}".utf8)) }
    #expect(throws: JSONError.self) { try JSON.parse(mark) }
  }

  @Test func `H23 nesting stops at the limit`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }

    #expect(throws: Never.self) { try JSON.parse(nested(64)) }
    #expect(throws: Never.self) { try JSON.parse("[\(nested(63)),\(nested(63))]") }
    for text in [nested(65), nested(100_000), String(repeating: #"{"a":"#, count: 100_000)] {
      let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
      #expect(error?.code == .tooDeep)
    }
  }

  @Test func `what ends or breaks a string is found wherever it stands`() throws {
    for place in 0..<50 {
      let before = String(repeating: "~", count: place)
      let after = String(repeating: " ", count: 50 - place)
      for text in ["\\", "\"", "é", "\u{7F}", "\u{1F}"] {
        let written = try JSON.string(before + text + after).encoded()
        #expect(try JSON.parse(written) == .string(before + text + after))
      }
      for byte in [UInt8(0x1F), 0x00, 0x22] {
        let document = Array("\"\(before)".utf8) + [byte] + Array("\(after)\"".utf8)
        #expect(throws: JSONError.self) { try JSON.parse(document) }
      }
    }
  }

  @Test func `a document over the size limit is refused`() {
    let error = #expect(throws: JSONError.self) {
      try JSON.parse("[1,2]", limits: JSONLimits(size: 4))
    }

    #expect(error?.code == .tooLarge)
  }

  @Test(
    arguments: [
      ("[1,2]", 3, nil), ("[1,2]", 2, 3), (#"{"a":1}"#, 3, nil), (#"{"a":1}"#, 2, 5),
      (#"{"a":1,"b":2}"#, 3, 7), ("[[],[]]", 2, 4), ("1", 0, 0),
    ] as [(String, Int, Int?)])
  func `a document of too many parts is refused at the first that is one too many`(
    text: String, most: Int, place: Int?
  ) {
    var limits = JSONLimits()
    limits.parts = most
    let result = Result { try JSON.parse(text, limits: limits) }

    switch result {
    case .success: #expect(place == nil)
    case .failure(let error):
      let error = error as? JSONError
      #expect(error?.code == .tooManyParts && error?.offset == place)
    }
  }

  @Test func `an error never shows the content`() {
    let error = #expect(throws: JSONError.self) {
      try JSON.parse(#"{"accessToken":"hunter2\x","hunter2 ":1}"#)
    }

    #expect(error?.description == "invalid escape at byte 23 (accessToken)")
  }

  @Test func `integers and other numbers stay apart`() throws {
    let value = try JSON.parse("[1, 1.0]").asArray

    #expect(value?.map(\.kind) == ["integer", "number"])
    #expect(value?.map(\.asInteger) == [1, nil])
    #expect(value?.map(\.asNumber) == [1, 1])
  }
}
