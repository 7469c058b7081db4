//  CodeChallenge.swift - proof that who fetches the tokens is who asked for the code (RFC 7636).

internal import Crypto

enum CodeChallenge {
  /// Whether a challenge can be an S256 one: 32 bytes in unpadded URL-safe base64.
  static func isWellFormed(_ challenge: String) -> Bool {
    challenge.utf8.count == 43
      && challenge.utf8.allSatisfy { isUnreserved($0) && $0 != 46 && $0 != 126 }
  }

  /// 43 to 128 unreserved characters (R7636-01).
  static func isVerifier(_ text: String) -> Bool {
    (43...128).contains(text.utf8.count) && text.utf8.allSatisfy(isUnreserved)
  }

  /// Whether `verifier` is what `challenge` was made of.
  static func matches(_ challenge: String, verifier: String) -> Bool {
    let made = base64URL(Array(SHA256.hash(data: Array(verifier.utf8))))
    return SecretHash(of: made) == SecretHash(of: challenge)
  }
}
