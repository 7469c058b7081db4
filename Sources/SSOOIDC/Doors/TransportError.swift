//  TransportError.swift - why no whole response arrived.

/// A failure below HTTP: no complete response to one request.
public struct TransportError: Error, Sendable, Equatable {
  /// What went wrong; open, so that new codes break nobody.
  public struct Code: Sendable, Hashable {
    /// The code as text, stable.
    public let rawValue: String

    /// Makes a code.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// The host name has no address: check the spelling, the network, the DNS server.
    public static let resolve = Self("resolve")
    /// Nothing listens at the address; check that the service runs.
    public static let connect = Self("connect")
    /// The connect, total or speed limit passed.
    public static let timeout = Self("timeout")
    /// The peer's certificate or protocol was not accepted: check CA file, clock and host.
    public static let tls = Self("tls")
    /// The proxy refused or could not be reached.
    public static let proxy = Self("proxy")
    /// The connection ended before the response was whole.
    public static let incomplete = Self("incomplete")
    /// What came breaks the protocol, or cannot be decoded: check endpoint, port and proxy.
    public static let badAnswer = Self("bad_answer")
    /// A size limit of ``HTTPOptions`` was passed.
    public static let tooLarge = Self("too_large")
    /// The request itself cannot be sent as it is (URL, CA file, a header with a line break).
    public static let invalidRequest = Self("invalid_request")
    /// A mail server answered, and would not take the message.
    public static let refused = Self("refused")
    /// A mail server answered, and would not take the message now (RFC 5321 §4.2.1: 4yz).
    public static let deferred = Self("deferred")
    /// The caller stopped the transfer.
    public static let cancelled = Self("cancelled")
    /// Any other cause; ``TransportError/message`` has the library's words.
    public static let other = Self("other")
  }

  /// Whether the service can have seen the request; it decides what may be repeated.
  public enum Delivery: Sendable, Equatable {
    /// Not one byte of the request left.
    case neverSent
    /// Some or all of it left; the service may have acted on it.
    case maybeReceived
  }

  /// What went wrong.
  public let code: Code
  /// In the transport's own words, with credentials in URLs replaced by `***`.
  public let message: String
  /// The host (and port, if not the default) that was asked.
  public let host: String
  /// Whether the request can have been received.
  public let delivery: Delivery

  /// Makes an error.
  public init(code: Code, message: String, host: String, delivery: Delivery) {
    self.code = code
    self.message = message
    self.host = host
    self.delivery = delivery
  }
}
