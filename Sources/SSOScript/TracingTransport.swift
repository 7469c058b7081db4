//  TracingTransport.swift - every HTTP exchange as a line of JSON, secrets replaced.

public import SSOOIDC
import StrictJSON

/// Where lines of a trace go.
public protocol TraceSink: Sendable {
  /// Adds one line, without its end.
  func write(_ line: String)
}

/// A transport that writes down what passes through it.
public struct TracingTransport: HTTPTransport {
  private static let secretHeaders: Set<String> = [
    "authorization", "proxy-authorization", "x-amz-sso_bearer_token", "x-amz-security-token",
    "cookie", "set-cookie",
  ]
  private let base: any HTTPTransport
  private let sink: any TraceSink
  private let secrets: SecretKeeper

  /// Puts a trace around `base`.
  public init(_ base: any HTTPTransport, to sink: any TraceSink, secrets: SecretKeeper) {
    self.base = base
    self.sink = sink
    self.secrets = secrets
  }

  /// Sends as `base` does, and writes one line about it.
  public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    do throws(TransportError) {
      let response = try await base.send(request)
      write(
        request,
        [
          "status": .integer(Int64(response.status)), "headers": headers(response.headers),
          "body": body(response.body),
        ])
      return response
    } catch {
      write(request, ["error": .string(error.code.rawValue), "message": .string(error.message)])
      throw error
    }
  }

  private func write(_ request: HTTPRequest, _ answer: JSONObject) {
    let line: JSON = [
      "request": [
        "method": .string(request.method), "url": .string(request.url),
        "headers": headers(request.headers), "body": body(request.body),
      ],
      "response": .object(answer),
    ]
    sink.write(secrets.redact(String(decoding: (try? line.encoded()) ?? [], as: UTF8.self)))
  }

  private func headers(_ headers: HTTPHeaders) -> JSON {
    .array(
      headers.map { field in
        let isSecret = Self.secretHeaders.contains(field.name.lowercased())
        return [.string(field.name), .string(isSecret ? SecretKeeper.mask : field.value)]
      })
  }

  /// JSON with its secret members replaced; anything else only by its size.
  private func body(_ bytes: [UInt8]) -> JSON {
    guard !bytes.isEmpty else { return .null }
    guard let json = try? JSON.parse(bytes) else { return .string("\(bytes.count) bytes") }
    return mask(json)
  }

  private func mask(_ json: JSON) -> JSON {
    switch json {
    case .object(let object):
      .object(
        JSONObject(
          object.map { name, value in
            (name, SecretNames.all.contains(name) ? .string(SecretKeeper.mask) : mask(value))
          }))
    case .array(let items): .array(items.map(mask))
    default: json
    }
  }
}

/// The names of members that are never shown.
enum SecretNames {
  static let all: Set<String> = Set(
    Operation.all.flatMap { names($0.input) + names($0.output) })

  private static func names(_ members: [Member]) -> [String] {
    members.flatMap { member in
      if case .structure(let inner) = member.kind { return names(inner) }
      return member.isSecret ? [member.name] : []
    }
  }
}
