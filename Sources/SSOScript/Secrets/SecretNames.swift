//  SecretNames.swift - names whose values are never shown. Pure.

import SSOOIDC
import StrictJSON

/// Names of members, parameters, headers, cookies and variables that hold secrets.
enum SecretNames {
  /// Members of AWS's operations.
  private static let modelled = Set(Operation.all.flatMap { names($0.input) + names($0.output) })

  /// As other services call them, without case, `_` and `-`.
  private static let known: Set<String> = [
    "accesstoken", "actortoken", "apikey", "apitoken", "assertion", "authcode",
    "authorizationcode", "authtoken", "bearertoken", "clientassertion", "clientsecret",
    "codeverifier", "devicecode", "identitycontext", "idtoken", "passphrase", "passwd", "password",
    "privatekey", "refreshtoken", "registrationaccesstoken", "secret", "secretaccesskey",
    "secretkey", "securitytoken", "sessiontoken", "subjecttoken", "token",
  ]

  private static let headers: Set<String> = [
    "authorization", "cookie", "proxyauthorization", "setcookie", "xamzsecuritytoken",
    "xamzssobearertoken",
  ]

  /// Headers of nearly every message, which need no closer look; HTTP/2 has them in lower case.
  private static let harmless = [
    "Content-Type", "Accept", "User-Agent", "amz-sdk-invocation-id", "amz-sdk-request", "Date",
    "x-amzn-RequestId", "x-amzn-ErrorType", "Cache-Control", "Pragma", "Connection",
    "Content-Length",
  ].reduce(into: Set<String>()) {
    $0.insert($1)
    $0.insert($1.lowercased())
  }

  static func isHarmless(header name: String) -> Bool { harmless.contains(name) }

  /// Parts of the names of variables and cookies.
  private static let telling = parts([
    "token", "secret", "passw", "passphrase", "credential", "apikey", "privatekey",
  ])
  /// Last words of the names of variables.
  private static let tellingWords = ["pass", "pwd", "pat"]
  /// Ends of the names of headers: `RateLimit-Tokens-Remaining` is a number.
  private static let tellingEnds = [
    "token", "secret", "password", "passphrase", "credential", "apikey", "authkey", "privatekey",
    "applicationkey", "functionskey", "subscriptionkey",
  ]
  private static let tellingCookie = telling + parts(["session", "auth", "jwt", "sid"])

  private static func parts(_ names: [String]) -> [[UInt8]] { names.map { Array($0.utf8) } }

  private static func names(_ members: [Member]) -> [String] {
    members.flatMap { member in
      if case .structure(let inner) = member.kind { return names(inner) }
      return member.isSecret ? [member.name] : []
    }
  }

  /// A member of a message of AWS.
  static func isMember(_ name: String) -> Bool { modelled.contains(name) || isForeign(name) }

  /// Of the members of AWS's operations, which need no closer look, whether they are any.
  private static let judged = Dictionary(
    Operation.all.flatMap { $0.input + $0.output }
      .map { ($0.name, known.contains(plain($0.name))) }
  ) { first, _ in first }

  /// A member of any other JSON; `code` is an error's, not an authorization's.
  static func isForeign(_ name: String) -> Bool { judged[name] ?? known.contains(plain(name)) }

  /// A parameter of a URL or form, where `code` is the authorization's.
  static func isParameter(_ name: String) -> Bool {
    isForeign(name) || ["code", "xamzsignature", "xamzsecuritytoken"].contains(plain(name))
  }

  /// Whether a header of this name, as ``plain(_:)`` gives it, holds a secret.
  static func isHeader(plain name: String) -> Bool {
    headers.contains(name)
      || known.contains(name.hasPrefix("x") ? String(name.dropFirst()) : name)
      || tellingEnds.contains { name.hasByteSuffix($0) }
  }

  /// Whether a variable is a secret by its name; `HOST_PWD` is one only where it holds no path.
  static func isVariable(_ name: String, _ value: String) -> Bool {
    let lastWord = name.split(separator: "_").dropFirst().last?.lowercased()
    if let lastWord, tellingWords.contains(lastWord) {
      return lastWord != "pwd" || !value.hasPrefix("/")
    }
    let name = plain(name)
    return !name.hasSuffix("id") && !name.hasSuffix("type") && holds(any: telling, name)
  }

  static func isCookie(_ name: String) -> Bool {
    holds(any: tellingCookie, plain(name))
  }

  /// Without case, `_` and `-`.
  static func plain(_ name: String) -> String {
    guard name.utf8.contains(where: { !isPlain($0) }) else { return name }
    guard name.utf8.allSatisfy({ $0 < 0x80 }) else {
      return name.lowercased().filter { $0 != "_" && $0 != "-" }
    }
    let kept = name.utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
    return String(decoding: kept.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }

  /// Byte by byte: the search of the standard library takes a hundred times as long for names as short.
  private static func holds(any parts: [[UInt8]], _ name: String) -> Bool {
    let bytes = Array(name.utf8)
    return bytes.indices.contains { start in
      parts.contains { $0[0] == bytes[start] && bytes[start...].starts(with: $0) }
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
  }
}
