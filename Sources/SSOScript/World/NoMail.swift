//  NoMail.swift - a world without mail.

public import SSOOIDC

/// Every message fails.
public struct NoMail: MailTransport {
  /// Makes the door.
  public init() {}

  /// Fails.
  public func send(_ mail: Mail) async throws(TransportError) {
    throw TransportError(
      code: .connect, message: "there is no mail here", host: "", delivery: .neverSent)
  }
}
