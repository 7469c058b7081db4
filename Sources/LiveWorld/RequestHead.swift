//  RequestHead.swift - the head of a browser's request, strictly and no more than is needed. Pure.
//
//  Knows: RFC 9112 as far as GET without a body; everything else is refused.

/// What was understood of a request, as far as it has come.
enum RequestHead: Equatable {
  /// The end of the head is still missing.
  case incomplete
  /// A GET request for us.
  case target(String)
  /// Nothing for us: answer with this status.
  case refused(Int)

  /// Bytes of a whole head.
  static let limit = 16 << 10

  /// Reads what has come so far.
  ///
  /// - Parameters:
  ///   - bytes: From the start of the connection.
  ///   - port: Ours: a page that only claims to be on this machine (DNS rebinding) names another
  ///     host.
  init(_ bytes: [UInt8], port: Int) {
    guard let end = Self.end(of: bytes) else {
      self = bytes.count > Self.limit ? .refused(431) : .incomplete
      return
    }
    let isPrintable = bytes[..<end].allSatisfy {
      (0x20...0x7E).contains($0) || $0 == 13 || $0 == 10
    }
    guard end <= Self.limit, isPrintable else {
      self = .refused(end <= Self.limit ? 400 : 431)
      return
    }
    let text = String(decoding: bytes[..<end], as: UTF8.self)
    let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
    self = Self.read(lines[0], Array(lines.dropFirst()), port)
  }

  private static func end(of bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    return (0...(bytes.count - 4)).first { bytes[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) }
  }

  private static func read(
    _ line: Substring, _ fields: [Substring], _ port: Int
  ) -> RequestHead {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else {
      return .refused(400)
    }
    guard words[0] == "GET" else { return .refused(405) }
    guard words[1].hasPrefix("/") else { return .refused(400) }
    guard let hosts = values(of: "host", in: fields), hosts.count == 1 else { return .refused(400) }
    let ours = ["127.0.0.1", "localhost"].map { port == 80 ? $0 : "\($0):\(port)" }
    guard ours.contains(hosts[0].lowercased()) else { return .refused(421) }
    return .target(String(words[1]))
  }

  /// The values of one field; `nil` when a line is no field.
  private static func values(of name: String, in fields: [Substring]) -> [String]? {
    var values: [String] = []
    for field in fields {
      guard let colon = field.firstIndex(of: ":"), colon != field.startIndex,
        !field[..<colon].contains(where: \.isWhitespace)
      else { return nil }
      guard field[..<colon].lowercased() == name else { continue }
      let value = field[field.index(after: colon)...].drop { $0 == " " }
      values.append(String(value.reversed().drop { $0 == " " }.reversed()))
    }
    return values
  }
}
