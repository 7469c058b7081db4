//  RecordedExchange.swift - one request and what came of it, as a line of a recording.
//
//  Knows: bytes are written as ISO 8859-1, each a character, so that whatever was said can be kept.

internal import SSOOIDC
internal import SSOScript
internal import StrictJSON

/// One exchange.
struct RecordedExchange: Sendable, Equatable {
  /// The program's number.
  var process: Int
  var method: String
  var url: String
  var body: [UInt8]
  /// What the program got.
  var outcome: Outcome

  typealias Outcome = Result<HTTPResponse, TransportError>

  init(_ process: Int, _ request: HTTPRequest, _ outcome: Outcome) {
    (self.process, self.outcome) = (process, outcome)
    (method, url, body) = (request.method, request.url, request.body)
  }

  func asksLike(_ other: RecordedExchange) -> Bool {
    process == other.process && method == other.method && url == other.url && body == other.body
  }

  /// The same without secrets, whatever bytes they stand among.
  func hiding(_ keeper: SecretKeeper) -> RecordedExchange {
    var shown = self
    shown.url = keeper.redact(url)
    shown.body = keeper.redact(body) ?? body
    switch outcome {
    case .success(var response):
      var headers = HTTPHeaders()
      for field in response.headers {
        headers.append(keeper.redact(field.name), keeper.redact(field.value))
      }
      response.headers = headers
      response.body = keeper.redact(response.body) ?? response.body
      shown.outcome = .success(response)
    case .failure(let error):
      shown.outcome = .failure(
        TransportError(
          code: error.code, message: keeper.redact(error.message), host: error.host,
          delivery: error.delivery))
    }
    return shown
  }

  /// The request, but for its headers; a body that is no JSON is a form.
  var asked: HTTPRequest {
    HTTPRequest(
      method: method, url: url, headers: ["Content-Type": "application/x-www-form-urlencoded"],
      body: body)
  }

  /// The request in words.
  var request: String { line(with: String(decoding: body, as: UTF8.self)) }

  /// The same for those who know the secrets of ``asked`` only.
  var legibleRequest: String {
    isLegible ? request : line(with: "(\(body.count) bytes, neither JSON nor a form)")
  }

  private func line(with text: String) -> String {
    "program \(process): \(method) \(url)\(text.isEmpty ? "" : " \(text)")"
  }

  /// Whether secrets can be told from other text in its body.
  private var isLegible: Bool {
    guard let first = body.first else { return true }
    if (try? JSON.parse(body, limits: .foreign)) != nil { return true }
    return ![UInt8(ascii: "{"), UInt8(ascii: "[")].contains(first)
      && body.contains(UInt8(ascii: "="))
  }

  // MARK: As JSON

  init?(_ members: JSONObject) {
    guard let process = members["program"]?.asInteger, let method = members["method"]?.asString,
      let url = members["url"]?.asString, let body = Self.bytes(members["body"]),
      let outcome = Outcome(members)
    else { return nil }
    self.process = Int(process)
    (self.method, self.url, self.body, self.outcome) = (method, url, body, outcome)
  }

  var members: JSONObject {
    var members: JSONObject = [
      "program": .integer(Int64(process)), "method": .string(method), "url": .string(url),
      "body": Self.text(body),
    ]
    for (name, value) in outcome.members { members[name] = value }
    return members
  }

  fileprivate static func text(_ bytes: [UInt8]) -> JSON {
    .string(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })))
  }

  fileprivate static func bytes(_ text: JSON?) -> [UInt8]? {
    guard let scalars = text?.asString?.unicodeScalars else { return nil }
    let bytes = scalars.compactMap { UInt8(exactly: $0.value) }
    return bytes.count == scalars.count ? bytes : nil
  }
}

extension RecordedExchange.Outcome {
  fileprivate init?(_ members: JSONObject) {
    if let error = members["error"]?.asObject {
      guard let code = error["code"]?.asString, let message = error["message"]?.asString,
        let host = error["host"]?.asString, let isSent = error["sent"]?.asBool
      else { return nil }
      self = .failure(
        TransportError(
          code: .init(code), message: message, host: host,
          delivery: isSent ? .maybeReceived : .neverSent))
      return
    }
    guard let status = members["status"]?.asInteger, let fields = members["headers"]?.asArray,
      let reply = RecordedExchange.bytes(members["reply"])
    else { return nil }
    var headers = HTTPHeaders()
    for field in fields {
      guard let pair = field.asArray, pair.count == 2, let name = pair[0].asString,
        let value = pair[1].asString
      else { return nil }
      headers.append(name, value)
    }
    self = .success(HTTPResponse(status: Int(status), headers: headers, body: reply))
  }

  fileprivate var members: JSONObject {
    switch self {
    case .success(let response):
      [
        "status": .integer(Int64(response.status)),
        "headers": .array(response.headers.map { .array([.string($0.name), .string($0.value)]) }),
        "reply": RecordedExchange.text(response.body),
      ]
    case .failure(let error):
      [
        "error": [
          "code": .string(error.code.rawValue), "message": .string(error.message),
          "host": .string(error.host), "sent": .bool(error.delivery == .maybeReceived),
        ]
      ]
    }
  }
}
