//  CachedCredentials.swift - role credentials as the AWS CLI keeps them in `~/.aws/cli/cache`.

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
    try inner.check(
      texts: ["AccessKeyId", "SecretAccessKey", "SessionToken"], date: "Expiration")
  }

  /// Makes a file's content.
  ///
  /// - Parameters:
  ///   - credentials: The keys, with a session token.
  ///   - expiration: When they end.
  ///   - target: Whose they are: the file's name is a hash, so the session and the role are written
  ///     down as well, where no AWS tool looks.
  public init(_ credentials: AWSCredentials, expiration: Timestamp, target: SignInTarget) {
    var inner = CachedMembers()
    inner["AccessKeyId"] = credentials.accessKeyID
    inner[secret: "SecretAccessKey"] = credentials.secretAccessKey
    inner[secret: "SessionToken"] = credentials.sessionToken
    inner[date: "Expiration"] = expiration
    inner["AccountId"] = target.accountID
    members = CachedMembers()
    members["ProviderType"] = "sso"
    members[members: "Credentials"] = inner
    var origin = CachedMembers()
    origin["sessionName"] = target.sessionName
    origin["startUrl"] = target.startURL
    origin["roleName"] = target.roleName
    members[members: "Origin"] = origin
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
  /// The role, if the file tells; those of AWS's tools do not.
  public var roleName: String? { members[members: "Origin"]?["roleName"] }

  /// Whether the file tells that it belongs to the session of `target`.
  public func belongs(to target: SignInTarget) -> Bool {
    guard let origin = members[members: "Origin"] else { return false }
    let session = SignInTarget(
      sessionName: origin["sessionName"], startURL: target.startURL, region: target.region)
    return origin["startUrl"] == target.startURL
      && session.tokenFileName == target.tokenFileName
  }

  /// The file, one line.
  public var bytes: [UInt8] { members.bytes }
}
