//  DraftTests.swift - files of a real disk that take the place of others.

import SSOScript
import TestSupport
import Testing

@testable import LiveWorld

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct `A draft of a file` {
  private let folder: TestFolder
  private var path: String { folder.path + "/config" }
  private var draft: String { path + ".draft" }

  init() throws { folder = try TestFolder() }

  private var facts: stat {
    var facts = stat()
    _ = unsafe stat(draft, &facts)
    return facts
  }

  @Test(arguments: [0o600, 0o640, 0o644] as [mode_t])
  func `is open to whom the file is open to`(mode: mode_t) throws {
    _ = try folder.write("config", "old")
    _ = unsafe chmod(path, mode)
    try LiveFiles().openDraft(draft, of: path).close()
    #expect(facts.st_mode & 0o777 == mode)
  }

  @Test func `is for the user alone where there is no file yet`() throws {
    try LiveFiles().openDraft(draft, of: path).close()
    #expect(facts.st_mode & 0o777 == 0o600)
  }

  @Test(.enabled(if: geteuid() == 0, "only root may give files away"))
  func `belongs to whom the file belongs to`() throws {
    _ = try folder.write("config", "old")
    _ = unsafe chown(path, 12_345, 23_456)
    try LiveFiles().openDraft(draft, of: path).close()
    #expect(facts.st_uid == 12_345)
    #expect(facts.st_gid == 23_456)
  }
}
