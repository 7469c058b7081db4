//  URLParts.swift - the scheme, the host and the port of a URL; more is never needed here.

/// The beginning of an absolute URL.
struct URLParts {
  /// Lower case.
  let scheme: String
  /// Lower case, without port and user name; IPv6 addresses keep their brackets.
  let host: String
  /// As written, digits or not; `nil` without a colon.
  let port: String?

  /// - Returns: `nil` for a text without `://`.
  init?(_ url: String) {
    guard let colon = url.utf8.firstIndex(of: UInt8(ascii: ":")),
      url.utf8[colon...].starts(with: "://".utf8)
    else { return nil }
    scheme = url[..<colon].lowercased()
    let authority = url.utf8[colon...].dropFirst(3).prefix { !Self.endsAuthority($0) }
    let at = authority.lastIndex(of: UInt8(ascii: "@"))
    let hostAndPort = at.map { authority[authority.index(after: $0)...] } ?? authority
    let isIPv6 = hostAndPort.first == UInt8(ascii: "[")
    let name = hostAndPort.prefix { $0 != UInt8(ascii: isIPv6 ? "]" : ":") }
    host = Substring(name).lowercased() + (isIPv6 ? "]" : "")
    let rest = hostAndPort.dropFirst(name.count + (isIPv6 ? 1 : 0))
    port = rest.first == UInt8(ascii: ":") ? String(Substring(rest.dropFirst())) : nil
  }

  private static func endsAuthority(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
  }

  /// Whether the host is this machine by its name or address.
  var isLoopback: Bool { host == "localhost" || host == "[::1]" || isLoopbackIPv4(host) }
}

/// Whether a host is an IPv4 address of this machine, `127.` and three more numbers: a name may begin
/// like one, and be anybody's.
package func isLoopbackIPv4(_ host: String) -> Bool {
  let octets = host.split(separator: ".", omittingEmptySubsequences: false)
  return octets.count == 4 && octets[0] == "127"
    && octets.allSatisfy { $0.utf8.first != UInt8(ascii: "+") && UInt8($0) != nil }
}
