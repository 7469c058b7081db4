//  ArchivedExchange.swift - one request and what came of it, as an entry of HAR 1.2. Pure.
//
//  Knows: what is not UTF-8 is in base64; members that HAR does not have begin with `_`, as it says.

internal import SSOOIDC
internal import SSOScript
internal import StrictJSON

/// One exchange.
struct ArchivedExchange: Sendable {
  /// The program's number.
  let process: Int
  /// Since the start of the scenario.
  let began: Duration
  let ended: Duration
  let request: HTTPRequest
  let result: Result<HTTPResponse, TransportError>

  /// All members that HAR wants, but for the page.
  ///
  /// - Parameters:
  ///   - start: Of the scenario.
  ///   - secrets: None of these is in it.
  /// - Returns: The entry.
  func entry(from start: Timestamp, _ secrets: SecretKeeper) -> JSONObject {
    let time = JSON.number(Double((ended - began).inMicroseconds) / 1000)
    var entry: JSONObject = [
      "pageref": "", "startedDateTime": .string((start + began).milliseconds), "time": time,
      "request": .object(requested(secrets)), "response": .object(responded(secrets)),
      "cache": [:], "timings": ["send": 0, "wait": time, "receive": 0],
      "connection": .string("program \(process)"),
    ]
    if case .failure(let error) = result {
      let words = secrets.redact("\(error.code.rawValue): \(error.message)")
      entry["comment"] = .string(words)
      entry["_error"] = .string(words)
    }
    return entry
  }

  private func requested(_ secrets: SecretKeeper) -> JSONObject {
    var members: JSONObject = [
      "method": .string(request.method), "url": .string(secrets.redact(request.url)),
      "httpVersion": "HTTP/1.1", "cookies": [], "headers": Self.headers(request.headers, secrets),
      "queryString": Self.query(secrets.redact(request.url)), "headersSize": -1,
      "bodySize": .integer(Int64(request.body.count)),
    ]
    guard !request.body.isEmpty else { return members }
    let (text, isBase64) = Self.text(request.body, secrets)
    var data: JSONObject = [
      "mimeType": .string(secrets.redact(request.headers["Content-Type"] ?? "")), "params": [],
      "text": .string(text),
    ]
    if isBase64 { data["_encoding"] = "base64" }
    members["postData"] = .object(data)
    return members
  }

  private func responded(_ secrets: SecretKeeper) -> JSONObject {
    let response = try? result.get()
    let (text, isBase64) = Self.text(response?.body ?? [], secrets)
    var content: JSONObject = [
      "size": .integer(Int64(response?.body.count ?? 0)),
      "mimeType": .string(secrets.redact(response?.headers["Content-Type"] ?? "")),
      "text": .string(text),
    ]
    if isBase64 { content["encoding"] = "base64" }
    return [
      "status": .integer(Int64(response?.status ?? 0)), "statusText": "",
      "httpVersion": response == nil ? "" : "HTTP/1.1", "cookies": [],
      "headers": Self.headers(response?.headers ?? [:], secrets), "content": .object(content),
      "redirectURL": .string(secrets.redact(response?.headers["Location"] ?? "")),
      "headersSize": -1, "bodySize": response.map { .integer(Int64($0.body.count)) } ?? -1,
    ]
  }

  // MARK: Parts

  private static func headers(_ headers: HTTPHeaders, _ secrets: SecretKeeper) -> JSON {
    .array(
      headers.map { field in
        .object([
          "name": .string(secrets.redact(field.name)),
          "value": .string(secrets.redact(field.value)),
        ])
      })
  }

  private static func query(_ url: String) -> JSON {
    guard let target = NetworkTarget(url) else { return [] }
    return .array(
      target.query.split(separator: "&").map { pair in
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
          .map(String.init)
        return .object([
          "name": .string(parts.first ?? ""),
          "value": .string(parts.count > 1 ? parts[1] : ""),
        ])
      })
  }

  /// The text of a body, in base64 where it is none.
  private static func text(
    _ bytes: [UInt8], _ secrets: SecretKeeper
  ) -> (text: String, isBase64: Bool) {
    if let text = String(validating: bytes, as: UTF8.self) { return (secrets.redact(text), false) }
    return (Base64.encode(secrets.redact(bytes) ?? bytes), true)
  }
}

extension Timestamp {
  /// `2026-01-01T00:00:05.250Z`.
  var milliseconds: String {
    let fraction = String(1000 + nanoseconds / 1_000_000).dropFirst()
    return "\(rfc3339.dropLast()).\(fraction)Z"
  }
}
