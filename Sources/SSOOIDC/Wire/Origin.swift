//  Origin.swift - scheme, host and port of a URL. Pure.
//
//  Knows: as much of RFC 3986 as is needed to name a host and to choose a proxy.
//  Does not know: the rest of the URL, which libcurl parses; what URLs of ours may hold (URLParts).

/// The part of a URL that says whom to ask.
package struct Origin: Equatable {
  package enum Scheme: String { case http, https }

  package let scheme: Scheme
  /// Lower case, IPv6 without brackets.
  package let host: String
  package let port: Int
  /// `user:password` in front of the host; never shown.
  package let credentials: String?

  /// `nil` for anything but an absolute http or https URL with a host.
  package init?(_ url: String) {
    guard let (name, rest) = url.splitAtScheme, let scheme = Scheme(rawValue: name.lowercased()),
      url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), let parts = Authority(rest.authority),
      !parts.host.isEmpty
    else { return nil }
    self.scheme = scheme
    host = parts.host
    port = parts.port ?? (scheme == .https ? 443 : 80)
    credentials = parts.credentials
  }

  /// For messages: the port only when it is not the scheme's own.
  package var description: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (scheme == .https ? 443 : 80) ? name : "\(name):\(port)"
  }

  /// Whether the host is this machine, by its name alone.
  package var isLoopback: Bool {
    let name = host.hasSuffix(".") ? String(host.dropLast()) : host
    let isNumeric = name.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 }
    return name == "localhost" || name.hasSuffix(".localhost") || name == "::1"
      || name == "::ffff:127.0.0.1" || (isNumeric && name.hasPrefix("127."))
  }
}

/// `user:password@host:port` taken apart.
package struct Authority: Equatable {
  package var credentials: String?
  package var host: String
  package var port: Int?

  /// `nil` when the port is no number or a bracket is missing.
  package init?(_ text: Substring) {
    var rest = text.utf8[...]
    if let at = rest.lastIndex(of: UInt8(ascii: "@")) {
      credentials = String(text[..<at])
      rest = rest[rest.index(after: at)...]
    }
    var end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
    if rest.first == UInt8(ascii: "[") {
      guard let close = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      end = rest.index(after: close)
      host = text[rest.index(after: rest.startIndex)..<close].lowercased()
    } else {
      host = text[rest.startIndex..<end].lowercased()
    }
    guard end < rest.endIndex else { return }
    guard rest[end] == UInt8(ascii: ":") else { return nil }
    let digits = text[rest.index(after: end)...]
    guard !digits.isEmpty else { return }
    guard let number = UInt16(digits) else { return nil }
    port = Int(number)
  }
}

extension String {
  /// What stands before and behind the first `://`.
  package var splitAtScheme: (scheme: Substring, rest: Substring)? { self[...].splitAtScheme }
}

extension StringProtocol {
  /// The place of the first `://`, by bytes: an accent behind it would make another `Character` of it.
  package var schemeMark: Range<Index>? { utf8.firstRange(of: "://".utf8) }
}

extension Substring {
  /// What stands before and behind the first `://`.
  package var splitAtScheme: (scheme: Substring, rest: Substring)? {
    guard let colon = utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    var rest = self[utf8.index(after: colon)...]
    for _ in 0..<2 {
      guard rest.utf8.first == UInt8(ascii: "/") else { return nil }
      rest = rest[rest.utf8.index(after: rest.startIndex)...]
    }
    return (self[..<colon], rest)
  }

  /// Up to where a path, a query or a fragment begins; a backslash begins a path for some.
  package var authority: Substring {
    let end = utf8.firstIndex { byte in
      switch byte {
      case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\\"): true
      default: false
      }
    }
    return self[..<(end ?? endIndex)]
  }
}
