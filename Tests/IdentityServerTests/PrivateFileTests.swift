//  PrivateFileTests.swift - what is in the way of a private file is replaced only if it is a file.

#if Server
  import Foundation
  import TestSupport
  import Testing

  @testable import IdentityServer

  @Suite struct `A private file` {
    private let folder: TestFolder
    private var path: String { folder.path + "/token" }

    init() throws { folder = try TestFolder() }

    private var names: [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }

    private func text(_ name: String) -> String? {
      try? String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
    }

    @Test func `is its owner's alone, and nothing stays beside it`() throws {
      _ = try folder.write("token", "old")

      try PrivateFile.write("new\n", to: path)

      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(text("token") == "new\n" && mode == 0o600 && names == ["token"])
    }

    @Test func `is at no moment open to others`() async throws {
      let modes = modesOfFiles(in: folder.path)

      for _ in 0..<300 { try PrivateFile.write("new", to: path) }

      modes.cancel()
      #expect(await modes.value.isSubset(of: [0o600]))
    }

    @Test(arguments: ["token", "."])
    func `does not take the place of a folder`(name: String) throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      _ = try folder.write("token/precious", "kept")

      let error = #expect(throws: LocalServerError.self) {
        try PrivateFile.write("new", to: "\(folder.path)/\(name)")
      }

      #expect(error?.code == .file)
      #expect(error?.description.contains("is no regular file") == true)
      #expect(text("token/precious") == "kept" && names == ["token"])
    }

    @Test func `takes the place of a link, and leaves alone what that leads to`() throws {
      _ = try folder.write("other", "kept")
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "other")

      try PrivateFile.write("new", to: path)

      #expect(text("token") == "new" && text("other") == "kept" && names == ["other", "token"])
    }

    @Test func `leaves alone what is called as it and new`() throws {
      try FileManager.default.createDirectory(
        atPath: path + ".new", withIntermediateDirectories: false)
      _ = try folder.write("token.new/precious", "kept")

      try PrivateFile.write("new", to: path)

      #expect(text("token") == "new" && text("token.new/precious") == "kept")
    }

    @Test func `says that it cannot be written`() throws {
      let error = #expect(throws: LocalServerError.self) {
        try PrivateFile.write("new", to: path + "/inner")
      }

      #expect(error?.description == "\(path)/inner cannot be written; name another file")
    }
  }

  /// The modes of what is in a folder, looked at without a pause until the task is cancelled.
  func modesOfFiles(in folder: String) -> Task<Set<Int>, Never> {
    Task.detached {
      let files = FileManager.default
      var modes: Set<Int> = []
      while !Task.isCancelled {
        for name in (try? files.contentsOfDirectory(atPath: folder)) ?? [] {
          let facts = try? files.attributesOfItem(atPath: "\(folder)/\(name)")
          if let mode = facts?[.posixPermissions] as? Int { modes.insert(mode) }
        }
      }
      return modes
    }
  }
#endif
