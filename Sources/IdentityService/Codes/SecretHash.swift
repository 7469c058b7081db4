//  SecretHash.swift - how the service remembers a secret without keeping it.
//
//  Knows: SHA-256, and comparing in constant time (R8628-39).
//  Does not know: what the secret was good for.

internal import Crypto

/// The SHA-256 of a secret: good for look-up and comparison, useless for signing in.
public struct SecretHash: Sendable, Equatable {
  /// The digest as four big-endian words, so that a table of hashes has no other allocations.
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// Restores a hash from a store.
  ///
  /// - Parameter bytes: The 32 bytes of the digest; `nil` comes of any other number.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.init(digest: bytes)
  }

  private init(digest: some Sequence<UInt8>) {
    var bytes = digest.makeIterator()
    let next = { (0..<8).reduce(UInt64(0)) { word, _ in word << 8 | UInt64(bytes.next() ?? 0) } }
    words = (next(), next(), next(), next())
  }

  /// Hashes a secret.
  init(of secret: String) {
    var hasher = SHA256()
    var secret = secret
    secret.withUTF8 { unsafe hasher.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    self.init(digest: hasher.finalize())
  }

  /// The 32 bytes of the digest, for a store.
  public var bytes: [UInt8] {
    [words.0, words.1, words.2, words.3].flatMap { word in
      stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
    }
  }

  /// Compares without telling by its duration where the first difference is.
  public static func == (left: Self, right: Self) -> Bool {
    let differences =
      (left.words.0 ^ right.words.0) | (left.words.1 ^ right.words.1)
      | (left.words.2 ^ right.words.2) | (left.words.3 ^ right.words.3)
    return differences == 0
  }

  /// Matches no secret; compared with when a client is unknown, so that this takes as long.
  static let ofNothing = Self(digest: [])
}

extension SecretHash: Hashable {
  /// Feeds the first word: a digest is as good as random already.
  public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension SecretHash: SweepKey {
  var lot: UInt64 { words.0 }
}
