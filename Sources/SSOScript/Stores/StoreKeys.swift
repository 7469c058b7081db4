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

  private let source: Source
  /// By salt: deriving one takes its time on purpose.
  ///
  /// The first salt that was seen is used again.
  private let known = Mutex<[(salt: [UInt8], key: SymmetricKey)]>([])

  init(_ source: Source) { self.source = source }

  /// The key for what is new; with a passphrase also the salt.
  func usual(
    _ randomness: any WorldRandomness
  ) throws(CacheFolderError) -> (salt: [UInt8]?, key: SymmetricKey) {
    guard case .passphrase = source else { return (nil, try key(nil)) }
    if let first = known.withLock({ $0.first }) { return (first.salt, first.key) }
    let salt = randomness.bytes(16)
    return (salt, try key(salt))
  }

  /// The key for what was encrypted with a salt.
  func key(_ salt: [UInt8]?) throws(CacheFolderError) -> SymmetricKey {
    switch source {
    case .key(let bytes): return SymmetricKey(data: bytes)
    case .passphrase(let text):
      let salt = salt ?? []
      if let known = known.withLock({ $0.first { $0.salt == salt } }) { return known.key }
      let key = try derive(text, salt)
      known.withLock { $0.append((salt, key)) }
      return key
    }
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
