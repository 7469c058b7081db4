//  Bytes.swift - comparing bytes, and texts by their bytes. Pure.

extension [UInt8] {
  /// Whether both are the same bytes, found faster than by `==`, which looks at one after the other.
  package func hasSameBytes(as other: [UInt8]) -> Bool {
    guard count == other.count else { return false }
    var difference: UInt8 = 0
    for index in 0..<count { difference |= self[index] ^ other[index] }
    return difference == 0
  }
}

extension String {
  /// Equality without Unicode rules: `==` alone takes U+212A for `K`.
  ///
  /// A text of ASCII equals no other of its length, and is told by that: the bytes of names are hardly
  /// ever looked at one by one.
  package func hasSameBytes(as other: String) -> Bool {
    let count = utf8.count
    guard count == other.utf8.count, self == other else { return false }
    return count == utf16.count || utf8.elementsEqual(other.utf8)
  }

  /// Whether its first bytes are those of `start`; `hasPrefix` looks at characters, and finds no `a/`
  /// before an accent.
  package func hasBytePrefix(_ start: String) -> Bool { utf8.starts(with: start.utf8) }

  /// Whether its last bytes are those of `end`.
  package func hasByteSuffix(_ end: String) -> Bool {
    guard let last = end.utf8.last else { return true }
    return utf8.last == last && utf8.count >= end.utf8.count
      && utf8.suffix(end.utf8.count).elementsEqual(end.utf8)
  }

  /// Whether the bytes of `part` are in it; `contains` finds no letter before an accent, and no line end
  /// after a CR.
  package func containsBytes(_ part: String) -> Bool { utf8.contains(part.utf8) }

  /// `other` for each `part`, also where `part` is not all of a character.
  package func replacingBytes(_ part: String, with other: String) -> String {
    String(unicodeScalars.replacing(part.unicodeScalars, with: other.unicodeScalars))
  }

  /// What is between its line feeds; a CR before one stays.
  package var byteLines: [Substring] {
    utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      Substring($0)
    }
  }
}
