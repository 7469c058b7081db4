//  CachedCredentials.swift - role credentials as the AWS CLI keeps them in `~/.aws/cli/cache`.

internal import StrictJSON

/// A role credentials file's content.
public struct CachedCredentials: Sendable, Equatable {
  private var members: CachedMembers

  /// Reads a file.
  ///
  /// - Parameter bytes: The whole file.
  /// - Throws: ``CacheDamage`` when it is no JSON object, or lacks a member.
  public init(_ bytes: [UInt8]) throws(CacheDamage) {
    members = try CachedMembers(bytes)
    guard let inner = members[members: "Credentials"] else {
      throw CacheDamage(reason: "it has no Credentials")
    }
    for name in ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"]
    where inner[name]?.isEmpty ?? true {
      throw CacheDamage(reason: "it has no \(name)")
    }
    guard inner[date: "Expiration"] != nil else {
      throw CacheDamage(reason: "Expiration is not a date")
    }
  }

  /// Makes a file's content.
  ///
  /// - Parameters:
  ///   - credentials: The keys, with a session token.
  ///   - expiration: When they end.
  ///   - accountID: Whose they are.
  public init(_ credentials: AWSCredentials, expiration: Timestamp, accountID: String) {
    var inner = CachedMembers()
    inner["AccessKeyId"] = credentials.accessKeyID
    inner[secret: "SecretAccessKey"] = credentials.secretAccessKey
    inner[secret: "SessionToken"] = credentials.sessionToken
    inner[date: "Expiration"] = expiration
    inner["AccountId"] = accountID
    members = CachedMembers()
    members["ProviderType"] = "sso"
    members[members: "Credentials"] = inner
  }

  private var inner: CachedMembers { members[members: "Credentials"] ?? CachedMembers() }

  /// The keys.
  public var credentials: AWSCredentials {
    AWSCredentials(
      accessKeyID: inner["AccessKeyId"] ?? "",
      secretAccessKey: inner[secret: "SecretAccessKey"] ?? "",
      sessionToken: inner[secret: "SessionToken"])
  }

  /// When they end.
  public var expiration: Timestamp { inner[date: "Expiration"] ?? Timestamp(seconds: 0) }
  /// Whose they are.
  public var accountID: String? { inner["AccountId"] }
  /// The file, one line.
  public var bytes: [UInt8] { members.bytes }
}
