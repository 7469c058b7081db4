//  CacheNames.swift - under which file names AWS's tools keep what they cached. Pure.
//
//  Source: botocore's SSOTokenLoader and SSOCredentialFetcher, and the AWS CLI's registration cache.

internal import Crypto
internal import StrictJSON

extension SignInTarget {
  /// The file of the token, in `~/.aws/sso/cache`: SHA-1 of the session's name, else of the start
  /// URL as configured.
  public var tokenFileName: String {
    tokenFile ?? Self.fileName(Array((sessionName ?? startURL).utf8))
  }

  /// The file of the client registration, in the same folder.
  ///
  /// The AWS CLI hashes a JSON text as Python writes it, with the scopes as configured: none are
  /// `null`, even where the flow then registers for one.
  public var registrationFileName: String {
    let key: JSONObject = [
      "region": .string(region),
      "scopes": scopes.map { .array($0.map(JSON.string)) } ?? .null,
      "session_name": sessionName.map(JSON.string) ?? .null,
      "startUrl": .string(startURL),
      "tool": "botocore",
    ]
    return Self.fileName(Self.text(key, [.spaced, .ascii]))
  }

  /// The file of the role's credentials, in `~/.aws/cli/cache`; `nil` without account and role.
  public var credentialsFileName: String? {
    guard let accountID, let roleName else { return nil }
    let key: JSONObject = [
      "accountId": .string(accountID), "roleName": .string(roleName),
      sessionName == nil ? "startUrl" : "sessionName": .string(sessionName ?? startURL),
    ]
    return Self.fileName(Self.text(key, [.sortedKeys, .ascii]))
  }

  /// Texts and null only: encoding has nothing to refuse.
  private static func text(_ key: JSONObject, _ format: JSONFormat) -> [UInt8] {
    (try? key.encoded(format)) ?? []
  }

  private static func fileName(_ key: [UInt8]) -> String {
    Hexadecimal.encode(Insecure.SHA1.hash(data: key)) + ".json"
  }
}
