//  BrowserSession.swift - who a browser is between two requests, and proof that a form is ours.
//
//  Knows: a signed cookie, and tokens against forged posts bound to session and code (S16, S17).
//  Nothing is stored: cookie and tokens are checked by the server's key.

internal import Crypto

/// The key behind cookies and form tokens; lives as long as the server.
struct SessionKey: Sendable {
  private let key = SymmetricKey(size: .bits256)

  /// The session in a `Cookie` header, if it is one of ours.
  func session(inCookies header: String?) -> BrowserSession? {
    for cookie in (header ?? "").split(separator: ";") {
      let text = cookie.drop { $0 == " " }
      guard text.hasPrefix(BrowserSession.cookieName + "=") else { continue }
      let value = text.dropFirst(BrowserSession.cookieName.count + 1)
      let parts = value.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      if parts.count == 2, isMark(parts[1], of: "session", parts[0]) {
        return BrowserSession(id: parts[0], cookieValue: String(value))
      }
    }
    return nil
  }

  /// A session for a browser that has none.
  func newSession() -> BrowserSession {
    let id = hex(systemRandomBytes(16))
    return BrowserSession(id: id, cookieValue: "\(id).\(mark("session", id))")
  }

  /// What a form about `userCode` in `session` carries.
  func formToken(_ session: BrowserSession, userCode: String) -> String {
    mark("form", "\(session.id) \(userCode)")
  }

  /// Whether a form's token is ours.
  func isFormToken(_ token: String, _ session: BrowserSession, userCode: String) -> Bool {
    isMark(token, of: "form", "\(session.id) \(userCode)")
  }

  private func mark(_ purpose: String, _ text: String) -> String {
    hex(HMAC<SHA256>.authenticationCode(for: Array("\(purpose) \(text)".utf8), using: key))
  }

  /// Compares hashes, so that the time taken does not tell how much of a guess is right.
  private func isMark(_ guess: String, of purpose: String, _ text: String) -> Bool {
    SHA256.hash(data: Array(guess.utf8)) == SHA256.hash(data: Array(mark(purpose, text).utf8))
  }
}

/// One browser.
struct BrowserSession: Sendable {
  static let cookieName = "ssoscript_session"

  let id: String
  let cookieValue: String

  /// The `Set-Cookie` header.
  var setCookie: String {
    "\(Self.cookieName)=\(cookieValue); Path=/device; HttpOnly; SameSite=Strict"
  }
}

func hex(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(
    decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
