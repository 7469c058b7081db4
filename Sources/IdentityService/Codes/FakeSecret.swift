//  FakeSecret.swift - secrets that say themselves that they are fake (S42).
//
//  Knows: the mark, the checksum, and how both look in tokens, client secrets and access keys.
//  Does not know: where the random bytes come from.

internal import StrictJSON

/// What a fake secret is for; part of its visible mark.
enum FakeKind: String {
  case clientSecret = "secret"
  case accessToken = "access"
  case refreshToken = "refresh"
  case secretKey = "key"
  case sessionToken = "session"
  case identityContext = "context"
}

/// A secret that nobody can take for a real one: `fake-ssoscript-<kind>-<random>-<CRC-32>`.
///
/// Secret scanners can match the mark, and the checksum tells a typing error from an unknown one.
func fakeSecret(_ kind: FakeKind, _ bytes: [UInt8]) -> String {
  summed(FakeMark.text + kind.rawValue + "-" + base64URL(bytes))
}

/// A client secret, as the real service's in the form of a JWT (HS384) of 1 to 2 kB.
///
/// Its third part is no signature but the mark of ``fakeSecret(_:_:)``; the checksum covers all.
func fakeClientSecret(
  for clientID: String, expires: ServiceTime, _ randomness: IdentityService.Randomness
) -> String {
  let header: JSONObject = ["alg": "HS384", "kid": "fake-ssoscript"]
  let claims: JSONObject = [
    "clientId": .string(clientID), "expirationTimestamp": .integer(expires.seconds),
    "nonce": .string(base64URL(randomness(600))),
  ]
  let mark = FakeMark.text + FakeKind.clientSecret.rawValue + "-" + base64URL(randomness(24))
  return summed("\(JWT.part(header)).\(JWT.part(claims)).\(mark)")
}

private func summed(_ text: String) -> String {
  let sum = String(crc32(text), radix: 16)
  return text + "-" + String(repeating: "0", count: 8 - sum.count) + sum
}

/// The mark on everything secret that this service gives away.
public enum FakeMark {
  /// Where it can be seen: at the start, and in client secrets behind the last dot.
  public static let text = "fake-ssoscript-"
  /// The same on access key ids, which have 20 letters and digits.
  public static let accessKeyText = "ASIAFAKE"

  /// Whether `secret` was made by such a service, and came here without a typing error.
  ///
  /// The last eight characters of a secret are the CRC-32, in hexadecimal, of everything before the
  /// dash in front of them. An access key id ends in seven base32 letters, the lowest five bits of
  /// its CRC-32 first.
  ///
  /// - Parameter secret: A token, a client secret, or a member of role credentials.
  /// - Returns: `false` for secrets of other services, and for damaged ones.
  public static func isIntact(on secret: String) -> Bool {
    if secret.hasPrefix(accessKeyText) {
      return secret.utf8.count == 20 && summedAccessKey(secret.prefix(13)) == secret
    }
    let marked = secret.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
    return marked.hasPrefix(text) && secret.count > 9
      && summed(String(secret.dropLast(9))) == secret
  }

  /// Completes the 13 first letters of an access key id.
  static func summedAccessKey(_ start: some StringProtocol) -> String {
    let text = String(start)
    let sum = crc32(text)
    return text + String((0..<7).map { base32[Int(sum >> UInt32($0 * 5) & 31)] })
  }

  /// The letters of access key ids (RFC 4648, 6).
  static let base32 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
}
