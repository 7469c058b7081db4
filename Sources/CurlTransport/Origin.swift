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
    guard let end = url.firstRange(of: "://"),
      let scheme = Scheme(rawValue: url[..<end.lowerBound].lowercased()),
      url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
    else { return nil }
    let authority = url[end.upperBound...].prefix { !"/?#\\".contains($0) }
    guard let parts = Authority(authority), !parts.host.isEmpty else { return nil }
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
    var rest = text
    if let at = text.lastIndex(of: "@") {
      credentials = String(text[..<at])
      rest = text[text.index(after: at)...]
    }
    var port: Substring = ""
    if rest.first == "[" {
      guard let close = rest.firstIndex(of: "]") else { return nil }
      host = rest[rest.index(after: rest.startIndex)..<close].lowercased()
      port = rest[rest.index(after: close)...]
    } else {
      let colon = rest.firstIndex(of: ":") ?? rest.endIndex
      host = rest[..<colon].lowercased()
      port = rest[colon...]
    }
    guard port.isEmpty || port == ":" || port.first == ":" else { return nil }
    if port.count > 1 {
      guard let number = UInt16(port.dropFirst()) else { return nil }
      self.port = Int(number)
    }
  }
}
