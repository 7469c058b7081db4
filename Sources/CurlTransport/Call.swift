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
    _ request: HTTPRequest, _ proxies: ProxyRules, _ caFiles: CAFiles
  ) throws(TransportError) {
    guard let origin = Origin(request.url) else {
      throw TransportError(
        code: .invalidRequest, message: "not an absolute http or https URL", host: "",
        delivery: .neverSent)
    }
    func invalid(_ message: String, _ code: TransportError.Code = .invalidRequest) -> TransportError
    {
      TransportError(
        code: code, message: message, host: origin.description, delivery: .neverSent)
    }
    guard request.method.isHTTPToken else { throw invalid("the method is not a word") }
    do {
      headerLines = try HeaderLines.encode(request)
    } catch {
      throw invalid(error.description)
    }
    do {
      proxy = try proxies.proxy(for: origin)
    } catch {
      throw invalid(error.description, .proxy)
    }
    if let path = request.options.caBundle, let problem = caFiles.problem(with: path) {
      throw invalid("CA file \"\(path)\": \(problem)")
    }
    self.request = request
    self.origin = origin
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
