//  SecretKeeper.swift - remembers secrets, so that no line for a person ever shows one.
//
//  Knows: what was remembered. Does not know: where secrets come from (SecretSources), how they hide
//  in a text (DecodedText).

internal import StrictJSON
import Synchronization

/// The secrets that one run has seen, and texts without them.
public final class SecretKeeper: Sendable {
  /// What stands in a secret's place.
  static let mask = "<secret>"
  private static let largestKept = 16 << 10
  /// How many times escapes are read.
  private static let deepest = 4

  /// Bytes of secrets that are only found by their names: a script could name any number.
  private let foundLimit: Int
  private let index = Mutex(SecretIndex())
  /// Whether one was passed over, and whether somebody has been told.
  private let loss = Mutex(Loss.none)

  private enum Loss { case none, untold, told }

  /// The last documents that were searched: polls and their answers are all alike.
  private let recent = Mutex<[[UInt8]]>([])

  /// Knows no secret yet.
  public convenience init() { self.init(foundLimit: 64 << 20) }

  package init(foundLimit: Int) { self.foundLimit = foundLimit }

  /// Remembers one; texts under eight bytes are none, since replacing `a` would garble everything.
  public func remember(_ text: String) { remember(Array(text.utf8), shortest: 8) }

  /// Remembers a key, which may be no text: it is found in base64 and escaped as well.
  func remember(key: [UInt8]) { remember(key, shortest: 8) }

  /// Remembers what is one by the name of a member, header, parameter or variable.
  package func rememberFound(_ text: String) { rememberFound(Array(text.utf8)) }

  /// The same, of what may be no text.
  func rememberFound(_ bytes: [UInt8]) { remember(bytes, shortest: 8, within: foundLimit) }

  /// Remembers a password that stood beside a user name, from four bytes on.
  func remember(password: String) {
    remember(Array(password.utf8), shortest: SecretIndex.shortest, within: foundLimit)
  }

  /// Whether secrets show since there is no room for them, and nobody has been told: asked once.
  func takeLoss() -> Bool {
    loss.withLock { loss in
      guard loss == .untold else { return false }
      loss = .told
      return true
    }
  }

  /// Remembers what a person typed unseen, from four bytes on.
  package func rememberTyped(_ text: String) {
    remember(Array(text.utf8), shortest: SecretIndex.shortest)
  }

  /// Takes note of a document that is about to be searched.
  ///
  /// - Returns: Whether it is none of the last ones, whose secrets are known. Large ones always are: to keep
  ///   them would cost more than to search them.
  func takeNote(of document: [UInt8]) -> Bool {
    guard document.count <= Self.largestKept else { return true }
    return recent.withLock { recent in
      guard !recent.contains(where: { $0.hasSameBytes(as: document) }) else { return false }
      recent = recent.suffix(3) + [document]
      return true
    }
  }

  /// Takes note as well of what it has no room for.
  private func remember(_ secret: [UInt8], shortest: Int, within limit: Int = .max) {
    guard secret.count >= shortest else { return }
    let isLost = index.withLock { index in
      guard index.size >= limit else {
        index.insert(secret)
        return false
      }
      return !index.has(secret)
    }
    guard isLost else { return }
    loss.withLock { loss in if loss == .none { loss = .untold } }
  }

  /// `text` with every secret replaced, also where it stands escaped for JSON, Lua or a URL, or in
  /// base64, and where the end of a line or `…` cuts it off.
  public func redact(_ text: String) -> String {
    guard let result = redact(Array(text.utf8)) else { return text }
    return String(decoding: result, as: UTF8.self)
  }

  /// `bytes` with every secret replaced, or nil when there is none in them.
  package func redact(_ bytes: [UInt8]) -> [UInt8]? {
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

  /// The next piece of a line that comes in pieces, with every secret replaced.
  ///
  /// - Parameters:
  ///   - piece: What has come.
  ///   - held: What was not shown yet, since it may be the beginning of a secret; changed.
  /// - Returns: What can be shown; at the end of a line nothing is held.
  func redact(_ piece: [UInt8], after held: inout [UInt8]) -> [UInt8] {
    var bytes = held + piece
    let count = index.withLock {
      $0.isEmpty ? 0 : $0.unfinished(in: bytes, outside: Self.places(in: bytes, $0))
    }
    held = Array(bytes.suffix(count))
    bytes.removeLast(count)
    return redact(bytes) ?? bytes
  }

  /// Whether there may be a secret in one of them: that there is none is soon found.
  package func mayRedact(_ texts: some Sequence<String>) -> Bool {
    index.withLock { index in
      !index.isEmpty && texts.contains { index.mayBeWithin(Array($0.utf8)) }
    }
  }

  /// Escapes may stand within escapes: those of a service within those of a line of a trace.
  private static func places(
    in bytes: [UInt8], _ index: SecretIndex, level: Int = 0
  ) -> [Range<Int>] {
    guard index.mayBeWithin(bytes) else { return [] }
    var places = index.places(in: bytes)
    if level < deepest {
      let texts = [DecodedText(backslash: bytes), DecodedText(percent: bytes)].compactMap(\.self)
        .filter { $0.bytes.count < bytes.count }
      // Both ways once, and then one at a time: all ways through all levels would be thirty.
      for text in texts.prefix(level == 0 ? 2 : 1) {
        places += Self.places(in: text.bytes, index, level: level + 1).map(text.original)
      }
    }
    return places
      + Base64Run.all(in: bytes, atLeast: index.fewestLetters).filter { run in
        run.readings.contains { !index.places(in: $0).isEmpty }
      }.map(\.place)
  }
}
