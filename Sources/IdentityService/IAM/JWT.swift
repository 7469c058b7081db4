//  JWT.swift - the claims of a token, read and written, never verified or signed.

internal import StrictJSON

enum JWT {
  static let accessTokenType = "urn:ietf:params:oauth:token-type:access_token"
  static let refreshTokenType = "urn:ietf:params:oauth:token-type:refresh_token"

  /// The claims of a token in three parts.
  static func claims(of token: String) -> JSONObject? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let bytes = decodedBase64(parts[1]) else { return nil }
    return (try? JSON.parse(bytes, limits: JSONLimits(depth: 16)))?.asObject
  }

  /// A token that says itself that nobody signed it: its algorithm is `none`.
  static func unsigned(_ claims: JSONObject) -> String {
    let header: JSONObject = ["alg": "none", "typ": "JWT"]
    return "\(part(header)).\(part(claims))."
  }

  /// A header or claims, of texts and whole numbers: encoding has nothing to refuse.
  static func part(_ members: JSONObject) -> String { base64URL((try? members.encoded()) ?? []) }
}
