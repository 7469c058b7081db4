//  OptionWords.swift - the words after a script's name, read as options. Pure.
//
//  Knows: `--name value`, `--name=value`, `--flag`, `--no-flag`, `--` and what stands alone.
//  Does not know: what an option means.

import SSOOIDC

/// The options a script understands, and how words become values.
struct OptionWords {
  /// What an option takes.
  enum Kind: Equatable {
    /// Text.
    case text
    /// A whole number.
    case integer
    /// Nothing: `--name` is true, `--no-name` is false.
    case flag
    /// One of these words.
    case choice([String])
  }

  /// What one option was given.
  enum Value: Equatable {
    case text(String)
    case integer(Int64)
    case flag(Bool)
  }

  /// What was found.
  struct Result: Equatable {
    /// By the option's name, with `_` as in Lua.
    var values: [String: Value] = [:]
    /// What belongs to no option.
    var rest: [String] = []
  }

  /// The options by name, `_` for what is typed as `-`.
  let kinds: [String: Kind]

  /// Reads words.
  ///
  /// - Parameter words: As they were typed.
  /// - Returns: The values; the last of several wins.
  /// - Throws: ``Wrong`` that names the word and what is right.
  func read(_ words: [String]) throws(Wrong) -> Result {
    var result = Result()
    var words = words[...]
    while let word = words.popFirst() {
      if word == "--" {
        result.rest += words
        break
      }
      guard word.hasPrefix("--") else {
        if word.hasPrefix("-"), word != "-" { throw Wrong("unknown option \(Self.shown(word))") }
        result.rest.append(word)
        continue
      }
      let (name, value) = try option(word, &words)
      result.values[name] = value
    }
    return result
  }

  private func option(
    _ word: String, _ words: inout ArraySlice<String>
  ) throws(Wrong) -> (String, Value) {
    let parts = word.dropFirst(2).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let typed = String(parts.first ?? "")
    let name = Self.luaName(typed)
    let isNo =
      kinds[name] == nil && name.hasPrefix("no_") && kinds[String(name.dropFirst(3))] == .flag
    if isNo, parts.count == 1 { return (String(name.dropFirst(3)), .flag(false)) }
    guard let kind = kinds[name] ?? (isNo ? .flag : nil) else { throw unknown(typed) }
    if kind == .flag {
      guard parts.count == 1 else { throw Wrong("--\(typed) takes no value") }
      return (name, .flag(true))
    }
    guard let text = parts.count == 2 ? String(parts[1]) : words.popFirst() else {
      throw Wrong("--\(typed) needs a value")
    }
    return (name, try Self.value(text, kind, typed))
  }

  private static func value(
    _ text: String, _ kind: Kind, _ option: String
  ) throws(Wrong) -> Value {
    switch kind {
    case .text, .flag: return .text(text)
    case .integer:
      guard let number = Int64(text) else {
        throw Wrong("--\(option) takes a whole number, got \(shown(text))")
      }
      return .integer(number)
    case .choice(let words):
      guard words.contains(text) else {
        let hint = hint(Spelling.nearest(to: text, among: words), "")
        throw Wrong(
          "--\(option) takes \(words.joined(separator: ", ")), got \(shown(text))\(hint)")
      }
      return .text(text)
    }
  }

  private func unknown(_ typed: String) -> Wrong {
    let names = kinds.flatMap { name, kind in
      let typed = Self.typedName(name)
      return kind == .flag ? [typed, "no-\(typed)"] : [typed]
    }
    let near = Spelling.nearest(to: typed, among: names.sorted())
    return Wrong("unknown option \(Self.shown("--\(typed)"))\(Self.hint(near, "--"))")
  }

  private static func hint(_ near: String?, _ prefix: String) -> String {
    near.map { " (did you mean \"\(prefix)\($0)\"?)" } ?? ""
  }

  /// The name in Lua of what is typed.
  static func luaName(_ typed: String) -> String {
    String(typed.map { $0 == "-" ? "_" : $0 })
  }

  /// What is typed for a name in Lua.
  static func typedName(_ name: String) -> String {
    String(name.map { $0 == "_" ? "-" : $0 })
  }

  static func shown(_ text: String) -> String {
    "\"\(PrintableText.escaped(text, limit: 60))\""
  }

  /// A word that cannot be read.
  struct Wrong: Error, Equatable {
    /// One line.
    let message: String

    init(_ message: String) { self.message = message }
  }
}
