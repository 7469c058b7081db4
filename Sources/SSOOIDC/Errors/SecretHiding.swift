//  SecretHiding.swift - what was sent in confidence and comes back in an error's text.

internal import StrictJSON

extension Operation {
  /// The values of the secret members of a call.
  func secrets(in given: JSONObject) -> [String] {
    given.compactMap { name, value in
      input.contains { $0.isSecret && $0.name == name } ? value.asString : nil
    }
  }
}

extension String {
  /// Texts shorter than this are no secrets, and would be found everywhere.
  private static let shortestSecret = 4
  /// The beginning of a secret that is as good as all of it: a service may cut short what it repeats.
  private static let tellingBeginning = 16

  /// This text with every one of `secrets`, and every long beginning of one, replaced by `<secret>`,
  /// also where they are escaped for a URL, JSON or Lua.
  func hiding(_ secrets: [String]) -> String {
    let bytes = Array(utf8)
    // Hardly any text repeats one, and a poll is answered by an error each time.
    guard
      bytes.haveEscapes
        || secrets.contains(where: { bytes.hold($0.utf8.prefix(Self.tellingBeginning)) })
    else {
      return self
    }
    return secrets.reduce(self) { $0.hiding($1) }
  }

  private func hiding(_ secret: String) -> String {
    let needle = Array(secret.utf8)
    let bytes = Array(utf8)
    guard needle.count >= Self.shortestSecret else { return self }
    let least = min(needle.count, Self.tellingBeginning)
    var result: [UInt8] = []
    var (kept, place) = (0, 0)
    while place < bytes.count {
      guard let end = bytes.end(of: needle, at: place, from: least) else {
        place += 1
        continue
      }
      result += bytes[kept..<place]
      result += "<secret>".utf8
      (kept, place) = (end, end)
    }
    return kept == 0 ? self : String(decoding: result + bytes[kept...], as: UTF8.self)
  }
}

extension [UInt8] {
  /// Whether anything may stand for another byte.
  fileprivate var haveEscapes: Bool {
    contains { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "\\") }
  }

  /// Whether `text` stands anywhere, as it is.
  fileprivate func hold(_ text: Substring.UTF8View) -> Bool {
    let first = text.first
    return indices.contains { self[$0] == first && self[$0...].starts(with: text) }
  }

  /// The end of `needle`, or of a beginning of `least` bytes or more, where one stands at `start`.
  fileprivate func end(of needle: [UInt8], at start: Int, from least: Int) -> Int? {
    let first = self[start]
    guard first == needle[0] || first == UInt8(ascii: "%") || first == UInt8(ascii: "\\") else {
      return nil
    }
    // A secret may itself hold what looks like an escape.
    let plain = zip(needle, self[start...]).prefix { $0 == $1 }.count
    let (escaped, end) = common(with: needle, at: start)
    guard Swift.max(plain, escaped) >= least else { return nil }
    return plain > escaped ? start + plain : end
  }

  /// How many bytes of `needle` stand at `start`, some of them escaped, and where they end.
  private func common(with needle: [UInt8], at start: Int) -> (count: Int, end: Int) {
    var (found, end) = (0, start)
    while found < needle.count, end < count {
      if let escape = escape(at: end), escape.byte == needle[found] {
        end = escape.end
      } else if self[end] == needle[found] {
        end += 1
      } else {
        break
      }
      found += 1
    }
    return (found, end)
  }

  /// What `%2F`, `\u002f`, `\x2f` or `\/` at `start` stands for, and where it ends.
  private func escape(at start: Int) -> (byte: UInt8, end: Int)? {
    switch self[start] {
    case UInt8(ascii: "%"): return hex(at: start + 1, digits: 2)
    case UInt8(ascii: "\\") where start + 1 < count:
      let letter = self[start + 1]
      let number =
        switch letter {
        case UInt8(ascii: "u"): hex(at: start + 2, digits: 4)
        case UInt8(ascii: "x"): hex(at: start + 2, digits: 2)
        default: nil as (byte: UInt8, end: Int)?
        }
      return number ?? (letter, start + 2)
    default: return nil
    }
  }

  /// A number that is one byte.
  private func hex(at start: Int, digits: Int) -> (byte: UInt8, end: Int)? {
    let end = start + digits
    guard end <= count else { return nil }
    let text = String(decoding: self[start..<end], as: UTF8.self)
    return UInt8(text, radix: 16).map { ($0, end) }
  }
}
