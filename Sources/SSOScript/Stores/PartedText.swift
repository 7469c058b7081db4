//  PartedText.swift - a long text in short parts, and the attributes by which a keyring finds them.
//
//  Knows: the first part tells the number of parts, a checksum of the whole, and the name that the others
//  have in common. The name is a new one for each text, so that the parts of two do not mix.

import Crypto
import SSOOIDC
import Synchronization

/// A text in parts.
struct PartedText {
  static let mostParts = 64
  private static let size = 6000

  /// The first part's attributes.
  ///
  /// No other part has them all: a keyring finds whatever has those that are asked for.
  static let head = ["part", "0"]

  /// `COUNT.CHECK.TEXT`, or `COUNT.CHECK-NONCE.TEXT` with others.
  let first: String
  /// The attributes and texts of the others.
  let others: [(part: [String], value: String)]
  /// The attributes that all the others have; nil without any.
  let name: [String]?

  init(_ text: String, nonce: @autoclosure () -> [UInt8]) {
    let letters = Array(text.utf8)
    let parts = stride(from: 0, to: max(1, letters.count), by: Self.size).map {
      String(decoding: letters[$0..<min($0 + Self.size, letters.count)], as: UTF8.self)
    }
    let check = Self.check(text)
    guard parts.count > 1 else {
      (first, others, name) = ("1.\(check).\(text)", [], nil)
      return
    }
    let word = "\(check)-\(Hexadecimal.encode(nonce()))"
    first = "\(parts.count).\(word).\(parts[0])"
    others = parts.enumerated().dropFirst().map { (Self.part($0.offset, of: word), $0.element) }
    name = Self.name(word)
  }

  static func check(_ text: String) -> String {
    Hexadecimal.encode(Array(SHA256.hash(data: Array(text.utf8)).prefix(8)))
  }

  private static func name(_ word: String) -> [String] { ["of", word] }

  private static func part(_ number: Int, of word: String) -> [String] {
    name(word) + ["piece", "\(number)"]
  }

  /// What a first part tells.
  struct Head {
    let check: String
    let text: String
    /// The attributes of the others, in order.
    let others: [[String]]
    /// The attributes by which all others are found, and nothing else.
    let clearing: [[String]]

    /// Reads a first part; nil for anything else.
    ///
    /// In what older versions wrote there is no name: the others are found by their numbers alone.
    init?(_ part: String) {
      let words = part.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
      guard words.count == 3, let count = Int(words[0]), (1...PartedText.mostParts).contains(count)
      else {
        return nil
      }
      let word = String(words[1])
      (check, text) = (String(word.prefix { $0 != "-" }), String(words[2]))
      let numbers = 1..<max(1, count)
      if word != check {
        others = numbers.map { PartedText.part($0, of: word) }
        clearing = [PartedText.name(word)]
      } else {
        others = numbers.map { ["part", "\($0)"] }
        clearing = others
      }
    }
  }
}

/// What a write has to clear, by the last look at what was there: whoever keeps a login has just looked.
final class SeenParts: Sendable {
  private let last = Mutex<(item: [String], parts: [[String]])?>(nil)

  func note(_ head: PartedText.Head?, of item: [String]) {
    last.withLock { $0 = (item, head?.clearing ?? []) }
  }

  /// Gives it once: others may write, too.
  func take(_ item: [String]) -> [[String]]? {
    last.withLock { last in
      guard let seen = last, seen.item == item else { return nil }
      last = nil
      return seen.parts
    }
  }
}
