//  SecretKeeper.swift - remembers secrets, so that no line for a person ever shows one.

import StrictJSON
import SSOOIDC
import Synchronization

/// The secrets that one run has seen, and texts without them.
public final class SecretKeeper: Sendable {
  /// What stands in a secret's place.
  static let mask = "<secret>"
  /// Shorter texts are no secrets: replacing `a` would garble everything.
  private static let shortest = 8

  /// Secrets by their first eight bytes, so that a text is searched once and not once per secret.
  private let secrets = Mutex<[UInt64: Set<[UInt8]>]>([:])

  /// Knows no secret yet.
  public init() {}

  /// Remembers one.
  public func remember(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= Self.shortest else { return }
    _ = secrets.withLock { $0[Self.key(bytes[...]), default: []].insert(bytes) }
  }

  /// Remembers what the declaration of an operation calls secret.
  func remember(_ members: JSONObject, _ declared: [Member]) {
    for (name, value) in members {
      guard let member = declared.first(where: { $0.name == name }) else { continue }
      remember(value, member)
    }
  }

  private func remember(_ value: JSON, _ member: Member) {
    switch (member.kind, value) {
    case (.structure(let inner), .object(let object)): remember(object, inner)
    case (_, .string(let text)) where member.isSecret: remember(text)
    default: break
    }
  }

  /// `text` with every secret replaced.
  public func redact(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard let result = redact(bytes) else { return text }
    return String(decoding: result, as: UTF8.self)
  }

  /// `bytes` with every secret replaced, or nil when there is none in them.
  func redact(_ bytes: [UInt8]) -> [UInt8]? {
    secrets.withLock { secrets in
      guard !secrets.isEmpty, bytes.count >= Self.shortest else { return nil }
      var result: [UInt8] = []
      var position = 0
      var found = false
      while position < bytes.count {
        let rest = bytes[position...]
        guard rest.count >= Self.shortest, let here = secrets[Self.key(rest)],
          let secret = here.filter({ rest.starts(with: $0) }).max(by: { $0.count < $1.count })
        else {
          result.append(bytes[position])
          position += 1
          continue
        }
        found = true
        result += Array(Self.mask.utf8)
        position += secret.count
      }
      return found ? result : nil
    }
  }

  private static func key(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
