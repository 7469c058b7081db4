//  RecentSecrets.swift - the secrets of the last requests, kept out of the log.

internal import IdentityService
internal import SSOScript
internal import StrictJSON
internal import Synchronization

/// Remembers what must not be shown; bounded, as a server may run for months.
final class RecentSecrets: Sendable {
  private static let limit = 1024
  private static let members: Set = [
    "accessToken", "refreshToken", "idToken", "clientSecret", "deviceCode", "code", "codeVerifier",
    "secretAccessKey", "sessionToken", "assertion", "subjectToken", "access_token",
    "refresh_token", "client_secret", "device_code", "code_verifier", "registration_access_token",
  ]
  private static let headers: Set = ["authorization", "x-amz-sso_bearer_token", "cookie"]

  private struct Memory {
    var now = SecretKeeper()
    var before = SecretKeeper()
    var count = 0
  }

  private let memory = Mutex(Memory())

  func remember(_ request: BehaviourRequest) {
    remember(request.members)
    for header in request.headers where Self.headers.contains(header.name.lowercased()) {
      remember(header.value)
      remember(String(header.value.drop { $0 != " " }.dropFirst()))
    }
  }

  func remember(_ reply: BehaviourReply) {
    if let members = (try? JSON.parse(reply.body, limits: .foreign))?.asObject { remember(members) }
  }

  private func remember(_ members: JSONObject) {
    for (name, value) in members {
      if let text = value.asString, Self.members.contains(name) { remember(text) }
      if let inner = value.asObject { remember(inner) }
    }
  }

  private func remember(_ text: String) {
    memory.withLock { memory in
      if memory.count == Self.limit { memory = Memory(before: memory.now) }
      memory.count += 1
      memory.now.remember(text)
    }
  }

  /// `text` with every one of them replaced.
  func redact(_ text: String) -> String {
    let (now, before) = memory.withLock { ($0.now, $0.before) }
    return before.redact(now.redact(text))
  }
}
