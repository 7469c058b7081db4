//  MkdirArguments.swift - how `mkdir` reads its arguments. Pure.
//
//  Knows: GNU's options and words.

internal import StrictJSON

/// What a program says when it cannot go on.
struct ProgramComplaint: Error {
  let text: String

  init(_ text: String) { self.text = text }
}

/// What `mkdir` is told.
struct MkdirArguments {
  private static let longNames = ["mode", "parents", "verbose"]
  private static let hint = "\nTry 'mkdir --help' for more information."

  private(set) var makesParents = false
  private(set) var isVerbose = false
  /// That of `-m`.
  private(set) var mode: Int?
  private(set) var paths: [String] = []

  init(_ arguments: some Sequence<String>) throws(ProgramComplaint) {
    var rest = Array(arguments)[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        paths += rest
        break
      } else if argument.hasBytePrefix("--") {
        try readLong(String(argument.dropFirst(2)), &rest)
      } else if argument.hasBytePrefix("-"), argument != "-" {
        try readShort(argument.dropFirst(), &rest)
      } else {
        paths.append(argument)
      }
    }
    guard !paths.isEmpty else { throw ProgramComplaint("missing operand" + Self.hint) }
  }

  /// `-p`, `-pm 700`, `-m700`.
  private mutating func readShort(
    _ letters: Substring, _ rest: inout ArraySlice<String>
  ) throws(ProgramComplaint) {
    var letters = letters
    while let letter = letters.popFirst() {
      switch letter {
      case "p": makesParents = true
      case "v": isVerbose = true
      case "m":
        guard let text = letters.isEmpty ? rest.popFirst() : String(letters) else {
          throw ProgramComplaint("option requires an argument -- 'm'" + Self.hint)
        }
        return try readMode(text)
      default: throw ProgramComplaint("invalid option -- '\(letter)'" + Self.hint)
      }
    }
  }

  /// `parents`, `mode=700`, `mode 700`; a name may be cut short.
  private mutating func readLong(
    _ option: String, _ rest: inout ArraySlice<String>
  ) throws(ProgramComplaint) {
    let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let (given, value) = (String(parts[0]), parts.dropFirst().first.map(String.init))
    let names = Self.longNames.filter { !given.isEmpty && $0.hasBytePrefix(given) }
    guard let name = names.first else {
      throw ProgramComplaint("unrecognized option '--\(option)'" + Self.hint)
    }
    if name == "mode" {
      guard let text = value ?? rest.popFirst() else {
        throw ProgramComplaint("option '--mode' requires an argument" + Self.hint)
      }
      return try readMode(text)
    }
    guard value == nil else {
      throw ProgramComplaint("option '--\(name)' doesn't allow an argument" + Self.hint)
    }
    if name == "parents" { makesParents = true } else { isVerbose = true }
  }

  private mutating func readMode(_ text: String) throws(ProgramComplaint) {
    let isOctal = !text.isEmpty && text.utf8.allSatisfy { (48...55).contains($0) }
    if isOctal, let mode = Int(text, radix: 8), mode <= 0o7777 {
      self.mode = mode
      return
    }
    let isSymbolic = text.utf8.contains { [43, 45, 61].contains($0) }
    let why = isSymbolic ? " (the simulated mkdir reads octal digits only)" : ""
    throw ProgramComplaint("invalid mode '\(text)'\(why)")
  }
}
