//  Permissions.swift - what a script may ask for. Pure.
//
//  Knows: which effect needs which permission, and the flag that would grant it.
//  Does not know: how an effect is performed.

import SSOOIDC
import StrictJSON

/// What a script may reach.
///
/// Nothing that is not listed is permitted.
public struct Permissions: Sendable, Equatable {
  /// Hosts (`example.com`, `example.com:8443`, `*.example.com`), or `*`.
  public var net: [String] = []
  /// Files and directories to read, canonical paths, or `*`.
  public var read: [String] = []
  /// Files and directories to write, canonical paths, or `*`.
  public var write: [String] = []
  /// Environment variables (`AWS_*` matches by prefix), or `*`.
  public var environment: [String] = []
  /// Programs, as the script names them, or `*`.
  public var run: [String] = []

  /// Permits nothing but what needs no permission: time, the terminal, AWS's own endpoints.
  public init() {}

  /// Everything.
  public static var all: Permissions {
    var permissions = Permissions()
    permissions.net = ["*"]
    permissions.read = ["*"]
    permissions.write = ["*"]
    permissions.environment = ["*"]
    permissions.run = ["*"]
    return permissions
  }

  /// Judges one wish.
  ///
  /// - Parameter effect: The wish; its paths are canonical.
  /// - Returns: Why it is refused, or nil.
  public func refusal(of effect: Effect) -> Refusal? {
    switch effect {
    case .call(_, _, _, let url), .nextPage(_, _, _, _, let url), .signIn(_, let url):
      refusal(ofURL: url)
    case .session(_, _, let urls): urls.lazy.compactMap { refusal(ofURL: $0) }.first
    case .http(let request): refusal(of: request)
    case .openFile(let path, let mode): refusal(ofOpening: path, mode)
    case .removeFile(let path): mayWrite(path) ? nil : Refusal(path, "write", path)
    case .renameFile(let path, let target):
      [path, target].first { !mayWrite($0) }.map { Refusal($0, "write", $0) }
    case .writeProfiles(_, let path):
      [path, ConfigDraft.path(for: path)].first { !mayWrite($0) }.map { Refusal($0, "write", $0) }
    case .readEnvironment(let name):
      matches(name, environment) ? nil : Refusal("variable \(name)", "env", name)
    case .run(let arguments, _, _): refusal(ofRunning: arguments)
    case .notify(let notification): refusal(of: notification.way)
    case .sleep, .openBrowser, .readInput, .prompt, .store, .extended: nil
    }
  }

  private func refusal(of way: Notification.Way) -> Refusal? {
    switch way {
    case .program(let arguments, _, _): refusal(ofRunning: arguments)
    case .webhook(let request): refusal(of: request)
    case .mail(let mail): refusal(ofURL: mail.url) ?? refusal(ofCAFile: mail.caBundle)
    }
  }

  private func refusal(of request: HTTPRequest) -> Refusal? {
    refusal(ofURL: request.url) ?? refusal(ofCAFile: request.options.caBundle)
  }

  /// Whether a file is there, and what it is, shows in how a request fails.
  private func refusal(ofCAFile path: String?) -> Refusal? {
    path.flatMap { refusal(ofOpening: $0, .reading) }
  }

  private func refusal(ofRunning arguments: [String]) -> Refusal? {
    let program = arguments.first ?? ""
    return matches(program, run) ? nil : Refusal("program \(program)", "run", program)
  }

  private func refusal(ofURL url: String) -> Refusal? {
    // What is no address is nobody's that was named.
    let host = HostPattern.host(of: url) ?? url
    let port = HostPattern.usualPort(of: url)
    let isPermitted =
      HostPattern.isAWS(host) || net.contains { HostPattern.matches(host, $0, usualPort: port) }
    return isPermitted ? nil : Refusal(host, "net", host)
  }

  private func refusal(ofOpening path: String, _ mode: FileMode) -> Refusal? {
    if mode.writes, !mayWrite(path) { return Refusal(path, "write", path) }
    if mode.reads, !contains(path, read) { return Refusal(path, "read", path) }
    return nil
  }

  private func mayWrite(_ path: String) -> Bool { contains(path, write) }

  private func contains(_ path: String, _ roots: [String]) -> Bool {
    roots.contains { $0 == "*" || SystemPath.isWithin(path, $0) }
  }

  private func matches(_ name: String, _ patterns: [String]) -> Bool {
    patterns.contains {
      $0.hasSameBytes(as: name)
        || $0.utf8.last == UInt8(ascii: "*") && name.utf8.starts(with: $0.utf8.dropLast())
    }
  }
}

/// Why a wish was refused, and the flag that would have granted it.
public struct Refusal: Sendable, Equatable {
  /// What is not permitted.
  public var subject: String
  /// `--allow-net=example.com`, as one types it into a shell.
  public var flag: String

  init(_ subject: String, _ kind: String, _ value: String) {
    self.subject = subject
    let value = SystemPath.isAbsolute(value) ? Self.typed(path: value) : value
    flag = "--allow-\(kind)=\(ShellWord.printable(value))"
  }

  /// A path as the flag takes it: at a comma the list goes on, so the folder above has to do.
  private static func typed(path: String) -> String {
    guard let comma = path.firstIndex(of: ",") else { return path }
    let folder = SystemPath.parent(of: String(path[..<comma]))
    return folder.isEmpty ? "/" : folder
  }

  /// One line for the person.
  public var description: String { "\(subject) is not permitted (run with \(flag))" }
}

/// Hosts and the patterns that name them.
package enum HostPattern {
  /// The suffixes under which AWS serves the two services.
  private static let awsSuffixes = [
    ".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".amazonaws.eu", ".api.amazonwebservices.eu",
    ".api.amazonwebservices.com.cn", ".c2s.ic.gov", ".sc2s.sgov.gov", ".cloud.adc-e.uk",
    ".csp.hci.ic.gov",
  ]

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

extension String {
  /// The first place of `part`; the standard library has none without Foundation.
  func range(of part: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) {
        return start..<index(start, offsetBy: part.count)
      }
      start = index(after: start)
    }
    return nil
  }
}
