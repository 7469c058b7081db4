//  RoleCredentials.swift - credentials for a role, marked as fake (S42).

internal import StrictJSON

/// Credentials of the real ones' form: a prefix says that they are fake, a checksum which they are.
struct RoleCredentials {
  private let accessKeyID: String
  private let secretAccessKey: String
  private let sessionToken: String

  init(_ randomness: IdentityService.Randomness) {
    accessKeyID = Self.accessKeyID(randomness(5))
    secretAccessKey = fakeSecret(.secretKey, randomness(9))
    sessionToken = fakeSecret(.sessionToken, randomness(180))
  }

  /// The portal's members; the time in milliseconds, as only here.
  func json(expires: ServiceTime) -> JSON {
    [
      "accessKeyId": .string(accessKeyID), "expiration": .integer(expires.seconds * 1000),
      "secretAccessKey": .string(secretAccessKey), "sessionToken": .string(sessionToken),
    ]
  }

  /// `ASIAFAKE`, five random letters, and a CRC-32 over them in seven more: 20 letters in all.
  private static func accessKeyID(_ random: [UInt8]) -> String {
    let letters = random.map { FakeMark.base32[Int($0 & 31)] }
    return FakeMark.summedAccessKey(FakeMark.accessKeyText + String(letters))
  }
}
