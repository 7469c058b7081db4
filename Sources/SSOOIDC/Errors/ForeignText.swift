//  ForeignText.swift - text from outside, made fit to print.
//
//  Knows: which characters can hide or forge what a terminal shows (H07, H18, H19).

extension String {
  /// Characters of a message that are kept.
  package static let messageLimit = 500

  /// This text with every character that is not plainly visible escaped as `\u{1b}`, cut at
  /// `limit` characters, the cut shown as `…`; `kept` stays though it is not visible.
  package func escaped(
    limit: Int = messageLimit, keeping kept: [Unicode.Scalar] = []
  ) -> String {
    if utf8.count <= limit, utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
    var text = ""
    for (count, scalar) in unicodeScalars.enumerated() {
      guard count < limit else { return text + "…" }
      if scalar.isPlain || kept.contains(scalar) {
        text.unicodeScalars.append(scalar)
      } else {
        text += "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return text
  }

  /// This text on one line: without characters that are not plainly visible, white space folded
  /// to one blank, cut at `limit` characters.
  func printable(limit: Int) -> String {
    var text = ""
    var count = 0
    var gap = false
    for scalar in unicodeScalars where count < limit {
      if scalar.properties.isWhitespace {
        gap = count > 0
      } else if scalar.isPlain {
        if gap { text += " " }
        text.unicodeScalars.append(scalar)
        count += gap ? 2 : 1
        gap = false
      }
    }
    return text
  }

  /// Whether this holds a control character of ASCII.
  var hasControlCharacters: Bool {
    // All bytes, without a way out in the middle: the compiler then looks at many at once.
    let bytes = Array(utf8)
    var (least, delete) = (UInt8.max, UInt8.max)
    for index in bytes.indices {
      least = min(least, bytes[index])
      delete = min(delete, bytes[index] ^ 0x7F)
    }
    return least < 0x20 || delete == 0
  }
}

extension Unicode.Scalar {
  /// Visible, and without power over its neighbours: no control, format (bidi, zero width),
  /// private or unassigned character, no line or paragraph separator.
  fileprivate var isPlain: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      false
    default: true
    }
  }
}
