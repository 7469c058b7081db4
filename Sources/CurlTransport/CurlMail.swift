//  CurlMail.swift - one message for one mail server, by libcurl.
//
//  Knows: what SMTP needs to be told, and what its failures mean.
//  Does not know: how a message is written. Why a thread of its own: messages are rare, and what
//  libcurl's set of transfers is for, many at once over kept connections, they do not need.

internal import CCurl
internal import EventLoop
public import SSOOIDC

/// Hands messages to mail servers, each over a connection of its own.
public struct CurlMail: MailTransport {
  /// Makes the door.
  public init() {}

  /// Sends it.
  ///
  /// - Parameter mail: The message and where it goes.
  /// - Throws: `TransportError` when the server did not take it. Cancelling the task gives up
  ///   waiting; the server may take the message all the same.
  public func send(_ mail: Mail) async throws(TransportError) { try await mail.send() }
}

extension Mail {
  fileprivate func send() async throws(TransportError) {
    do throws(LibraryError) { try Library.load() } catch {
      throw failure(.other, error.description, .neverSent)
    }
    if let caBundle, let problem = problemWithCAFile(caBundle) {
      throw failure(.invalidRequest, "CA file \"\(caBundle)\": \(problem)", .neverSent)
    }
    let (ends, end) = AsyncStream.makeStream(of: MailEnd.self)
    do throws(EventLoopError) {
      try EventLoop.runOnThread(stackSize: 512 << 10, name: "mail") { end.yield(perform()) }
    } catch {
      throw failure(.other, "\(error)", .neverSent)
    }
    for await result in ends {
      guard result.code != CURLE_OK else { return }
      throw error(result)
    }
    throw TransportError(
      code: .cancelled, message: "cancelled", host: host, delivery: .maybeReceived)
  }
}

/// How far a message got.
private struct MailEnd: Sendable {
  let code: CURLcode
  let words: String
  let wasSent: Bool
  /// The number of the server's last reply; 0 if there was none.
  let reply: Int

  /// What the server would not take, where that is why it ended.
  var refused: String? {
    // libcurl calls some refusals a failed send; a send that did fail follows no such reply.
    let results = [
      CURLE_SEND_ERROR, CURLE_WEIRD_SERVER_REPLY, CURLE_REMOTE_ACCESS_DENIED, CURLE_LOGIN_DENIED,
    ]
    guard (400..<600).contains(reply), results.contains(code) else { return nil }
    if code == CURLE_LOGIN_DENIED { return "the login" }
    if words.hasPrefix("RCPT") { return "a recipient" }
    return words.hasPrefix("MAIL") ? "the sender" : "the message"
  }
}

extension Mail {
  /// Host and port as they stand in the URL.
  private var host: String {
    String((url.splitAtScheme?.rest ?? "").authority)
  }

  private func perform() -> MailEnd {
    let list = recipients.flatMap { Array("<\($0)>\0".utf8) }
    let options = ccurl_mail_options(needs_tls: needsTLS, timeout_ms: timeout.milliseconds)
    return unsafe MailEnd(
      ccurl_send_mail(
        url, options, user, password?.reveal(), caBundle, "<\(sender)>", list, list.count, message,
        message.count))
  }

  private func error(_ end: MailEnd) -> TransportError {
    var words = end.words
    let delivery: TransportError.Delivery = end.wasSent ? .maybeReceived : .neverSent
    if let refused = end.refused {
      let code: TransportError.Code = end.reply < 500 ? .deferred : .refused
      return failure(code, "the server refused \(refused) (\(end.reply))", delivery)
    }
    if end.code == CURLE_USE_SSL_FAILED { words += " (the server offers no encryption)" }
    return failure(Failure.code(of: end.code), words, delivery)
  }

  private func failure(
    _ code: TransportError.Code, _ message: String, _ delivery: TransportError.Delivery
  ) -> TransportError {
    TransportError(
      code: code, message: masked(message, [password?.reveal()].compactMap { $0 }), host: host,
      delivery: delivery)
  }
}

extension MailEnd {
  init(_ end: ccurl_mail_end) {
    code = end.result
    wasSent = end.was_sent
    reply = end.reply
    let text = unsafe withUnsafeBytes(of: end.words) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    words = unsafe text.isEmpty ? String(cString: ccurl_error_text(end.result)) : text
  }
}
