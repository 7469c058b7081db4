//  HostPattern+Check.swift - whether a pattern that somebody typed can match any host. Pure.
//
//  Knows: `*`, names, addresses, `*.` before a name, a port behind either.

extension HostPattern {
  /// Whether there is a host that `pattern` matches: what is no host, or has a star at another place, looks
  /// like a permission and is none.
  package static func isPattern(_ pattern: String) -> Bool {
    if pattern == "*" { return true }
    var rest = pattern.utf8[...]
    let isWild = rest.starts(with: "*.".utf8)
    if isWild { rest = rest.dropFirst(2) }
    // Within brackets are colons of an address.
    let end = rest.lastIndex(of: UInt8(ascii: "]")) ?? rest.startIndex
    if let colon = rest[end...].lastIndex(of: UInt8(ascii: ":")) {
      guard isPort(rest[rest.index(after: colon)...]) else { return false }
      rest = rest[..<colon]
    }
    if rest.first == UInt8(ascii: "[") { return !isWild && isAddress(rest) }
    return isName(rest, isWild: isWild)
  }

  /// From 1 to 65535, as a URL has it.
  private static func isPort(_ text: Substring.UTF8View) -> Bool {
    guard let number = UInt16(Substring(text)), number > 0 else { return false }
    return text.elementsEqual("\(number)".utf8)
  }

  /// An IPv6 address in its brackets.
  private static func isAddress(_ text: Substring.UTF8View) -> Bool {
    let inner = text.dropFirst().dropLast()
    return text.last == UInt8(ascii: "]") && inner.contains(UInt8(ascii: ":"))
      && inner.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66, UInt8(ascii: ":"), UInt8(ascii: "."): true
        default: false
        }
      }
  }

  /// Labels with dots between them and perhaps behind; a star says nothing before what is an IPv4 address.
  private static func isName(_ text: Substring.UTF8View, isWild: Bool) -> Bool {
    var labels = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
    let isNumber = labels.last?.allSatisfy { 0x30...0x39 ~= $0 } ?? false
    return !(isWild && isNumber) && labels.allSatisfy { !$0.isEmpty && $0.allSatisfy(isLetter) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }
}
