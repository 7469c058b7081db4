import LiveWorld
import Platform
import SSOScript
import TestSupport
import Testing

@Suite struct `Policy files` {
  private struct Variables: WorldEnvironment {
    var values: [String: String]
    func value(_ name: String) -> String? { values[name] }
  }

  private let folder: TestFolder
  private var home: String { ThisProcess.canonical(folder.path) }

  init() throws { folder = try TestFolder() }

  private func make(_ path: String, mode: mode_t = 0o600) throws {
    var made = folder.path
    for part in path.split(separator: "/").dropLast() {
      made += "/\(part)"
      _ = unsafe mkdir(made, 0o700)
    }
    let file = try folder.write(path, "return {}")
    _ = unsafe chmod(file, mode)
  }

  private func files(in directory: String, _ more: [String: String] = [:]) -> PolicyFiles {
    PolicyFiles(
      environment: Variables(values: ["HOME": home].merging(more) { $1 }),
      directory: directory, systemFile: "\(home)/etc/policy.lua")
  }

  private func found(_ files: PolicyFiles, named: [String] = []) throws -> [String] {
    try files.find(named: named).map { "\($0.level.rawValue) \($0.path.dropFirst(home.count + 1))" }
  }

  @Test func `are found from the outside to the inside`() throws {
    try make("etc/policy.lua")
    try make(".config/ssoscript/policy.lua")
    try make("work/.ssoscript/policy.lua")
    try make("work/a/b/x")
    try make("extra.lua")
    #expect(
      try found(files(in: "\(home)/work/a/b"), named: ["\(home)/extra.lua"]) == [
        "system etc/policy.lua", "user .config/ssoscript/policy.lua",
        "project work/.ssoscript/policy.lua", "option extra.lua",
      ])
  }

  @Test func `of a project are those of the nearest folder, below home or in the working one`()
    throws
  {
    try make(".ssoscript/policy.lua")
    try make("work/.ssoscript/policy.lua")
    try make("work/a/.ssoscript/policy.lua")
    #expect(try found(files(in: "\(home)/work/a")) == ["project work/a/.ssoscript/policy.lua"])
    #expect(try found(files(in: "\(home)/other")) == [])
    #expect(try found(files(in: home)) == ["project .ssoscript/policy.lua"])
    let elsewhere = PolicyFiles(
      environment: Variables(values: ["HOME": "/nowhere"]), directory: "\(home)/work/a/b",
      systemFile: "/nowhere")
    #expect(try elsewhere.find().isEmpty)
  }

  @Test func `of the user are where XDG_CONFIG_HOME says`() throws {
    try make("xdg/ssoscript/policy.lua")
    #expect(
      try found(files(in: "/", ["XDG_CONFIG_HOME": "\(home)/xdg"])) == [
        "user xdg/ssoscript/policy.lua"
      ])
  }

  @Test func `of the user are not where a relative HOME leads`() throws {
    try make(".config/ssoscript/policy.lua")
    let relative = String(repeating: "../", count: 30) + home.dropFirst()
    #expect(try found(files(in: "/", ["HOME": relative])) == [])
  }

  @Test func `of the user are not where a relative XDG_CONFIG_HOME leads`() throws {
    try make(".config/ssoscript/policy.lua")
    #expect(
      try found(files(in: "/", ["XDG_CONFIG_HOME": "xdg"])) == [
        "user .config/ssoscript/policy.lua"
      ])
  }

  @Test(.enabled(if: geteuid() != 0, "root may look everywhere"))
  func `in a home that is closed to this user are not its own`() throws {
    try make("closed/ssoscript/policy.lua")
    _ = unsafe chmod("\(home)/closed", 0)
    defer { _ = unsafe chmod("\(home)/closed", 0o700) }
    #expect(try found(files(in: "/", ["XDG_CONFIG_HOME": "\(home)/closed"])).isEmpty)
  }

  @Test(.enabled(if: geteuid() != 0, "root may look everywhere"))
  func `in a working directory that is closed to this user are not its own`() throws {
    try make("closed/.ssoscript/policy.lua")
    _ = unsafe chmod("\(home)/closed", 0)
    defer { _ = unsafe chmod("\(home)/closed", 0o700) }
    #expect(try found(files(in: "\(home)/closed")).isEmpty)
  }

  @Test(arguments: [
    "etc/policy.lua", ".config/ssoscript/policy.lua", "work/.ssoscript/policy.lua",
  ])
  func `that are links to nothing are not passed over`(path: String) throws {
    try make(path)
    _ = unsafe unlink("\(home)/\(path)")
    _ = unsafe symlink("/nowhere/policy.lua", "\(home)/\(path)")
    let error = #expect(throws: DoorError.self) { try files(in: "\(home)/work").find() }
    #expect(error?.message == "the policy \(home)/\(path) is a link that leads nowhere")
  }

  @Test(arguments: [
    ("etc", "etc/policy.lua"), (".config/ssoscript", ".config/ssoscript/policy.lua"),
    (".config", ".config/ssoscript/policy.lua"), ("work/.ssoscript", "work/.ssoscript/policy.lua"),
  ])
  func `in folders that are links to nothing are not passed over`(
    link: String, path: String
  ) throws {
    for target in ["/nowhere/policies", "\(home)/\(link)"] {
      try make("\(link).txt")
      _ = unsafe symlink(target, "\(home)/\(link)")
      let error = #expect(throws: DoorError.self) { try files(in: "\(home)/work").find() }
      #expect(
        error?.message
          == "the policy \(home)/\(path): \(home)/\(link) is a link that leads nowhere")
      _ = unsafe unlink("\(home)/\(link)")
    }
  }

  @Test func `in folders that are links are found`() throws {
    try make("elsewhere/policy.lua")
    try make(".config/x")
    _ = unsafe symlink("\(home)/elsewhere", "\(home)/.config/ssoscript")
    #expect(try found(files(in: "/")) == ["user .config/ssoscript/policy.lua"])
  }

  @Test(arguments: [mode_t(0o620), 0o602, 0o666])
  func `that others can write are refused by name`(mode: mode_t) throws {
    try make(".config/ssoscript/policy.lua", mode: mode)
    let error = #expect(throws: DoorError.self) { try files(in: "/").find() }
    #expect(
      error?.message
        == "the policy \(home)/.config/ssoscript/policy.lua is not to be trusted: "
        + "others can write to it (chmod go-w it)")
  }

  @Test func `that are no files are refused`() throws {
    try make(".config/ssoscript/policy.lua/x")
    let error = #expect(throws: DoorError.self) { try files(in: "/").find() }
    #expect(error?.message.contains("regular file") == true)
  }

  @Test func `that are named must be there`() throws {
    let error = #expect(throws: DoorError.self) {
      try files(in: "\(home)").find(named: ["\(home)/missing.lua"])
    }
    #expect(error?.number == ENOENT)
    #expect(error?.message == "\(home)/missing.lua: No such file or directory")
  }

  @Test func `belong to the user or to root`() throws {
    try make(".config/ssoscript/policy.lua")
    // Only root can give a file away.
    guard geteuid() == 0 else { return }
    _ = unsafe chown("\(home)/.config/ssoscript/policy.lua", 12345, 12345)
    let error = #expect(throws: DoorError.self) { try files(in: "/").find() }
    #expect(error?.message.contains("it belongs to somebody else") == true)
  }
}
