//  PrintableText.swift - foreign text made fit for a terminal.

/// Text of a script or service, with nothing in it that a terminal would act on.
enum PrintableText {
  /// `text` with control and direction characters escaped, cut at `limit` characters.
  static func escaped(_ text: String, limit: Int = 500) -> String {
    var result = ""
    for (count, scalar) in text.unicodeScalars.enumerated() {
      if count == limit { return result + "…" }
      if isHarmless(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return result
  }

  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      false
    default: true
    }
  }
}
