//  RunWords.swift - where the options of `ssoscript run` end, found before anything is parsed.
//
//  Knows: which of them take the next word.
//  Does not know: what they mean (RunCommand).

import SSOScript

/// The words after `run`: options, and what is the script's.
///
/// The parser gets the options alone: it needs a time that grows with the square of its words.
struct RunWords {
  /// Options with their values, and a `--` behind them.
  private(set) var options: [String] = []
  /// FILE and its arguments; beside -e the arguments.
  private(set) var script: ArraySlice<String>
  /// What is wrong with the first option that has nothing behind its `=`.
  private(set) var complaint: String?

  init(_ words: ArraySlice<String>) {
    script = words
    while options.last != "--", let word = script.first, word.hasPrefix("-"), word != "-" {
      script.removeFirst()
      take(word)
    }
  }

  private mutating func take(_ word: String) {
    complaint = complaint ?? EmptyOption.complaint([word])
    guard Self.takesNext(word), let value = script.popFirst() else { return options.append(word) }
    guard let flags = Self.flags(beforeCode: word) else { return options += [word, value] }
    // Lua that begins with a dash is a comment; to the parser it would be an option.
    options += flags + ["-e=\(value)"]
  }

  private static func takesNext(_ word: String) -> Bool {
    guard word.hasPrefix("--") else { return flags(beforeCode: word) != nil }
    return !["--", "--allow-all", "--help", "--version"].contains(word) && !word.contains("=")
  }

  /// The flags in `-e` or `-Ae`.
  private static func flags(beforeCode word: String) -> [String]? {
    let flags = word.dropLast()
    guard word.hasSuffix("e"), flags.dropFirst().allSatisfy({ $0 == "A" }) else { return nil }
    return flags == "-" ? [] : [String(flags)]
  }
}
