//  HostPattern.swift - hosts, and the patterns that name them. Pure.
//
//  Knows: by which names AWS serves the two services.

import SSOOIDC
import StrictJSON

/// Hosts and the patterns that name them.
package enum HostPattern {
  /// The suffixes under which AWS serves the two services.
  private static let awsSuffixes = Partition.all.flatMap {
    [".\($0.suffix)", ".\($0.dualStackSuffix)"]
  }

  private static let awsPrefixes = ["oidc.", "oidc-fips.", "portal.sso.", "portal.sso-fips."]

  /// Whether `host` is an endpoint of the two services at AWS, in any region, as AWS writes it: what
  /// needs no permission.
  package static func isAWS(_ host: String) -> Bool { region(in: host) != nil }

  /// The region of the AWS endpoint that is reached by `host`; nil for other hosts.
  ///
  /// However it is written: in capitals, with a port, with the dot of the root.
  static func awsRegion(of host: String) -> String? {
    var name = withoutPort(lowercased(host))
    if name.hasSuffix(".") { name.removeLast() }
    return region(in: name)
  }

  /// The middle must be one label that is a region's name: `oidc.s3.amazonaws.com` is a bucket of
  /// somebody's.
  private static func region(in host: String) -> String? {
    for prefix in awsPrefixes where host.hasBytePrefix(prefix) {
      for suffix in awsSuffixes where host.hasByteSuffix(suffix) {
        guard host.utf8.count > prefix.utf8.count + suffix.utf8.count else { continue }
        let middle = host.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
        if isRegion(middle) { return String(middle) }
      }
    }
    return nil
  }

  private static func isRegion(_ label: Substring.UTF8View) -> Bool {
    guard let dash = label.lastIndex(of: UInt8(ascii: "-")) else { return false }
    let number = label[label.index(after: dash)...]
    guard !number.isEmpty, number.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
    var (dashes, lettersBefore) = (1, 0)
    for byte in label[..<dash] {
      if (0x61...0x7A).contains(byte) {
        lettersBefore += 1
      } else {
        guard byte == UInt8(ascii: "-"), lettersBefore > 0 else { return false }
        (dashes, lettersBefore) = (dashes + 1, 0)
      }
    }
    return dashes >= 2 && lettersBefore > 0
  }

  /// Whether `host` (with its port, if one is written) fits `pattern`; one with a port means that port,
  /// written or not.
  static func matches(_ host: String, _ pattern: String, usualPort: Int?) -> Bool {
    if pattern == "*" { return true }
    let host = lowercased(host)
    let pattern = lowercased(pattern)
    if pattern.hasSameBytes(as: host) { return true }
    let patternHasPort = withoutPort(pattern) != pattern
    var candidate = withoutPort(host)
    if patternHasPort {
      candidate = candidate == host ? "\(host):\(usualPort.map(String.init) ?? "")" : host
    }
    if candidate.hasSameBytes(as: pattern) { return true }
    return pattern.hasBytePrefix("*.") && candidate.hasByteSuffix(String(pattern.dropFirst()))
  }

  /// Without Unicode rules, by which U+212A is a `k`: no letter beyond ASCII is folded.
  private static func lowercased(_ host: String) -> String {
    host.utf8.allSatisfy { $0 < 0x80 } ? host.lowercased() : host
  }

  /// Whether every reader of `url` finds the same host in it: an authority without a user name, of
  /// characters that no library reads in a way of its own.
  static func isPlain(_ url: String) -> Bool {
    guard let rest = url.splitAtScheme?.rest,
      !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F })
    else { return false }
    let authority = rest.utf8.prefix {
      $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
    }
    return !authority.isEmpty
      && authority.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."),
          UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
          true
        default: false
        }
      }
  }

  /// The host of an absolute URL, with the port if one is written; nil if there is none.
  static func host(of url: String) -> String? {
    guard let authority = url.splitAtScheme?.rest.authority.utf8 else { return nil }
    let at = authority.lastIndex(of: UInt8(ascii: "@"))
    let host = authority[(at.map(authority.index(after:)) ?? authority.startIndex)...]
    return host.isEmpty ? nil : String(Substring(host))
  }

  /// The port of a URL that names none, by its scheme.
  static func usualPort(of url: String) -> Int? {
    switch url.splitAtScheme?.scheme.lowercased() {
    case "http": 80
    case "https": 443
    case "smtp": 25
    case "smtps": 465
    default: nil
    }
  }

  private static func withoutPort(_ host: String) -> String {
    guard let colon = host.utf8.lastIndex(of: UInt8(ascii: ":")),
      host.utf8[colon...].dropFirst().allSatisfy({ (0x30...0x39).contains($0) })
    else { return host }
    return String(host[..<colon])
  }
}
