//  SecretSources.swift - where a run meets secrets: variables, calls, JSON, headers, forms, URLs.
//
//  Knows: which part of each is the secret. Remembering is all that is done here.

package import SSOOIDC
package import StrictJSON

extension SecretKeeper {
  /// Variables whose values are remembered before the script starts.
  private static let variables = [
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_BEARER_TOKEN_BEDROCK",
  ]

  /// Variables that may hold the password of a proxy, which can repeat it in its answers.
  private static let proxies = [
    "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
  ]

  /// Remembers the keys of the environment, and the passwords of proxies.
  func remember(_ environment: any WorldEnvironment) {
    for name in Self.variables {
      if let value = environment.value(name) { remember(value) }
    }
    for name in Self.proxies {
      guard let value = environment.value(name) else { continue }
      remember(authorityOf: value[(value.schemeMark?.upperBound ?? value.startIndex)...])
    }
  }

  /// Remembers the value of a variable, if its name says that it is a secret, and the password in a
  /// URL such as a proxy's.
  func remember(variable name: String, _ value: String) {
    if SecretNames.isVariable(name, value) { rememberFound(value) }
    guard let mark = value.schemeMark else { return }
    remember(authorityOf: value[mark.upperBound...])
  }

  /// Remembers the password in `user:password@host/path`, also as it is without escapes.
  private func remember(authorityOf address: Substring) {
    let authority = address.utf8.prefix { !"/?#".utf8.contains($0) }
    guard let at = authority.lastIndex(of: UInt8(ascii: "@")),
      let colon = authority.firstIndex(of: UInt8(ascii: ":")), colon < at
    else { return }
    let password = String(Substring(authority[authority.index(after: colon)..<at]))
    remember(password: password)
    guard let plain = DecodedText(percent: Array(password.utf8)) else { return }
    remember(password: String(decoding: plain.bytes, as: UTF8.self))
  }

  // MARK: Messages

  /// Remembers what the declaration of an operation calls secret.
  func remember(_ members: JSONObject, _ declared: [Member]) {
    for (name, value) in members {
      guard let member = declared.first(where: { $0.name == name }) else { continue }
      remember(value, member)
    }
  }

  private func remember(_ value: JSON, _ member: Member) {
    switch (member.kind, value) {
    case (.structure(let inner), .object(let object)): remember(object, inner)
    case (_, .string(let text)) where member.isSecret: remember(text)
    default: break
    }
  }

  /// Remembers the members of any JSON whose names say that they are secrets.
  func remember(_ json: JSON) {
    switch json {
    case .array(let items): items.forEach(remember)
    case .object(let object):
      for (name, value) in object {
        if let text = value.asString, SecretNames.isForeign(name) { rememberFound(text) }
        remember(value)
      }
    default: break
    }
  }

  // MARK: HTTP

  /// Remembers the secrets of a request that a script sends.
  ///
  /// - Parameters:
  ///   - request: All of it.
  ///   - document: Its body, if that is JSON which somebody has read.
  package func remember(_ request: HTTPRequest, reading document: JSON? = nil) {
    remember(headOf: request)
    remember(body: request.body, request.headers) {
      document ?? (try? JSON.parse(request.body, limits: .foreign))
    }
  }

  /// Remembers the secrets in its headers and its URL.
  func remember(headOf request: HTTPRequest) {
    for field in request.headers { remember(header: field.name, field.value) }
    remember(url: request.url)
  }

  /// Remembers the secrets of the answer it gets.
  package func remember(_ response: HTTPResponse) {
    for field in response.headers { remember(header: field.name, field.value) }
    remember(body: response.body, response.headers) { try? response.json.get() }
  }

  private func remember(header name: String, _ value: String) {
    guard !SecretNames.isHarmless(header: name) else { return }
    let plain = SecretNames.plain(name)
    switch plain {
    case "authorization", "proxyauthorization": remember(authorization: value)
    case "cookie": value.split(separator: ";").forEach { remember(cookie: $0) }
    case "setcookie": value.split(separator: ";").first.map { remember(cookie: $0) }
    case "location": remember(url: value)
    default: if SecretNames.isHeader(plain: plain) { rememberFound(value) }
    }
  }

  /// `Bearer TOKEN`, `Basic BASE64`, or a scheme of somebody's own.
  private func remember(authorization value: String) {
    rememberFound(value)
    let parts = value.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return }
    let credentials = String(parts[1].drop { $0 == " " })
    rememberFound(credentials)
    guard parts[0].lowercased() == "basic" else { return }
    for run in Base64Run.all(in: Array(credentials.utf8)).prefix(1) {
      let pair = String(decoding: run.readings[0], as: UTF8.self)
      rememberFound(pair)
      guard let colon = pair.firstIndex(of: ":") else { return }
      remember(password: String(pair[pair.index(after: colon)...]))
    }
  }

  private func remember(cookie text: Substring) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, SecretNames.isCookie(String(parts[0].drop { $0 == " " })) else {
      return
    }
    rememberFound(String(parts[1]))
  }

  private static let form = "application/x-www-form-urlencoded"

  private func remember(body: [UInt8], _ headers: HTTPHeaders, _ document: () -> JSON?) {
    guard let first = body.first(where: { !LuaNumeral.isBlank($0) }) else { return }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
      if takeNote(of: body), let json = document() { remember(json) }
    } else if headers["content-type"]?.lowercased().hasPrefix(Self.form) == true {
      remember(form: String(decoding: body, as: UTF8.self)[...])
    }
  }

  /// Remembers what the query or the fragment of a URL holds: codes, tokens.
  package func remember(url: String) {
    let isMark = { (byte: UInt8) in byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") }
    guard let mark = url.utf8.firstIndex(where: isMark) else { return }
    remember(form: url[url.utf8.index(after: mark)...])
  }

  private func remember(form: Substring) {
    for parameter in FormText.parameters(form) where SecretNames.isParameter(parameter.name) {
      rememberFound(parameter.value)
    }
  }
}
