//  ForeignText.swift - what strangers wrote, for a person's eyes (S23).
//
//  Knows: invisible characters, letters drawn like others, marks piled up, lengths.
//  Does not know: HTML; the templates escape, and isolate the direction.

internal import Foundation

/// Foreign text on one line, at most 64 characters long.
///
/// Compatibility forms (full-width and mathematical letters, ligatures) become the letters they
/// stand for; invisible characters (controls, direction overrides, zero widths, fillers) are
/// dropped, blanks are single, and a letter keeps two marks at most.
func presentable(_ foreign: String) -> String {
  // Longer than any field shows; not longer, as names may have a megabyte.
  let start = String(foreign.unicodeScalars.prefix(1000))
  var scalars: [Unicode.Scalar] = []
  var marks = 0
  for scalar in start.precomposedStringWithCompatibilityMapping.unicodeScalars {
    if isBlank(scalar) {
      if let last = scalars.last, last != " " { scalars.append(" ") }
      continue
    }
    guard isVisible(scalar) else { continue }
    marks = scalar.properties.generalCategory.isMark ? marks + 1 : 0
    if marks <= 2 { scalars.append(scalar) }
  }
  if scalars.last == " " { scalars.removeLast() }
  // Scalars, not characters: one character can hold any number of combining marks.
  guard scalars.count > 64 else { return String(String.UnicodeScalarView(scalars)) }
  return String(String.UnicodeScalarView(scalars.prefix(63))) + "…"
}

/// Whether a text has Latin letters beside letters of an alphabet that looks like it.
func mixesAlphabets(_ text: String) -> Bool {
  let scalars = text.unicodeScalars
  return scalars.contains(where: isLatin) && scalars.contains(where: looksLatin)
}

private func isBlank(_ scalar: Unicode.Scalar) -> Bool {
  // U+2800 is a pattern without dots: a symbol by name, a blank to the eye.
  scalar.properties.isWhitespace || scalar.value == 0x2800
}

private func isVisible(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.properties.isDefaultIgnorableCodePoint { return false }
  return switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate,
    .unassigned:
    false
  default: true
  }
}

private func isLatin(_ scalar: Unicode.Scalar) -> Bool {
  scalar.properties.isAlphabetic && scalar.value < 0x250
}

/// Greek, Cyrillic, Armenian, Cherokee.
private func looksLatin(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x370...0x58F, 0x13A0...0x13FF, 0x1C80...0x1C8F, 0x1F00...0x1FFF, 0x2DE0...0x2DFF,
    0xA640...0xA69F, 0xAB70...0xABBF:
    scalar.properties.isAlphabetic
  default: false
  }
}

extension Unicode.GeneralCategory {
  fileprivate var isMark: Bool {
    self == .nonspacingMark || self == .enclosingMark || self == .spacingMark
  }
}
