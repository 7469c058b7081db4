//  RequestBuilder.swift - an operation and its members to an HTTP request.
//
//  Knows: the rest-json dialect of both services. Pure.
//  Does not know: attempts, signatures.

internal import StrictJSON

/// Builds the requests of one client; what never changes is built once.
struct RequestBuilder: Sendable {
  let endpoint: Endpoint
  private let emptyHeaders: HTTPHeaders
  private let bodyHeaders: HTTPHeaders
  private let options: HTTPOptions

  init(endpoint: Endpoint, userAgent: String, options: HTTPOptions) {
    self.endpoint = endpoint
    self.options = options
    emptyHeaders = ["User-Agent": userAgent]
    bodyHeaders = ["Content-Type": "application/json", "User-Agent": userAgent]
  }

  /// Builds the request for members that ``Operation/check(_:)`` has let pass.
  func request(_ operation: Operation, _ input: JSONObject) throws(SSOError) -> HTTPRequest {
    var request = HTTPRequest(method: operation.method, url: "", options: options)
    if operation.service == .oidc {
      request.headers = bodyHeaders
      request.url = endpoint.url(path: operation.path, query: "")
      request.body = try body(input, operation)
    } else {
      request.headers = emptyHeaders
      let query = place(input, operation, headers: &request.headers)
      request.url = endpoint.url(path: operation.path, query: query)
    }
    return request
  }

  /// Every member of the OIDC operations travels in the body, under its own name.
  private func body(_ input: JSONObject, _ operation: Operation) throws(SSOError) -> [UInt8] {
    do {
      return try input.encoded()
    } catch {
      throw SSOError(
        .invalidParameter, .validation, error.description, operation: operation.name)
    }
  }

  /// Puts the members into headers and the query, in the caller's order.
  private func place(
    _ input: JSONObject, _ operation: Operation, headers: inout HTTPHeaders
  ) -> String {
    var query = ""
    for (name, value) in input {
      guard let member = operation.input.first(where: { $0.name == name }) else { continue }
      let text = value.asString ?? value.asInteger.map(String.init) ?? ""
      if member.location == .header {
        headers.append(member.wireName, text)
      } else {
        query += query.isEmpty ? member.wireName + "=" : "&\(member.wireName)="
        query.append(percentEncoding: text)
      }
    }
    return query
  }
}
