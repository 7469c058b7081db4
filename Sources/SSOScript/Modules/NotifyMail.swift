//  NotifyMail.swift - sso.notify.mail: what makes a message, and what is refused in one.

import SSOOIDC

extension ScriptHost {
  func notifyMail(_ arguments: CheckedArguments) throws(ScriptFailure) -> APIAnswer {
    var mail = Mail(
      url: arguments.text("url") ?? "", sender: arguments.text("from") ?? "",
      recipients: arguments.texts("to") ?? [], message: [])
    try checkServer(mail.url)
    try checkAddresses([mail.sender] + mail.recipients, mail.recipients.count)
    mail.message = try message(mail, arguments)
    mail.user = arguments.text("user")
    mail.password = arguments.text("password").map { Secret($0) }
    mail.needsTLS = arguments.boolean("tls") ?? true
    mail.caBundle = try caFile(arguments, "sso.notify.mail")
    try checkLogin(mail)
    if let password = mail.password { secrets.remember(password: password.reveal()) }
    mail.timeout = try patience(arguments, "sso.notify.mail", usual: .seconds(30))
    return notify(.mail(mail), "sso.notify.mail")
  }

  private func message(
    _ mail: Mail, _ arguments: CheckedArguments
  ) throws(ScriptFailure) -> [UInt8] {
    let subject = secrets.redact(arguments.text("subject") ?? "")
    guard MailText.isLine(subject) else {
      throw .misuse("sso.notify.mail: subject must be one line without control characters")
    }
    return try MailText(
      sender: mail.sender, recipients: mail.recipients, subject: subject,
      text: secrets.redact(arguments.text("text") ?? ""), date: world.clock.now,
      id: Hexadecimal.encode(world.randomness.bytes(16))
    ).bytes()
  }

  private func checkServer(_ url: String) throws(ScriptFailure) {
    let parts = url.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, ["smtp", "smtps"].contains(parts[0]), HostPattern.isPlain(url),
      Authority(parts[1]) != nil,
      !parts[1].utf8.contains(where: { "/?#".utf8.contains($0) })
    else {
      throw .misuse(
        "sso.notify.mail: url must be smtp://HOST or smtps://HOST, with a port or not, "
          + "without a user name or path")
    }
  }

  private func checkAddresses(_ addresses: [String], _ recipients: Int) throws(ScriptFailure) {
    guard (1...100).contains(recipients) else {
      throw .misuse("sso.notify.mail: to must name 1 to 100 addresses")
    }
    for address in addresses where !MailText.isAddress(address) {
      throw .misuse(
        "sso.notify.mail: \"\(PrintableText.escaped(address, limit: 100))\" is no address "
          + "such as name@example.com")
    }
  }

  /// A password goes over an encrypted connection, or does not leave this machine.
  private func checkLogin(_ mail: Mail) throws(ScriptFailure) {
    guard (mail.user == nil) == (mail.password == nil) else {
      throw .misuse("sso.notify.mail: user and password go together")
    }
    guard mail.user != nil, !mail.needsTLS, mail.url.hasPrefix("smtp://") else { return }
    guard URLParts("http" + mail.url.dropFirst("smtp".count))?.isLoopback == true else {
      throw .misuse("sso.notify.mail: a password is not sent in the clear; leave tls = false out")
    }
  }
}
