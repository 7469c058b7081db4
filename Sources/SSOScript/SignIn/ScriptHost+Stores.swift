//  ScriptHost+Stores.swift - stores of logins in a script's hands.

import EventLoop
import LuaEngine
import SSOOIDC

extension ScriptHost {
  /// A store as an object of the script.
  func object(_ store: any SignInStore) -> LuaValue { object(.store, stores.add(store)) }

  /// Where a function that signs in keeps logins: in AWS's folders unless it is told.
  func cache(
    _ arguments: CheckedArguments, _ caller: String
  ) throws(ScriptFailure) -> any SignInStore {
    let value = arguments["cache"]
    return value == .nil ? standardStore(isReadOnly: false) : try store(value, caller)
  }

  /// The store that an argument means: none, an object of `sso.cache`, or a table of functions.
  func store(
    _ value: LuaValue, _ caller: String, argument: String = "cache"
  ) throws(ScriptFailure) -> any SignInStore {
    switch value {
    case .nil: throw .misuse("\(caller): \(argument) is missing (a store)")
    case .string("none"): return NoStore(memory)
    case .object(let object) where isObject(object, of: .store):
      guard let store = stores[object.handle] else { break }
      return store
    case .table(let table): return try LuaStore(table, self, "\(caller): \(argument)")
    default: break
    }
    throw .misuse(
      "\(caller): \(argument) must be \"none\", a store of sso.cache, or a table with the functions get, "
        + "put and delete; got \(value.typeName)")
  }

  /// The lock that a value is an object of.
  func lock(_ value: LuaValue) -> (any CacheLock)? {
    guard case .object(let object) = value, isObject(object, of: .lock) else { return nil }
    return locks[object.handle]
  }

  /// Lets go of what the script's objects stood for: a store of its own holds on to the system.
  func forgetObjects() {
    (stores, locks, signIns, sessions) = (Slots(), Slots(), Slots(), Slots())
  }

  /// Where logins are kept: in the policy's store, else in `store`.
  func usedStore(_ store: any SignInStore) async throws(ScriptFailure) -> any SignInStore {
    try await policies?.store() ?? store
  }

  /// The same, if every policy allows it.
  func allowedStore(_ store: any SignInStore) async throws(ScriptFailure) -> any SignInStore {
    let used = try await usedStore(store)
    try ScriptFailure.wrapping { () throws(SSOError) in
      try policies?.check(cache: used.policyNames)
    }
    return used
  }

  /// AWS's own folders; without a home, memory.
  func standardStore(isReadOnly: Bool) -> any SignInStore {
    world.standardStore(isReadOnly: isReadOnly, memory)
  }

  /// One folder that the script names, as far as that is permitted.
  func folderStore(
    _ directory: String, isReadOnly: Bool, _ caller: String
  ) throws(ScriptFailure) -> any SignInStore {
    let path = try canonical(directory, "\(caller): directory")
    let effect = Effect.openFile(path, isReadOnly ? .reading : .changing)
    try permit(effect, caller)
    let folder = world.caches.folder(path)
    return FolderStore(sso: folder, credentials: folder, isReadOnly: isReadOnly)
  }

  // MARK: Methods

  /// The handle of the store, or lock, that a method was called on.
  func storeHandle(_ arguments: CheckedArguments, _ function: String) throws(ScriptFailure)
    -> Int64
  {
    guard let object = arguments.receiver, isObject(object, of: .store) else {
      throw .misuse("\(function): this is no store")
    }
    return object.handle
  }

  /// Gives a lock up where nobody can wait for that: in a cancelled task, in a coroutine that closes.
  ///
  /// Who asks for the lock next comes after this.
  func letGo(_ handle: Int64) {
    guard let lock = locks[handle] else { return }
    locks[handle] = nil
    Task(executorPreference: system?.loop.taskExecutor) { await lock.release() }
  }

  /// Performs a wish.
  func perform(_ wish: StoreWish, _ handle: Int64) async throws(ScriptFailure) -> [LuaValue] {
    if wish == .unlock {
      let lock = locks[handle]
      locks[handle] = nil
      await lock?.release()
      return []
    }
    guard let store = stores[handle] else {
      throw .failed(.closed, .validation, "the store is closed", operation: "sso.store")
    }
    do throws(CacheFolderError) {
      let kept = RememberingStore(store: store, secrets: secrets)
      switch wish {
      case .get(let item): return [try await kept.read(item).map { LuaValue(bytes: $0) } ?? .nil]
      case .put(let item, let bytes, let expires):
        try await write(item, bytes, expires, to: kept)
      case .delete(let item): try await store.delete(item)
      case .names(let layer):
        let names = try await kept.names(in: layer).map(LuaValue.string)
        return [.table(LuaTable(items: names, kind: .list))]
      case .lock(let item): return [object(.lock, locks.add(try await lock(item, of: kept)))]
      case .unlock: break
      }
      return []
    } catch {
      guard error.code != .cancelled else {
        throw .failed(.cancelled, .cancelled, "the task was cancelled")
      }
      guard error.code != .full else {
        throw .failed(.memoryFull, .limit, error.message, operation: "sso.store")
      }
      guard error.code != .tooDeep else { throw .failed(.tooDeep, .limit, error.message) }
      throw .failed(.door, .transport, error.message, operation: "sso.store")
    }
  }

  /// Where memory is full, stores that the script dropped are given up first.
  private func write(
    _ item: CacheItem, _ bytes: [UInt8], _ expires: Timestamp?, to store: some SignInStore
  ) async throws(CacheFolderError) {
    do throws(CacheFolderError) {
      try await store.write(item, bytes, expires: expires)
    } catch {
      guard error.code == .full, let machine = scheduler?.machine else { throw error }
      machine.collect()
      forgetReleased()
      try await store.write(item, bytes, expires: expires)
    }
  }

  /// A lock that came when its task was cancelled already would be nobody's.
  private func lock(
    _ item: CacheItem, of store: some SignInStore
  ) async throws(CacheFolderError) -> any CacheLock {
    let lock = try await store.lock(item) {}
    guard Task.isCancelled else { return lock }
    await lock.release()
    throw CacheFolderError(.cancelled, "the task was cancelled")
  }
}

extension World {
  /// Where logins are kept unless somebody says otherwise: AWS's own folders; without a home, memory.
  func standardStore(isReadOnly: Bool, _ memory: MemoryBudget? = nil) -> any SignInStore {
    guard let folders = standardFolders else {
      return isReadOnly ? MemoryStore(budget: memory) : HomelessStore(memory)
    }
    return FolderStore(
      sso: folders.sso, credentials: folders.credentials, isReadOnly: isReadOnly)
  }

  /// AWS's own folders; `nil` without a home.
  private var standardFolders: (sso: any CacheFolder, credentials: any CacheFolder)? {
    guard let home = HomeFolder.path(environment: environment.value) else { return nil }
    return (caches.folder(home + "/.aws/sso/cache"), caches.folder(home + "/.aws/cli/cache"))
  }

  /// Shuts others out of AWS's own folders; gives the paths of what they could reach.
  func makeCachesPrivate() throws(CacheFolderError) -> [String] {
    guard let folders = standardFolders else { return [] }
    return try folders.sso.makePrivate() + folders.credentials.makePrivate()
  }
}

/// Takes the place of AWS's folders where there is no home: it ends with the process, and says so.
struct HomelessStore: StoreAbove {
  let store: any SignInStore

  init(_ memory: MemoryBudget?) { store = MemoryStore(budget: memory) }

  func write(
    _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
  ) async throws(CacheFolderError) {
    try await store.write(item, bytes, expires: expires)
    throw CacheFolderError(.unwritable, "HOME names no folder, so nothing outlives this run")
  }
}

/// `cache = "none"`: what one call finds out is forgotten with it.
struct NoStore: StoreAbove {
  let store: any SignInStore

  init(_ memory: MemoryBudget?) { store = MemoryStore(budget: memory) }
}
