import EventLoop
@testable import LiveWorld
import Platform
import SSOScript
import TestSupport
import Testing

@Suite struct `A SQLite file` {
  private let folder: TestFolder
  private var path: String { "\(folder.path)/logins.db" }
  private var table: any WorldTable { LiveTables().table(path) }

  init() throws { folder = try TestFolder() }

  @Test func `keeps bytes for the next to open it`() async throws {
    let bytes: [UInt8] = [0, 255, 10, 0]
    #expect(try await table.get("a") == nil)
    try await table.put("a", bytes)
    try await table.put("b", [])
    #expect(try await table.get("a") == bytes)
    #expect(try await table.get("b") == [])
    try await table.put("a", [1])
    #expect(try await table.get("a") == [1])
    try await table.remove("a")
    try await table.remove("a")
    #expect(try await table.get("a") == nil)
  }

  @Test func `takes a value of a MiB, and none that is larger`() async throws {
    let most = [UInt8](repeating: 1, count: 1 << 20)
    let error = await #expect(throws: DoorError.self) { try await table.put("a", most + [1]) }
    #expect(error?.message == "\(path): a value is larger than 1048576 bytes")
    #expect(try await table.get("a") == nil)
    try await table.put("a", most)
    #expect(try await table.get("a") == most)
  }

  @Test func `tells the keys that begin with a text`() async throws {
    #expect(try await table.keys(startingWith: "a/") == [])
    _ = try folder.write("logins.db", "")
    _ = unsafe chmod(path, 0o600)
    #expect(try await table.keys(startingWith: "a/") == [])
    for key in ["a/2", "a/1", "A/3", "b/a/", "a_x", "a%"] { try await table.put(key, [1]) }
    #expect(try await table.keys(startingWith: "a/") == ["a/1", "a/2"])
    #expect(try await table.keys(startingWith: "c") == [])
    #expect(try await table.keys(startingWith: "").count == 6)
  }

  @Test func `is made for the user alone, and not made to look into it`() async throws {
    _ = try await table.get("a")
    let isThere = unsafe access(path, F_OK) == 0
    #expect(!isThere)
    try await table.put("a", [1])
    var facts = stat()
    let status = unsafe stat(path, &facts)
    #expect(status == 0 && facts.st_mode & 0o777 == 0o600)
  }

  @Test func `is not written to by who only reads`() async throws {
    _ = try folder.write("logins.db", "")
    _ = unsafe chmod(path, 0o400)
    #expect(try await table.get("a") == nil)
    var facts = stat()
    let status = unsafe stat(path, &facts)
    #expect(status == 0 && facts.st_size == 0)
    _ = unsafe chmod(path, 0o600)
    try await table.put("a", [1])
    _ = unsafe chmod(path, 0o400)
    #expect(try await table.get("a") == [1])
  }

  @Test func `takes many writers`() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        group.addTask { try await table.put("\(number)", [UInt8(number)]) }
      }
      try await group.waitForAll()
    }
    for number in 0..<20 { #expect(try await table.get("\(number)") == [UInt8(number)]) }
  }

  @Test func `that others can read, that is a link, or that is none is not used`() async throws {
    try await table.put("a", [1])
    _ = unsafe chmod(path, 0o644)
    let open = await #expect(throws: DoorError.self) { try await table.get("a") }
    #expect(open?.message.contains("others can reach it") == true)
    _ = unsafe symlink(path, "\(folder.path)/link.db")
    await #expect(throws: DoorError.self) {
      try await LiveTables().table("\(folder.path)/link.db").get("a")
    }
    let place = LiveTables().table(folder.path)
    for call in [{ _ = try await place.get("a") }, { try await place.put("a", [1]) }] {
      let error = await #expect(throws: DoorError.self) { try await call() }
      #expect(error?.message == "\(folder.path) is not used: it is no regular file")
    }
    let text = try folder.write("text.db", "this is no database, but it is long enough to be one")
    let none = await #expect(throws: DoorError.self) {
      try await LiveTables().table(text).get("a")
    }
    #expect(none?.message.contains("text.db: file is not a database") == true)
  }
}
