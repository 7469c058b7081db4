//  SecretKeeper.swift - remembers secrets, so that no line for a person ever shows one.
//
//  Knows: what was remembered. Does not know: where secrets come from (SecretSources), how they hide
//  in a text (DecodedText).

import Synchronization

/// The secrets that one run has seen, and texts without them.
public final class SecretKeeper: Sendable {
  /// What stands in a secret's place.
  static let mask = "<secret>"

  /// Bytes of secrets that are only found by their names: a script could name any number.
  private static let foundLimit = 64 << 20

  private let index = Mutex(SecretIndex())

  /// Knows no secret yet.
  public init() {}

  /// Remembers one; texts under eight bytes are none, since replacing `a` would garble everything.
  public func remember(_ text: String) { remember(text, shortest: 8) }

  /// Remembers what is one by the name of a member, header, parameter or variable.
  func rememberFound(_ text: String) {
    guard index.withLock({ $0.size < Self.foundLimit }) else { return }
    remember(text)
  }

  /// Remembers a password that stood beside a user name, from four bytes on.
  func remember(password: String) {
    guard index.withLock({ $0.size < Self.foundLimit }) else { return }
    rememberTyped(password)
  }

  /// Remembers what a person typed unseen, from four bytes on.
  func rememberTyped(_ text: String) { remember(text, shortest: SecretIndex.shortest) }

  private func remember(_ text: String, shortest: Int) {
    guard text.utf8.count >= shortest else { return }
    index.withLock { $0.insert(Array(text.utf8)) }
  }

  /// `text` with every secret replaced, also where it stands escaped for JSON, Lua or a URL, or in
  /// base64, and where the end of a text or `…` cuts it off.
  public func redact(_ text: String) -> String {
    guard let result = redact(Array(text.utf8)) else { return text }
    return String(decoding: result, as: UTF8.self)
  }

  /// `bytes` with every secret replaced, or nil when there is none in them.
  func redact(_ bytes: [UInt8]) -> [UInt8]? {
    let places = index.withLock { index in
      index.isEmpty ? [] : Self.places(in: bytes, index)
    }
    guard !places.isEmpty else { return nil }
    var result: [UInt8] = []
    var position = 0
    for place in places.sorted(by: { $0.lowerBound < $1.lowerBound })
    where place.upperBound > position {
      if place.lowerBound >= position {
        result += bytes[position..<place.lowerBound]
        result += Self.mask.utf8
      }
      position = place.upperBound
    }
    return result + bytes[position...]
  }

  private static func places(in bytes: [UInt8], _ index: SecretIndex) -> [Range<Int>] {
    var places = index.places(in: bytes)
    for text in [DecodedText(percent: bytes), DecodedText(backslash: bytes)].compactMap({ $0 }) {
      places += index.places(in: text.bytes).map(text.original)
    }
    return places
      + Base64Run.all(in: bytes).filter { run in
        run.readings.contains { !index.places(in: $0).isEmpty }
      }.map(\.place)
  }
}
