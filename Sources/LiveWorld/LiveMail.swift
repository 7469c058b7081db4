//  LiveMail.swift - real mail servers, through libcurl.

import CurlTransport
import SSOOIDC
import SSOScript

/// Hands messages to mail servers, each over a connection of its own.
struct LiveMail: WorldMail {
  func send(_ mail: Mail) async throws(TransportError) {
    var transfer = MailTransfer(
      url: mail.url, sender: mail.sender, recipients: mail.recipients, message: mail.message)
    transfer.needsTLS = mail.needsTLS
    transfer.user = mail.user
    transfer.password = mail.password
    transfer.timeout = mail.timeout
    transfer.caBundle = mail.caBundle
    try await transfer.send()
  }
}
