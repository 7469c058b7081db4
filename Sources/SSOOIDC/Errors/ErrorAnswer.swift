//  ErrorAnswer.swift - an answer that is an error: which one, and what it says.
//
//  Knows: where AWS and what stands between puts code and message. Pure.
//  Does not know: what may be repeated (RetryPolicy).

internal import StrictJSON

extension SSOError {
  /// Reads the error that `response` carries.
  ///
  /// - Parameters:
  ///   - response: Its status is 300 or more.
  ///   - operation: What was asked.
  ///   - host: Who was asked.
  ///   - now: For dates in `Retry-After`, unless the answer has a date of its own.
  init(response: HTTPResponse, operation: Operation, host: String, now: Timestamp) {
    let body = (try? JSON.parse(response.body))?.asObject
    let code = Self.code(
      header: response.headers["x-amzn-ErrorType"], body: body, status: response.status,
      service: operation.service)
    self.init(code, .service, "", operation: operation.name, host: host)
    status = response.status
    error = body?.text("error")?.escaped(limit: 100)
    errorDescription = body?.text("error_description")?.escaped()
    reason = body?.text("reason")?.escaped(limit: 100)
    endpoint = body?.text("endpoint")?.escaped(limit: 300)
    region = body?.text("region")?.escaped(limit: 100)
    requestID = response.headers["x-amzn-RequestId"]?.escaped(limit: 100)
    retryAfter = RetryAfter.read(response.headers, now: now)
    retryable = Self.isPassing(code: code, status: response.status)
    message = Self.message(body: body, response: response, host: host, fallback: error)
    if (300..<400).contains(response.status) { self.code = .redirect }
  }

  /// Chooses the code: header, `code`, `__type`, then the OAuth word, then the status.
  ///
  /// An unknown code is kept; `null` and empty texts count as absent.
  static func code(
    header: String?, body: JSONObject?, status: Int, service: Service
  ) -> Code {
    for text in [header, body?.text("code"), body?.text("__type")] {
      if let name = text?.errorName, !name.isEmpty { return Code(name.escaped(limit: 100)) }
    }
    guard service == .oidc, let word = body?.text("error") else { return .status(status) }
    if word == "invalid_request", body?.text("region") ?? body?.text("endpoint") != nil {
      return .invalidRequestRegion
    }
    let shape = ErrorShape.oidc.first { $0.word == word }
    return Code(shape?.name ?? word.escaped(limit: 100))
  }

  private static func message(
    body: JSONObject?, response: HTTPResponse, host: String, fallback: String?
  ) -> String {
    if (300..<400).contains(response.status) {
      let target = response.headers["Location"].map { URLParts.hostOrText($0) } ?? "nowhere"
      return "\(host) sends the request on to \(target), which is not followed"
    }
    if let body {
      let text =
        body.text("message") ?? body.text("Message") ?? body.text("error_description") ?? fallback
      return text?.escaped() ?? ""
    }
    let start = String(decoding: response.body.prefix(1000), as: UTF8.self).printable(limit: 80)
    return start.isEmpty ? "" : "not JSON but: \(start)"
  }

  /// Whether the failure can pass by itself.
  private static func isPassing(code: Code, status: Int) -> Bool {
    RetryPolicy.isThrottling(code: code, status: status)
      || RetryPolicy.transientStatuses.contains(status)
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
  /// `Shape` out of `namespace#Shape:http://…`.
  fileprivate var errorName: String {
    let head = split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
    let name = head.split(separator: "#", omittingEmptySubsequences: false).last ?? ""
    return String(Substring(name.utf8.trimmed))
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
