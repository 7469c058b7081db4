//  HostNames.swift - the names under which the server answers, and those it may bind.
//
//  Knows: DNS rebinding: a web page can make any name point here, but cannot change the Host
//  header its browser sends (S27).

internal import IdentityService

/// Who can reach the server.
public enum Exposure: Sendable {
  /// Programs on this machine.
  case loopback
  /// Everyone who can reach the bound address; asked for by `--listen-public` (S41).
  case everyone
}

/// Where requests may come without TLS (R8628-04).
public enum PlainHTTP: Sendable {
  /// Where nobody else can read them.
  case onLoopback
  /// Also where others can; asked for by `--insecure`.
  case everywhere
}

/// The names that requests may ask for.
struct HostNames: Sendable {
  private let names: Set<String>
  private let takesAddresses: Bool

  /// - Parameters:
  ///   - bound: The host that was bound, without brackets.
  ///   - exposure: When everyone may come, any IP address will do: rebinding needs a name.
  init(bound: String, exposure: Exposure) {
    names = ["127.0.0.1", "localhost", "[::1]", Self.inURL(bound.lowercased())]
    takesAddresses = exposure == .everyone
  }

  /// Whether the server answers under the name in a `Host` header; the port does not matter.
  func accept(_ hostHeader: String) -> Bool {
    let bare = Self.withoutPort(hostHeader)
    if names.contains(bare) { return true }
    let name = bare.lowercased()
    return names.contains(name) || takesAddresses && Self.isAddress(name)
  }

  /// Whether a host to bind is this machine only; an IPv6 address is without brackets.
  static func isLoopback(_ host: String) -> Bool {
    let name = host.lowercased()
    let address = name.hasPrefix(mapped) ? String(name.dropFirst(mapped.count)) : name
    return isLoopbackIPv4(address) || name == "::1" || name == "localhost"
  }

  /// What an IPv4 address begins with that is written as one of IPv6.
  private static let mapped = "::ffff:"

  /// A host as it is bound: of an IPv6 address as URLs write it, what stands between the brackets.
  static func toBind(_ host: String) -> String {
    host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
  }

  /// A host as URLs write it: IPv6 addresses in brackets.
  static func inURL(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

  private static func withoutPort(_ header: String) -> String {
    let bytes = header.utf8
    let isIPv6 = bytes.first == UInt8(ascii: "[")
    guard let mark = bytes.firstIndex(of: isIPv6 ? UInt8(ascii: "]") : UInt8(ascii: ":")) else {
      return isIPv6 ? header + "]" : header
    }
    return String(header[..<(isIPv6 ? bytes.index(after: mark) : mark)])
  }

  private static func isAddress(_ name: String) -> Bool {
    let octets = name.split(separator: ".", omittingEmptySubsequences: false)
    return name.first == "[" || octets.count == 4 && octets.allSatisfy { UInt8($0) != nil }
  }
}
