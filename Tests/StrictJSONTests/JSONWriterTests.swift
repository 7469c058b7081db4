//  JSONWriterTests.swift - what is written, and that it reads back the same.

import StrictJSON
import Testing

@Suite struct `Writing JSON` {
  @Test(
    arguments: [
      (.null, "null"), (.bool(true), "true"), (.integer(.min), "-9223372036854775808"),
      (.number(0.1), "0.1"), (.number(1), "1.0"), (.number(.leastNonzeroMagnitude), "5e-324"),
      (.number(1e300), "1e+300"), (.number(-0.0), "-0.0"),
      ("a/é😀\u{7f}", "\"a/é😀\u{7f}\""), ("\"\\\n\r\t\u{0}\u{1f}", #""\"\\\n\r\t\u0000\u001f""#),
      ([], "[]"), ([:], "{}"), (["b": [1, nil], "a": ["x": ""]], #"{"b":[1,null],"a":{"x":""}}"#),
    ] as [(JSON, String)])
  func `is short and reads back the same`(value: JSON, text: String) throws {
    let bytes = try value.encoded()

    #expect(String(decoding: bytes, as: UTF8.self) == text)
    #expect(try JSON.parse(bytes) == value)
  }

  @Test func `pretty puts one member on a line`() throws {
    let value: JSON = ["b": [1, ["c": true]], "a": [], "o": [:]]

    let text = String(decoding: try value.encoded([.pretty, .sortedKeys]), as: UTF8.self)

    #expect(
      text == """
        {
          "a": [],
          "b": [
            1,
            {
              "c": true
            }
          ],
          "o": {}
        }
        """)
  }

  @Test func `sorted keys follow their bytes`() throws {
    let value: JSON = ["é": 1, "b": 2, "B": 3, "ab": 4]

    #expect(
      String(decoding: try value.encoded(.sortedKeys), as: UTF8.self)
        == #"{"B":3,"ab":4,"b":2,"é":1}"#)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `a number that is not finite is refused by its path`(number: Double) {
    let error = #expect(throws: JSONError.self) {
      try JSON.object(["a": [0, .number(number)]]).encoded()
    }

    #expect(error?.code == .notFinite)
    #expect(error?.path == "a[1]")
  }

  @Test func `a value nested deeper than the limit is refused`() {
    var value: JSON = []
    for _ in 0..<64 { value = [value] }

    let error = #expect(throws: JSONError.self) { try value.encoded([]) }

    #expect(error?.code == .tooDeep)
  }
}

@Suite struct `A JSON object` {
  @Test func `keeps its order and each name once`() {
    var object: JSONObject = ["a": 1, "b": 2, "a": 3]
    object["c"] = 4
    object["b"] = nil

    #expect(object == ["a": 3, "c": 4])
    #expect(object.keys == ["a", "c"])
    #expect(object["b"] == nil)
  }

  @Test func `keeps each name once among many`() {
    let object = JSONObject((0..<100).map { ("k\($0 % 50)", JSON.integer($0)) })

    #expect(object.count == 50)
    #expect(object["k49"] == 99)
  }
}
