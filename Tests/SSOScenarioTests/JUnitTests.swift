//  JUnitTests.swift - the XML that Jenkins and Ant read.
//
//  Knows: the elements and attributes that junit-10.xsd of Jenkins' xUnit plugin lets in, in our words.

import Testing

@testable import SSOScenario

@Suite struct `A JUnit report` {
  private let text = ReportKind.junit.writer().text(of: Sample.all)

  @Test func `counts and names`() {
    #expect(text.contains(#"<testsuites name="ssoscript test" tests="5" failures="1" errors="2""#))
    #expect(text.contains(#"<testcase name="waits for the person" classname="device login""#))
    #expect(text.contains(#"name="adds &lt;five&gt; &amp; &quot;more&quot; #slow""#))
    #expect(text.contains(#"<flakyFailure type="Flaky" message="was stopped">"#))
    #expect(
      text.contains(#"<testsuite name="scenarios/bad_spec.lua" tests="1" failures="0" errors="1""#))
    #expect(text.contains("seed=0x1f seeds=1 virtual_time=45.000 trace_hash=0xabcd"))
  }

  @Test func `fits the schema of Jenkins' xUnit plugin`() throws {
    try JUnitSchema.check(XMLElement.parse(text))
  }

  @Test func `fits it whatever a scenario prints`() throws {
    let strange = Sample.scenario("a]]>b\u{0}\u{B}\u{FFFE}", 1) { report in
      report.output = "\u{1}]]> & < \u{7F}"
      report.outcome = .failed
      report.failure = ScenarioFailure(message: "\u{0}\n\t<&>\"'")
    }
    let text = ReportKind.junit.writer().text(
      of: Sample.suite([strange, Sample.leaking, Sample.unsteady, Sample.unfinished]))
    try JUnitSchema.check(XMLElement.parse(text))
    #expect(text.unicodeScalars.allSatisfy { $0.value >= 32 || $0 == "\n" || $0 == "\t" })
    #expect(!text.unicodeScalars.contains("\u{FFFE}"), "no letter of XML")
    #expect(text.contains(#"skipped="1""#) && text.contains("<skipped "))
    for kind in ["AssertionFailed", "SecretLeaked", "NotDeterministic"] {
      #expect(text.contains(#"<failure type="\#(kind)""#))
    }
  }

  @Test func `has what was not run as one that was skipped`() throws {
    var suite = Sample.suite([Sample.passed])
    (suite.notRun, suite.unread) = (3, 2)
    let text = ReportKind.junit.writer().text(of: suite)
    try JUnitSchema.check(XMLElement.parse(text))
    #expect(text.contains(#"<testsuites name="ssoscript test" tests="2" failures="0""#))
    #expect(text.contains(#"<skipped type="NotRun" message="3 not run, 2 files not begun">"#))
  }

  @Test func `keeps the line breaks and tabs of a name`() {
    let text = ReportKind.junit.writer().text(of: Sample.suite([Sample.scenario("a\n\tb", 1)]))
    #expect(text.contains(#"<testcase name="a&#10;&#9;b""#))
  }

  @Test func `the check finds what does not fit`() throws {
    for (part, wrong) in [
      ("<testcase name=", "<testcase title="), ("<system-out>", "<stdout>"),
      ("time=\"0.015\"", "time=\"soon\""),
      ("</testsuites>", ""), ("&amp;", "&"),
    ] {
      let wrong = text.replacing(part, with: wrong).replacing(
        part == "<system-out>" ? "</system-out>" : "\u{0}", with: "</stdout>")
      #expect(throws: JUnitSchema.Mistake.self) {
        try JUnitSchema.check(XMLElement.parse(wrong))
      }
    }
  }
}

/// What may stand where.
enum JUnitSchema {
  struct Mistake: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
  }

  private struct Rule {
    var children: Set<String> = []
    var required: Set<String> = []
    var allowed: Set<String> = []
    var holdsText = false
  }

  private static let words = Rule(allowed: ["type", "message"], holdsText: true)
  private static let rules: [String: Rule] = [
    "testsuites": Rule(
      children: ["testsuite"], allowed: ["name", "time", "tests", "failures", "errors"]),
    "testsuite": Rule(
      children: ["testsuite", "properties", "testcase", "system-out", "system-err"],
      required: ["name", "tests", "failures", "errors"],
      allowed: [
        "group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url",
      ]),
    "properties": Rule(children: ["property"]), "property": Rule(required: ["name", "value"]),
    "testcase": Rule(
      children: [
        "skipped", "error", "failure", "rerunFailure", "rerunError", "flakyFailure", "flakyError",
        "system-out", "system-err",
      ], required: ["name"], allowed: ["time", "classname", "group"]),
    "skipped": words, "error": words, "failure": words,
    "flakyFailure": Rule(required: ["type"], allowed: ["message"], holdsText: true),
    "system-out": Rule(holdsText: true), "system-err": Rule(holdsText: true),
  ]

  static func check(_ element: XMLElement) throws {
    guard let rule = rules[element.name] else { throw Mistake("<\(element.name)> is unknown") }
    let names = Set(element.attributes.keys)
    guard rule.required.isSubset(of: names) else {
      throw Mistake("<\(element.name)> lacks \(rule.required.subtracting(names))")
    }
    guard names.isSubset(of: rule.required.union(rule.allowed)) else {
      throw Mistake("<\(element.name)> has \(names.subtracting(rule.required.union(rule.allowed)))")
    }
    if element.name != "testcase", let time = element.attributes["time"], Double(time) == nil {
      throw Mistake("\(time) is no time")
    }
    guard rule.holdsText || element.text.allSatisfy(\.isWhitespace) else {
      throw Mistake("<\(element.name)> holds text")
    }
    for child in element.children {
      guard rule.children.contains(child.name) else {
        throw Mistake("<\(child.name)> in <\(element.name)>")
      }
      try check(child)
    }
  }
}

/// A small reader of XML without namespaces, comments and CDATA.
struct XMLElement {
  var name: String
  var attributes: [String: String] = [:]
  var children: [XMLElement] = []
  var text = ""

  static func parse(_ text: String) throws -> XMLElement {
    var open = [XMLElement(name: "")]
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
      open[open.count - 1].text += try checked(rest[..<start])
      guard let end = rest[start...].firstIndex(of: ">") else {
        throw JUnitSchema.Mistake("a tag does not end")
      }
      var tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("?") { continue }
      if tag.hasPrefix("/") {
        try close(&open, String(tag.dropFirst()))
        continue
      }
      let isEmpty = tag.hasSuffix("/")
      if isEmpty { tag.removeLast() }
      open.append(try element(tag))
      if isEmpty { try close(&open, open[open.count - 1].name) }
    }
    guard open.count == 1, let root = open[0].children.first else {
      throw JUnitSchema.Mistake("an element is not closed")
    }
    return root
  }

  private static func close(_ open: inout [XMLElement], _ name: String) throws {
    guard open.count > 1, open.last?.name == name else {
      throw JUnitSchema.Mistake("</\(name)> closes nothing")
    }
    open[open.count - 2].children.append(open.removeLast())
  }

  private static func element(_ tag: Substring) throws -> XMLElement {
    var element = XMLElement(name: String(tag.prefix { $0 != " " }))
    var rest = tag.dropFirst(element.name.count)
    while let equals = rest.firstIndex(of: "=") {
      let name = rest[..<equals].drop { $0 == " " }
      let parts = rest[equals...].split(
        separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { throw JUnitSchema.Mistake("\(name) is not quoted") }
      element.attributes[String(name)] = try checked(parts[1])
      rest = parts[2]
    }
    return element
  }

  /// Text in which every `&` begins one of the entities that we write.
  private static func checked(_ text: Substring) throws -> String {
    let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&#10;", "&#9;"]
    for place in text.indices where text[place] == "&" {
      guard entities.contains(where: { text[place...].hasPrefix($0) }) else {
        throw JUnitSchema.Mistake("a bare & in \(text.prefix(60))")
      }
    }
    return String(text)
  }
}
