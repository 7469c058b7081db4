//  PrintableText.swift - foreign text made fit for a terminal.

/// Text of a script or service, with nothing in it that a terminal would act on.
package enum PrintableText {
  /// The same for a text of several lines, as a report of an error is; it keeps its tabs, too.
  package static func lines(_ text: String, limit: Int = 4000) -> String {
    let kept = text.unicodeScalars.prefix(limit)
    var result = ""
    for scalar in kept {
      if isHarmless(scalar) || scalar == "\n" || scalar == "\t" {
        result.unicodeScalars.append(scalar)
      } else {
        result += escape(scalar)
      }
    }
    return kept.endIndex == text.unicodeScalars.endIndex ? result : result + "…"
  }

  /// `text` with control and direction characters escaped, cut at `limit` characters.
  static func escaped(_ text: String, limit: Int = 500) -> String {
    var result = ""
    for (count, scalar) in text.unicodeScalars.enumerated() {
      if count == limit { return result + "…" }
      if isHarmless(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        result += escape(scalar)
      }
    }
    return result
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    "\\u{\(String(scalar.value, radix: 16))}"
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
