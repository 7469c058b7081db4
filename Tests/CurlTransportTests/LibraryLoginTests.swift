//  LibraryLoginTests.swift - what docs/library.md shows is what is compiled here.

import Foundation
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
