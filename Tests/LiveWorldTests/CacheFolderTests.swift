//  CacheFolderTests.swift - cache files on a real disk: whole, private, and nobody else's.

import EventLoop
import Platform
import SSOOIDC
import Synchronization
import TestSupport
import Testing

@testable import LiveWorld

@Suite struct `A cache folder` {
  let home: TestFolder
  let loop: EventLoop
  let folder: LiveCacheFolder
  var path: String { home.path + "/.aws/sso/cache" }

  init() throws {
    home = try TestFolder()
    loop = try EventLoop()
    folder = LiveCacheFolder(path: home.path + "/.aws/sso/cache", loop: loop)
  }

  private func mode(_ path: String) -> mode_t {
    var facts = stat()
    return unsafe stat(path, &facts) == 0 ? facts.st_mode & 0o777 : 0
  }

  @Test func `F10 reads as empty while it does not exist`() throws {
    #expect(try folder.read("a.json") == nil)
    #expect(try folder.names().isEmpty)
    try folder.remove("a.json")
  }

  @Test func `F14 makes itself and its files for the user alone`() throws {
    try folder.replace("a.json", with: Array("one".utf8))
    #expect(mode(path) == 0o700)
    #expect(mode(path + "/a.json") == 0o600)
  }

  @Test func `takes nothing that it would not give back`() throws {
    try folder.replace("a.json", with: Array("one".utf8))
    let most = [UInt8](repeating: 1, count: 1 << 20)
    #expect(throws: CacheFolderError(.unwritable, "a.json: larger than 1048576 bytes")) {
      try folder.replace("a.json", with: most + [1])
    }
    #expect(try folder.read("a.json") == Array("one".utf8))
    try folder.replace("a.json", with: most)
    #expect(try folder.read("a.json") == most)
  }

  @Test func `leaves no draft where a file cannot take its place`() throws {
    try folder.replace("a.json", with: Array("one".utf8))
    _ = unsafe mkdir(path + "/b.json", 0o700)
    #expect(throws: CacheFolderError.self) { try folder.replace("b.json", with: [1]) }
    #expect(try folder.names() == ["a.json", "b.json"])
  }

  @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
  func `F10 that cannot be made says why`() async throws {
    _ = unsafe mkdir(home.path + "/.aws", 0o555)
    defer { _ = unsafe chmod(home.path + "/.aws", 0o755) }
    let error = #expect(throws: CacheFolderError.self) { try folder.replace("a.json", with: []) }
    #expect(
      error?.message
        == "\(path)/a.json: Permission denied; \(home.path)/.aws keeps you out (chmod u+rwx it)")
    let lock = await #expect(throws: CacheFolderError.self) {
      try await folder.lock("a.json.lock") {}
    }
    #expect(lock?.message.contains("no lock (Permission denied)") == true)
  }

  @Test(.enabled(if: geteuid() != 0, "root may look everywhere"))
  func `that cannot be listed is not taken for an empty one`() throws {
    try folder.replace("a.json", with: Array("secret".utf8))
    #expect(unsafe chmod(path, 0o300) == 0)
    defer { _ = unsafe chmod(path, 0o700) }
    let error = #expect(throws: CacheFolderError.self) { try folder.names() }
    #expect(
      error?.message == "\(path): Permission denied; \(path) keeps you out (chmod u+rwx it)")
  }

  @Test func `replaces a file whole and leaves no draft behind`() throws {
    try folder.replace("a.json", with: Array("a longer text".utf8))
    try folder.replace("a.json", with: Array("short".utf8))
    #expect(try folder.read("a.json") == Array("short".utf8))
    #expect(try folder.names() == ["a.json"])
  }

  /// A draft that another program writes, until it is let go.
  private func openDraft(_ name: String) throws -> SystemFile {
    let folder = try #require(SystemFile.open(path, O_RDONLY | O_DIRECTORY))
    return try #require(SystemFile.makeDraft(name, in: folder, at: "\(path)/\(name)"))
  }

  @Test func `F06 removes the draft that nobody writes, whatever the number of its process`() throws
  {
    try folder.replace("a.json", with: Array("one".utf8))
    _ = try home.write(".aws/sso/cache/a.json.tmp-999999999", "half")
    _ = try home.write(".aws/sso/cache/a.json.tmp-1", "of a container that was killed")
    _ = try home.write(".aws/sso/cache/a.json.tmp-\(getpid())-1", "of one with our number")
    let draft = try openDraft("a.json.tmp-2-1")
    try folder.replace("a.json", with: Array("two".utf8))
    #expect(try folder.names() == ["a.json", "a.json.tmp-2-1"])
    draft.unlock()
    draft.close()
    try folder.replace("a.json", with: Array("three".utf8))
    #expect(try folder.names() == ["a.json"])
  }

  @Test func `F06 writes though another container's process of the same number does`() throws {
    try folder.replace("a.json", with: Array("one".utf8))
    let draft = try openDraft("a.json.tmp-\(getpid())-1")
    try folder.replace("a.json", with: Array("two".utf8))
    #expect(try folder.read("a.json") == Array("two".utf8))
    draft.unlock()
    draft.close()
  }

  @Test func `removes with a file what is left beside it, and says what another program writes`()
    throws
  {
    for name in ["a.json", "a.json.tmp-1", "a.json.bad-1", "a.json.lock", "b.json.tmp-1"] {
      try folder.replace(name, with: Array("secret".utf8))
    }
    try folder.remove("a.json")
    #expect(try folder.names() == ["a.json.lock", "b.json.tmp-1"])
    let draft = try openDraft("a.json.tmp-2-1")
    let error = #expect(throws: CacheFolderError.self) { try folder.remove("a.json") }
    #expect(error?.code == .remains)
    #expect(error?.message.contains("a.json.tmp-2-1 is still there") == true)
    draft.unlock()
    draft.close()
    try folder.remove("a.json")
    #expect(try folder.names() == ["a.json.lock", "b.json.tmp-1"])
  }

  @Test func `is empty where there can be none, but not where a file stands in its place`() throws {
    let file = try home.write("file", "")
    let nowhere = LiveCacheFolder(path: file + "/.aws/sso/cache", loop: loop)
    #expect(try nowhere.read("a.json") == nil)
    #expect(try nowhere.makePrivate() == [])
    try nowhere.remove("a.json")
    let full = #expect(throws: CacheFolderError.self) { try nowhere.replace("a.json", with: []) }
    #expect(full?.message.contains("Not a directory") == true)
    let folder = LiveCacheFolder(path: file, loop: loop)
    #expect(throws: CacheFolderError.self) { try folder.read("a.json") }
    #expect(throws: CacheFolderError.self) { try folder.remove("a.json") }
    #expect(throws: CacheFolderError.self) { try folder.makePrivate() }
  }

  @Test func `F12 follows no link, and opens no pipe and no folder`() throws {
    try folder.replace("a.json", with: Array("secret".utf8))
    #expect(unsafe symlink("a.json", path + "/link.json") == 0)
    #expect(unsafe mkfifo(path + "/pipe.json", 0o600) == 0)
    #expect(unsafe mkdir(path + "/folder.json", 0o700) == 0)
    for name in ["link.json", "pipe.json", "folder.json"] {
      let error = #expect(throws: CacheFolderError.self) { try folder.read(name) }
      #expect(error?.code == .untrusted, "\(name)")
      #expect(error?.message.contains(name) == true)
    }
  }

  @Test(arguments: [0o644, 0o660] as [mode_t])
  func `F13 does not use a file that others can reach, and says how to mend it`(mode: mode_t)
    throws
  {
    try folder.replace("a.json", with: Array("secret".utf8))
    #expect(unsafe chmod(path + "/a.json", mode) == 0)
    let error = #expect(throws: CacheFolderError.self) { try folder.read("a.json") }
    #expect(error?.message.contains("chmod 600") == true)
  }

  @Test func `F13 shuts others out when asked to, and touches nothing that is theirs`() throws {
    #expect(try folder.makePrivate() == [])
    for name in ["a.json", "b.json"] { try folder.replace(name, with: Array("secret".utf8)) }
    let other = try home.write("other", "")
    #expect(unsafe chmod(other, 0o644) == 0 && symlink(other, path + "/link.json") == 0)
    #expect(unsafe chmod(path + "/a.json", 0o640) == 0 && chmod(path, 0o750) == 0)
    #expect(try folder.makePrivate() == [path, path + "/a.json"])
    #expect(mode(path) == 0o700 && mode(path + "/a.json") == 0o600 && mode(other) == 0o644)
    #expect(try folder.read("a.json") == Array("secret".utf8))
    #expect(try folder.makePrivate() == [])
  }

  @Test(arguments: [0o777, 0o770, 0o702] as [mode_t])
  func `F11 is not used while others can write to it`(mode: mode_t) throws {
    try folder.replace("a.json", with: Array("secret".utf8))
    #expect(unsafe chmod(path, mode) == 0)
    let error = #expect(throws: CacheFolderError.self) { try folder.read("a.json") }
    #expect(error?.code == .untrusted)
    #expect(error?.message == "\(path) can be written by others; not used (chmod 700 it)")
    let distrust = #expect(throws: CacheFolderError.self) { try folder.requireTrust() }
    #expect(distrust == error)
    #expect(unsafe chmod(path, 0o700) == 0)
    try folder.requireTrust()
  }

  @Test(arguments: [(0, "root"), (3_999_999_999, "user 3999999999")] as [(uid_t, String)])
  func `F11 that belongs to somebody else says to whom, not to change its mode`(
    owner: uid_t, name: String
  ) throws {
    // A user cannot give a folder away, but all have some of root's.
    let isRoot = geteuid() == 0
    guard isRoot != (owner == 0) else { return }
    let place = isRoot ? path : "/usr"
    if isRoot {
      try folder.replace("a.json", with: [])
      #expect(unsafe chown(path, owner, owner) == 0)
    }
    let error = #expect(throws: CacheFolderError.self) {
      try LiveCacheFolder(path: place, loop: loop).read("a.json")
    }
    #expect(error?.code == .untrusted)
    #expect(error?.message == "\(place) belongs to \(name); not used (chown it to you)")
  }

  @Test(.enabled(if: geteuid() == 0, "only root can become somebody else"))
  func `F10 below a folder of somebody else who lets nobody in names that folder`() async {
    // In a process of its own: the user is the whole process's.
    await #expect(processExitsWith: .success) {
      let home = try TestFolder()
      let sso = "\(home.path)/.aws/sso"
      for (place, mode) in [(home.path, 0o755), ("\(home.path)/.aws", 0o755), (sso, 0o700)] {
        _ = unsafe mkdir(place, mode_t(mode))
        #expect(unsafe chmod(place, mode_t(mode)) == 0)
      }
      let folder = LiveCacheFolder(path: "\(sso)/cache", loop: try EventLoop())
      let words = "; \(sso) belongs to root and keeps you out (chown it to you)"
      #expect(seteuid(65_534) == 0)
      let reading = #expect(throws: CacheFolderError.self) { try folder.read("a.json") }
      #expect(unsafe seteuid(0) == 0 && chmod(sso, 0o755) == 0 && seteuid(65_534) == 0)
      let writing = #expect(throws: CacheFolderError.self) {
        try folder.replace("a.json", with: [])
      }
      #expect(seteuid(0) == 0)
      #expect(reading?.message == "\(sso)/cache: Permission denied\(words)")
      #expect(writing?.message == "\(sso)/cache/a.json: Permission denied\(words)")
    }
  }

  @Test func `F15 judges the file that it reads, whatever takes its place meanwhile`() throws {
    try folder.replace("good", with: Array("good".utf8))
    try folder.replace("evil", with: Array("evil".utf8))
    #expect(unsafe chmod(path + "/evil", 0o644) == 0)
    try folder.replace("a.json", with: Array("good".utf8))
    let isDone = Atomic(false)
    let path = path
    let swapper = try EventLoop.runOnThread(name: "swapper") {
      let (place, draft) = (path + "/a.json", path + "/draft")
      var isEvil = false
      while !isDone.load(ordering: .relaxed) {
        isEvil.toggle()
        _ = unsafe link(path + (isEvil ? "/evil" : "/good"), draft)
        _ = unsafe rename(draft, place)
      }
    }
    var seen: Set<String> = []
    for _ in 0..<2000 {
      do throws(CacheFolderError) {
        let bytes = try folder.read("a.json") ?? []
        seen.insert(String(decoding: bytes, as: UTF8.self))
      } catch {
        #expect(error.code == .untrusted, "\(error.message)")
      }
    }
    isDone.store(true, ordering: .relaxed)
    swapper.join()
    #expect(seen.isSubset(of: ["good"]), "\(seen)")
  }

  @Test func `F01 keeps at most three damaged files`() throws {
    for text in ["1", "2", "3", "4"] {
      try folder.replace("a.json", with: Array(text.utf8))
      _ = try folder.setAside("a.json")
    }
    #expect(try folder.names() == ["a.json.bad-1", "a.json.bad-2", "a.json.bad-3"])
  }

  @Test func `lets one at a time hold a lock, and the next on as soon as it is let go`()
    async throws
  {
    let thread = try EventLoop.runOnThread(name: "test loop") { [loop] in loop.run() }
    let order = Mutex<[String]>([])
    let first = try await folder.lock("a.lock") {}
    let (waits, isWaiting) = AsyncStream.makeStream(of: Void.self)
    let second = Task(executorPreference: loop.taskExecutor) { [folder] in
      let lock = try await folder.lock("a.lock") {
        order.withLock { $0.append("waits") }
        isWaiting.yield()
      }
      order.withLock { $0.append("holds") }
      await lock.release()
    }
    for await _ in waits { break }
    await first.release()
    try await second.value
    #expect(order.withLock { $0 } == ["waits", "holds"])
    loop.stop()
    thread.join()
  }

  @Test func `F12 takes no lock through a link, and makes nothing where it leads`() async throws {
    try folder.replace("a.json", with: Array("secret".utf8))
    let place = home.path + "/elsewhere"
    #expect(unsafe symlink(place, path + "/a.lock") == 0)
    for isThere in [false, true] {
      if isThere { _ = try home.write("elsewhere", "") }
      let error = await #expect(throws: CacheFolderError.self) {
        try await folder.lock("a.lock") {}
      }
      #expect(error?.code == .noLocks)
      #expect(ThisProcess.isThere(place) == isThere)
    }
  }

  @Test func `F04 has no lock left once its holder is killed`() async throws {
    let thread = try EventLoop.runOnThread(name: "test loop") { [loop] in loop.run() }
    let warm = try await folder.lock("a.lock") {}
    await warm.release()
    let holder = try ChildProcess([
      "flock", "-F", path + "/a.lock", "sh", "-c", "echo held; exec tail -f /dev/null",
    ])
    #expect(try holder.readLine() == "held")
    let (waits, isWaiting) = AsyncStream.makeStream(of: Void.self)
    let task = Task(executorPreference: loop.taskExecutor) { [folder] in
      let lock = try await folder.lock("a.lock") { isWaiting.yield() }
      await lock.release()
    }
    for await _ in waits { break }
    holder.send(signal: SIGKILL)
    _ = try holder.end()
    try await task.value
    loop.stop()
    thread.join()
  }
}
