import LuaEngine
import SSOOIDC
import SSOScript
import Synchronization
import Testing

/// `secret-tool` as far as it is used, over a keyring in memory: whatever has the attributes that are named is found,
/// replaced and cleared.
final class SecretTool: WorldPrograms {
  typealias Ring = [[String: String]: [UInt8]]

  let ring = Mutex<Ring>([:])
  /// What comes to pass in place of a command's work; `nil` for its work.
  let fault = Mutex<(@Sendable (_ command: String) -> ProgramEnd?)?>(nil)
  /// What happens after a command's work, and how that seems to end; `nil` for how it ended.
  let after = Mutex<(@Sendable (_ command: String, inout Ring) -> ProgramEnd?)?>(nil)
  let commands = Mutex<[String]>([])

  func run(
    _ arguments: [String], input: [UInt8], capturesOutput: Bool
  ) async throws(DoorError) -> ProgramEnd {
    guard arguments.first == "secret-tool" else { throw DoorError("no such program", number: 2) }
    let command = arguments[1]
    commands.withLock { $0.append(command) }
    if let end = fault.withLock({ $0?(command) }) { return end }
    let end = ring.withLock { Self.work(command, Self.attributes(arguments), input, in: &$0) }
    let after = after.withLock { $0 }
    return ring.withLock { after?(command, &$0) } ?? end
  }

  private static func attributes(_ arguments: [String]) -> [String: String] {
    let words = arguments.dropFirst(2).filter { !$0.hasPrefix("--") }
    return Dictionary(
      uniqueKeysWithValues: stride(from: 0, to: words.count, by: 2).map {
        (words[$0], words[$0 + 1])
      })
  }

  private static func work(
    _ command: String, _ wanted: [String: String], _ input: [UInt8], in ring: inout Ring
  ) -> ProgramEnd {
    let found = ring.keys.first { fits($0, wanted) }
    if command == "lookup" {
      return ProgramEnd(
        exitStatus: found == nil ? 1 : 0, output: (found.flatMap { ring[$0] } ?? []) + [10])
    }
    ring = ring.filter { !fits($0.key, wanted) }
    // As the real one does with what is too long for it.
    if command == "store" { ring[wanted] = Array(input.prefix(8192)) }
    return ProgramEnd(exitStatus: 0)
  }

  private static func fits(_ item: [String: String], _ wanted: [String: String]) -> Bool {
    wanted.allSatisfy { item[$0.key] == $0.value }
  }
}

@Suite struct `A store in the keyring` {
  private let tool = SecretTool()

  private func stage(_ randomness: UInt8 = 0) throws -> Stage {
    var stage = try Stage.open()
    stage.otherPrograms = tool
    stage.variables = ["HOME": "/home/me"]
    stage.randomness = [randomness]
    return stage
  }

  /// Runs a script with the store, a key and two values of two parts each.
  private func output(of script: String, randomness: UInt8 = 0) async throws -> String {
    try await stage(randomness).output(
      of: """
        local store, key = sso.cache.secret_service(), "a.json"
        local a, b = ("A"):rep(9000), ("B"):rep(9000)
        \(script)
        """)
  }

  private var count: Int { tool.ring.withLock { $0.count } }

  @Test func `that cannot be reached says so`() async throws {
    tool.fault.withLock { $0 = { _ in ProgramEnd(exitStatus: 2) } }
    let failure = try await stage().failure(of: "sso.cache.secret_service():get('a.json')")
    #expect(failure.message.contains("secret-tool lookup ended with exit status 2"))
  }

  /// What it says of a keyring that it cannot open.
  private static let locked = ProgramEnd(
    exitStatus: 1,
    error: Array(
      "\n(secret-tool:7): GLib-WARNING **: x\nsecret-tool: Cannot \u{1B}[2J\nmore\n".utf8))

  @Test(arguments: ["get('a.json')", "put('a.json', '')", "delete('a.json')"])
  func `that is locked says so, in the same words whatever is wanted`(call: String) async throws {
    tool.fault.withLock { $0 = { _ in Self.locked } }
    let failure = try await stage().failure(of: "sso.cache.secret_service():\(call)")
    #expect(failure.message.contains(#"the keyring cannot be used: Cannot \u{1b}[2J"#))
    #expect(!failure.message.contains("more"))
  }

  @Test func `has nothing where its tool only logs something`() async throws {
    let log = Array("\n(secret-tool:7): GLib-WARNING **: 12:00:00.000: x\n".utf8)
    tool.fault.withLock { $0 = { _ in ProgramEnd(exitStatus: 1, error: log) } }
    #expect(try await stage().output(of: "print(sso.cache.secret_service():get('a'))") == "nil\n")
  }

  @Test func `keeps what is longer than its tool takes at once`() async throws {
    let script = """
      local store, value = sso.cache.secret_service(), ("0123456789"):rep(3000)
      store:put("a.json", value)
      print(store:get("a.json") == value)
      store:put("a.json", "short")
      print(store:get("a.json"))
      store:put("a.json", "")
      print(store:get("a.json") == "")
      """
    #expect(try await stage().output(of: script) == "true\nshort\ntrue\n")
  }

  @Test(arguments: 0..<4) func `keeps a value of several parts whole or not at all`(
    step: Int
  ) async throws {
    _ = try await output(of: "store:put(key, a)")
    // A look at what was there, two parts, and what clears the old ones.
    let left = Mutex(step)
    tool.fault.withLock {
      $0 = { _ in
        left.withLock { left in
          left -= 1
          return left == -1 ? ProgramEnd(exitStatus: 3) : nil
        }
      }
    }
    let isKept = try await output(
      of: "print((pcall(store.put, store, key, b)))", randomness: 1)
    #expect(isKept == "\(step == 3)\n")
    let found = try await output(of: "print(store:get(key) == \(step == 3 ? "b" : "a"))")
    #expect(found == "true\n")
    #expect(count == (step == 3 ? 3 : 2))
  }

  @Test func `leaves nothing of a first value that could not be kept`() async throws {
    let stores = Mutex(0)
    tool.fault.withLock {
      $0 = { command in
        guard command == "store" else { return nil }
        return stores.withLock { stores in
          stores += 1
          return stores == 2 ? ProgramEnd(exitStatus: 3) : nil
        }
      }
    }
    let end = try await output(of: "print((pcall(store.put, store, key, a)), store:get(key))")
    #expect(end == "false\tnil\n")
    #expect(count == 0)
  }

  @Test func `spares a value whose keeping failed after it was done`() async throws {
    _ = try await output(of: "store:put(key, a)")
    let stores = Mutex(0)
    tool.after.withLock {
      $0 = { command, _ in
        guard command == "store" else { return nil }
        return stores.withLock { stores in
          stores += 1
          return stores == 2 ? ProgramEnd(exitStatus: 3) : nil
        }
      }
    }
    let isKept = try await output(of: "print((pcall(store.put, store, key, b)))", randomness: 1)
    #expect(isKept == "false\n")
    #expect(try await output(of: "print(store:get(key) == b)") == "true\n")
  }

  @Test(arguments: ["'short'", "b", "a", "('C'):rep(20000)"])
  func `clears the parts that a new value does not need`(value: String) async throws {
    _ = try await output(of: "store:put(key, a)")
    let found = try await output(
      of: "local v = \(value) store:put(key, v) print(store:get(key) == v)", randomness: 1)
    #expect(found == "true\n")
    #expect(count == (value == "'short'" ? 1 : value.hasPrefix("(") ? 5 : 2))
    _ = try await output(of: "store:delete(key)")
    #expect(count == 0)
  }

  @Test func `is read once more when it was replaced meanwhile`() async throws {
    _ = try await output(of: "store:put(key, b)", randomness: 1)
    let new = tool.ring.withLock { $0 }
    _ = try await output(of: "store:put(key, a)", randomness: 2)
    tool.after.withLock {
      $0 = { _, ring in
        ring = new
        return nil
      }
    }
    #expect(try await output(of: "print(store:get(key) == b)") == "true\n")
  }

  @Test func `that is damaged says so`() async throws {
    _ = try await output(of: "store:put(key, a)")
    tool.ring.withLock { $0 = $0.filter { $0.key["part"] == "0" } }
    let end = try await output(of: "print(pcall(store.get, store, key))")
    #expect(end.contains("is not as we wrote it"))
  }

  @Test func `needs one call for a value of one part that it has looked for`() async throws {
    _ = try await output(
      of: "store:get(key) store:put(key, 'new') store:get(key) store:put(key, '')")
    #expect(tool.commands.withLock { $0 } == ["lookup", "store", "lookup", "store"])
  }

  /// The value `a`, as older versions kept it.
  private func keepAsBefore() {
    let letters = Array(repeating: "QUFB", count: 3000).joined()
    for (number, text) in [
      "2.ab5e6f1972293865.\(letters.prefix(6000))", String(letters.dropFirst(6000)),
    ].enumerated() {
      let attributes = [
        "application": "ssoscript", "layer": "token", "key": "a.json", "part": "\(number)",
      ]
      tool.ring.withLock { $0[attributes] = Array(text.utf8) }
    }
  }

  @Test(arguments: [("'short'", 1), ("b", 2), ("a", 2)])
  func `reads and replaces what older versions kept`(value: String, parts: Int) async throws {
    keepAsBefore()
    let found = try await output(
      of: "print(store:get(key) == a) store:put(key, \(value)) print(store:get(key) == \(value))")
    #expect(found == "true\ntrue\n")
    #expect(count == parts)
  }
}
