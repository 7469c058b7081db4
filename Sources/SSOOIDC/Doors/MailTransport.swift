//  MailTransport.swift - the door to mail servers: one message in.
//
//  Knows: what has to be said to a server so that it takes a message.
//  Does not know: how a message is written, who sends it (CurlTransport). It stands beside
//  HTTPTransport because what carries messages fails as what carries requests does.

/// The door to mail servers.
public protocol MailTransport: Sendable {
  /// Hands one message to its server.
  ///
  /// - Parameter mail: The message and where it goes.
  /// - Throws: `TransportError` when the server did not take it.
  func send(_ mail: Mail) async throws(TransportError)
}

/// One message and the server that is to take it.
public struct Mail: Sendable, Equatable {
  /// `smtp://host[:port]` (encrypted by STARTTLS) or `smtps://host[:port]`.
  public var url: String
  /// Whether an `smtp` connection must be encrypted before anything is said.
  public var needsTLS = true
  /// Who logs in; nobody if nil.
  public var user: String?
  /// What proves it.
  public var password: Secret?
  /// Who sends, `name@host`.
  public var sender: String
  /// Who gets it, `name@host` each.
  public var recipients: [String]
  /// Head and body as they are sent, lines ended by CR LF.
  public var message: [UInt8]
  /// Until the server has taken it.
  public var timeout = Duration.seconds(30)
  /// A PEM file that replaces the system's roots.
  public var caBundle: String?

  /// Makes a message of its necessary parts.
  public init(url: String, sender: String, recipients: [String], message: [UInt8]) {
    self.url = url
    self.sender = sender
    self.recipients = recipients
    self.message = message
  }
}
