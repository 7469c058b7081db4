//  PageKeys.swift - the keys behind cookies, forms and handles, all made of one.
//
//  Knows: that each purpose has a key of its own (RFC 5869).
//  Does not know: where the one is kept, so that a person in mid-page outlives a restart (StateStore).

internal import Crypto

/// What the pages seal and sign with.
struct PageKeys: Sendable {
  /// Of the master key; also how long each made of it is.
  static let size = 32

  let sessions: SessionKey
  let handles: RequestHandles

  /// - Parameter master: ``size`` bytes of the system's generator; other keys than before mean that
  ///   every open page has expired.
  init(master: [UInt8] = systemRandomBytes(Self.size)) {
    func key(_ purpose: String) -> SymmetricKey {
      HKDF<SHA256>.deriveKey(
        inputKeyMaterial: SymmetricKey(data: master), info: Array(purpose.utf8),
        outputByteCount: Self.size)
    }
    sessions = SessionKey(key("ssoscript sessions and forms"))
    handles = RequestHandles(key("ssoscript handles"))
  }
}
