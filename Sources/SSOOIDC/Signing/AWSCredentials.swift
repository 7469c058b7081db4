//  AWSCredentials.swift - the keys CreateTokenWithIAM is signed with.

/// Keys of an IAM principal.
public struct AWSCredentials: Sendable, Equatable {
  /// The public half.
  public var accessKeyID: String
  /// The secret half.
  public var secretAccessKey: Secret
  /// The token of temporary keys.
  public var sessionToken: Secret?

  /// Makes credentials.
  public init(accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
  }

  /// Reads `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
  ///
  /// - Parameter environment: Gives the value of a variable; empty counts as unset. `nil` results
  ///   unless both keys are set.
  public init?(environment: (String) -> String?) {
    guard let id = environment("AWS_ACCESS_KEY_ID"), !id.isEmpty,
      let secret = environment("AWS_SECRET_ACCESS_KEY"), !secret.isEmpty
    else { return nil }
    let token = environment("AWS_SESSION_TOKEN").flatMap { $0.isEmpty ? nil : Secret($0) }
    self.init(accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: token)
  }
}
