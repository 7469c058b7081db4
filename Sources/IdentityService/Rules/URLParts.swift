//  URLParts.swift - the scheme and the host of a URL; more is never needed here.

/// The beginning of an absolute URL.
struct URLParts {
  /// Lower case.
  let scheme: String
  /// Lower case, without port and user name; IPv6 addresses keep their brackets.
  let host: String

  /// - Returns: `nil` for a text without `://`.
  init?(_ url: String) {
    guard let colon = url.utf8.firstIndex(of: UInt8(ascii: ":")),
      url.utf8[colon...].starts(with: "://".utf8)
    else { return nil }
    scheme = url[..<colon].lowercased()
    let authority = url.utf8[colon...].dropFirst(3).prefix { !Self.endsAuthority($0) }
    let at = authority.lastIndex(of: UInt8(ascii: "@"))
    let hostAndPort = at.map { authority[authority.index(after: $0)...] } ?? authority
    if hostAndPort.first == UInt8(ascii: "[") {
      host = Substring(hostAndPort.prefix { $0 != UInt8(ascii: "]") }).lowercased() + "]"
    } else {
      host = Substring(hostAndPort.prefix { $0 != UInt8(ascii: ":") }).lowercased()
    }
  }

  private static func endsAuthority(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
  }

  /// Whether the host is this machine by its name or address.
  var isLoopback: Bool { host == "localhost" || host == "[::1]" || host.hasPrefix("127.") }
}
