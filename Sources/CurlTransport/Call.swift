//  Call.swift - a request that has been looked over and can be handed to libcurl.

internal import SSOOIDC

/// One request, checked, with what is needed to send it and to speak of it.
struct Call {
  let request: HTTPRequest
  let origin: Origin
  let proxy: Proxy?
  let headerLines: [UInt8]

  /// - Throws: ``TransportError`` with `invalidRequest` or `proxy`; nothing has been sent.
  init(
    _ request: HTTPRequest, _ destinations: Destinations, _ caFiles: CAFiles
  ) throws(TransportError) {
    let destination = try destinations.destination(of: request.url)
    func invalid(_ message: String) -> TransportError {
      TransportError(
        code: .invalidRequest, message: message, host: destination.origin.description,
        delivery: .neverSent)
    }
    guard request.method.isHTTPToken else { throw invalid("the method is not a word") }
    do {
      headerLines = try HeaderLines.encode(request)
    } catch {
      throw invalid(error.description)
    }
    if let path = request.options.caBundle, let problem = caFiles.problem(with: path) {
      throw invalid("CA file \"\(path)\": \(problem)")
    }
    self.request = request
    origin = destination.origin
    proxy = destination.proxy
  }

  /// libcurl sends a request again when a kept connection breaks; only these bear it.
  var mayRepeat: Bool {
    ["GET", "HEAD", "OPTIONS"].contains(request.method) && request.body.isEmpty
  }

  /// What no message may show.
  var secrets: [String] { [origin.credentials, proxy?.credentials].compactMap(\.self) }

  /// An error about this call.
  func failure(
    _ code: TransportError.Code, _ message: String, _ delivery: TransportError.Delivery
  ) -> TransportError {
    TransportError(
      code: code, message: masked(message, secrets), host: origin.description, delivery: delivery)
  }
}
