//  CodeTicket.swift - the secrets of one login by authorization code, and the page that begins it.
//
//  Knows: PKCE (RFC 7636) and AWS's authorize page (`scopes`, not `scope`). Pure but for chance.

internal import Crypto

/// Verifier and state of one login.
struct CodeTicket: Sendable {
  /// Proves that who redeems the code asked for it: 64 characters.
  let verifier: Secret
  /// Comes back with the code.
  let state: String

  init(_ randomness: any WorldRandomness) {
    verifier = Secret(Self.base64(randomness.bytes(48)))
    state = Self.base64(randomness.bytes(24))
  }

  /// SHA-256 of the verifier.
  var challenge: String { Self.base64(Array(SHA256.hash(data: Array(verifier.reveal().utf8)))) }

  /// The page at which a person grants access.
  func authorizeURL(
    _ endpoint: Endpoint, clientID: String, redirectURI: String, scopes: [String]
  ) -> String {
    let parameters = [
      ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirectURI),
      ("state", state), ("code_challenge_method", "S256"),
      ("scopes", scopes.joined(separator: " ")), ("code_challenge", challenge),
    ]
    var query = ""
    for (name, value) in parameters {
      query += query.isEmpty ? "\(name)=" : "&\(name)="
      query.append(percentEncoding: value)
    }
    return endpoint.url(path: "/authorize", query: query)
  }

  /// Base64 for URLs, without padding (RFC 4648 section 5).
  static func base64(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0...group.count { text.append(letters[value >> (18 - 6 * place) & 63]) }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
