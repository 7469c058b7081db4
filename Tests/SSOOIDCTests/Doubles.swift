//  Doubles.swift - a transport with a script, a clock that is moved by hand, and fixtures.

import Foundation
import SSOOIDC
import StrictJSON
import Synchronization
import Testing

/// Gives its replies one after the other, the last for ever, and keeps what was sent.
final class Replying: HTTPTransport {
  typealias Reply = Result<HTTPResponse, TransportError>

  private let state: Mutex<(replies: [Reply], requests: [HTTPRequest])>
  private let onSend: @Sendable () -> Void

  init(_ replies: [Reply], onSend: @escaping @Sendable () -> Void = {}) {
    state = Mutex((replies, []))
    self.onSend = onSend
  }

  convenience init(status: Int, headers: HTTPHeaders = [:], body: String) {
    self.init([.answer(status, body, headers)])
  }

  var requests: [HTTPRequest] { state.withLock { $0.requests } }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    onSend()
    let reply = state.withLock { state in
      state.requests.append(request)
      return state.replies.count > 1 ? state.replies.removeFirst() : state.replies[0]
    }
    return try reply.get()
  }
}

extension Replying.Reply {
  static func answer(_ status: Int, _ body: String, _ headers: HTTPHeaders = [:]) -> Self {
    .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
  }

  static func refusal(_ code: String, _ status: Int = 400, _ headers: HTTPHeaders = [:]) -> Self {
    .answer(status, #"{"__type":"\#(code)"}"#, headers)
  }

  static func failure(
    _ code: TransportError.Code, _ delivery: TransportError.Delivery
  ) -> Self {
    .failure(TransportError(code: code, message: "words", host: "h", delivery: delivery))
  }
}

/// Time that passes only by waiting, or by `advance`.
final class ManualClock: WorldClock {
  private let state = Mutex((elapsed: Duration.zero, jumps: Duration.zero, pauses: [Duration]()))

  /// Waited for before time passes, by tests in which somebody else may be quicker than it.
  let othersFirst = Mutex<(@Sendable () async -> Void)?>(nil)

  var now: Timestamp {
    let passed = state.withLock { $0.elapsed + $0.jumps }
    return Timestamp(seconds: 1_893_456_000 + passed.components.seconds)  // 2030-01-01
  }
  var monotonic: Duration { state.withLock { $0.elapsed } }
  var pauses: [Duration] { state.withLock { $0.pauses } }

  /// Somebody sets the calendar.
  func jump(_ duration: Duration) { state.withLock { $0.jumps += duration } }

  func advance(_ duration: Duration) { state.withLock { $0.elapsed += duration } }

  func sleep(for duration: Duration) async throws(CancellationError) {
    await othersFirst.withLock { $0 }?()
    if Task.isCancelled { throw CancellationError() }
    state.withLock {
      $0.elapsed += duration
      $0.pauses.append(duration)
    }
  }
}

/// Always the same bytes.
struct SameBytes: WorldRandomness {
  func bytes(_ count: Int) -> [UInt8] { Array(repeating: 7, count: count) }
}

/// A client of `service` at an endpoint on loopback.
func client(
  _ transport: any HTTPTransport, _ service: Service = .oidc, clock: ManualClock = ManualClock(),
  configure: (inout ClientConfiguration) -> Void = { _ in }
) throws -> ServiceClient {
  var configuration = ClientConfiguration(
    endpoint: try .resolve(service, region: "eu-west-1", custom: "http://127.0.0.1:8087"))
  configure(&configuration)
  return ServiceClient(configuration, transport: transport, clock: clock, randomness: SameBytes())
}

/// A file of the folder Fixtures, parsed.
func fixture(_ name: String) throws -> JSON {
  let url = try #require(
    Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
  return try JSON.parse(Array(Data(contentsOf: url)))
}

extension JSON {
  subscript(_ key: String) -> JSON { asObject?[key] ?? .null }
  var elements: [JSON] { asArray ?? [] }
  var text: String { asString ?? "" }
}

/// Members that pass the check of CreateToken for a device code.
let devicePoll: JSONObject = [
  "clientId": "client-1", "clientSecret": "secret-of-client",
  "grantType": "urn:ietf:params:oauth:grant-type:device_code", "deviceCode": "device-code-1",
]

/// A store in front of another, which does whatever it does not say otherwise.
protocol StoreInFront: SignInStore {
  associatedtype Behind: SignInStore
  var store: Behind { get }
}

extension StoreInFront {
  var lasting: any SignInStore { store }

  func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    try await store.read(item)
  }

  func write(
    _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
  ) async throws(CacheFolderError) {
    try await store.write(item, bytes, expires: expires)
  }

  func remove(_ item: CacheItem) async throws(CacheFolderError) { try await store.remove(item) }

  func setAside(_ item: CacheItem) async throws(CacheFolderError) -> String {
    try await store.setAside(item)
  }

  func lock(
    _ item: CacheItem, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock {
    try await store.lock(item, onWait: onWait)
  }
}
