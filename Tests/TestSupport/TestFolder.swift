//  TestFolder.swift - a folder that goes with the test.

import Platform

/// An empty folder; removed with everything in it when it is let go.
package final class TestFolder: Sendable {
  package let path: String

  package init() throws {
    var name = Array("/tmp/ssoscript-test-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&name) != nil else { throw TestSupportError("no folder") }
    path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { _ = try? ChildProcess(["rm", "-rf", path]).end() }

  /// The path of a new file.
  package func write(_ name: String, _ text: String) throws -> String {
    let file = unsafe open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard file >= 0 else { throw TestSupportError("\(path)/\(name) cannot be made") }
    defer { _ = close(file) }
    guard unsafe systemWrite(file, text, text.utf8.count) == text.utf8.count else {
      throw TestSupportError("\(path)/\(name) cannot be written")
    }
    return "\(path)/\(name)"
  }
}

private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  unsafe write(file, bytes, count)
}
