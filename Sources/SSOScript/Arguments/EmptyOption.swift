//  EmptyOption.swift - options of our programs with nothing behind their `=`. Pure.

/// `--record=`, for which the parser of the command line would take the next word, whatever that is.
package enum EmptyOption {
  /// What is wrong with the first of them before a `--`.
  ///
  /// - Parameter words: As they were typed, without values that may begin with `-`.
  /// - Returns: `nil` where there is none.
  package static func complaint(_ words: some Sequence<String>) -> String? {
    for word in words {
      guard word != "--" else { return nil }
      if isOne(word) { return "\(PrintableText.lines(word, limit: 60)) has no value." }
    }
    return nil
  }

  private static func isOne(_ word: String) -> Bool {
    let sign = UInt8(ascii: "=")
    return word.utf8.first == UInt8(ascii: "-") && word.utf8.last == sign
      && !word.utf8.dropLast().contains(sign)
  }
}
