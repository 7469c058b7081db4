//  MailText.swift - a message as a mail server takes it (RFC 5322, RFC 2045, RFC 2047). Pure.

import SSOOIDC

/// One message of plain text.
struct MailText {
  var sender: String
  var recipients: [String]
  var subject: String
  var text: String
  /// When it is written.
  var date: Timestamp
  /// What makes its id unlike any other.
  var id: String

  /// Head and body, lines ended by CR LF; everything in it is ASCII.
  func bytes() throws(ScriptFailure) -> [UInt8] {
    let date = try CalendarDate(seconds: date.seconds, .greenwich)
      .text("%a, %d %b %Y %H:%M:%S +0000")
    let host = sender.split(separator: "@").last ?? "localhost"
    let head = [
      "From: <\(sender)>", "To: \(recipients.map { "<\($0)>" }.joined(separator: ",\r\n "))",
      "Subject: \(Self.encodedWords(subject))", "Date: \(date)", "Message-ID: <\(id)@\(host)>",
      "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
    ]
    return Array((head.joined(separator: "\r\n") + "\r\n\r\n" + Self.body(text)).utf8)
  }

  /// Whether a server will take `text` for one address and nothing else: `name@host`.
  static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return text.utf8.count <= 254 && parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
      && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"<>()[],;:\\\"".utf8.contains($0) }
  }

  /// Whether `text` stays within its line.
  static func isLine(_ text: String) -> Bool {
    !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
  }

  /// A header's value: as it is, or in words of at most 75 letters (RFC 2047).
  private static func encodedWords(_ text: String) -> String {
    if text.utf8.count <= 60, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }),
      !text.contains("=?")
    {
      return text
    }
    return pieces(text).map { "=?UTF-8?B?\(Base64.encode(Array($0.utf8)))?=" }
      .joined(separator: "\r\n ")
  }

  /// Whole characters, 45 bytes at most each, and 39 in the first, which has the name of the header before
  /// it: no line is longer than 76 (RFC 2047, 2).
  private static func pieces(_ text: String) -> [String] {
    var pieces = [""]
    for scalar in text.unicodeScalars {
      let letter = String(scalar)
      let most = pieces.count == 1 ? 39 : 45
      if pieces[pieces.count - 1].utf8.count + letter.utf8.count > most { pieces.append("") }
      pieces[pieces.count - 1] += letter
    }
    return pieces
  }

  private static func body(_ text: String) -> String {
    let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
      .replacing("\n", with: "\r\n")
    let code = Array(Base64.encode(Array((lines + "\r\n").utf8)).utf8)
    return stride(from: 0, to: code.count, by: 76).map {
      String(decoding: code[$0..<min($0 + 76, code.count)], as: UTF8.self) + "\r\n"
    }.joined()
  }
}
