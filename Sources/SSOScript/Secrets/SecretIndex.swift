//  SecretIndex.swift - finds many secrets in one pass over a text. Pure.

internal import StrictJSON

/// Secrets by their first bytes, so that a text is searched once and not once per secret.
struct SecretIndex {
  /// Of what is remembered at all.
  static let shortest = 4
  static let keyLength = 8
  /// What keeping one costs beside its bytes.
  private static let overhead = 384
  /// What follows where a secret was cut off; the end of a text does as well.
  private static let cuts = ["…", "...", "\n", "\r"].map { Array($0.utf8) }

  private var long: [UInt64: AlikeSecrets] = [:]
  private var short: Set<HashedSecret> = []
  /// Which keys of ``long`` there may be, so that most places of a text need no look-up.
  private var mayBeKeys = [UInt64](repeating: 0, count: 64)
  /// The first bytes of every secret, one to seven of them, as far as ``new`` were taken in.
  private var beginnings: Set<UInt64> = []
  /// What ``beginnings`` does not know yet: few texts come in pieces.
  private var new: [ArraySlice<UInt8>] = []
  private var longest = 0

  /// Bytes of all secrets, with what it costs to keep one.
  private(set) var size = 0

  var isEmpty: Bool { long.isEmpty && short.isEmpty }

  mutating func insert(_ secret: [UInt8]) {
    guard add(secret) else { return }
    size += secret.count + Self.overhead
    longest = max(longest, secret.count)
    new.append(secret.prefix(Self.keyLength))
  }

  func has(_ secret: [UInt8]) -> Bool {
    guard secret.count >= Self.keyLength else { return short.contains(HashedSecret(bytes: secret)) }
    return long[Self.number(secret.prefix(Self.keyLength))]?.contains(HashedSecret(bytes: secret))
      ?? false
  }

  /// - Returns: Whether it was not there.
  private mutating func add(_ secret: [UInt8]) -> Bool {
    guard secret.count >= Self.keyLength else {
      return short.insert(HashedSecret(bytes: secret)).inserted
    }
    let key = Self.number(secret.prefix(Self.keyLength))
    let (word, bit) = Self.place(of: key)
    mayBeKeys[word] |= bit
    return long[key, default: AlikeSecrets()].insert(HashedSecret(bytes: secret))
  }

  private static func place(of key: UInt64) -> (word: Int, bit: UInt64) {
    let mixed = (key &* 0x9E37_79B9_7F4A_7C15) >> 52
    return (Int(mixed >> 6), 1 << (mixed & 63))
  }

  static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Bytes and their number in one.
  private static func beginning(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    number(bytes) << 8 | UInt64(bytes.count)
  }

  private mutating func noteBeginnings() {
    for start in new {
      for count in 1..<min(start.count, Self.keyLength) {
        beginnings.insert(Self.beginning(start.prefix(count)))
      }
    }
    new = []
  }

  /// How many bytes at the end of a text may be the beginning of a secret whose rest is still to come.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - places: Where secrets stand in it: the end of one is not the beginning of another.
  /// - Returns: The number; less than the longest secret has.
  mutating func unfinished(in bytes: [UInt8], outside places: [Range<Int>]) -> Int {
    noteBeginnings()
    let most = min(bytes.count, longest - 1)
    guard most > 0 else { return 0 }
    for start in (bytes.count - most)..<bytes.count where mayBegin(bytes[start...]) {
      if !places.contains(where: { $0.lowerBound < start && start < $0.upperBound }) {
        return bytes.count - start
      }
    }
    return 0
  }

  private func mayBegin(_ tail: ArraySlice<UInt8>) -> Bool {
    guard tail.count >= Self.keyLength else { return beginnings.contains(Self.beginning(tail)) }
    return long[Self.number(tail.prefix(Self.keyLength))]?.goOn(behind: tail) ?? false
  }

  /// Whether a text may hold a secret, found in one pass and without a copy: hardly any text does.
  ///
  /// As it stands, or in base64; of a text with escapes this is not told.
  func mayBeWithin(_ bytes: [UInt8]) -> Bool {
    guard short.isEmpty else { return true }
    var plain: UInt64 = 0
    // What letters of base64 say: each has six bits, and bytes begin at any second bit.
    var coded: UInt64 = 0
    for byte in bytes {
      plain = plain << 8 | UInt64(byte)
      if isKey(plain) || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\\") { return true }
      guard let value = Base64Run.value(of: byte).map(UInt64.init) else { continue }
      if isKey(coded << 2 | value >> 4) || isKey(coded << 4 | value >> 2) { return true }
      coded = coded << 6 | value
      if isKey(coded) { return true }
    }
    return false
  }

  private func isKey(_ number: UInt64) -> Bool {
    let (word, bit) = Self.place(of: number)
    return mayBeKeys[word] & bit != 0 && long[number] != nil
  }

  /// Of a stretch of base64 that can hold one, how many letters there are at least.
  var fewestLetters: Int { short.isEmpty ? 11 : Base64Run.shortest }

  /// Where secrets stand; places that overlap are one.
  func places(in bytes: [UInt8]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    var key: UInt64 = 0
    var search = LongSearch(bytes)
    for (position, byte) in bytes.enumerated() {
      key = key << 8 | UInt64(byte)
      note(longPlace(key, endingAt: position, &search))
      if !short.isEmpty { note(shortPlace(at: position, bytes)) }
    }
    return places

    func note(_ place: Range<Int>?) {
      guard let place else { return }
      if let last = places.last, last.overlaps(place) {
        places.removeLast()
        let end = max(last.upperBound, place.upperBound)
        places.append(min(last.lowerBound, place.lowerBound)..<end)
      } else {
        places.append(place)
      }
    }
  }

  /// The key's last byte is at `position`.
  private func longPlace(
    _ key: UInt64, endingAt position: Int, _ search: inout LongSearch
  ) -> Range<Int>? {
    let start = position - Self.keyLength + 1
    let (word, bit) = Self.place(of: key)
    guard start >= 0, mayBeKeys[word] & bit != 0, let candidates = long[key] else { return nil }
    return search.longest(of: candidates, at: start).map { start..<(start + $0) }
  }

  /// Looks for long secrets in one text, from its beginning to its end.
  ///
  /// A text that begins a secret again and again would be compared with it at each place: where it was
  /// looked at already, what the secret has in common with itself tells the most of it.
  private struct LongSearch {
    private let bytes: [UInt8]
    /// Up to here the text was compared.
    private var reached = 0
    private var overlaps: [HashedSecret: CommonStart] = [:]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func longest(of candidates: AlikeSecrets, at start: Int) -> Int? {
      let found =
        start < reached ? again(candidates.all, at: start) : look(for: candidates, at: start)
      reached = max(reached, start + (found.map(\.common).max() ?? 0))
      return found.filter { $0.isWhole || isCut(start + $0.common) }.map(\.common).max()
    }

    /// What some have in common with the text there, with the most among them: of the others it matters only
    /// where they may have been cut off before.
    private func look(
      for candidates: AlikeSecrets, at start: Int
    ) -> [(common: Int, isWhole: Bool)] {
      let text = bytes[start...]
      let (common, whole) = candidates.look(at: text)
      if whole == common || isCut(start + common) { return [(common, true)] }
      if (start + keyLength..<start + max(common, keyLength)).contains(where: isCut) {
        return candidates.all.map { secret in
          let common = zip(secret, text).prefix { $0 == $1 }.count
          return (common, common == secret.count)
        }
      }
      return [(common, false), (whole, whole > 0)]
    }

    private mutating func again(
      _ candidates: [[UInt8]], at start: Int
    ) -> [(common: Int, isWhole: Bool)] {
      candidates.map {
        let common = overlaps[HashedSecret(bytes: $0), default: CommonStart(with: $0)]
          .length(at: start, bytes)
        return (common, common == $0.count)
      }
    }

    /// Whether a secret that stands there up to here may have been cut.
    private func isCut(_ end: Int) -> Bool {
      end == bytes.count || cuts.contains { bytes[end...].starts(with: $0) }
    }
  }

  private func shortPlace(at position: Int, _ bytes: [UInt8]) -> Range<Int>? {
    let found = short.filter { bytes[position...].starts(with: $0.bytes) }.map(\.bytes.count).max()
    return found.map { position..<(position + $0) }
  }
}

/// How much of a secret stands at each place of a text: in time that goes by the lengths of both, and not by
/// their product (the Z function).
private struct CommonStart {
  private let secret: [UInt8]
  /// The same of the secret in itself.
  private let own: [Int]
  /// The part of the text, of those that are the secret's beginning, that ends last.
  private var known = 0..<0

  init(with secret: [UInt8]) {
    self.secret = secret
    var own = [secret.count]
    own.reserveCapacity(secret.count)
    var known = 0..<0
    for start in 1..<secret.count {
      own.append(Self.length(of: secret, own, at: start, in: secret, &known))
    }
    self.own = own
  }

  /// How much of it stands at a place further on than that of the call before.
  mutating func length(at start: Int, _ bytes: [UInt8]) -> Int {
    Self.length(of: secret, own, at: start, in: bytes, &known)
  }

  private static func length(
    of secret: [UInt8], _ own: [Int], at start: Int, in bytes: [UInt8], _ known: inout Range<Int>
  ) -> Int {
    var end = start
    if start < known.upperBound {
      let inner = own[start - known.lowerBound]
      guard inner >= known.upperBound - start else { return inner }
      end = known.upperBound
    }
    while end < bytes.count, end - start < secret.count, bytes[end] == secret[end - start] {
      end += 1
    }
    known = start..<end
    return end - start
  }
}
