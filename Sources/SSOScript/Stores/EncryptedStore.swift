//  EncryptedStore.swift - what a store keeps, unreadable without the key.
//
//  Knows: AES-256-GCM with a random nonce for each entry, bound to its layer and name, so that entries
//  cannot be exchanged. What cannot be decrypted is left as it is: it may be another key's.
//  Does not know: where keys come from (StoreKeys).

import Crypto
import SSOOIDC
import StrictJSON

/// Encrypts on the way into another store, and decrypts on the way out; notes hold times, no secrets.
struct EncryptedStore: StoreAbove {
  let store: any SignInStore
  private let keys: StoreKeys
  private let randomness: any WorldRandomness

  init(_ store: any SignInStore, _ keys: StoreKeys, _ randomness: any WorldRandomness) {
    (self.store, self.keys, self.randomness) = (store, keys, randomness)
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

  /// What the key opens, opened: a whole token stands in a draft as often as not.
  func remains(in layer: CacheLayer) async -> [CacheRemains] {
    let nobody = SignInTarget(startURL: "", region: "")
    return await store.remains(in: layer).map { left in
      let plain = try? decrypt(left.bytes, CacheItem(layer, name: left.name, target: nobody))
      return CacheRemains(name: left.name, bytes: plain ?? left.bytes)
    }
  }

  // MARK: The entry

  private func encrypt(
    _ bytes: [UInt8], _ item: CacheItem
  ) throws(CacheFolderError) -> [UInt8] {
    let (salt, key) = try keys.usual(randomness)
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
          + (isBorrowed ? "" : "; delete it, or what is kept next takes its place"))
    }
    let salt = entry["salt"]?.asString.flatMap(Base64URL.decode)
    let data = entry["data"]?.asString.flatMap(Base64URL.decode) ?? []
    guard let key = try keys.key(salt), let box = try? AES.GCM.SealedBox(combined: data),
      let plain = try? AES.GCM.open(box, using: key, authenticating: Self.name(item))
    else {
      throw CacheFolderError(
        .encrypted,
        "\(shown(item)) cannot be decrypted: it has another key or passphrase, or was changed; "
          + "it was left as it is; delete it to sign in anew")
    }
    keys.hasOpened(salt)
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
}
