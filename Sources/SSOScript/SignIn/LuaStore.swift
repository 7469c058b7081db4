//  LuaStore.swift - a store of logins that a script wrote: a table of functions.

import EventLoop
import LuaEngine
import SSOOIDC

/// Calls a script's `get`, `put`, `delete`, `lock` and `names`, each as a task of its own.
final class LuaStore: SignInStore {
  /// What must stand in the table, and what may.
  private static let required = ["get", "put", "delete"]
  private static let optional = ["lock", "names"]

  private let functions: [String: LuaReference]
  private let system: ScriptSystem
  private let locks: TaskLocks
  private let clock: any WorldClock

  /// Reads the table.
  ///
  /// - Throws: ``ScriptFailure/misuse(_:)`` that names `place` and the function that is missing.
  init(_ table: LuaTable, _ host: ScriptHost, _ place: String) throws(ScriptFailure) {
    guard let system = host.system else { throw .misuse("\(place): the script does not run") }
    var functions: [String: LuaReference] = [:]
    for name in Self.required + Self.optional {
      switch table[name] {
      case .reference(let reference) where reference.kind == .function:
        functions[name] = reference
      case .nil where Self.optional.contains(name): break
      case let other:
        throw .misuse("\(place).\(name) must be a function, got \(other.typeName)")
      }
    }
    self.functions = functions
    self.system = system
    locks = host.taskLocks
    clock = host.world.clock
  }

  func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    switch try await call("get", item) {
    case .nil, .null: return nil
    case .string(let text): return Array(text.utf8)
    case .bytes(let bytes): return bytes
    case let other:
      throw CacheFolderError(
        .unwritable, "cache.get must return a string or nil, got \(other.typeName)")
    }
  }

  func write(
    _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
  ) async throws(CacheFolderError) {
    _ = try await call("put", item, value: LuaValue(bytes: bytes), expires: expires)
  }

  func remove(_ item: CacheItem) async throws(CacheFolderError) {
    _ = try await call("delete", item)
  }

  func setAside(_ item: CacheItem) async throws(CacheFolderError) -> String {
    _ = try await call("delete", item)
    return "nowhere"
  }

  /// Where the script has no locks, the tasks of this process at least take turns.
  func lock(
    _ item: CacheItem, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock {
    guard let function = functions["lock"] else {
      return try await locks.lock(item.name, onWait: onWait)
    }
    guard LoginTurn.mayWait else {
      throw CacheFolderError(.cancelled, "whether cache.lock would wait cannot be told")
    }
    let (answer, lock) = try await call(function, "lock", facts(item)) { values, host in
      let answer = values.first ?? .nil
      return (answer, host.lock(answer))
    }
    if let lock { return lock }
    switch answer {
    case .nil: return NoLock()
    case .reference(let unlock) where unlock.kind == .function: return LuaLock(unlock, system)
    case let other:
      throw CacheFolderError(
        .noLocks, "cache.lock must return a function that unlocks, got \(other.typeName)")
    }
  }

  /// A script that lists nothing has no `names`.
  func names(in layer: CacheLayer) async throws(CacheFolderError) -> [String] {
    let list = try await call("names", [.string(layer.rawValue)])
    if list == .nil { return [] }
    guard case .table(let table) = list, table.fields.isEmpty else {
      throw CacheFolderError(
        .unwritable, "cache.names must return a list of keys, got \(list.typeName)")
    }
    return try table.items.map { item throws(CacheFolderError) in
      guard case .string(let key) = item, CacheItem.isPlain(key) else {
        throw CacheFolderError(.unwritable, "cache.names must return keys as they were put")
      }
      return key
    }
  }

  private func call(
    _ name: String, _ item: CacheItem, value: LuaValue? = nil, expires: Timestamp? = nil
  ) async throws(CacheFolderError) -> LuaValue {
    try await call(name, facts(item, value, expires: expires))
  }

  /// What a function gets: the key, the value, and what is known about them.
  private func facts(
    _ item: CacheItem, _ value: LuaValue? = nil, expires: Timestamp? = nil
  ) -> [LuaValue] {
    let facts = LuaValue.table(LuaTable(item, expires: expires, now: clock.now))
    return [.string(item.name)] + (value.map { [$0] } ?? []) + [facts]
  }

  private func call(
    _ name: String, _ arguments: [LuaValue]
  ) async throws(CacheFolderError) -> LuaValue {
    guard let function = functions[name] else { return .nil }
    return try await call(function, name, arguments) { values, _ in values.first ?? .nil }
  }

  private func call<Found: Sendable>(
    _ function: LuaReference, _ name: String, _ arguments: [LuaValue],
    reading: @escaping ScriptSystem.Reading<Found>
  ) async throws(CacheFolderError) -> Found {
    do throws(LuaFailure) {
      try CallDepth.check("cache.\(name)")
      // A call of the function must not wait for the login that calls it.
      let hook = LoginTurn.current.map { LoginTurn.Hook(name: "cache.\(name)", turn: $0) }
      return try await system.callCancellably(
        function, as: hook, { _ in arguments }, reading: reading)
    } catch {
      if Task.isCancelled { throw CacheFolderError(.cancelled, "cache.\(name) was cancelled") }
      // Said once, by the innermost.
      if error.isTooDeep { throw CacheFolderError(.tooDeep, error.message) }
      throw CacheFolderError(.unwritable, "cache.\(name): \(error.message)")
    }
  }
}

extension CacheFolderError.Code {
  /// The functions of stores call one another without an end: go on without the cache.
  static let tooDeep = Self("too deep")
}

/// A lock that a script's function ends.
private final class LuaLock: CacheLock {
  private let unlock: LuaReference
  private let system: ScriptSystem
  /// Whoever could lock can unlock, too, wherever that is done.
  private let depth = CallDepth.current

  init(_ unlock: LuaReference, _ system: ScriptSystem) {
    self.unlock = unlock
    self.system = system
  }

  /// In a task of its own, so that it runs although the one that held the lock was cancelled.
  func release() async {
    let task = CallDepth.$current.withValue(depth) {
      Task(executorPreference: system.loop.taskExecutor) { [unlock, system] in
        do throws(LuaFailure) { _ = try await system.call(unlock) { _ in [] } } catch {
          await system.warn("the lock of the cache could not be given up: \(error.message)")
        }
      }
    }
    await task.value
  }
}
