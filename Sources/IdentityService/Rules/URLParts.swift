//  URLParts.swift - the scheme and the host of a URL; more is never needed here.

/// The beginning of an absolute URL.
struct URLParts {
  /// Lower case.
  let scheme: String
  /// Lower case, without port and user name; IPv6 addresses keep their brackets.
  let host: String

  /// - Returns: `nil` for a text without `://`.
  init?(_ url: String) {
    guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else { return nil }
    scheme = url[..<colon].lowercased()
    let authority = url[url.index(colon, offsetBy: 3)...].prefix { !"/?#".contains($0) }
    let hostAndPort = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    if hostAndPort.first == "[" {
      host = hostAndPort.prefix { $0 != "]" }.lowercased() + "]"
    } else {
      host = hostAndPort.prefix { $0 != ":" }.lowercased()
    }
  }

  /// Whether the host is this machine by its name or address.
  var isLoopback: Bool { host == "localhost" || host == "[::1]" || host.hasPrefix("127.") }
}
