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
    verifier = Secret(Base64URL.encode(randomness.bytes(48)))
    state = Base64URL.encode(randomness.bytes(24))
  }

  /// SHA-256 of the verifier.
  var challenge: String {
    Base64URL.encode(Array(SHA256.hash(data: Array(verifier.reveal().utf8))))
  }

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
}
