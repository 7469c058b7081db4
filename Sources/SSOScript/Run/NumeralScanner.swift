//  NumeralScanner.swift - where a numeral in a stream ends, as `file:read("n")` sees it. Pure.

/// Takes the longest beginning of some bytes that could become a numeral (liolib.c, `g_read_number`).
struct NumeralScanner {
  /// Longer numerals are refused, as in Lua.
  private static let lengthLimit = 200

  private var rest: ArraySlice<UInt8>
  private var isTooLong = false
  /// What was taken.
  private(set) var text: [UInt8] = []
  /// Whether the bytes ended before the numeral did.
  private(set) var needsMore = false

  /// Scans at once.
  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
    scan()
  }

  /// The numeral, or nil if it is too long for one.
  var numeral: String? { isTooLong ? nil : String(decoding: text, as: UTF8.self) }

  private mutating func scan() {
    var digits = 0
    var isHexadecimal = false
    take("-+")
    if take("0") {
      isHexadecimal = take("xX")
      digits = isHexadecimal ? 0 : 1
    }
    digits += takeDigits(isHexadecimal)
    if take(".") { digits += takeDigits(isHexadecimal) }
    guard digits > 0, take(isHexadecimal ? "pP" : "eE") else { return }
    take("-+")
    _ = takeDigits(false)
  }

  private mutating func takeDigits(_ isHexadecimal: Bool) -> Int {
    var count = 0
    while takeNext({ LuaNumeral.isDigit($0, isHexadecimal: isHexadecimal) }) { count += 1 }
    return count
  }

  @discardableResult
  private mutating func take(_ choices: String) -> Bool {
    takeNext { choices.utf8.contains($0) }
  }

  private mutating func takeNext(_ fits: (UInt8) -> Bool) -> Bool {
    guard let next = rest.first else {
      needsMore = true
      return false
    }
    guard !isTooLong, fits(next) else { return false }
    guard text.count < Self.lengthLimit else {
      isTooLong = true
      return false
    }
    text.append(next)
    rest.removeFirst()
    return true
  }
}
