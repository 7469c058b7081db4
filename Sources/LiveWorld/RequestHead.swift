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

  /// Bytes of a whole head: browsers send every cookie of the host, whatever port it is of.
  static let limit = 64 << 10

  /// Reads what has come so far.
  ///
  /// - Parameters:
  ///   - bytes: From the start of the connection.
  ///   - port: Ours: a page that only claims to be on this machine (DNS rebinding) names another
  ///     host.
  init(_ bytes: [UInt8], port: Int) {
    let end = Self.end(of: bytes)
    guard end ?? bytes.count <= Self.limit else {
      self = .refused(431)
      return
    }
    guard let end else {
      self = .incomplete
      return
    }
    self = Self.read(Self.lines(of: bytes[..<end]), port) ?? .refused(400)
  }

  private static func end(of bytes: [UInt8]) -> Int? {
    bytes.indices.dropLast(3).first { start in
      bytes[start] == 13 && bytes[start..<(start + 4)].elementsEqual([13, 10, 13, 10])
    }
  }

  private static func lines(of head: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var (lines, start) = ([ArraySlice<UInt8>](), head.startIndex)
    for index in head.indices.dropLast() where head[index] == 13 && head[index + 1] == 10 {
      lines.append(head[start..<index])
      start = index + 2
    }
    return lines + [head[start...]]
  }

  /// What it is; `nil` when it is not understood.
  private static func read(_ lines: [ArraySlice<UInt8>], _ port: Int) -> RequestHead? {
    guard let words = printable(lines[0])?.split(separator: " ", omittingEmptySubsequences: false),
      words.count == 3, words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0"
    else { return nil }
    guard words[0] == "GET" else { return .refused(405) }
    guard words[1].hasPrefix("/"), let host = host(in: lines.dropFirst()) else { return nil }
    let ours = ["127.0.0.1", "localhost"].map { port == 80 ? $0 : "\($0):\(port)" }
    return ours.contains(host.lowercased()) ? .target(String(words[1])) : .refused(421)
  }

  /// The one host that is named; what other fields hold is nobody's business here (RFC 9110 §5.5
  /// lets them hold any byte above the control characters, and tabs).
  private static func host(in fields: ArraySlice<ArraySlice<UInt8>>) -> String? {
    var hosts: [String] = []
    for field in fields {
      guard let colon = field.firstIndex(of: UInt8(ascii: ":")),
        let name = printable(field[..<colon]), !name.isEmpty, !name.contains(" ")
      else { return nil }
      guard name.lowercased() == "host" else { continue }
      guard let value = printable(trimmed(field[(colon + 1)...])) else { return nil }
      hosts.append(value)
    }
    return hosts.count == 1 ? hosts[0] : nil
  }

  /// Without blanks around it.
  private static func trimmed(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    let value = value.drop(while: isBlank)
    return value[..<((value.lastIndex { !isBlank($0) }).map { $0 + 1 } ?? value.startIndex)]
  }

  /// Printable ASCII as text; `nil` for anything else.
  private static func printable(_ bytes: ArraySlice<UInt8>) -> String? {
    guard bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
