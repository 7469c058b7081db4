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
      // Who asked remembers it only when it has it, and a line may repeat what it masks elsewhere.
      secrets.remember(response)
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
        "method": .string(request.method), "url": .string(shown(url: request.url)),
        "headers": headers(request.headers), "body": body(request.body),
      ],
      "response": .object(answer),
    ]
    sink.write(secrets.redact(String(decoding: (try? line.encoded()) ?? [], as: UTF8.self)))
  }

  private func headers(_ headers: HTTPHeaders) -> JSON {
    .array(headers.map { [.string($0.name), .string(shown($0.name, $0.value))] })
  }

  private func shown(_ name: String, _ value: String) -> String {
    if SecretNames.isHeader(plain: SecretNames.plain(name)) { return SecretKeeper.mask }
    return name.lowercased() == "location" ? shown(url: value) : value
  }

  /// What is secret as a whole would not be found any more once parts of it are replaced.
  private func shown(url: String) -> String { FormText.masked(url: secrets.redact(url)) }

  /// JSON with its secret members replaced; anything else only by its size.
  private func body(_ bytes: [UInt8]) -> JSON {
    guard !bytes.isEmpty else { return .null }
    guard let json = try? JSON.parse(bytes, limits: .foreign) else {
      return .string("\(bytes.count) bytes")
    }
    return mask(json)
  }

  private func mask(_ json: JSON) -> JSON {
    switch json {
    case .object(let object):
      .object(
        JSONObject(
          object.map { name, value in
            (name, SecretNames.isMember(name) ? .string(SecretKeeper.mask) : mask(value))
          }))
    case .array(let items): .array(items.map(mask))
    default: json
    }
  }
}
