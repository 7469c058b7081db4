//  HTMLElement.swift - a strict reader of HTML, for tests.
//
//  Why not a browser's parser: it must run everywhere, and it should not forgive. Ours takes only
//  the HTML that our templates may write: every element closed, attributes quoted and given once,
//  no bare `&`, `<` or `>`. A text that broke out of its place fails here.

/// An element with what is in it.
struct HTMLElement: CustomStringConvertible {
  enum Node {
    case element(HTMLElement)
    case text(String)
  }

  let name: String
  let attributes: [String: String]
  fileprivate(set) var children: [Node] = []

  /// Short: a failed test should not print the page.
  var description: String { "<\(name)>" }

  subscript(attribute: String) -> String? { attributes[attribute] }

  /// All texts, in order, blanks single.
  var text: String { rawText.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  private var rawText: String {
    children.map { node in
      switch node {
      case .element(let element): element.rawText
      case .text(let text): text
      }
    }.joined()
  }

  /// The elements within, in document order.
  var descendants: [HTMLElement] {
    children.flatMap { node -> [HTMLElement] in
      guard case .element(let element) = node else { return [] }
      return [element] + element.descendants
    }
  }

  func all(_ name: String) -> [HTMLElement] { descendants.filter { $0.name == name } }
  func first(_ name: String) -> HTMLElement? { descendants.first { $0.name == name } }
  func all(class name: String) -> [HTMLElement] {
    descendants.filter { ($0["class"] ?? "").split(separator: " ").contains { $0 == name } }
  }
}

struct HTMLError: Error, CustomStringConvertible {
  let description: String
}

extension HTMLElement {
  /// Reads a whole document.
  init(document: String) throws {
    var reader = HTMLReader(document)
    guard reader.take("<!DOCTYPE html>\n") else { throw HTMLError(description: "no doctype") }
    self = try reader.document()
  }
}

private struct HTMLReader {
  private var rest: Substring.UnicodeScalarView
  private var open: [HTMLElement] = []
  private static let void: Set = ["meta", "link", "input", "br"]
  private static let drawing: Set = ["circle", "path"]

  init(_ text: String) { rest = Substring(text).unicodeScalars }

  mutating func document() throws -> HTMLElement {
    while !rest.isEmpty {
      if take("</") {
        if let root = try close() { return root }
      } else if take("<") {
        try start()
      } else {
        let text = try unescaped(read { $0 != "<" })
        guard !open.isEmpty else { throw HTMLError(description: "text outside: \(text)") }
        open[open.count - 1].children.append(.text(text))
      }
    }
    throw HTMLError(description: "never closed: \(open.map(\.name))")
  }

  /// The root, when its end was reached.
  private mutating func close() throws -> HTMLElement? {
    let name = read { $0 != ">" }
    guard take(">"), let element = open.popLast(), element.name == name else {
      throw HTMLError(description: "</\(name)> closes nothing")
    }
    guard !open.isEmpty else {
      guard rest.allSatisfy(\.properties.isWhitespace) else {
        throw HTMLError(description: "more after </html>")
      }
      return element
    }
    open[open.count - 1].children.append(.element(element))
    return nil
  }

  private mutating func start() throws {
    let name = read { $0.properties.isAlphabetic || ("0"..."9").contains($0) }
    guard !name.isEmpty else { throw HTMLError(description: "a bare <") }
    let element = HTMLElement(name: name, attributes: try attributes(of: name))
    let isEmpty = Self.drawing.contains(name) ? take("/>") : Self.void.contains(name) && take(">")
    if isEmpty {
      guard !open.isEmpty else { throw HTMLError(description: "<\(name)> outside") }
      open[open.count - 1].children.append(.element(element))
    } else if take(">") {
      open.append(element)
    } else {
      throw HTMLError(description: "<\(name)> does not end near \(String(rest.prefix(40)))")
    }
  }

  private mutating func attributes(of element: String) throws -> [String: String] {
    var attributes: [String: String] = [:]
    while take(" ") {
      let key = read { $0.properties.isAlphabetic || $0 == "-" }
      var value = ""
      if take("=\"") {
        value = try unescaped(read { $0 != "\"" })
        guard take("\"") else { throw HTMLError(description: "\(key) does not end") }
      }
      guard !key.isEmpty, attributes.updateValue(value, forKey: key) == nil else {
        throw HTMLError(description: "<\(element)> has \(key) twice, or an odd attribute")
      }
    }
    return attributes
  }

  private func unescaped(_ text: String) throws -> String {
    guard !text.unicodeScalars.contains(where: { $0 == "<" || $0 == ">" }) else {
      throw HTMLError(description: "a bare < or > in: \(text)")
    }
    let parts = text.unicodeScalars.split(separator: "&", omittingEmptySubsequences: false)
    return try parts.dropFirst().reduce(String(parts[0])) { result, part in
      let known = Self.references.first { part.starts(with: $0.key.unicodeScalars) }
      guard let known else { throw HTMLError(description: "a bare & in: \(text)") }
      return result + known.value + String(part.dropFirst(known.key.unicodeScalars.count))
    }
  }

  private static let references = [
    "amp;": "&", "lt;": "<", "gt;": ">", "quot;": "\"", "#39;": "'",
  ]

  mutating func take(_ text: String) -> Bool {
    guard rest.starts(with: text.unicodeScalars) else { return false }
    rest.removeFirst(text.unicodeScalars.count)
    return true
  }

  private mutating func read(while isPart: (Unicode.Scalar) -> Bool) -> String {
    let part = rest.prefix(while: isPart)
    rest = rest[part.endIndex...]
    return String(String.UnicodeScalarView(part))
  }
}
