//  HTML.swift - HTML that cannot be broken out of: what is put into it is escaped.

/// A piece of HTML.
///
/// Literal parts are taken as they are, interpolated text is escaped (S21).
struct HTML: Sendable, ExpressibleByStringInterpolation {
  let text: String

  init(stringLiteral value: String) { text = value }
  init(stringInterpolation: Builder) { text = stringInterpolation.text }

  /// Collects literal and interpolated parts.
  struct Builder: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + interpolationCount * 16)
    }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ value: String) { text += escaped(value) }
    mutating func appendInterpolation(_ html: HTML) { text += html.text }
    mutating func appendInterpolation(_ parts: [HTML]) { text += parts.map(\.text).joined() }
  }
}

/// Good in text and in quoted attributes.
private func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Foreign text for a person's eyes (S23).
///
/// Invisible characters (controls, direction overrides, zero widths) are dropped and what is longer
/// than 64 characters is cut; the page isolates its direction.
func presentable(_ foreign: String) -> String {
  let visible = foreign.unicodeScalars.filter { scalar in
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: false
    default: true
    }
  }
  let text = String(String.UnicodeScalarView(visible))
  // Scalars, not characters: one character can hold any number of combining marks.
  guard text.unicodeScalars.count > 64 else { return text }
  return String(String.UnicodeScalarView(text.unicodeScalars.prefix(63))) + "…"
}
