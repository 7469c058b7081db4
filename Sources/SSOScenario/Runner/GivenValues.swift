//  GivenValues.swift - variables and secrets of a command line: options, files, environment. Pure.
//
//  Knows: an option comes before a file, a file before the environment; a later one before an
//  earlier one of its kind. No message holds a value.

internal import StrictJSON

/// Why something on the command line is no value, in words.
public struct GivenValueError: Error, Sendable, Equatable {
  /// For a person.
  public let message: String

  /// Says it.
  public init(_ message: String) { self.message = message }
}

/// Values by name, from three places.
public struct GivenValues: Sendable, Equatable {
  /// What they are.
  public enum Kind: Sendable, Equatable {
    /// Shown in reports.
    case variable
    /// Never shown.
    case secret

    /// The option for one: `--var`.
    public var option: String { self == .variable ? "--var" : "--secret" }
    /// The option for a file of them: `--vars`.
    public var fileOption: String { option + "s" }
    /// What names in the environment begin with.
    public var prefix: String { self == .variable ? "SSOSCRIPT_VAR_" : "SSOSCRIPT_SECRET_" }

    /// How one can be given.
    func ways(_ name: String) -> String {
      self == .variable
        ? "give --var \(name)=VALUE, --vars FILE or \(prefix)\(name)"
        : "give --secrets FILE, \(prefix)\(name) or --secret \(name)=VALUE"
    }
  }

  /// Shorter secrets cannot be told from other text.
  static let shortestSecret = 4

  let kind: Kind
  private var options: [String: String] = [:]
  private var files: [String: String] = [:]
  private var environment: [String: String] = [:]
  /// Named by an option alone: their value has to come from elsewhere.
  private var demanded: [String] = []

  /// Holds none yet.
  public init(_ kind: Kind) { self.kind = kind }

  // MARK: Options and environment

  /// Takes `name=value`; a secret may be named alone, and is then to be in a file or the environment.
  public mutating func add(option text: String) throws(GivenValueError) {
    guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
      guard kind == .secret, Self.isName(text) else {
        // What stands there may be a value.
        let what = kind == .secret ? "" : " \"\(text.prefix(40))\""
        throw GivenValueError("\(kind.option)\(what): write NAME=VALUE")
      }
      return demanded.append(text)
    }
    let name = String(text[..<mark])
    guard Self.isName(name) else { throw GivenValueError("\(kind.option): \(badName(name))") }
    let value = text.utf8[mark...].dropFirst()
    options[name] = try checked(String(Substring(value)), "\(kind.option) \(name)")
  }

  /// Takes what the process was started with; an empty variable counts as unset.
  public mutating func add(environment variables: [String: String]) throws(GivenValueError) {
    for (variable, value) in variables.sorted(by: { $0.key < $1.key })
    where variable.hasPrefix(kind.prefix) && !value.isEmpty {
      let name = String(variable.dropFirst(kind.prefix.count))
      guard Self.isName(name) else { continue }
      environment[name] = try checked(value, variable)
    }
  }

  // MARK: Files

  /// Takes a file: one JSON object, or lines `name=value` with `#` before comments.
  public mutating func add(file bytes: [UInt8], _ name: String) throws(GivenValueError) {
    // Editors of Windows begin a text with a byte order mark.
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    let place = "\(kind.fileOption): \(name)"
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let line =
        1
        + bytes.split(separator: 10, omittingEmptySubsequences: false)
        .prefix { String(validating: $0, as: UTF8.self) != nil }.count
      throw GivenValueError("\(place):\(line): not UTF-8")
    }
    let isJSON = text.first { !$0.isWhitespace } == "{"
    let values = isJSON ? try json(bytes, text, place) : try lines(text, place)
    files.merge(values) { $1 }
  }

  private func lines(_ text: String, _ place: String) throws(GivenValueError) -> [String: String] {
    var values: [String: String] = [:]
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (number, line) in lines.enumerated() {
      let place = "\(place):\(number + 1)"
      let line = line.drop { $0 == " " || $0 == "\t" }
      guard let first = line.first, first != "#" else { continue }
      guard let mark = line.firstIndex(of: "=") else {
        throw GivenValueError("\(place): write NAME=VALUE, or # before a comment")
      }
      let name = Self.trimmed(line[..<mark])
      guard Self.isName(name) else { throw GivenValueError("\(place): \(badName(name))") }
      guard values[name] == nil else {
        throw GivenValueError("\(place): \"\(name)\" is there twice")
      }
      values[name] = try checked(Self.trimmed(line[mark...].dropFirst()), "\(place): \(name)")
    }
    return values
  }

  private func json(
    _ bytes: [UInt8], _ text: String, _ place: String
  ) throws(GivenValueError) -> [String: String] {
    let members: JSONObject
    do throws(JSONError) {
      members = try JSON.parse(bytes).asObject ?? [:]
    } catch {
      let line = 1 + bytes.prefix(error.offset ?? 0).count { $0 == 10 }
      throw GivenValueError("\(place):\(line): \(error.code.rawValue)")
    }
    var values: [String: String] = [:]
    for (name, value) in members {
      let place = "\(place):\(Self.line(of: name, in: text))"
      guard Self.isName(name) else { throw GivenValueError("\(place): \(badName(name))") }
      guard let word = Self.word(value) else {
        throw GivenValueError(
          "\(place): \(name): expected a string, a number or a boolean, got \(value.kind)")
      }
      values[name] = try checked(word, "\(place): \(name)")
    }
    return values
  }

  private static func word(_ value: JSON) -> String? {
    switch value {
    case .string(let text): text
    case .integer(let number): String(number)
    case .number(let number): String(number)
    case .bool(let flag): String(flag)
    case .literal, .null, .array, .object: nil
    }
  }

  /// Where a member stands; names with escapes are found nowhere, and stand in the first line.
  private static func line(of name: String, in text: String) -> Int {
    guard let place = text.firstRange(of: "\"\(name)\"") else { return 1 }
    return 1 + text[..<place.lowerBound].count { $0.isNewline }
  }

  // MARK: All

  /// By name.
  ///
  /// - Throws: ``GivenValueError`` for a secret that was named alone and is nowhere.
  public func all() throws(GivenValueError) -> [String: String] {
    let all = environment.merging(files) { $1 }.merging(options) { $1 }
    for (index, name) in demanded.enumerated() where all[name] == nil {
      // Who forgets the name may have written the secret there.
      throw GivenValueError(
        "\(kind.option) with a name alone (the \(index + 1). of them): there is no value for it in "
          + "\(kind.prefix)NAME or \(kind.fileOption) FILE")
    }
    return all
  }

  private func checked(_ value: String, _ place: String) throws(GivenValueError) -> String {
    guard kind == .secret, value.utf8.count < Self.shortestSecret else { return value }
    throw GivenValueError(
      "\(place): a secret has at least \(Self.shortestSecret) bytes: a shorter one could not be "
        + "hidden")
  }

  private func badName(_ name: String) -> String {
    // Of a line of secrets, what is no name may be a secret.
    let shown = kind == .secret ? "" : " \"\(name.prefix(40))\""
    return "the name\(shown) is not made of letters, digits, _, - and . after a letter or _"
  }

  static func isName(_ text: String) -> Bool {
    let letters = text.utf8.map { (65...90).contains($0) || (97...122).contains($0) || $0 == 95 }
    guard letters.first == true else { return false }
    return zip(text.utf8, letters).allSatisfy { byte, isLetter in
      isLetter || (48...57).contains(byte) || byte == 45 || byte == 46
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    let isSpace = { (character: Character) in character == " " || character == "\t" }
    var text = text.drop(while: isSpace)
    while let last = text.last, isSpace(last) { text.removeLast() }
    return String(text)
  }
}
