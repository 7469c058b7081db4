//  FormText.swift - the parameters of a URL or form, read, or written with their secrets masked. Pure.

/// `a=1&b=2`, as in a query, a fragment or a form.
enum FormText {
  /// The parameters with their escapes read.
  static func parameters(_ text: Substring) -> [(name: String, value: String)] {
    text.split(whereSeparator: { "&#".contains($0) }).map { part in
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (plain(pair[0]), pair.count < 2 ? "" : plain(pair[1]))
    }
  }

  private static func plain(_ text: Substring) -> String {
    let bytes = text.utf8.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
    return String(decoding: DecodedText(percent: bytes)?.bytes ?? bytes, as: UTF8.self)
  }

  /// A URL with the values of its secret parameters replaced.
  static func masked(url: String) -> String {
    guard let mark = url.firstIndex(where: { $0 == "?" || $0 == "#" }) else { return url }
    let start = url.index(after: mark)
    return url[..<start] + masked(url[start...], between: ["&", "#"])
  }

  private static func masked(_ text: Substring, between separators: [Character]) -> String {
    guard let separator = separators.first else { return masked(text) }
    return text.split(separator: separator, omittingEmptySubsequences: false)
      .map { masked($0, between: Array(separators.dropFirst())) }.joined(separator: "\(separator)")
  }

  private static func masked(_ parameter: Substring) -> String {
    let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard pair.count == 2, SecretNames.isParameter(plain(pair[0])) else { return String(parameter) }
    return "\(pair[0])=\(SecretKeeper.mask)"
  }
}
