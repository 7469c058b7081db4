//  JSONParser+Number.swift - numbers: 64-bit integers exactly, the rest as doubles.

extension JSONParser {
  /// Reads a number, the current place being its sign or first digit.
  mutating func number() throws(JSONError) -> JSON {
    let start = offset
    let isNegative = skip(UInt8(ascii: "-"))
    let whole = try integerPart(start: start)
    var isWhole = true
    if skip(UInt8(ascii: ".")) {
      isWhole = false
      try digits(start: start)
    }
    if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
      isWhole = false
      _ = skip(UInt8(ascii: "+")) || skip(UInt8(ascii: "-"))
      try digits(start: start)
    }
    guard isWhole else { return try double(start: start) }
    guard let whole, isNegative || whole != .min else { return try large(start: start) }
    return .integer(isNegative ? whole : -whole)
  }

  /// Reads the digits before a fraction.
  ///
  /// - Returns: Their value with the sign turned (the negative range is the larger one), or `nil`
  ///   when it does not fit.
  private mutating func integerPart(start: Int) throws(JSONError) -> Int64? {
    if skip(UInt8(ascii: "0")) {
      guard current.decimalValue == nil else { throw JSONError(.invalidNumber, offset: start) }
      return 0
    }
    guard current.decimalValue != nil else { throw numberCut(start) }
    var value: Int64? = 0
    while let digit = current.decimalValue {
      value = value.flatMap { $0.appending(digit) }
      offset += 1
    }
    return value
  }

  private mutating func digits(start: Int) throws(JSONError) {
    guard current.decimalValue != nil else { throw numberCut(start) }
    while current.decimalValue != nil { offset += 1 }
  }

  private func double(start: Int) throws(JSONError) -> JSON {
    guard let value = Double(text(from: start)), value.isFinite else {
      return try large(start: start)
    }
    return .number(value)
  }

  private func large(start: Int) throws(JSONError) -> JSON {
    guard keepsLargeNumbers else { throw JSONError(.numberOutOfRange, offset: start) }
    return .literal(text(from: start))
  }

  private func text(from start: Int) -> String {
    String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private func numberCut(_ start: Int) -> JSONError {
    offset < bytes.count
      ? JSONError(.invalidNumber, offset: start) : JSONError(.unexpectedEnd, offset: offset)
  }
}

extension Int64 {
  /// Ten times this, less `digit`; `nil` on overflow.
  fileprivate func appending(_ digit: UInt8) -> Int64? {
    let (shifted, overflow) = multipliedReportingOverflow(by: 10)
    let (value, borrow) = shifted.subtractingReportingOverflow(Int64(digit))
    return overflow || borrow ? nil : value
  }
}

extension UInt8 {
  fileprivate var decimalValue: UInt8? { (0x30...0x39).contains(self) ? self - 0x30 : nil }
}
