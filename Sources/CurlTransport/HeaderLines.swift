//  HeaderLines.swift - header fields in libcurl's notation, and back. Pure.

internal import SSOOIDC

/// A header field that cannot be sent.
///
/// The value is not shown: it may be a secret.
struct BadHeader: Error {
  let name: String

  var description: String {
    name.isHTTPToken
      ? "the value of header \(name) holds a line break or NUL"
      : "a header's name is not a word"
  }
}

enum HeaderLines {
  /// The lines for libcurl, each ended by NUL.
  ///
  /// - Throws: ``BadHeader`` for what could smuggle in a second header.
  static func encode(_ request: HTTPRequest) throws(BadHeader) -> [UInt8] {
    var lines: [UInt8] = []
    lines.reserveCapacity(512)
    for field in request.headers where !isTransports(field.name) {
      guard field.name.isHTTPToken, !field.value.breaksHeader else {
        throw BadHeader(name: field.name)
      }
      lines.append(contentsOf: field.name.utf8)
      lines.append(contentsOf: field.value.isEmpty ? ";\0".utf8 : ": ".utf8)
      guard !field.value.isEmpty else { continue }
      lines.append(contentsOf: field.value.utf8)
      lines.append(0)
    }
    // What libcurl would add by itself.
    for name in ["Accept", "Content-Type", "Expect"] where request.headers[name] == nil {
      lines.append(contentsOf: name.utf8)
      lines.append(contentsOf: ":\0".utf8)
    }
    return lines
  }

  /// The fields of a received head; lines that are no field are dropped.
  static func decode(_ head: [UInt8]) -> HTTPHeaders {
    var headers: HTTPHeaders = [:]
    var last: (name: String, value: String)?
    var rest = head[...]
    while let first = rest.first {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest[line.endIndex...].dropFirst()
      if isSpace(first) {
        // RFC 9112 section 5.2: a folded line belongs to the one before.
        last?.value += " \(text(trimmed(line)))"
      } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
        if let last { headers.append(last.name, last.value) }
        last = (text(line[..<colon]), text(trimmed(line[(colon + 1)...])))
      }
    }
    if let last { headers.append(last.name, last.value) }
    return headers
  }

  private static func isTransports(_ name: String) -> Bool {
    name.utf8.count == 4 && name.lowercased() == "host"
      || name.utf8.count == 14 && name.lowercased() == "content-length"
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let last = bytes.lastIndex(where: { !isSpace($0) }) else { return [] }
    return bytes[...last].drop(while: isSpace)
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }
}

extension String {
  /// RFC 9110 section 5.6.2: what methods and header names are made of.
  var isHTTPToken: Bool {
    !isEmpty
      && utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
        default: false
        }
      }
  }
}
