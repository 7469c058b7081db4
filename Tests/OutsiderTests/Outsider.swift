//  Outsider.swift - one client that nobody here wrote, run against the built service.
//
//  Knows: where `scripts/outsiders` installs clients, and the surroundings that a client gets: a
//  service of its own on a free port, an empty home, and no other variable of this machine.
//  Does not know: what a client does (Clients/*.py).

import EventLoop
import Foundation
import StrictJSON
import TestSupport
import Testing

enum Outsider {
  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let installed = tests.deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: ".build/outsiders").path
  private static let python = "\(installed)/python/bin/python"
  private static let debian = "\(installed)/debian"

  static let hasPython = FileManager.default.fileExists(
    atPath: "\(installed)/python/requirements.txt")
  static let hasDebian = hasPython && FileManager.default.fileExists(atPath: "\(debian)/complete")
  static let hint: Comment =
    "the client is not installed; scripts/outsiders installs it, or says why it cannot"

  /// Runs a script of Clients beside a service with these arguments; expects its last line.
  static func run(
    _ script: String, says: String, service arguments: String...,
    at location: SourceLocation = #_sourceLocation
  ) async throws {
    let end = try await onThread {
      let home = try TestFolder()
      let service = try Service(arguments, home: home.path)
      var settings = ChildSettings([python, "\(tests.path)/Clients/\(script)", debian])
      settings.environment = environment(service, home: home.path)
      settings.error = .captured
      return try ChildProcess(settings).end()
    }

    let lines = end.output.split(separator: "\n").map(String.init)
    #expect(
      end.status == 0 && lines.last == says, "\(end.output)\(end.error)",
      sourceLocation: location)
  }

  private static func environment(_ service: Service, home: String) -> [String: String] {
    [
      "HOME": home, "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1",
      "SERVICE": service.readyLine, "SSOSCRIPT": "\(Service.programs)/ssoscript",
      "AWS_EC2_METADATA_DISABLED": "true",
      "AWS_ENDPOINT_URL_SSO_OIDC": service.endpoint, "AWS_ENDPOINT_URL_SSO": service.endpoint,
    ]
  }
}

/// `ssoscript-serve` on a free port, stopped when it is let go.
private final class Service {
  private let process: ChildProcess
  let readyLine: String
  let endpoint: String

  init(_ arguments: [String], home: String) throws {
    var settings = ChildSettings(
      ["\(Self.programs)/ssoscript-serve", "--port", "0", "--format", "json"] + arguments)
    settings.environment = ["HOME": home]
    process = try ChildProcess(settings)
    readyLine = try process.readLine() ?? ""
    guard
      let endpoint = try JSON.parse(Array(readyLine.utf8)).asObject?["endpoint"]?.asString
    else { throw TestSupportError("the service did not get ready") }
    self.endpoint = endpoint
  }

  /// The folder of the built programs: the one that holds the tests, too.
  static let programs: String = {
    let bundle = CommandLine.arguments.first { $0.contains("PackageTests.xctest") } ?? ""
    let folder = bundle.split(separator: "/", omittingEmptySubsequences: false)
      .prefix { !$0.hasSuffix("PackageTests.xctest") }.joined(separator: "/")
    return URL(fileURLWithPath: folder.isEmpty ? "." : folder).path
  }()
}

/// Waits for programs on a thread of its own: the pool's threads are for code that suspends.
private func onThread<Value: Sendable>(
  _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    do throws(EventLoopError) {
      try EventLoop.runOnThread(stackSize: 1 << 20, name: "outsider") {
        continuation.resume(with: Result(catching: body))
      }
    } catch {
      continuation.resume(throwing: error)
    }
  }
}
