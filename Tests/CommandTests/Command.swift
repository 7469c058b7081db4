//  Command.swift - the built programs, run as a user would.

import EventLoop
import Foundation
import StrictJSON
import TestSupport

/// Where the build and the sources are.
enum Place {
  /// The folder of the programs: where the tests are built, too.
  static let programs: String = {
    let bundle = CommandLine.arguments.first { $0.contains("PackageTests.xctest") } ?? ""
    let parts = bundle.split(separator: "/", omittingEmptySubsequences: false)
    let head = parts.prefix { !$0.hasSuffix("PackageTests.xctest") }.joined(separator: "/")
    return URL(fileURLWithPath: head.isEmpty ? "." : head).path
  }()

  static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
  static let repository =
    URL(fileURLWithPath: tests).deletingLastPathComponent().deletingLastPathComponent().path
}

/// A folder of its own in which a command runs, with nothing of the test's environment.
final class Sandbox: Sendable {
  private let folder: TestFolder
  var path: String { folder.path }

  init() throws { folder = try TestFolder() }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String { try folder.write(name, text) }

  func read(_ name: String) -> String? {
    try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
  }

  /// Settings for `ssoscript` with these arguments.
  func command(_ arguments: String..., environment: [String: String] = [:]) -> ChildSettings {
    settings(["\(Place.programs)/ssoscript"] + arguments, environment)
  }

  func settings(_ command: [String], _ environment: [String: String] = [:]) -> ChildSettings {
    var settings = ChildSettings(command)
    settings.directory = path
    settings.error = .captured
    let ours = ProcessInfo.processInfo.environment
    let path = ours["PATH"] ?? "/usr/bin:/bin"
    settings.environment = ["PATH": "\(Place.programs):\(path)", "HOME": self.path]
      .merging(ours.filter { $0.key.hasSuffix("SAN_OPTIONS") }) { $1 }
      .merging(environment) { $1 }
    return settings
  }

  /// Runs it to its end.
  func run(_ arguments: String..., environment: [String: String] = [:]) throws -> ChildEnd {
    let command = ["\(Place.programs)/ssoscript"] + arguments
    return try ChildProcess(settings(command, environment)).end()
  }
}

/// `ssoscript serve` on a free port, for as long as a test needs it.
final class Service {
  private let process: ChildProcess
  /// `endpoint`, `startUrl`, `controlUrl`, `controlToken`.
  let values: [String: String]

  init(_ arguments: [String], in sandbox: Sandbox) throws {
    let command = ["\(Place.programs)/ssoscript", "serve", "--port", "0", "--format", "json"]
    var settings = sandbox.settings(command + arguments)
    settings.error = .file("/dev/null")
    process = try ChildProcess(settings)
    guard let line = try process.readLine(),
      let object = try JSON.parse(Array(line.utf8)).asObject
    else { throw TestSupportError("the service did not get ready") }
    values = Dictionary(
      uniqueKeysWithValues: object.compactMap { name, value in value.asString.map { (name, $0) } })
  }
}

/// Runs a test that waits for programs on a thread of its own, few at a time: the pool's threads are
/// for code that suspends.
func onThread<Value: Sendable>(
  _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  await Turnstile.shared.enter()
  let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
    let work = { @Sendable in continuation.resume(returning: Result(catching: body)) }
    do throws(EventLoopError) {
      try EventLoop.runOnThread(stackSize: 1 << 20, name: "command", work)
    } catch {
      continuation.resume(returning: .failure(error))
    }
  }
  await Turnstile.shared.leave()
  return try result.get()
}

/// Lets so many in at once; the others wait in line.
private actor Turnstile {
  static let shared = Turnstile()
  private var free = 8
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func enter() async {
    guard free == 0 else { return free -= 1 }
    await withCheckedContinuation { waiting.append($0) }
  }

  func leave() {
    guard !waiting.isEmpty else { return free += 1 }
    waiting.removeFirst().resume()
  }
}
