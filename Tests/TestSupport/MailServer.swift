//  MailServer.swift - an SMTP server on 127.0.0.1 that keeps what it is told (RFC 5321).

/// Listens until it is let go; every line a client says is kept, and every message.
package final class MailServer: Sendable {
  /// What it does beside taking messages.
  package struct Manners: Sendable {
    /// What it says it can, besides `AUTH PLAIN`.
    package var extensions: [String] = []
    /// Replies by the beginning of a command, or the dot, in place of the usual ones.
    package var replies: [String: String] = [:]
    /// It closes the connection when it hears this.
    package var hangsUpAt: String?
    /// It says nothing at all.
    package var isMute = false
    package init() {}
  }

  private let lines: Log<String>
  private let texts: Log<String>
  private let server: TestServer

  package init(_ manners: Manners = Manners()) throws {
    let (lines, texts) = (Log<String>(), Log<String>())
    (self.lines, self.texts) = (lines, texts)
    server = try TestServer { connection in
      guard !manners.isMute else { return connection.waitForClose() }
      MailConversation(connection: connection, manners: manners, lines: lines, texts: texts).run()
    }
  }

  package var url: String { "smtp://127.0.0.1:\(server.port)" }
  package var port: Int { server.port }
  /// The commands, without what came between DATA and the dot.
  package var commands: [String] { lines.all }
  /// The messages as they were sent.
  package var messages: [String] { texts.all }
}

/// One client's visit.
private struct MailConversation {
  let connection: Connection
  let manners: MailServer.Manners
  let lines: Log<String>
  let texts: Log<String>

  func run() {
    var rest: [UInt8] = []
    connection.send("220 test ESMTP\r\n")
    while let line = connection.readLine(&rest) {
      lines.add(line)
      if let end = manners.hangsUpAt, line.hasPrefix(end) { return }
      if let reply = manners.replies.first(where: { line.hasPrefix($0.key) })?.value {
        connection.send("\(reply)\r\n")
        continue
      }
      guard answer(line, &rest) else { return }
    }
  }

  private func answer(_ line: String, _ rest: inout [UInt8]) -> Bool {
    switch line.prefix(4) {
    case "EHLO":
      let words = ["test"] + manners.extensions + ["AUTH PLAIN"]
      for word in words.dropLast() { connection.send("250-\(word)\r\n") }
      connection.send("250 \(words.last ?? "")\r\n")
    case "AUTH":
      connection.send("334 \r\n")
      lines.add(connection.readLine(&rest) ?? "")
      connection.send("235 welcome\r\n")
    case "MAIL", "RCPT": connection.send("250 ok\r\n")
    case "DATA":
      connection.send("354 go on\r\n")
      var text = ""
      while let line = connection.readLine(&rest), line != "." { text += line + "\n" }
      let reply = manners.replies["."]
      if reply == nil { texts.add(text) }
      connection.send("\(reply ?? "250 taken")\r\n")
    case "QUIT":
      connection.send("221 bye\r\n")
      return false
    default: connection.send("500 what?\r\n")
    }
    return true
  }
}

extension Connection {
  /// The next line without its end; `nil` when the client has closed.
  fileprivate func readLine(_ rest: inout [UInt8]) -> String? {
    while true {
      if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        let line = rest[..<end].filter { $0 != UInt8(ascii: "\r") }
        rest.removeSubrange(...end)
        return String(decoding: line, as: UTF8.self)
      }
      let more = receive(65536)
      guard !more.isEmpty else { return nil }
      rest += more
    }
  }
}
