//  ErrorAnswer.swift - an answer that is an error: which one, and what it says.
//
//  Knows: where AWS and what stands between puts code and message. Pure.
//  Does not know: what may be repeated (RetryPolicy).

internal import StrictJSON

/// Reads an answer whose status is 300 or more.
struct ErrorAnswer {
  private let response: HTTPResponse
  private let operation: Operation
  private let host: String
  private let secrets: [String]
  private let body: JSONObject?

  /// Reads the body, if it is an object.
  ///
  /// - Parameters:
  ///   - response: The answer.
  ///   - operation: What was asked.
  ///   - host: Who was asked.
  ///   - secrets: What was sent and must not be shown, should it come back.
  init(_ response: HTTPResponse, operation: Operation, host: String, secrets: [String]) {
    self.response = response
    self.operation = operation
    self.host = host
    self.secrets = secrets
    body = (try? response.json.get())?.asObject
  }

  /// The error the answer stands for.
  ///
  /// - Parameter now: For dates in `Retry-After`, unless the answer has a date of its own.
  /// - Returns: The error, fit to print.
  func error(now: Timestamp) -> SSOError {
    let code = Self.code(
      header: response.headers["x-amzn-ErrorType"], body: body, status: response.status,
      service: operation.service)
    var error = SSOError(
      SSOError.Code(shown(code.rawValue, limit: 100)), .service, "", operation: operation.name,
      host: host)
    error.status = response.status
    error.error = member("error", limit: 100)
    error.errorDescription = member("error_description")
    error.reason = member("reason", limit: 100)
    error.endpoint = member("endpoint", limit: 300)
    error.region = member("region", limit: 100)
    error.requestID = response.headers["x-amzn-RequestId"].map { shown($0, limit: 100) }
    error.retryAfter = RetryAfter.read(response.headers, now: now)
    error.retryable = Self.isPassing(code: code, status: response.status)
    if (300..<400).contains(response.status) {
      error.code = .redirect
      error.message = redirect
    } else {
      error.message = message(errorDescription: error.errorDescription, word: error.error)
    }
    return error
  }

  /// Chooses the code: header, `code`, `Code`, `__type`, then the OAuth word, then the status.
  ///
  /// An unknown code is kept; `null` and empty texts count as absent.
  static func code(
    header: String?, body: JSONObject?, status: Int, service: Service
  ) -> SSOError.Code {
    let name =
      header?.errorName ?? body?.text("code")?.errorName ?? body?.text("Code")?.errorName
      ?? body?.text("__type")?.errorName
    if let name { return SSOError.Code(name) }
    guard service == .oidc, let word = body?.text("error") else { return .status(status) }
    if word == "invalid_request", body?.text("region") ?? body?.text("endpoint") != nil {
      return .invalidRequestRegion
    }
    return SSOError.Code(ErrorShape.oidc.first { $0.word == word }?.name ?? word)
  }

  private func message(errorDescription: String?, word: String?) -> String {
    if body != nil {
      return member("message") ?? member("Message") ?? errorDescription ?? word ?? ""
    }
    let start = String(decoding: response.body.prefix(4000), as: UTF8.self)
      .hiding(secrets).printable(limit: 80)
    return start.isEmpty ? "" : "not JSON but: \(start)"
  }

  private var redirect: String {
    let target = response.headers["Location"].map { URLParts.hostOrText($0.hiding(secrets)) }
    return "\(host) sends the request on to \(target ?? "nowhere"), which is not followed"
  }

  private func member(_ name: String, limit: Int = String.messageLimit) -> String? {
    body?.text(name).map { shown($0, limit: limit) }
  }

  private func shown(_ text: String, limit: Int) -> String {
    text.hiding(secrets).escaped(limit: limit)
  }

  /// Whether the failure can pass by itself.
  private static func isPassing(code: SSOError.Code, status: Int) -> Bool {
    RetryPolicy.isThrottling(code: code, status: status)
      || RetryPolicy.isPassing(status: status)
      || code == .authorizationPending || code == .slowDown
  }
}

extension JSONObject {
  /// The text under `key`, unless it is empty or no text.
  func text(_ key: String) -> String? {
    guard let text = self[key]?.asString, !text.isEmpty else { return nil }
    return text
  }
}

extension String {
  /// `Shape` out of `namespace#Shape:http://…`; `nil` when nothing is left.
  fileprivate var errorName: String? {
    let head = utf8.prefix { $0 != UInt8(ascii: ":") }
    let mark = head.lastIndex(of: UInt8(ascii: "#"))
    let name = mark.map { head[head.index(after: $0)...] } ?? head
    let trimmed = name.trimmed
    return trimmed.isEmpty ? nil : String(Substring(trimmed))
  }
}

extension Substring.UTF8View {
  /// Without blanks and tabs at both ends.
  var trimmed: Substring.UTF8View {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    var rest = self.drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return rest
  }
}
