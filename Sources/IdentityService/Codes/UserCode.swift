//  UserCode.swift - the code that a person reads in a terminal and types into a page.
//
//  Knows: RFC 8628 section 6.1: which letters, how it is drawn, how typed text is understood.
//  Does not know: which codes exist.

/// Eight letters without vowels and look-alikes, about 34.5 bits (R8628-33).
public struct UserCode: Sendable, Hashable {
  /// The eight letters, upper case, without dash.
  public let letters: String

  /// The letters as people see them: `BCDF-GHJK`.
  public var display: String { "\(letters.prefix(4))-\(letters.suffix(4))" }

  /// Letters that occur in codes.
  static let alphabet = Array("BCDFGHJKLMNPQRSTVWXZ".utf8)
  static let length = 8

  private init(letters: some Sequence<UInt8>) {
    self.letters = String(decoding: Array(letters), as: UTF8.self)
  }

  /// Draws a code: bytes past the last multiple of 20 are thrown away, so that no letter is
  /// likelier than another.
  init?(drawnFrom random: [UInt8]) {
    let letters = random.lazy.filter { $0 < 240 }.prefix(Self.length)
    guard letters.count == Self.length else { return nil }
    self.init(letters: letters.map { Self.alphabet[Int($0) % Self.alphabet.count] })
  }

  /// Understands what a person typed or pasted (R8628-34).
  ///
  /// Case, dashes, spaces, full-width forms and everything else outside the alphabet are ignored;
  /// then the length is checked. When the whole text does not fit, a single word that looks like a
  /// code is taken out of it, or two words that look like its halves, so that a pasted sentence and
  /// the complete link work. Without a code in the text, or with more than one, this fails.
  ///
  /// - Parameter typed: Any text; only its first 1,000 characters are looked at.
  public init?(typed: String) {
    let text = Self.withDashes(typed.unicodeScalars.prefix(1000).map(Self.folded))
    let kept = text.compactMap(Self.letter)
    if kept.count == Self.length {
      self.init(letters: kept)
      return
    }
    let found = text.split(whereSeparator: Self.isBorder).flatMap(Self.codes)
    guard let code = found.first, found.allSatisfy({ $0 == code }) else { return nil }
    self.init(letters: code)
  }

  /// Whether a text holds letters or digits that never occur in codes: worth a hint to the person.
  public static func hasForeignLetters(_ typed: String) -> Bool {
    typed.unicodeScalars.lazy.prefix(1000).map(folded).contains {
      letter($0) == nil && isWordLetter($0)
    }
  }

  /// Full-width letters folded to ASCII, lower case to upper.
  private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    let narrow = (0xFF01...0xFF5E).contains(scalar.value) ? scalar.value - 0xFEE0 : scalar.value
    let upper = (97...122).contains(narrow) ? narrow - 32 : narrow
    return Unicode.Scalar(upper) ?? scalar
  }

  /// The dash of a link that some program escaped: `?user_code=BCDF%2DGHJK`.
  private static func withDashes(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    text.split(separator: Array("%2D".unicodeScalars), omittingEmptySubsequences: false)
      .joined(separator: ["-"]).map { $0 }
  }

  private static func letter(_ scalar: Unicode.Scalar) -> UInt8? {
    guard scalar.isASCII, alphabet.contains(UInt8(scalar.value)) else { return nil }
    return UInt8(scalar.value)
  }

  private static let borders = Set(":=?&/#,;\"'<>".unicodeScalars)

  /// What stands between the parts of a link, or between a code and its name: `code:BCDF-GHJK`.
  private static func isBorder(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation: true
    default: borders.contains(scalar)
    }
  }

  /// The codes in a part of a text: words of as many letters, and neighbours of half as many.
  private static func codes(in part: ArraySlice<Unicode.Scalar>) -> [[UInt8]] {
    let words = part.split { $0.properties.isWhitespace }
      .filter { $0.contains(where: isWordLetter) }.map(codeLetters)
    let halves = words.split { $0.count != length / 2 }.flatMap(pairs)
    return words.filter { $0.count == length } + halves
  }

  /// Halves by twos, as a code may have been pasted again.
  ///
  /// Of an odd number nobody knows which belong together.
  private static func pairs(of halves: ArraySlice<[UInt8]>) -> [[UInt8]] {
    guard halves.count.isMultiple(of: 2) else { return [] }
    return stride(from: halves.startIndex, to: halves.endIndex, by: 2).map {
      halves[$0] + halves[$0 + 1]
    }
  }

  /// The letters of a word that has no others, between punctuation at most.
  private static func codeLetters(_ word: ArraySlice<Unicode.Scalar>) -> [UInt8] {
    let hasOthers = word.contains { letter($0) == nil && isWordLetter($0) }
    return hasOthers ? [] : word.compactMap(letter)
  }

  private static func isWordLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }
}
