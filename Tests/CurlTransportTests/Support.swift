//  Support.swift - what the transport's tests share.

import CurlTransport
import EventLoop
import SSOOIDC
import Testing

/// Runs `body` with a transport whose loop has a thread of its own.
func withTransport<Result: Sendable>(
  environment: [String: String] = [:], settings: CurlTransport.Settings = CurlTransport.Settings(),
  _ body: @Sendable (CurlTransport, EventLoop) async throws -> Result
) async throws -> Result {
  let loop = try EventLoop()
  let thread = try EventLoop.runOnThread(name: "curl") { loop.run() }
  let transport = CurlTransport(loop: loop, environment: { environment[$0] }, settings: settings)
  do {
    let result = try await body(transport, loop)
    loop.stop()
    thread.join()
    return result
  } catch {
    loop.stop()
    thread.join()
    throw error
  }
}

/// Sends one request with a transport of its own.
func fetch(
  _ request: HTTPRequest, environment: [String: String] = [:],
  settings: CurlTransport.Settings = CurlTransport.Settings()
) async throws -> Result<HTTPResponse, TransportError> {
  try await withTransport(environment: environment, settings: settings) { transport, _ in
    await transport.result(of: request)
  }
}

/// Sends one request that is expected to fail.
func failure(
  of request: HTTPRequest, environment: [String: String] = [:],
  settings: CurlTransport.Settings = CurlTransport.Settings()
) async throws -> TransportError {
  let result = try await fetch(request, environment: environment, settings: settings)
  guard case .failure(let error) = result else {
    Issue.record("there was a response: \(result)")
    return TransportError(code: .other, message: "", host: "", delivery: .neverSent)
  }
  return error
}

extension CurlTransport {
  func result(of request: HTTPRequest) async -> Result<HTTPResponse, TransportError> {
    do throws(TransportError) { return .success(try await send(request)) } catch {
      return .failure(error)
    }
  }
}

extension HTTPRequest {
  static func get(_ url: String) -> HTTPRequest { HTTPRequest(method: "GET", url: url) }

  static func post(_ url: String, _ body: String = "{}") -> HTTPRequest {
    HTTPRequest(
      method: "POST", url: url, headers: ["Content-Type": "application/json"],
      body: Array(body.utf8))
  }

  func with(_ change: (inout HTTPOptions) -> Void) -> HTTPRequest {
    var request = self
    change(&request.options)
    return request
  }
}
