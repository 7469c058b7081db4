//  Origin.swift - scheme, host and port of a URL. Pure.
//
//  Knows: as much of RFC 3986 as is needed to name a host and to choose a proxy.
//  Does not know: the rest of the URL, which libcurl parses.

/// The part of a URL that says whom to ask.
struct Origin: Equatable {
  enum Scheme: String { case http, https }

  let scheme: Scheme
  /// Lower case, IPv6 without brackets.
  let host: String
  let port: Int
  /// `user:password` in front of the host; never shown.
  let credentials: String?

  /// `nil` for anything but an absolute http or https URL with a host.
  init?(_ url: String) {
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
  var description: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (scheme == .https ? 443 : 80) ? name : "\(name):\(port)"
  }

  /// Whether the host is this machine, by its name alone.
  var isLoopback: Bool {
    let name = host.hasSuffix(".") ? String(host.dropLast()) : host
    let isNumeric = name.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 }
    return name == "localhost" || name.hasSuffix(".localhost") || name == "::1"
      || name == "::ffff:127.0.0.1" || (isNumeric && name.hasPrefix("127."))
  }
}

/// `user:password@host:port` taken apart.
struct Authority: Equatable {
  var credentials: String?
  var host: String
  var port: Int?

  /// `nil` when the port is no number or a bracket is missing.
  init?(_ text: Substring) {
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

extension StringProtocol where SubSequence == Substring {
  /// What stands before and behind the first `://`.
  var splitAtScheme: (scheme: Substring, rest: Substring)? {
    guard let colon = utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let rest = self[utf8.index(after: colon)...]
    guard rest.utf8.starts(with: "//".utf8) else { return nil }
    return (self[..<colon], rest[rest.utf8.index(rest.startIndex, offsetBy: 2)...])
  }
}

extension Substring {
  /// Up to where a path, a query or a fragment begins; a backslash begins a path for some.
  var authority: Substring {
    let end = utf8.firstIndex { "/?#\\".utf8.contains($0) }
    return self[..<(end ?? endIndex)]
  }
}
