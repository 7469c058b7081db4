//  LibraryRunTests.swift - what docs/library.md shows is what is compiled here, and it runs.

import Foundation
import LiveWorld
import Platform
import SSOScript
import Testing

@Suite struct `The example of docs/library.md` {
  @Test func `is the function that is compiled beside this test`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let source = try String(
      contentsOf: folder.appendingPathComponent("LibraryRun.swift"), encoding: .utf8)
    let manual = try String(
      contentsOf: folder.appendingPathComponent("../../docs/library.md"), encoding: .utf8)
    let example = source.drop { $0 != "\n" }.drop(while: \.isNewline)
    #expect(manual.contains("```swift\n\(example)```"))
  }

  @Test func `runs a script to its end`() throws {
    #expect(try run("local sum = 1 + 1").outcome.exitStatus == 0)
    #expect(try run("os.exit(7)").outcome.exitStatus == 7)
  }

  @Test func `leaves the signals of its caller as they were`() throws {
    let before = heldBack()
    _ = try run("local sum = 1 + 1")
    #expect(heldBack() == before)
  }

  private func heldBack() -> [Int32] {
    var set = sigset_t()
    unsafe pthread_sigmask(SIG_SETMASK, nil, &set)
    return [SIGINT, SIGTERM, SIGHUP, SIGWINCH].filter { unsafe sigismember(&set, $0) == 1 }
  }
}
