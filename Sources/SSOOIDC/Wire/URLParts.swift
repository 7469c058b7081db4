//  URLParts.swift - the parts of an absolute http or https URL (RFC 3986), strictly.
//
//  Knows: which characters a URL may hold, which hosts are this machine.
//  Does not know: relative references, other schemes.

/// An absolute `http` or `https` URL, taken apart.
package struct URLParts: Equatable {
  /// `http` or `https`, in lower case.
  package var scheme = ""
  /// Name or address; an IPv6 address with its brackets.
  package var host = ""
  /// Absent for the scheme's own port.
  var port: Int?
  /// Empty, or with a leading slash.
  var path = ""
  /// Without the question mark.
  var query: String?
  /// Without the number sign.
  var fragment: String?

  /// Takes `text` apart.
  ///
  /// Fails on other schemes, user names, empty or odd hosts, and characters that no URL may hold.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count <= 8192, bytes.allSatisfy(\.isURLByte),
      let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      bytes[(colon + 1)...].starts(with: [UInt8(ascii: "/"), UInt8(ascii: "/")])
    else { return nil }
    scheme = bytes[..<colon].text.lowercased()
    guard scheme == "https" || scheme == "http" else { return nil }
    var rest = bytes[(colon + 3)...]
    fragment = Self.cut(&rest, at: UInt8(ascii: "#"))
    query = Self.cut(&rest, at: UInt8(ascii: "?"))
    let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
    path = rest[slash...].text
    guard readAuthority(rest[..<slash]) else { return nil }
  }

  /// Host, and port unless it is the scheme's own.
  package var authority: String { port.map { "\(host):\($0)" } ?? host }

  /// Whether a person's browser may be sent there: by TLS, or to this machine.
  package var isForBrowsers: Bool { scheme == "https" || isLoopback }

  /// Whether the host is this machine by name or address.
  package var isLoopback: Bool {
    let name = host.lowercased()
    if name == "localhost" || name.hasSuffix(".localhost") || name == "[::1]" { return true }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// The host of a URL for messages, or the start of the text when it is no URL.
  static func hostOrText(_ text: String) -> String {
    Self(text)?.authority ?? text.escaped(limit: 80)
  }

  private static func cut(_ rest: inout ArraySlice<UInt8>, at mark: UInt8) -> String? {
    guard let index = rest.firstIndex(of: mark) else { return nil }
    defer { rest = rest[..<index] }
    return rest[(index + 1)...].text
  }

  private mutating func readAuthority(_ text: ArraySlice<UInt8>) -> Bool {
    var name = text
    let afterAddress = text.lastIndex(of: UInt8(ascii: "]")) ?? text.startIndex
    if let colon = text[afterAddress...].lastIndex(of: UInt8(ascii: ":")) {
      name = text[..<colon]
      let digits = text[(colon + 1)...]
      guard digits.allSatisfy({ (0x30...0x39).contains($0) }),
        let number = UInt16(digits.text), number > 0
      else { return false }
      port = Int(number) == (scheme == "https" ? 443 : 80) ? nil : Int(number)
    }
    host = name.text
    return name.isHostName || name.isBracketedAddress
  }
}

extension ArraySlice<UInt8> {
  fileprivate var text: String { String(decoding: self, as: UTF8.self) }

  /// Labels of letters, digits, `-` and `_`, between single dots.
  fileprivate var isHostName: Bool {
    var label = 0
    for byte in self {
      if byte == UInt8(ascii: ".") {
        guard label > 0 else { return false }
        label = 0
      } else {
        label += 1
        guard label <= 63, byte.isASCIIAlphanumeric || byte == 0x2D || byte == 0x5F else {
          return false
        }
      }
    }
    return label > 0 && count <= 253
  }

  /// An IPv6 address in brackets, by its characters.
  fileprivate var isBracketedAddress: Bool {
    first == UInt8(ascii: "[") && last == UInt8(ascii: "]") && (4...47).contains(count)
      && dropFirst().dropLast().allSatisfy { byte in
        (0x30...0x3A).contains(byte) || byte == 0x2E || (0x61...0x66).contains(byte | 0x20)
      }
  }
}

extension UInt8 {
  /// A letter or digit of ASCII.
  var isASCIIAlphanumeric: Bool {
    (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
  }

  /// A byte RFC 3986 lets stand in a URL, escaped or not.
  fileprivate var isURLByte: Bool {
    switch self {
    case 0x21, 0x23...0x3B, 0x3D, 0x3F...0x5B, 0x5D, 0x5F, 0x61...0x7A, 0x7E: true
    default: false
    }
  }
}
