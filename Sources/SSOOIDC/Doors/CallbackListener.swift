//  CallbackListener.swift - the door through which a browser comes back with an authorization code.
//
//  Knows: requests and pages. Does not know: sockets (LiveWorld), what a request means
//  (CallbackFilter).

/// Opens listeners for browsers of this machine.
public protocol WorldListener: Sendable {
  /// Listens on 127.0.0.1 and nowhere else.
  ///
  /// - Parameter ports: Tried in this order; 0 takes any free one.
  /// - Returns: The listener.
  /// - Throws: ``ListenerError`` when none of the ports can be had.
  func listen(ports: [Int]) async throws(ListenerError) -> any CallbackListener
}

/// Listens until it is closed, or let go.
public protocol CallbackListener: AnyObject, Sendable {
  /// The port it got.
  var port: Int { get }
  /// Waits for the next GET request for this very host and port; others are refused by themselves.
  ///
  /// - Returns: The request, or `nil` when the listener was closed or the task cancelled.
  func next() async -> (any CallbackRequest)?
  /// Answers every later request with `page`.
  func answerAll(with page: CallbackPage)
  /// Closes the port at once; a second time does nothing.
  func close()
}

/// One request of a browser.
public protocol CallbackRequest: AnyObject, Sendable {
  /// Path and query as they were sent.
  var target: String { get }
  /// Answers with a page and closes the connection; a second time does nothing.
  func answer(_ page: CallbackPage)
}

/// A page for a browser.
public struct CallbackPage: Sendable, Equatable {
  /// The HTTP status.
  public var status: Int
  /// A whole document without scripts and without anything from elsewhere.
  public var html: String

  /// Makes a page.
  public init(status: Int, html: String) {
    self.status = status
    self.html = html
  }
}

/// Why nothing can be listened on, in one line.
public struct ListenerError: Error, Sendable, Equatable {
  /// The reason.
  public var message: String

  /// Makes an error.
  public init(_ message: String) { self.message = message }
}
