//  EncryptedStore.swift - what a store keeps, unreadable without the key.
//
//  Knows: AES-256-GCM with a random nonce for each entry, bound to its layer and name, so that entries
//  cannot be exchanged; a key of scrypt's where there is a passphrase. What cannot be decrypted is
//  left as it is: it may be another key's.

import Crypto
import CryptoExtras
import SSOOIDC
import StrictJSON
import Synchronization

/// Encrypts on the way into another store, and decrypts on the way out; notes hold times, no secrets.
final class EncryptedStore: StoreAbove {
  /// Where the key comes from.
  enum Source: Sendable {
    /// 32 bytes.
    case key([UInt8])
    /// A text that a person can remember; 32 MB and about a tenth of a second make it a key.
    case passphrase(String)
  }

  let store: any SignInStore
  private let source: Source
  private let randomness: any WorldRandomness
  /// By salt: deriving one takes its time on purpose.
  ///
  /// The first salt that was seen is used again.
  private let keys = Mutex<[(salt: [UInt8], key: SymmetricKey)]>([])

  init(_ store: any SignInStore, _ source: Source, _ randomness: any WorldRandomness) {
    (self.store, self.source, self.randomness) = (store, source, randomness)
  }

  // MARK: In and out

  func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    guard let bytes = try await store.read(item) else { return nil }
    return try decrypt(bytes, item)
  }

  /// An entry of another key stays: whoever has that key misses it otherwise.
  ///
  /// One that anybody can read does not: it is what this store is there against.
  func write(
    _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
  ) async throws(CacheFolderError) {
    if let old = try await store.read(item), Self.entry(old) != nil { _ = try decrypt(old, item) }
    try await store.write(item, try encrypt(bytes, item), expires: expires)
  }

  // MARK: The entry

  private func encrypt(
    _ bytes: [UInt8], _ item: CacheItem
  ) throws(CacheFolderError) -> [UInt8] {
    let (salt, key) = try usualKey()
    let sealed = try? AES.GCM.seal(
      bytes, using: key, nonce: AES.GCM.Nonce(data: randomness.bytes(12)),
      authenticating: Self.name(item))
    guard let data = sealed?.combined else {
      throw CacheFolderError(.unwritable, "\(item.name) cannot be encrypted")
    }
    var entry: JSONObject = ["encrypted": "AES-256-GCM"]
    if let salt {
      entry["kdf"] = "scrypt"
      entry["salt"] = .string(Base64URL.encode(salt))
    }
    entry["data"] = .string(Base64URL.encode(Array(data)))
    return (try? JSON.object(entry).encoded()) ?? []
  }

  private func decrypt(
    _ bytes: [UInt8], _ item: CacheItem
  ) throws(CacheFolderError) -> [UInt8] {
    guard let entry = Self.entry(bytes) else {
      throw CacheFolderError(
        .untrusted,
        "\(shown(item)) is not encrypted, so it is not used"
          + (isBorrowed ? "" : "; what is kept next takes its place"))
    }
    let salt = entry["salt"]?.asString.flatMap(Base64URL.decode)
    let key = try key(salt)
    let data = entry["data"]?.asString.flatMap(Base64URL.decode) ?? []
    guard let box = try? AES.GCM.SealedBox(combined: data),
      let plain = try? AES.GCM.open(box, using: key, authenticating: Self.name(item))
    else {
      throw CacheFolderError(
        .encrypted,
        "\(shown(item)) cannot be decrypted: it has another key or passphrase, or was changed; "
          + "it was left as it is; delete it to sign in anew")
    }
    return Array(plain)
  }

  /// What is encrypted, by its own words; another algorithm's counts as another key's.
  private static func entry(_ bytes: [UInt8]) -> JSONObject? {
    guard let entry = (try? JSON.parse(bytes))?.asObject, entry["encrypted"] != nil else {
      return nil
    }
    return entry
  }

  /// The name, with the place where the person finds it.
  private func shown(_ item: CacheItem) -> String {
    store.place(of: item.layer).map { "\(item.name) in \($0)" } ?? item.name
  }

  private static func name(_ item: CacheItem) -> [UInt8] {
    Array("\(item.layer.rawValue)/\(item.name)".utf8)
  }

  // MARK: The key

  private func usualKey() throws(CacheFolderError) -> (salt: [UInt8]?, key: SymmetricKey) {
    guard case .passphrase = source else { return (nil, try key(nil)) }
    if let known = keys.withLock({ $0.first }) { return (known.salt, known.key) }
    let salt = randomness.bytes(16)
    return (salt, try key(salt))
  }

  private func key(_ salt: [UInt8]?) throws(CacheFolderError) -> SymmetricKey {
    switch source {
    case .key(let bytes): return SymmetricKey(data: bytes)
    case .passphrase(let text):
      let salt = salt ?? []
      if let known = keys.withLock({ $0.first { $0.salt == salt } }) { return known.key }
      // N 2^15, r 8, p 1: what OWASP's cheat sheet lists for one lane.
      let key = try? KDF.Scrypt.deriveKey(
        from: Array(text.utf8), salt: salt, outputByteCount: 32, rounds: 1 << 15, blockSize: 8,
        parallelism: 1)
      guard let key else {
        throw CacheFolderError(.unwritable, "no key can be made of the passphrase (no memory?)")
      }
      keys.withLock { $0.append((salt, key)) }
      return key
    }
  }
}
