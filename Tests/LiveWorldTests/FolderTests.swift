//  FolderTests.swift - Lua files below a folder of a real disk.

import LiveWorld
import Platform
import SSOScript
import TestSupport
import Testing

@Suite struct `Lua files below a folder` {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private var found: [String]? {
    get throws {
      try ThisProcess.luaFiles(below: folder.path).map { files in
        files.map { String($0.dropFirst(folder.path.count + 1)) }
      }
    }
  }

  @Test func `are found in order, and hidden ones and other kinds of things are not`() throws {
    try ThisProcess.write([], to: "\(folder.path)/b/c.lua")
    try ThisProcess.write([], to: "\(folder.path)/b/notes.txt")
    try ThisProcess.write([], to: "\(folder.path)/.git/d.lua")
    try ThisProcess.write([], to: "\(folder.path)/a.lua")
    _ = unsafe symlink("a.lua", "\(folder.path)/e.lua")
    _ = unsafe symlink(".", "\(folder.path)/f")
    _ = unsafe mkfifo("\(folder.path)/g.lua", 0o600)
    #expect(try found == ["a.lua", "b/c.lua", "e.lua"])
  }

  @Test func `are written where a link leads, from the folder that it is in`() throws {
    try ThisProcess.write([1], to: "\(folder.path)/real/a.lua")
    _ = unsafe mkdir("\(folder.path)/links", 0o700)
    _ = unsafe symlink("../real/a.lua", "\(folder.path)/links/b.lua")
    try ThisProcess.replace("\(folder.path)/links/b.lua", with: [2, 3])
    #expect(try ThisProcess.read("\(folder.path)/real/a.lua", limit: 2) == [2, 3])
    #expect(try found == ["links/b.lua", "real/a.lua"])
    #expect(throws: DoorError.self) {
      try ThisProcess.read("\(folder.path)/real/a.lua", limit: 1)
    }
  }

  @Test func `are in no place where a folder is, and then no draft is left`() throws {
    let path = "\(folder.path)/a.lua"
    _ = unsafe mkdir(path, 0o700)
    let error = #expect(throws: DoorError.self) { try ThisProcess.replace(path, with: [1]) }
    #expect(error?.message == "\(path): Is a directory")
    #expect(ThisProcess.names(in: folder.path) == ["a.lua"])
  }

  @Test func `are written for the user alone, whatever the umask`() async {
    // In a process of its own: the umask is the whole process's.
    await #expect(processExitsWith: .success) {
      let folder = try TestFolder()
      let path = "\(folder.path)/new/a.lua"
      _ = umask(0o277)
      try ThisProcess.write([1], to: path)
      var facts = stat()
      #expect(unsafe stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o600)
      #expect(unsafe stat("\(folder.path)/new", &facts) == 0 && facts.st_mode & 0o777 == 0o700)
    }
  }

  @Test func `may lie in one that is named like a file`() throws {
    try ThisProcess.write([], to: "\(folder.path)/x_spec.lua/y_spec.lua")
    #expect(try found == ["x_spec.lua/y_spec.lua"])
  }

  @Test func `that are asked for have names that are UTF-8`() throws {
    try ThisProcess.write([], to: "\(folder.path)/below/a_spec.lua")
    let bytes = Array("\(folder.path)/below/caf".utf8) + [0xE9, 0x0A] + Array("_spec.lua\0".utf8)
    let number = unsafe bytes.withUnsafeBytes {
      unsafe open($0.baseAddress!.assumingMemoryBound(to: CChar.self), O_CREAT | O_WRONLY, 0o600)
    }
    #expect(close(number) == 0)
    let error = #expect(throws: DoorError.self) { try found }
    let words = #"below: the name "caf\xE9\x0A_spec.lua" is not UTF-8"#
    #expect(error?.message == "\(folder.path)/\(words)")
    #expect(try ThisProcess.luaFiles(below: folder.path, endingWith: ["_test.lua"]) == [])
  }

  @Test func `that are hidden may have any names`() throws {
    let bytes = Array("\(folder.path)/.caf".utf8) + [0xE9] + Array("_spec.lua\0".utf8)
    let number = unsafe bytes.withUnsafeBytes {
      unsafe open($0.baseAddress!.assumingMemoryBound(to: CChar.self), O_CREAT | O_WRONLY, 0o600)
    }
    #expect(close(number) == 0)
    #expect(try found == [])
  }

  @Test func `are none where there is no folder`() throws {
    try ThisProcess.write([], to: "\(folder.path)/a.lua")
    #expect(try ThisProcess.luaFiles(below: "\(folder.path)/a.lua") == nil)
    #expect(try ThisProcess.luaFiles(below: "\(folder.path)/none") == nil)
  }

  @Test(.enabled(if: geteuid() != 0, "root may open everything"))
  func `are not left out in silence`() throws {
    try ThisProcess.write([], to: "\(folder.path)/shut/a.lua")
    _ = unsafe chmod("\(folder.path)/shut", 0)
    defer { _ = unsafe chmod("\(folder.path)/shut", 0o700) }
    let error = #expect(throws: DoorError.self) { try found }
    #expect(error?.message == "\(folder.path)/shut: Permission denied")
  }
}

@Suite struct `A regular file` {
  @Test func `is read, and what is none is refused without a wait`() throws {
    let folder = try TestFolder()
    let path = "\(folder.path)/a.lua"
    try ThisProcess.write(Array("text".utf8), to: path)
    #expect(try ThisProcess.read(regular: path, limit: 4) == Array("text".utf8))
    _ = unsafe mkfifo("\(folder.path)/fifo", 0o600)
    for (name, words) in [
      ("a.lua", "larger than 3 bytes"), ("fifo", "is no regular file"), (".", "Is a directory"),
      ("none", "No such file or directory"),
    ] {
      let error = #expect(throws: DoorError.self) {
        try ThisProcess.read(regular: "\(folder.path)/\(name)", limit: 3)
      }
      #expect(error?.message == "\(folder.path)/\(name): \(words)")
    }
  }

  @Test func `is the same by all its names, and nothing else is one`() throws {
    let folder = try TestFolder()
    let (path, link, other) = ("\(folder.path)/a", "\(folder.path)/b", "\(folder.path)/c")
    try ThisProcess.write([], to: path)
    try ThisProcess.write([], to: other)
    #expect(unsafe symlink(path, link) == 0)
    #expect(RegularFile(path) != nil && RegularFile(path) == RegularFile(link))
    #expect(RegularFile(path) != RegularFile(other))
    #expect(RegularFile("/dev/null") == nil && RegularFile("\(folder.path)/none") == nil)
  }
}
