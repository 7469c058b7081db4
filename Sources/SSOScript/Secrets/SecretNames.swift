//  SecretNames.swift - names whose values are never shown. Pure.

import SSOOIDC

/// Names of members, parameters, headers, cookies and variables that hold secrets.
enum SecretNames {
  /// Members of AWS's operations.
  private static let modelled = Set(Operation.all.flatMap { names($0.input) + names($0.output) })

  /// As other services call them, without case, `_` and `-`.
  private static let known: Set<String> = [
    "accesstoken", "actortoken", "apikey", "apitoken", "assertion", "authcode",
    "authorizationcode", "authtoken", "bearertoken", "clientassertion", "clientsecret",
    "codeverifier", "devicecode", "idtoken", "passphrase", "passwd", "password", "privatekey",
    "refreshtoken", "registrationaccesstoken", "secret", "secretaccesskey", "secretkey",
    "securitytoken", "sessiontoken", "subjecttoken", "token",
  ]

  private static let headers: Set<String> = [
    "authorization", "cookie", "proxyauthorization", "setcookie", "xamzsecuritytoken",
    "xamzssobearertoken",
  ]

  /// Parts of the names of variables and cookies.
  private static let telling = ["token", "secret", "passw", "credential", "apikey", "privatekey"]
  private static let tellingCookie = telling + ["session", "auth", "jwt", "sid"]

  private static func names(_ members: [Member]) -> [String] {
    members.flatMap { member in
      if case .structure(let inner) = member.kind { return names(inner) }
      return member.isSecret ? [member.name] : []
    }
  }

  /// A member of a message of AWS.
  static func isMember(_ name: String) -> Bool { modelled.contains(name) || isForeign(name) }

  /// A member of any other JSON; `code` is an error's, not an authorization's.
  static func isForeign(_ name: String) -> Bool { known.contains(plain(name)) }

  /// A parameter of a URL or form, where `code` is the authorization's.
  static func isParameter(_ name: String) -> Bool {
    isForeign(name) || ["code", "xamzsignature", "xamzsecuritytoken"].contains(plain(name))
  }

  static func isHeader(_ name: String) -> Bool {
    let name = plain(name)
    return headers.contains(name)
      || known.contains(name.hasPrefix("x") ? String(name.dropFirst()) : name)
  }

  static func isVariable(_ name: String) -> Bool {
    let name = plain(name)
    return !name.hasSuffix("id") && !name.hasSuffix("type")
      && telling.contains { name.contains($0) }
  }

  static func isCookie(_ name: String) -> Bool {
    let name = plain(name)
    return tellingCookie.contains { name.contains($0) }
  }

  private static func plain(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" && $0 != "-" }
  }
}

extension String {
  fileprivate func contains(_ part: String) -> Bool { range(of: part) != nil }
}
