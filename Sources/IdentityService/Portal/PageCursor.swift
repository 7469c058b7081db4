//  PageCursor.swift - lists in pages: `max_result` and `next_token`.
//
//  Knows: that a token holds a place and is good for the list it was made for only.
//  Does not know: what is in the list.

/// A place in a list, and how much is wanted from there.
struct PageCursor {
  /// Elements of a page when the client does not say.
  static let standardSize = 20

  private let list: String
  private let start: Int
  private let size: Int

  /// - Parameters:
  ///   - query: Of the request.
  ///   - list: Which list; part of its tokens.
  /// - Throws: ``ServiceError`` for a size or token that is none.
  init(_ query: FormParameters, of list: String) throws(ServiceError) {
    let asked = query["max_result"]
    let size = asked.map { Int($0) ?? 0 } ?? Self.standardSize
    guard (1...100).contains(size) else {
      throw .portalInvalid("max_result is not a number from 1 to 100")
    }
    self.list = list
    self.size = size
    guard let token = query["next_token"] else {
      start = 0
      return
    }
    guard let bytes = decodedBase64(token), let text = String(validating: bytes, as: UTF8.self),
      let start = text.split(separator: " ").first.flatMap({ Int($0) }), start > 0,
      Self.text(start, list) == text
    else { throw Self.foreign }
    self.start = start
  }

  /// The elements of this page, and the token of the next one.
  ///
  /// - Throws: ``ServiceError`` for a place that is not in the list: anybody can make such a token.
  func page<Element>(
    of elements: [Element]
  ) throws(ServiceError) -> (elements: [Element], next: String?) {
    guard start == 0 || start < elements.count else { throw Self.foreign }
    let end = start + size
    let next = end < elements.count ? base64URL(Array(Self.text(end, list).utf8)) : nil
    return (Array(elements.dropFirst(start).prefix(size)), next)
  }

  private static let foreign = ServiceError.portalInvalid("next_token is not one of this list")

  private static func text(_ start: Int, _ list: String) -> String {
    "\(start) \(String(crc32("\(start) \(list)"), radix: 16))"
  }
}
