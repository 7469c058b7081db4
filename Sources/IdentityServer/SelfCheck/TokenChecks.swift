//  TokenChecks.swift - the rules of authorization codes and refresh tokens, each tried once.

#if Server
  internal import Crypto
  internal import IdentityService
  internal import StrictJSON

  extension SelfCheck {
    static let tokenChecks = [
      SelfCheck("R6749-05", "a foreign redirect URI is never followed") {
        visit throws(CheckFailure) in
        let wish = CodeWish(&visit)
        let answer = visit.authorize(wish.query(redirect: "https://evil.example/"), .approved)
        guard case .refuse = answer else { throw CheckFailure(description: "\(answer)") }
      },
      SelfCheck("R6749-09", "a code works once, and its replay revokes the tokens") {
        visit throws(CheckFailure) in
        let wish = CodeWish(&visit)
        let code = try wish.code(&visit)
        let tokens = wish.redeem(code, &visit)
        try tokens.expect("200")
        try wish.redeem(code, &visit).expect("400 invalid_grant")
        try visit.refresh(wish.client, tokens).expect("400 invalid_grant")
      },
      SelfCheck("R6749-10", "state comes back as it was sent") { visit throws(CheckFailure) in
        let wish = CodeWish(&visit)
        guard case .redirect(let target) = visit.authorize(wish.query() + "&state=a%20b", .approved)
        else { throw CheckFailure(description: "no redirect") }
        try require(target.hasSuffix("&state=a%20b"), "state is missing or altered")
      },
      SelfCheck("R6749-13", "tokens come with no-store and no-cache") {
        visit throws(CheckFailure) in
        let tokens = visit.signIn().tokens
        try require(tokens.header(.cacheControl) == "no-store", "Cache-Control")
        try require(tokens.header(.pragma) == "no-cache", "Pragma")
      },
      SelfCheck("R6749-18", "a refresh token rotates; its reuse ends the family") {
        visit throws(CheckFailure) in
        let (client, first) = visit.signIn()
        let second = visit.refresh(client, first)
        try second.expect("200")
        let again = visit.refresh(client, first)
        try require(again.text("accessToken") == second.text("accessToken"), "no grace")
        visit.wait(.seconds(31))
        try visit.refresh(client, first).expect("400 invalid_grant")
        try visit.refresh(client, second).expect("400 invalid_grant")
      },
      SelfCheck("R7636-02", "only S256 is a code challenge") { visit throws(CheckFailure) in
        let wish = CodeWish(&visit)
        guard case .redirect(let target) = visit.authorize(wish.query(method: "plain"), .approved)
        else { throw CheckFailure(description: "no redirect") }
        try require(target.contains("error=invalid_request"), "plain was taken")
      },
      SelfCheck("R7636-06", "a wrong verifier burns the code") { visit throws(CheckFailure) in
        let wish = CodeWish(&visit)
        let code = try wish.code(&visit)
        let wrong = String(repeating: "x", count: 43)
        try wish.redeem(code, &visit, verifier: wrong).expect("400 invalid_grant")
        try wish.redeem(code, &visit).expect("400 invalid_grant")
      },
      SelfCheck("R8252-01", "a loopback redirect URI may have any port") {
        visit throws(CheckFailure) in
        let wish = CodeWish(&visit)
        let query = wish.query(redirect: "http://127.0.0.1:49152/oauth/callback")
        guard case .redirect(let target) = visit.authorize(query, .approved) else {
          throw CheckFailure(description: "no redirect")
        }
        try require(target.hasPrefix("http://127.0.0.1:49152/oauth/callback?code="), target)
      },
    ]
  }

  /// A client that wants an authorization code.
  private struct CodeWish {
    let client: JSONObject
    private let verifier = hexadecimal(systemRandomBytes(32))
    private let redirect = "http://127.0.0.1:8400/oauth/callback"

    init(_ visit: inout CheckVisit) {
      client = visit.register([
        "redirectUris": ["http://127.0.0.1/oauth/callback"],
        "grantTypes": ["authorization_code", "refresh_token"],
        "issuerUrl": "https://example.awsapps.com/start",
      ])
    }

    func query(redirect: String? = nil, method: String = "S256") -> String {
      "response_type=code&client_id=\(client["clientId"]?.asString ?? "")"
        + "&redirect_uri=\(redirect ?? self.redirect)&scopes=sso:account:access"
        + "&code_challenge_method=\(method)&code_challenge=\(challenge)"
    }

    func code(_ visit: inout CheckVisit) throws(CheckFailure) -> String {
      guard case .redirect(let target) = visit.authorize(query(), .approved),
        let code = target.split(separator: "code=").last
      else { throw CheckFailure(description: "no code was given") }
      return String(code.prefix { $0 != "&" })
    }

    func redeem(_ code: String, _ visit: inout CheckVisit, verifier: String? = nil) -> CheckAnswer {
      var members = client
      members["grantType"] = "authorization_code"
      members["code"] = .string(code)
      members["redirectUri"] = .string(redirect)
      members["codeVerifier"] = .string(verifier ?? self.verifier)
      return visit.ask("/token", members)
    }

    /// Unpadded URL-safe base64 of the SHA-256.
    private var challenge: String {
      let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
      var text = ""
      var (bits, count) = (0, 0)
      for byte in SHA256.hash(data: Array(verifier.utf8)) {
        (bits, count) = (bits << 8 | Int(byte), count + 8)
        while count >= 6 {
          count -= 6
          text.append(alphabet[bits >> count & 63])
        }
        bits &= 63
      }
      return text + String(alphabet[bits << (6 - count) & 63])
    }
  }
#endif
