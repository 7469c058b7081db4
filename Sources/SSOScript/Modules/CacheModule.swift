//  CacheModule.swift - sso.cache: places where logins are kept.

import LuaEngine
import SSOOIDC

extension API {
  static let cacheFunctions: [APIFunction] = [
    APIFunction(
      "sso.cache", "files", "Keeps logins in files as AWS's tools do.",
      .named([
        APIParameter(
          "directory", .string, required: false,
          "One folder, with `--allow-read` and `--allow-write`; AWS's own folders without it."),
        APIParameter(
          "read_only", .boolean, default: "false",
          "Whether nothing is ever written, nor a kept token renewed: the new one would be lost."),
      ]),
      results: "a store", errors: ["NotPermitted"],
      example: "sso.ensure { session = \"my-sso\", cache = sso.cache.files { read_only = true } }",
      { arguments, host throws(ScriptFailure) in
        let isReadOnly = arguments.boolean("read_only") ?? false
        guard let directory = arguments.text("directory") else {
          return .value(host.object(host.standardStore(isReadOnly: isReadOnly)))
        }
        let store = try host.folderStore(
          directory, isReadOnly: isReadOnly, "sso.cache.files")
        return .value(host.object(store))
      }),
    APIFunction(
      "sso.cache", "memory", "Keeps logins until the script ends.", .positional([]),
      results: "a store", example: "local cache = sso.cache.memory()",
      { _, host throws(ScriptFailure) in
        .value(host.object(MemoryStore(budget: host.memory)))
      }),
    APIFunction(
      "sso.cache", "fix_permissions",
      "Shuts other users out of AWS's cache folders and files, which are not used while they can "
        + "be reached.", .positional([]),
      results: "a list of the paths that others could reach", errors: ["DoorError"],
      { _, host throws(ScriptFailure) in
        do throws(CacheFolderError) {
          let paths = try host.world.makeCachesPrivate()
          return .value(.table(LuaTable(items: paths.map(LuaValue.string), kind: .list)))
        } catch {
          throw .failed(
            .door, .transport, error.message, operation: "sso.cache.fix_permissions")
        }
      }),
  ]

  private static let store = APIClass.store.rawValue
  private static let key = APIParameter("key", .string, "The name of AWS's file.")
  private static let item = APIParameter(
    "item", .table, required: false,
    "{ layer, session, startUrl, region, accountId, roleName, expiresAt, ttl }; a token if absent.")

  static let storeMethods: [APIFunction] = [
    APIFunction(
      store, "get", "Gives what is kept.", .positional([key, item]), results: "string, or nil",
      errors: ["DoorError"], suspends: true,
      { arguments, host throws(ScriptFailure) in
        let item = try Self.item(arguments, "store:get")
        return .ask(.store(try host.storeHandle(arguments, "store:get"), .get(item)))
      }),
    APIFunction(
      store, "put", "Keeps something, whole or not at all.",
      .positional([key, APIParameter("value", .bytes, secret: true, "What to keep."), item]),
      errors: ["DoorError", "MemoryFull"], suspends: true,
      { arguments, host throws(ScriptFailure) in
        let item = try Self.item(arguments, "store:put")
        let wish = StoreWish.put(
          item, arguments.bytes("value") ?? [],
          expires: CacheItem.end(arguments["item"], now: host.world.clock.now))
        return .ask(.store(try host.storeHandle(arguments, "store:put"), wish))
      }),
    APIFunction(
      store, "delete", "Forgets something, be it another key's.", .positional([key, item]),
      errors: ["DoorError"],
      suspends: true,
      { arguments, host throws(ScriptFailure) in
        let item = try Self.item(arguments, "store:delete")
        return .ask(.store(try host.storeHandle(arguments, "store:delete"), .delete(item)))
      }),
    APIFunction(
      store, "names",
      "Lists what is kept: of files those that are called as AWS's, of a keyring nothing. Files do "
        + "not tell token from registration: use different keys.",
      .positional([
        APIParameter(
          "layer", .string, default: "\"token\"", "registration, token or credentials.")
      ]),
      results: "a list of keys", errors: ["DoorError"], suspends: true,
      { arguments, host throws(ScriptFailure) in
        let layer = try CacheLayer(word: arguments.text("layer"), "store:names: layer")
        return .ask(.store(try host.storeHandle(arguments, "store:names"), .names(layer)))
      }),
    APIFunction(
      store, "lock",
      "Waits until nobody is at work on something, and keeps others out; who has it waits for itself.",
      .positional([key, item]), results: "a lock: call it, or close it, to let others in",
      errors: ["DoorError"], suspends: true, example: "local unlock <close> = store:lock(key)",
      { arguments, host throws(ScriptFailure) in
        let item = try Self.item(arguments, "store:lock")
        return .ask(.store(try host.storeHandle(arguments, "store:lock"), .lock(item)))
      }),
    unlock("unlock"), unlock("__call"), unlock("__close"),
  ]

  private static func unlock(_ name: String) -> APIFunction {
    APIFunction(
      APIClass.lock.rawValue, name, "Lets others in; a second time does nothing.", .variadic([]),
      suspends: true,
      { arguments, host throws(ScriptFailure) in
        guard let object = arguments.receiver, host.isObject(object, of: .lock) else {
          throw .misuse("lock:unlock: this is no lock")
        }
        guard host.canWait else {
          host.letGo(object.handle)
          return .none
        }
        return .ask(.store(object.handle, .unlock))
      }
    ).everywhere
  }

  private static func item(
    _ arguments: CheckedArguments, _ function: String
  ) throws(ScriptFailure) -> CacheItem {
    try CacheItem(key: arguments.text("key") ?? "", arguments["item"], function)
  }
}
