//  ServiceWorld.swift - the doors of a script that is a service's behaviour: the service's time, a
//  log, and nothing else.
//
//  Knows: what is closed, and how it says so.

internal import IdentityService
internal import SSOOIDC
internal import SSOScript

extension World {
  /// The world of a behaviour.
  ///
  /// - Parameters:
  ///   - door: Whose clock it lives by.
  ///   - log: Takes what the script writes, whole lines.
  /// - Returns: A world in which only time and the log are open.
  static func service(_ door: any ServiceDoor, log: @escaping @Sendable (String) -> Void) -> World {
    let closed = ClosedDoors("a behaviour", log: log)
    return World(
      clock: ServiceScriptClock(door: door, start: door.now), randomness: closed,
      transport: closed, environment: closed, files: closed, terminal: closed, browser: closed,
      programs: closed)
  }
}

/// The service's clock as scripts see it.
struct ServiceScriptClock: WorldClock {
  let door: any ServiceDoor
  let start: ServiceTime

  var now: Timestamp {
    let (seconds, attoseconds) = door.now.sinceEpoch.components
    return Timestamp(seconds: seconds, nanoseconds: Int32(attoseconds / 1_000_000_000))
  }

  var monotonic: Duration { door.now - start }

  func sleep(for duration: Duration) async throws(CancellationError) {
    try await door.sleep(for: duration)
  }
}

/// Doors that lead nowhere, but for the log.
struct ClosedDoors: WorldRandomness, WorldEnvironment, WorldBrowser, WorldPrograms, HTTPTransport {
  /// Whose world it is: `a behaviour`.
  private let owner: String
  private let log: @Sendable (String) -> Void

  init(_ owner: String, log: @escaping @Sendable (String) -> Void) {
    self.owner = owner
    self.log = log
  }

  private func closed(_ what: String) -> DoorError { DoorError("\(owner) has no \(what)") }

  func bytes(_ count: Int) -> [UInt8] { randomBytes(count) }
  func value(_ name: String) -> String? { nil }
  func open(_ url: String) async throws(DoorError) { throw closed("browser") }

  func run(
    _ arguments: [String], input: [UInt8], capturesOutput: Bool
  ) async throws(DoorError) -> ProgramEnd { throw closed("programs") }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    throw TransportError(
      code: .other, message: "\(owner) has no network", host: "", delivery: .neverSent)
  }
}

extension ClosedDoors: WorldFiles {
  func open(_ path: String, _ mode: FileMode) throws(DoorError) -> any OpenFile {
    throw closed("files")
  }
  func read(_ path: String, limit: Int) throws(DoorError) -> [UInt8] { throw closed("files") }
  func remove(_ path: String) throws(DoorError) { throw closed("files") }
  func rename(_ path: String, to target: String) throws(DoorError) { throw closed("files") }
  func canonical(_ path: String) -> String { path }
}

extension ClosedDoors: WorldTerminal {
  /// Everything goes to the log: the server's standard output is for its first line.
  func write(_ bytes: [UInt8], to stream: StandardStream) throws(DoorError) {
    log(String(decoding: bytes, as: UTF8.self))
  }
  func isTerminal(_ stream: StandardStream) -> Bool { false }
  func read(_ count: Int) async throws(DoorError) -> [UInt8] { [] }
  func prompt(_ question: String, hidden: Bool) async throws(DoorError) -> String? {
    throw closed("terminal")
  }
  func qrCode(of text: String) throws(DoorError) -> String { throw closed("terminal") }
}

/// Bytes of the operating system's generator.
func randomBytes(_ count: Int) -> [UInt8] {
  var generator = SystemRandomNumberGenerator()
  return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}
