//  RedirectURI.swift - where an authorization code may go.
//
//  Knows: exact match, but for the port of a loopback address (R8252-01 to R8252-04).
//  Does not know: who registered what.

/// A URI that starts with a loopback address, taken apart at its port.
private struct LoopbackURI {
  let head: Substring
  let port: Substring?
  let rest: Substring

  /// - Returns: `nil` for other addresses, `localhost` among them: it is a name, and a name can be
  ///   made to point elsewhere (R8252-02).
  init?(_ uri: String) {
    let heads = ["http://127.0.0.1", "http://[::1]"]
    guard let head = heads.first(where: uri.hasPrefix) else { return nil }
    self.head = uri.prefix(head.count)
    let tail = uri.dropFirst(head.count)
    let digits = tail.first == ":" ? tail.dropFirst().prefix { ("0"..."9").contains($0) } : nil
    port = digits
    rest = digits.map { tail.dropFirst($0.count + 1) } ?? tail
    guard digits.map({ UInt16($0) != nil }) ?? true, rest.first.map({ "/?".contains($0) }) ?? true
    else { return nil }
  }
}

enum RedirectURI {
  /// Whether a code may go to `requested`, `registered` being what the client registered.
  static func isAllowed(
    _ requested: String, registered: String, _ ports: Profile.RegisteredPort
  ) -> Bool {
    guard let wish = LoopbackURI(requested), let rule = LoopbackURI(registered) else {
      return requested.utf8.elementsEqual(registered.utf8)
    }
    let portFits = rule.port == nil || ports == .any || rule.port == wish.port
    return portFits && wish.head == rule.head && wish.rest.utf8.elementsEqual(rule.rest.utf8)
  }

  /// Absolute, printable, without fragment (R6749-04), and of no scheme that runs code.
  static func isRegistrable(_ uri: String) -> Bool { problem(of: uri) == nil }

  /// Why a URI cannot be registered; `nil` for one that can.
  static func problem(of uri: String) -> String? {
    guard uri.utf8.count <= 2048 else { return "A redirect URI is longer than 2048 bytes" }
    guard uri.utf8.allSatisfy({ (33...126).contains($0) }) else {
      return "A redirect URI has characters that no URI has"
    }
    guard !uri.utf8.contains(UInt8(ascii: "#")) else { return "A redirect URI has a fragment" }
    guard let scheme = scheme(of: uri) else { return "A redirect URI is not absolute" }
    guard !["javascript", "data", "vbscript", "file", "blob"].contains(scheme) else {
      return "A redirect URI has the scheme \(scheme)"
    }
    if let parts = URLParts(uri) {
      guard !parts.host.isEmpty else { return "A redirect URI has no host" }
      return parts.port.map(isPort) ?? true ? nil : "A redirect URI has a port that is none"
    }
    // RFC 8252, 7.1: an app's own scheme is a domain in reverse order, and needs no host.
    guard scheme.contains("."), uri.utf8.dropFirst(scheme.utf8.count).starts(with: ":/".utf8) else {
      return "A redirect URI has no host, and is none of an app, as com.example.app:/path is"
    }
    return nil
  }

  /// Digits up to 65535, or none (RFC 3986, 3.2.3).
  private static func isPort(_ text: String) -> Bool {
    text.isEmpty || text.utf8.allSatisfy { (48...57).contains($0) } && UInt16(text) != nil
  }

  /// The scheme in lower case, where there is one (RFC 3986, 3.1).
  private static func scheme(of uri: String) -> String? {
    guard let colon = uri.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let scheme = uri[..<colon].lowercased()
    let isGood = scheme.utf8.allSatisfy {
      (97...122).contains($0) || (48...57).contains($0) || "+-.".utf8.contains($0)
    }
    return isGood && scheme.utf8.first.map { $0 >= 97 } == true ? scheme : nil
  }

  /// Whether a URI relies on the name of the machine (R8252-02).
  static func namesLocalhost(_ uri: String) -> Bool { URLParts(uri)?.host == "localhost" }

  /// `uri` with parameters behind its own; the values are percent-encoded already.
  static func adding(_ parameters: [(String, String)], to uri: String) -> String {
    let mark = uri.contains("?") ? "&" : "?"
    return uri + mark + parameters.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
  }
}
