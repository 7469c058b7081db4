//  ClosedDoors.swift - the doors of a world in which most is closed.
//
//  Knows: how a closed door says so.

package import SSOOIDC

/// Doors that lead nowhere, but for the log.
package struct ClosedDoors: WorldEnvironment, WorldBrowser, WorldPrograms, HTTPTransport {
  /// Whose world it is: `a behaviour`.
  private let owner: String
  private let log: @Sendable (String) -> Void

  package init(_ owner: String, log: @escaping @Sendable (String) -> Void) {
    self.owner = owner
    self.log = log
  }

  private func closed(_ what: String) -> DoorError { DoorError("\(owner) has no \(what)") }

  package func value(_ name: String) -> String? { nil }
  package func open(_ url: String) async throws(DoorError) { throw closed("browser") }

  package func run(
    _ arguments: [String], input: [UInt8], capturesOutput: Bool
  ) async throws(DoorError) -> ProgramEnd { throw closed("programs") }

  package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    throw TransportError(
      code: .other, message: "\(owner) has no network", host: "", delivery: .neverSent)
  }
}

extension ClosedDoors: WorldFiles {
  package func open(_ path: String, _ mode: FileMode) throws(DoorError) -> any OpenFile {
    throw closed("files")
  }
  package func read(_ path: String, limit: Int) throws(DoorError) -> [UInt8] {
    throw closed("files")
  }
  package func remove(_ path: String) throws(DoorError) { throw closed("files") }
  package func rename(_ path: String, to target: String) throws(DoorError) { throw closed("files") }
  package func canonical(_ path: String) -> String { path }
}

extension ClosedDoors: WorldTerminal {
  /// Everything goes to the log.
  package func write(_ bytes: [UInt8], to stream: StandardStream) throws(DoorError) {
    log(String(decoding: bytes, as: UTF8.self))
  }
  package func isTerminal(_ stream: StandardStream) -> Bool { false }
  package func read(_ count: Int) async throws(DoorError) -> [UInt8] { [] }
  package func prompt(_ question: String, hidden: Bool) async throws(DoorError) -> String? {
    throw closed("terminal")
  }
  package func qrCode(of text: String) throws(DoorError) -> String { throw closed("terminal") }
}
