//  BrowserSession.swift - who a browser is between two requests, and proof that a form is ours.
//
//  Knows: a signed cookie, and tokens against forged posts bound to session and purpose (S16, S17).
//  Nothing is stored: cookie and tokens are checked by the server's key.

internal import Crypto
internal import IdentityService

/// The key behind cookies and form tokens.
struct SessionKey: Sendable {
  private let key: SymmetricKey

  init(_ key: SymmetricKey) { self.key = key }

  /// The session in the cookies of a request to `origin`, if it is one of ours.
  func session(in cookies: Cookies, of origin: String) -> BrowserSession? {
    guard let value = cookies[SessionCookie(origin).name] else { return nil }
    let parts = value.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, isMark(parts[2], of: "session", parts[0] + "." + parts[1]) else {
      return nil
    }
    let person = bytes(ofHex: parts[1]).map { String(decoding: $0, as: UTF8.self) }
    return BrowserSession(id: parts[0], person: person.flatMap { $0.isEmpty ? nil : $0 })
  }

  /// A session for a browser that has none.
  func newSession() -> BrowserSession { BrowserSession(id: hexadecimal(systemRandomBytes(16))) }

  /// The `Set-Cookie` header of a session with `origin`.
  func setCookie(_ session: BrowserSession, of origin: String) -> String {
    let cookie = SessionCookie(origin)
    let value = session.id + "." + hexadecimal((session.person ?? "").utf8)
    return "\(cookie.name)=\(value).\(mark("session", value)); Path=/; HttpOnly; SameSite=Strict"
      + (cookie.isSecure ? "; Secure" : "")
  }

  /// What a form in `session` carries; good for one purpose.
  func formToken(_ session: BrowserSession, for purpose: FormPurpose) -> String {
    mark("form", "\(session.id) \(purpose.text)")
  }

  /// Whether a form's token is ours.
  func isFormToken(
    _ token: String?, _ session: BrowserSession, for purpose: FormPurpose
  ) -> Bool {
    isMark(token ?? "", of: "form", "\(session.id) \(purpose.text)")
  }

  private func mark(_ purpose: String, _ text: String) -> String {
    hexadecimal(HMAC<SHA256>.authenticationCode(for: Array("\(purpose) \(text)".utf8), using: key))
  }

  /// Compares hashes, so that the time taken does not tell how much of a guess is right.
  private func isMark(_ guess: String, of purpose: String, _ text: String) -> Bool {
    SHA256.hash(data: Array(guess.utf8)) == SHA256.hash(data: Array(mark(purpose, text).utf8))
  }
}

/// One browser.
struct BrowserSession: Sendable, Equatable {
  let id: String
  /// The name of the person who was chosen to sign in.
  var person: String?
}

/// The cookie that holds a session.
///
/// Browsers keep cookies for a host, whatever the port (RFC 6265, 8.5): services that run beside
/// each other would take each other's away if their cookies had one name.
private struct SessionCookie {
  let name: String
  /// With TLS no page without it can set or read the cookie.
  let isSecure: Bool

  /// - Parameter origin: As the browser sees it; where ports are mapped, ours may be another one.
  init(_ origin: String) {
    isSecure = origin.hasPrefix("https:")
    let port = origin.split(separator: ":").last.flatMap { UInt16($0) }
    name = (isSecure ? "__Host-" : "") + "ssoscript_session" + (port.map { "_\($0)" } ?? "")
  }
}

/// What a form is good for; its token is good for nothing else.
enum FormPurpose: Sendable {
  case enterCode
  case choosePerson
  /// To decide about a code, as the person who was shown.
  case decide(userCode: String, person: String)
  /// To answer a query of `/authorize`, as the person who was shown.
  case authorize(query: String, person: String)

  fileprivate var text: String {
    switch self {
    case .enterCode: "enter"
    case .choosePerson: "choose"
    case .decide(let userCode, let person): "decide \(userCode) \(hexadecimal(person.utf8))"
    case .authorize(let query, let person): "authorize \(hexadecimal(person.utf8)) \(query)"
    }
  }
}

/// The cookies of a request.
struct Cookies: Sendable {
  private var values: [Substring: Substring] = [:]

  /// Reads a `Cookie` header; of a name that comes twice the first one counts.
  init(_ header: String?) {
    for cookie in (header ?? "").split(separator: ";") {
      let text = cookie.drop { $0 == " " }
      let name = text.prefix { $0 != "=" }
      guard name.count < text.count, values[name] == nil else { continue }
      values[name] = text.dropFirst(name.count + 1)
    }
  }

  subscript(name: String) -> String? { values[Substring(name)].map(String.init) }
}

/// The bytes of hexadecimal digits; `nil` for other text.
func bytes(ofHex text: String) -> [UInt8]? {
  let digits = text.utf8.compactMap(hexadecimalValue)
  guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
