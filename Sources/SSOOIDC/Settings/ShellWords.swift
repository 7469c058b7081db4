//  ShellWords.swift - splits a line as a POSIX shell would, without its expansions.
//
//  Knows: blanks, both quotes and the backslash, as Python's shlex.split does: scalar by scalar, whatever
//  accent stands behind one.

/// Splitting by the shell's quoting.
public enum ShellWords {
  private enum Quote { case none, single, double }

  /// Splits `line` into words.
  ///
  /// - Returns: The words, or `nil` when a quote is not closed or a backslash ends the line.
  public static func split(_ line: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote = Quote.none
    var rest = line.unicodeScalars.makeIterator()
    while let scalar = rest.next() {
      switch (quote, scalar) {
      case (.none, " "), (.none, "\t"), (.none, "\r"), (.none, "\n"):
        if let done = word { words.append(done) }
        word = nil
      case (.none, "'"), (.none, "\""):
        quote = scalar == "'" ? .single : .double
        word = word ?? ""
      case (.single, "'"), (.double, "\""):
        quote = .none
      case (.none, "\\"), (.double, "\\"):
        guard let next = rest.next() else { return nil }
        let keeps = quote == .double && next != "\"" && next != "\\"
        word = (word ?? "") + (keeps ? "\\" : "") + String(next)
      default:
        word = (word ?? "") + String(scalar)
      }
    }
    guard quote == .none else { return nil }
    return words + (word.map { [$0] } ?? [])
  }
}
