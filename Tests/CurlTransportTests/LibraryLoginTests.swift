//  LibraryLoginTests.swift - what docs/library.md shows is what is compiled here, and it runs.

import Foundation
import SSOOIDC
import TestSupport
import Testing

@Test func `docs/library.md shows the login that is compiled beside this test`() throws {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  let source = try String(
    contentsOf: folder.appendingPathComponent("LibraryLogin.swift"), encoding: .utf8)
  let manual = try String(
    contentsOf: folder.appendingPathComponent("../../docs/library.md"), encoding: .utf8)
  let example = source.drop { $0 != "\n" }.drop(while: \.isNewline)
  #expect(manual.contains("```swift\n\(example)```"))
}

@Test func `the login of docs/library.md asks, and hears of a proxy that refuses`() async throws {
  let proxy = try TestServer { connection in
    while connection.readRequest() != nil { connection.answer("403 Forbidden", "") }
  }
  let error = await #expect(throws: SSOError.self) {
    try await login(
      clock: RealClock(), randomness: SameBytes(), environment: ["https_proxy": proxy.url])
  }
  #expect(error?.transport?.code == .proxy)
}

private struct RealClock: WorldClock {
  private static let start = ContinuousClock.now

  var now: Timestamp { Timestamp(seconds: 1_893_456_000) }
  var monotonic: Duration { ContinuousClock.now - Self.start }

  func sleep(for duration: Duration) async throws(CancellationError) {
    do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
  }
}

private struct SameBytes: WorldRandomness {
  func bytes(_ count: Int) -> [UInt8] { Array(repeating: 7, count: count) }
}
