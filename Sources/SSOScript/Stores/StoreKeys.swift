//  StoreKeys.swift - the keys of an encrypted store and all its parts.

import Crypto
import CryptoExtras
import SSOOIDC
import Synchronization

/// The one key, or what a passphrase and salts make.
final class StoreKeys: Sendable {
  /// Where keys come from.
  enum Source: Sendable {
    /// 32 bytes.
    case key([UInt8])
    /// A text that a person can remember; 32 MB and about a tenth of a second make it a key.
    case passphrase(String)
  }

  /// A shorter salt is none of ours.
  private static let saltSize = 16

  private let source: Source
  /// By salt: deriving one takes its time on purpose, and anybody can plant any number of salts.
  private let known = Mutex(ProvenValues<[UInt8], SymmetricKey>())
  /// The salt of what is new, apart from those that anybody can plant.
  private let salt = Mutex<[UInt8]?>(nil)

  init(_ source: Source) { self.source = source }

  /// The key for what is new; with a passphrase also the salt.
  func usual(
    _ randomness: any WorldRandomness
  ) throws(CacheFolderError) -> (salt: [UInt8]?, key: SymmetricKey) {
    switch source {
    case .key(let bytes): return (nil, SymmetricKey(data: bytes))
    case .passphrase(let text):
      let salt = use(randomness.bytes(Self.saltSize))
      let key = try key(text, salt)
      known.withLock { $0.prove(salt) }
      return (salt, key)
    }
  }

  /// The key for what was encrypted with a salt; nil where that cannot be.
  func key(_ salt: [UInt8]?) throws(CacheFolderError) -> SymmetricKey? {
    switch source {
    case .key(let bytes): return SymmetricKey(data: bytes)
    case .passphrase(let text):
      guard let salt, salt.count >= Self.saltSize else { return nil }
      return try key(text, salt)
    }
  }

  /// Takes note of the salt of what could be opened: with it, what is new needs no other key.
  func hasOpened(_ salt: [UInt8]?) {
    guard let salt else { return }
    _ = use(salt)
    known.withLock { $0.prove(salt) }
  }

  /// The salt of what is new: the first one that was good for it.
  private func use(_ salt: @autoclosure () -> [UInt8]) -> [UInt8] {
    self.salt.withLock { first in
      let used = first ?? salt()
      first = used
      return used
    }
  }

  private func key(
    _ passphrase: String, _ salt: [UInt8]
  ) throws(CacheFolderError) -> SymmetricKey {
    if let key = known.withLock({ $0[salt] }) { return key }
    let key = try derive(passphrase, salt)
    known.withLock { $0.add(key, for: salt) }
    return key
  }

  private func derive(_ text: String, _ salt: [UInt8]) throws(CacheFolderError) -> SymmetricKey {
    // N 2^15, r 8, p 1: what OWASP's cheat sheet lists for one lane.
    let key = try? KDF.Scrypt.deriveKey(
      from: Array(text.utf8), salt: salt, outputByteCount: 32, rounds: 1 << 15, blockSize: 8,
      parallelism: 1)
    guard let key else {
      throw CacheFolderError(.unwritable, "no key can be made of the passphrase (no memory?)")
    }
    return key
  }
}
