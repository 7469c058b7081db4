//  StoreModule.swift - sso.cache: the stores beside files and memory.

import EventLoop
import LuaEngine
import SSOOIDC

extension API {
  static let storeFunctions: [APIFunction] = [
    APIFunction(
      "sso.cache", "layered",
      "Joins stores: the first that has something is read, all are written.",
      .variadic([
        APIParameter("store", .any, "The quickest; the last one counts, its locks hold for all.")
      ]),
      results: "a store", example: "sso.cache.layered(sso.cache.memory(), sso.cache.files {})",
      options: .opaque,
      { arguments, host throws(ScriptFailure) in
        .value(host.object(try host.layeredStore(arguments, "sso.cache.layered")))
      }),
    APIFunction(
      "sso.cache", "encrypted", "Encrypts what another store keeps, with AES-256-GCM.",
      .named([
        APIParameter("store", .any, "The other store."),
        APIParameter("key", .bytes, required: false, secret: true, "32 bytes."),
        APIParameter(
          "passphrase", .string, required: false, secret: true,
          "In place of a key; 12 letters at least."),
      ]),
      results: "a store",
      example: "sso.cache.encrypted { store = sso.cache.memory(), passphrase = phrase }",
      { arguments, host throws(ScriptFailure) in
        .value(host.object(try host.encryptedStore(arguments, "sso.cache.encrypted")))
      }),
    APIFunction(
      "sso.cache", "sqlite",
      "Keeps logins in a SQLite file, made for the user alone; needs `--allow-read`, too.",
      .named([APIParameter("path", .string, "The file.")]), results: "a store",
      errors: ["NotPermitted"], permission: .write,
      example: "sso.cache.sqlite { path = \"logins.db\" }",
      { arguments, host throws(ScriptFailure) in
        .value(host.object(try host.tableStore(arguments, "sso.cache.sqlite")))
      }),
    APIFunction(
      "sso.cache", "secret_service", "Keeps logins in the desktop's keyring, by secret-tool.",
      .positional([]), results: "a store", errors: ["NotPermitted"], permission: .run,
      { _, host throws(ScriptFailure) in
        .value(host.object(try host.secretServiceStore("sso.cache.secret_service")))
      }),
  ]
}

extension ScriptHost {
  /// Of a store and those it stands on.
  private static let mostStores = 32

  fileprivate func layeredStore(
    _ arguments: CheckedArguments, _ caller: String
  ) throws(ScriptFailure) -> any SignInStore {
    var stores: [any SignInStore] = []
    for (index, value) in ([arguments["store"]] + arguments.rest).enumerated() {
      let argument = "argument \(index + 1)"
      let table = try data(value, "\(caller): \(argument)")
      stores.append(try store(table, caller, argument: argument))
    }
    guard let layered = layers(of: stores[...]) else { throw .misuse("\(caller): name a store") }
    return try checkedSize(of: layered, caller)
  }

  /// The last one counts, or, if it is only read, the last of those above it.
  private func layers(of stores: ArraySlice<any SignInStore>) -> (any SignInStore)? {
    guard let last = stores.last else { return nil }
    let upper = stores.dropLast()
    if last.isBorrowed, let own = layers(of: upper) {
      return BorrowingStore(store: own, lender: last)
    }
    return LayeredStore(upper: Array(upper), store: last, clock: world.clock)
  }

  /// Each call goes through all stores that are in one another, and so does what frees them.
  private func checkedSize(
    of store: any SignInStore, _ caller: String
  ) throws(ScriptFailure) -> any SignInStore {
    guard store.size <= Self.mostStores else {
      throw .misuse("\(caller): too many stores in one another, \(Self.mostStores) at most")
    }
    return store
  }

  /// A table that arrived as a reference, as the data it is.
  private func data(_ value: LuaValue, _ place: String) throws(ScriptFailure) -> LuaValue {
    guard case .reference(let table) = value, table.kind == .table,
      let machine = scheduler?.machine
    else { return value }
    do throws(LuaFailure) { return try machine.value(of: table) } catch {
      throw .misuse("\(place): \(error.message)")
    }
  }

  fileprivate func encryptedStore(
    _ arguments: CheckedArguments, _ caller: String
  ) throws(ScriptFailure) -> any SignInStore {
    let inner = try store(arguments["store"], caller, argument: "store")
    let source: StoreKeys.Source
    switch (arguments.bytes("key"), arguments.text("passphrase")) {
    case (let key?, nil):
      guard key.count == 32 else {
        throw .misuse("\(caller): key must have 32 bytes, got \(key.count)")
      }
      secrets.remember(key: key)
      source = .key(key)
    case (nil, let passphrase?):
      guard passphrase.count >= 12 else {
        throw .misuse("\(caller): passphrase must have 12 letters at least")
      }
      secrets.remember(passphrase)
      source = .passphrase(passphrase)
    default: throw .misuse("\(caller): give a key or a passphrase")
    }
    return try checkedSize(of: encrypted(inner, StoreKeys(source)), caller)
  }

  /// Each part by itself: when something ends, and whether it is another key's, can be seen in the
  /// clear only.
  private func encrypted(_ store: any SignInStore, _ keys: StoreKeys) -> any SignInStore {
    switch store {
    case let layered as LayeredStore:
      LayeredStore(
        upper: layered.upper.map { encrypted($0, keys) }, store: encrypted(layered.store, keys),
        clock: layered.clock)
    case let borrowing as BorrowingStore:
      BorrowingStore(
        store: encrypted(borrowing.store, keys), lender: encrypted(borrowing.lender, keys))
    default: EncryptedStore(store, keys, world.randomness)
    }
  }

  fileprivate func tableStore(
    _ arguments: CheckedArguments, _ caller: String
  ) throws(ScriptFailure) -> any SignInStore {
    let path = try canonicalFile(arguments.text("path"), "\(caller): path")
    let effect = Effect.openFile(path, .changing)
    try permit(effect, caller)
    let parts = SystemPath.parts(path)
    let folder = "/" + parts.dropLast().joined(separator: "/")
    return TableStore(
      table: world.tables.table(path), folder: world.caches.folder(folder),
      name: parts.last ?? "")
  }

  fileprivate func secretServiceStore(_ caller: String) throws(ScriptFailure) -> any SignInStore {
    let wish = Effect.run([SecretServiceStore.program], input: [], capturesOutput: true)
    try permit(wish, caller)
    return SecretServiceStore(
      world, executor: system?.loop.taskExecutor, locks: standardStore(isReadOnly: false))
  }
}

extension SignInStore {
  /// How many stores a script has put together in it, itself among them.
  fileprivate var size: Int {
    switch self {
    case let layered as LayeredStore:
      (layered.upper + [layered.store]).reduce(1) { $0 + $1.size }
    case let borrowing as BorrowingStore: borrowing.store.size + borrowing.lender.size
    case let encrypted as EncryptedStore: 1 + encrypted.store.size
    default: 1
    }
  }

  /// Those of a layered one, or itself.
  private var parts: [any SignInStore] {
    switch self {
    case let layered as LayeredStore: (layered.upper + [layered.store]).flatMap(\.parts)
    case let borrowing as BorrowingStore: borrowing.store.parts + borrowing.lender.parts
    default: [self]
    }
  }

  /// Forgets something from all parts, also when one fails, and another key's entry, too, which a logout
  /// spares; from the last one first, as a layered one does.
  func delete(_ item: CacheItem) async throws(CacheFolderError) {
    var failure: CacheFolderError?
    for part in parts.reversed() {
      do throws(CacheFolderError) { try await part.remove(item) } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  /// Whether functions of a script take part in it.
  var callsScript: Bool {
    parts.contains { part in
      switch part {
      case is LuaStore: true
      case let above as any StoreAbove: above.store.callsScript
      default: false
      }
    }
  }

  /// What a policy's `allow.cache` calls it; all of a layered one's parts count.
  var policyNames: [String] { parts.map(\.policyName) }

  private var policyName: String {
    switch self {
    case is FolderStore: "files"
    case is MemoryStore, is HomelessStore: "memory"
    case is NoStore: "none"
    case is EncryptedStore: "encrypted"
    case is TableStore: "sqlite"
    case is SecretServiceStore: "secret_service"
    default: "script"
    }
  }
}
