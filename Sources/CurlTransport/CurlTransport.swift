//  CurlTransport.swift - the live door to the network: libcurl on an event loop.
//
//  Knows: what has to be right before libcurl is asked (URL, headers, CA file, proxy).
//  Does not know: AWS, JSON, retries.

public import EventLoop
public import SSOOIDC

/// Sends HTTP requests with libcurl and gives whole responses or one error.
///
/// All transfers run at once on the thread of one ``/EventLoop/EventLoop``; none holds a thread while it waits.
/// Connections are kept and used again. libcurl itself is loaded by the first request, so a program
/// that sends none does not pay for it. A request whose method is not `GET`, `HEAD` or `OPTIONS` is
/// never sent twice, not even when a kept connection breaks under it. The process has to ignore
/// `SIGPIPE`: some TLS libraries raise it when a peer is gone.
public final class CurlTransport: HTTPTransport {
  /// What holds for all requests of one transport.
  public struct Settings: Sendable, Equatable {
    /// Transfers on their way at once; further ones wait in line, within their own time limit.
    public var maximumTransfers = 256
    /// Once the response has begun, fewer bytes per second than this are too slow.
    public var stallBytesPerSecond = 100
    /// How long (in whole seconds) a response may be too slow before the transfer ends.
    public var stallTime = Duration.seconds(10)

    /// The defaults named on each member.
    public init() {}
  }

  private let transfers: Transfers
  private let destinations: Destinations
  private let caFiles = CAFiles()

  /// Makes a transport; nothing is loaded or opened yet.
  ///
  /// - Parameters:
  ///   - loop: Where libcurl runs; requests from elsewhere are handed over to it.
  ///   - environment: Where `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` are looked up,
  ///     in lower case first; the process's own environment is not read.
  ///   - settings: Limits for all requests together.
  public init(
    loop: EventLoop, environment: (String) -> String?, settings: Settings = Settings()
  ) {
    transfers = Transfers(loop: loop, settings: settings)
    destinations = Destinations(ProxyRules(environment: environment))
  }

  /// Sends `request` once; see ``/SSOOIDC/HTTPTransport/send(_:)``.
  ///
  /// - Parameter request: Its `Host` and `Content-Length` fields are ignored: libcurl writes them.
  /// - Returns: The response, whatever its status (but a proxy's own 407 is an error).
  /// - Throws: `TransportError` when no whole response arrived.
  public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let call = try Call(request, destinations, caFiles)
    return try await transfers.perform(call).get()
  }

  /// The loaded libcurl and its parts with their versions; loads it.
  ///
  /// - Returns: As in `libcurl/7.88.1 OpenSSL/3.0.19 zlib/1.2.13`.
  /// - Throws: ``LibraryError`` when there is none.
  public static func libraryVersion() throws(LibraryError) -> String {
    try Library.load()
    return Library.version
  }
}
