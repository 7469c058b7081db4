//  Language.swift - which language a browser is answered in, and how texts are put together in it.
//
//  Knows: RFC 9110's Accept-Language, which way a language is written, how durations are said.
//  Does not know: the texts (PageText), the pages.

/// A language of the pages.
struct Language: Sendable {
  /// By BCP 47: `de`.
  let tag: String
  /// What it calls itself.
  let name: String
  var isRightToLeft = false
  /// A text in this language, its places still open.
  let translate: @Sendable (PageText) -> String

  static let english = Language(tag: "en", name: "English") { $0.row.en }
  static let german = Language(tag: "de", name: "Deutsch") { $0.row.de }
  static let japanese = Language(tag: "ja", name: "日本語") { $0.row.ja }
  /// The first one serves whoever speaks none of them.
  static let all = [english, german, japanese]
}

extension Language {
  /// A text with its places filled.
  func text(_ text: PageText, _ arguments: [PageValue] = []) -> String {
    var result = translate(text)
    for (index, argument) in arguments.enumerated() {
      let parts = result.split(separator: "{\(index)}", omittingEmptySubsequences: false)
      result = parts.joined(separator: isolated(argument))
    }
    return result
  }

  /// A duration as a person would say it, to one unit: `42 seconds`, `9 minutes`.
  func spoken(_ duration: Duration) -> String {
    let seconds = max(0, duration.components.seconds)
    return switch seconds {
    case 1: text(.second)
    case ..<120: text(.seconds, [.text("\(seconds)")])
    case ..<7200: text(.minutes, [.text("\(seconds / 60)")])
    default: text(.hours, [.text("\(seconds / 3600)")])
    }
  }

  /// Foreign text within a text that runs the other way keeps its own direction.
  private func isolated(_ value: PageValue) -> String {
    let text = value.string(in: self)
    return isRightToLeft ? "\u{2068}\(text)\u{2069}" : text
  }
}

extension [Language] {
  /// The language of a tag that was asked for by name; `nil` when it is none of these.
  func language(tagged tag: String?) -> Language? {
    first { $0.tag == tag }
  }

  /// The language that an `Accept-Language` header likes best; the first one if it likes none.
  ///
  /// Only the first 20 languages of the header are looked at.
  func preferred(by header: String?) -> Language? {
    let wishes = (header ?? "").split(separator: ",").prefix(20).compactMap(Wish.init)
    let best = wishes.enumerated().compactMap { index, wish in
      language(tagged: wish.primary).map { (language: $0, weight: wish.weight, index: index) }
    }
    .filter { $0.weight > 0 }
    .max { ($0.weight, -$0.index) < ($1.weight, -$1.index) }
    return best?.language ?? first
  }
}

/// One entry of an `Accept-Language` header: `de-AT;q=0.8`.
private struct Wish {
  let primary: String
  let weight: Double

  init?(_ entry: Substring) {
    let parts = entry.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
    guard let tag = parts.first else { return nil }
    primary = String(tag.prefix { $0 != "-" })
    let quality = parts.dropFirst().first { $0.hasPrefix("q=") }
    weight = quality.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
  }
}
