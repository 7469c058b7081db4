//  AWSConfigParser.swift - text to sections, by the rules of the AWS CLI and botocore.
//
//  Knows: Python's RawConfigParser as far as AWS uses it (`=` or `:`, comments on lines of their
//  own, indented lines continue a value, nothing twice), and one level of blocks.
//  Does not know: what is a blank or a line to Python (PythonText).

internal import StrictJSON

extension AWSConfig {
  /// Reads the text of a config file.
  ///
  /// Sections of other kinds (`[preview]`) are read over.
  ///
  /// - Parameter text: The whole file.
  /// - Returns: Its sections.
  /// - Throws: ``SSOError/Code/invalidConfiguration`` with the number of the wrong line, never its
  ///   content.
  public static func parse(_ text: String) throws(SSOError) -> AWSConfig {
    var parser = AWSConfigParser()
    // Python's parser takes it for a part of the first line, too; nobody sees it there.
    guard text.unicodeScalars.first != "\u{FEFF}" else {
      throw parser.wrong(1, "a byte order mark before the text; save the file as UTF-8 without one")
    }
    let lines = text.split(omittingEmptySubsequences: false) {
      $0 == "\n" || $0 == "\r\n" || $0 == "\r"
    }
    for (index, line) in lines.enumerated() {
      try parser.read(line, number: index + 1)
    }
    try parser.finishValue()
    return parser.config()
  }
}

/// Reads a config file line by line.
private struct AWSConfigParser {
  /// A section as written, with its header's text.
  private struct Raw {
    let header: String
    var values: [AWSConfig.Key: AWSConfig.Value] = [:]
  }

  /// The value whose lines are being read.
  private struct Open {
    let key: AWSConfig.Key
    let line: Int
    let indent: Int
    var lines: [String]
  }

  private var sections: [Raw] = []
  private var headers: Set<AWSConfig.Key> = []
  private var value: Open?

  mutating func read(_ line: Substring, number: Int) throws(SSOError) {
    let text = line.stripped
    // By scalars: with an accent behind it, `#` is another character.
    if let first = text.unicodeScalars.first, first == "#" || first == ";" { return }
    guard !text.isEmpty else {
      value?.lines.append("")
      return
    }
    let depth = line.unicodeScalars.prefix { $0.isPythonSpace }.count
    if let value, depth > value.indent {
      self.value?.lines.append(text)
      return
    }
    try finishValue()
    if isHeader(text), let end = text.unicodeScalars.lastIndex(of: "]") {
      try open(String(text.unicodeScalars[..<end].dropFirst()), number)
    } else {
      try key(text, number, indent: depth)
    }
  }

  private func isHeader(_ text: String) -> Bool { text.unicodeScalars.first == "[" }

  private mutating func open(_ header: String, _ line: Int) throws(SSOError) {
    guard !header.isEmpty, headers.insert(AWSConfig.Key(header)).inserted else {
      throw wrong(line, header.isEmpty ? "an empty section name" : "a section named twice")
    }
    sections.append(Raw(header: header))
  }

  private mutating func key(_ text: String, _ line: Int, indent: Int) throws(SSOError) {
    // Of a combining mark behind it, one character to Swift, botocore takes no notice.
    let sign = text.unicodeScalars.firstIndex { $0 == "=" || $0 == ":" }
    guard !isHeader(text) || sign != nil && !sections.isEmpty else {
      throw wrong(line, "a section without the bracket at its end")
    }
    guard !sections.isEmpty else { throw wrong(line, "a key before the first section") }
    guard let sign, sign != text.startIndex else {
      throw wrong(line, "neither a section nor `key = value`")
    }
    let key = AWSConfig.Key(text[..<sign].stripped.pythonLowercased)
    guard sections[sections.count - 1].values[key] == nil else {
      throw wrong(line, "a key named twice in its section")
    }
    let rest = text[text.unicodeScalars.index(after: sign)...].stripped
    value = Open(key: key, line: line, indent: indent, lines: [rest])
  }

  /// Stores the value whose last line has been read.
  mutating func finishValue() throws(SSOError) {
    guard var open = value, !sections.isEmpty else { return }
    value = nil
    while open.lines.last == "", open.lines.count > 1 { open.lines.removeLast() }
    let isBlock = open.lines.count > 1 && open.lines[0].isEmpty
    sections[sections.count - 1].values[open.key] =
      isBlock ? .block(try block(open)) : .text(open.lines.joined(separator: "\n"))
  }

  private func block(_ open: Open) throws(SSOError) -> [AWSConfig.Key: String] {
    var lines: [AWSConfig.Key: String] = [:]
    for line in open.lines.flatMap(\.pythonLines) where !line.isEmpty {
      guard let sign = line.unicodeScalars.firstIndex(of: "=") else {
        throw wrong(open.line, "its block holds a line that is no `key = value`")
      }
      let value = line[line.unicodeScalars.index(after: sign)...].stripped
      lines[AWSConfig.Key(line[..<sign].stripped)] = value
    }
    return lines
  }

  func wrong(_ line: Int, _ what: String) -> SSOError {
    SSOError(.invalidConfiguration, .validation, "config file, line \(line): \(what)")
  }

  /// Sorts the sections by kind; which kind one is, its prefix says.
  func config() -> AWSConfig {
    var config = AWSConfig()
    for raw in sections {
      let section = { (name: String) in AWSConfig.Section(name: name, values: raw.values) }
      if raw.header == "default" {
        config.profileList.append(section("default"))
        continue
      }
      guard let words = ShellWords.split(raw.header), words.count == 2 else { continue }
      if raw.header.hasBytePrefix("profile") {
        config.profileList.append(section(words[1]))
      } else if raw.header.hasBytePrefix("sso-session") {
        config.sessionList.append(section(words[1]))
      } else if raw.header.hasBytePrefix("services") {
        config.servicesList.append(section(words[1]))
      }
    }
    return config
  }
}
