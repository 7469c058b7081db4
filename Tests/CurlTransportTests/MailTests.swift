//  MailTests.swift - real libcurl against a mail server that keeps what it is told.

import CurlTransport
import SSOOIDC
import TestSupport
import Testing

@Suite struct `A message to a mail server` {
  private func mail(_ url: String, _ change: (inout Mail) -> Void = { _ in })
    -> Mail
  {
    var mail = Mail(
      url: url, sender: "me@a.example", recipients: ["you@b.example", "they@c.example"],
      message: Array("Subject: x\r\n\r\n.\r\nbody\r\n".utf8))
    mail.needsTLS = false
    change(&mail)
    return mail
  }

  private func error(_ mail: Mail) async -> TransportError? {
    do throws(TransportError) {
      try await CurlMail().send(mail)
      return nil
    } catch {
      return error
    }
  }

  @Test func `goes to all recipients, and a lone dot does not end it`() async throws {
    let server = try MailServer()
    try await CurlMail().send(mail(server.url))
    #expect(
      server.commands.dropFirst().prefix(4) == [
        "MAIL FROM:<me@a.example>", "RCPT TO:<you@b.example>", "RCPT TO:<they@c.example>", "DATA",
      ])
    #expect(server.messages == ["Subject: x\n\n..\nbody\n"])
  }

  @Test func `logs in`() async throws {
    let server = try MailServer()
    let letter = mail(server.url) {
      $0.user = "me"
      $0.password = "secret"
    }
    try await CurlMail().send(letter)
    #expect(server.commands.contains { $0.hasPrefix("AUTH PLAIN") })
    #expect(server.messages.count == 1)
  }

  @Test func `nothing is said in the clear unless that is asked for`() async throws {
    let server = try MailServer()
    let error = try #require(await error(mail(server.url) { $0.needsTLS = true }))
    #expect(error.code == .tls)
    #expect(error.message.contains("the server offers no encryption"))
    #expect(error.host == "127.0.0.1:\(server.port)" && error.delivery == .neverSent)
    #expect(!server.commands.contains { $0.hasPrefix("MAIL") } && server.messages.isEmpty)
  }

  @Test(.enabled(if: TestAuthority.isPossible, "needs the openssl command"))
  func `a server whose certificate is not trusted gets nothing`() async throws {
    let server = try TLSServer(TestAuthority().certificate(for: "IP:127.0.0.1"))
    let error = try #require(await error(mail("smtps://127.0.0.1:\(server.port)")))
    #expect(error.code == .tls && error.delivery == .neverSent)
  }

  @Test(arguments: [
    ("MAIL", "the sender"), ("RCPT", "a recipient"), ("DATA", "the message"), (".", "the message"),
    ("AUTH", "the login"),
  ])
  func `a server that refuses is quoted with its number`(
    command: String, what: String
  ) async throws {
    var manners = MailServer.Manners()
    manners.replies[command] = "550 no"
    let server = try MailServer(manners)
    let error = try #require(
      await error(
        mail(server.url) {
          $0.user = "me"
          $0.password = "hunter22"
        }))
    #expect(error.code == .refused)
    #expect(error.message == "the server refused \(what) (550)")
    #expect(!error.message.contains("hunter22"))
    #expect(server.messages.isEmpty)
  }

  @Test(arguments: ["421", "450", "451"])
  func `a server that does not take it now may take it later`(number: String) async throws {
    var manners = MailServer.Manners()
    manners.replies["RCPT"] = "\(number) later"
    let server = try MailServer(manners)
    let error = try #require(await error(mail(server.url)))
    #expect(error.code == .deferred)
    #expect(error.message == "the server refused a recipient (\(number))")
  }

  @Test func `a server that goes away with the text may have taken it`() async throws {
    let server = try TestServer { connection in
      connection.send("220 test\r\n")
      while true {
        let command = String(decoding: connection.receive(1024), as: UTF8.self)
        guard !command.isEmpty else { return }
        guard !command.hasPrefix("DATA") else { break }
        connection.send("250 ok\r\n")
      }
      connection.send("354 go on\r\n")
      _ = connection.receive(1024)
    }
    let error = try #require(await error(mail("smtp://127.0.0.1:\(server.port)")))
    #expect(error.delivery == .maybeReceived, "\(error)")
  }

  @Test func `a server that hangs up has refused nothing`() async throws {
    var manners = MailServer.Manners()
    manners.hangsUpAt = "RCPT"
    let server = try MailServer(manners)
    let error = try #require(await error(mail(server.url)))
    #expect(error.code == .incomplete, "\(error)")
  }

  @Test func `a server that says nothing is a timeout`() async throws {
    var manners = MailServer.Manners()
    manners.isMute = true
    let server = try MailServer(manners)
    let error = await error(mail(server.url) { $0.timeout = .milliseconds(100) })
    #expect(error?.code == .timeout)
  }

  @Test func `a dead port and a missing CA file are named`() async throws {
    let port = try TestServer.deadPort()
    let dead = await error(mail("smtp://127.0.0.1:\(port)"))
    #expect(dead?.code == .connect)
    let file = await error(mail("smtp://127.0.0.1:\(port)") { $0.caBundle = "/missing.pem" })
    #expect(file?.code == .invalidRequest && file?.message.contains("/missing.pem") == true)
  }
}
