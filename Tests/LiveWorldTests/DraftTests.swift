//  DraftTests.swift - files of a real disk that take the place of others.

import Platform
import SSOScript
import TestSupport
import Testing

@testable import LiveWorld

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

  @Test(.enabled(if: geteuid() == 0, "only root can become somebody else"))
  func `is not open to the group where it cannot have the group of the file`() async {
    // In a process of its own: the user is the whole process's.
    await #expect(processExitsWith: .success) {
      let folder = try TestFolder()
      let path = try folder.write("config", "old")
      #expect(unsafe chmod(folder.path, 0o777) == 0 && chown(path, 65_534, 12_345) == 0)
      #expect(unsafe chmod(path, 0o664) == 0)
      #expect(setgroups(0, nil) == 0 && setegid(65_534) == 0 && seteuid(65_534) == 0)
      try LiveFiles().openDraft(path + ".draft", of: path).close()
      #expect(seteuid(0) == 0)
      var facts = stat()
      #expect(unsafe stat(path + ".draft", &facts) == 0)
      #expect(facts.st_mode & 0o777 == 0o604)
    }
  }

  @Test func `takes the place of one that a killed program left`() throws {
    _ = try folder.write("config.draft", "half")
    let file = try LiveFiles().openDraft(draft, of: path)
    try file.write(Array("whole".utf8))
    #expect(try LiveFiles().read(draft, limit: 100) == Array("whole".utf8))
  }

  @Test func `is not taken from who writes it, until it is closed`() throws {
    let file = try LiveFiles().openDraft(draft, of: path)
    let failure = #expect(throws: DoorError.self) { try LiveFiles().openDraft(draft, of: path) }
    #expect(failure?.number == EEXIST)
    try file.write(Array("mine".utf8))
    #expect(try LiveFiles().read(draft, limit: 100) == Array("mine".utf8))
    try file.close()
    #expect(throws: Never.self) { try LiveFiles().openDraft(draft, of: path).close() }
  }

  @Test func `is free once it is closed, though a program that is being started has it`() throws {
    let file = try LiveFiles().openDraft(draft, of: path)
    // As such a program has it: the same open file once more.
    let copy = dup(try #require(file as? LiveFile).descriptor)
    defer { _ = close(copy) }
    try file.close()
    #expect(throws: Never.self) { try LiveFiles().openDraft(draft, of: path).close() }
  }

  @Test func `is not taken from who has made it a link, a folder or a FIFO`() throws {
    let other = try folder.write("other", "mine")
    let makers = [
      { unsafe symlink(other, draft) }, { unsafe mkdir(draft, 0o700) },
      { unsafe mkfifo(draft, 0o600) },
    ]
    for make in makers {
      try #require(make() == 0)
      let failure = #expect(throws: DoorError.self) { try LiveFiles().openDraft(draft, of: path) }
      #expect(failure?.number == EEXIST)
      try LiveFiles().remove(draft)
    }
    #expect(try LiveFiles().read(other, limit: 100) == Array("mine".utf8))
  }

  @Test(arguments: ["device", "FIFO", "folder"])
  func `takes the place of no device, FIFO or folder`(kind: String) throws {
    switch kind {
    case "device":
      // The numbers of the null device.
      guard unsafe mknod(path, S_IFCHR | 0o600, 0x103) == 0 else { return }
    case "FIFO": try #require(unsafe mkfifo(path, 0o600) == 0)
    default: try #require(unsafe mkdir(path, 0o700) == 0)
    }
    let failure = #expect(throws: DoorError.self) { try LiveFiles().openDraft(draft, of: path) }
    #expect(failure?.message == "\(path) is no regular file; nothing is written")
    #expect(failure?.number == EINVAL)
    #expect(unsafe access(draft, F_OK) != 0)
  }
}
