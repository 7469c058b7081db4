import LuaEngine
import SSOOIDC
import Synchronization
import Testing

@testable import SSOScript

/// Databases in memory, by path.
final class MemoryTables: WorldTables {
  private let rows = Mutex<[String: [UInt8]]>([:])

  func table(_ path: String) -> any WorldTable { Table(tables: self, path: path) }

  /// What is kept under a key of a database.
  subscript(path: String, key: String) -> String? {
    rows.withLock { $0["\(path) \(key)"].map { String(decoding: $0, as: UTF8.self) } }
  }

  /// The keys of a database, in order.
  func keys(_ path: String) -> [String] {
    rows.withLock { $0.keys.filter { $0.hasPrefix("\(path) ") } }
      .map { String($0.dropFirst(path.count + 1)) }.sorted()
  }

  private struct Table: WorldTable {
    let tables: MemoryTables
    let path: String

    func get(_ key: String) async throws(DoorError) -> [UInt8]? {
      tables.rows.withLock { $0["\(path) \(key)"] }
    }
    func keys(startingWith prefix: String) async throws(DoorError) -> [String] {
      let place = "\(path) \(prefix)"
      return tables.rows.withLock { $0.keys.filter { $0.hasPrefix(place) } }
        .map { String($0.dropFirst(path.count + 1)) }.sorted()
    }
    func put(_ key: String, _ value: [UInt8]) async throws(DoorError) {
      tables.rows.withLock { $0["\(path) \(key)"] = value }
    }
    func remove(_ key: String) async throws(DoorError) {
      tables.rows.withLock { $0["\(path) \(key)"] = nil }
    }
  }
}

@Suite struct `A store` {
  private let tables = MemoryTables()
  private let tool = SecretTool()

  private func stage() throws -> Stage {
    var stage = try Stage.open()
    stage.tables = tables
    stage.otherPrograms = tool
    stage.variables = ["HOME": "/home/me"]
    return stage
  }

  /// A table of functions over another store.
  private static let listing = """
    (function(rows) return { get = function(key, item) return rows:get(key, item) end,
      put = function(key, value, item) rows:put(key, value, item) end,
      delete = function(key, item) rows:delete(key, item) end,
      names = function(layer) return rows:names(layer) end } end)(sso.cache.memory())
    """

  private static let all = [
    "sso.cache.memory()", "sso.cache.files { directory = '/home/me/d' }",
    "sso.cache.sqlite { path = 'logins.db' }", "sso.cache.secret_service()",
    "sso.cache.layered(sso.cache.memory(), sso.cache.files {})",
    "sso.cache.encrypted { store = sso.cache.memory(), key = ('k'):rep(32) }",
    "sso.cache.encrypted { store = sso.cache.memory(), passphrase = 'correct horse' }",
    "sso.cache.encrypted { store = sso.cache.sqlite { path = 'l.db' }, key = ('k'):rep(32) }",
    "sso.cache.layered(mine, sso.cache.memory())",
  ]

  @Test(arguments: all) func `gives bytes as they were kept, and forgets them`(
    store: String
  ) async throws {
    let script = """
      local rows = {}
      local mine = { get = function(k) return rows[k] end, delete = function(k) rows[k] = nil end,
        put = function(k, v) rows[k] = v end }
      local store = \(store)
      local token, keys = { layer = "token" }, { layer = "credentials" }
      print(store:get("a.json", token))
      store:put("a.json", '{"x":"\\0ü"}', token)
      store:put("a.json", '{"other":1}', keys)
      print(store:get("a.json", token) == '{"x":"\\0ü"}', store:get("a.json", keys))
      store:delete("a.json", token)
      print(store:get("a.json", token), store:get("b.json", token))
      local unlock = store:lock("a.json", token)
      unlock()
      """
    // AWS's two layers lie in two folders, our one folder holds both under one name.
    let isOneFolder = store.contains("directory") || store.contains("mine")
    let output = try await stage().output(of: script)
    if !isOneFolder {
      #expect(output == "nil\ntrue\t{\"other\":1}\nnil\tnil\n")
    } else {
      #expect(output.hasPrefix("nil\n") && output.hasSuffix("nil\tnil\n"))
    }
  }

  /// Beside a task whose garbage makes Lua collect whatever no script holds.
  @Test func `that nothing holds but the call lives until the call is done`() async throws {
    let stage = try stage()
    let script = """
      local function files() return sso.cache.files { directory = "/home/me/d" } end
      local function beside(wait)
        local task = sso.task.spawn(wait)
        sso.task.spawn(function() for _ = 1, 100000 do local _ = {} end end)
        return task:join()
      end
      print(beside(function() files():put("k.json", "kept") return "put" end))
      print(beside(function() return files():get("k.json") end))
      local lock = beside(function() return files():lock("k.json") end)
      local other = sso.task.spawn(function() files():lock("k.json")() print("locked after") end)
      beside(function() sso.time.sleep(1) end)
      print("unlocks")
      lock()
      other:join()
      beside(function() files():delete("k.json") end)
      print(files():get("k.json"))
      """
    #expect(try await stage.output(of: script) == "put\nkept\nunlocks\nlocked after\nnil\n")
  }

  @Test(arguments: all) func `lists the keys of a layer`(store: String) async throws {
    let script = """
      local rows = {}
      local mine = { get = function() end, delete = function() end, put = function() end }
      local store = \(store)
      local token, keys = { layer = "token" }, { layer = "credentials" }
      local function key(letter) return letter:rep(40) .. ".json" end -- as AWS's files are called
      store:put(key "b", "1", token)
      store:put(key "a", "2", token)
      store:put(key "c", "3", keys)
      local function list(layer)
        local letters = {}
        for place, name in ipairs(store:names(layer)) do letters[place] = name:sub(1, 1) end
        return table.concat(letters)
      end
      print(list(), list "credentials")
      """
    let output = try await stage().output(of: script)
    // AWS's two layers lie in two folders, our one folder holds both.
    switch store {
    case let store where store.contains("directory"): #expect(output == "abc\tabc\n")
    case let store where store.contains("secret_service"): #expect(output == "\t\n")
    default: #expect(output == "ab\tc\n")
    }
  }

  @Test(arguments: [
    "sso.cache.files {}", "sso.cache.files { directory = '/home/me/d' }",
    "sso.cache.sqlite { path = 'l.db' }",
  ])
  func `below an encrypted one tells of nothing that its key opens, and of all else`(
    below: String
  ) async throws {
    var stage = try Stage.open { request, _ in
      request.path == "/logout" ? .json("{}") : deviceService(.token)(request, 1)
    }
    stage.tables = tables
    stage.variables = ["HOME": "/home/me"]
    let ending = try await stage.run(
      """
      local function store(letter)
        return sso.cache.encrypted { store = \(below), key = letter:rep(32) }
      end
      local function left(cache)
        local count = 0
        for _, s in ipairs(sso.logout { all = true, cache = cache }) do
          if not s.endedHere then count = count + 1 end
        end
        return count
      end
      sso.login { start_url = "https://a.awsapps.com/start", region = "eu-west-1", cache = store "k" }
      print(#sso.status { cache = store "k" }, left(store "o") > 0, left(\(below)) > 0)
      print(left(store "k"))
      """)
    #expect(ending.output == "1\ttrue\ttrue\n0\n", "\(ending.output)")
    #expect(!ending.errors.contains("decrypted"), "\(ending.errors)")
  }

  @Test func `has three layers`() async throws {
    let failure = try await stage().failure(of: "sso.cache.memory():names 'tokens'")
    #expect(failure.message.contains("layer must be registration, token or credentials"))
  }

  // MARK: Bounds

  @Test(arguments: [
    "sso.cache.layered(s)", "sso.cache.layered(s, s)",
    "sso.cache.encrypted { store = s, key = ('k'):rep(32) }",
  ])
  func `stands on no more than 31 others, however they are put together`(
    more: String
  ) async throws {
    let failure = try await stage().failure(
      of: "local s = sso.cache.memory() for i = 1, 1000 do s = \(more) end")
    #expect(failure["code"] == "ParamValidationError")
    #expect(failure.message.hasSuffix("too many stores in one another, 32 at most"))
  }

  @Test(arguments: [
    "sso.cache.memory()", "'none'", "sso.cache.files {}", "sso.cache.files { read_only = true }",
  ])
  func `in memory keeps what the memory limit allows, together with all others`(
    store: String
  ) async throws {
    var stage = try Stage.open()
    stage.options.limits.memory = 2 << 20
    let script = """
      local stores, value = {}, ("v"):rep(300000)
      local function put(i)
        stores[i] = stores[i] or sso.cache.layered(\(store))
        local ok, err = pcall(stores[i].put, stores[i], "k.json", value)
        return not ok and err.kind == "limit" and err.code
      end
      local refused
      for i = 1, 10 do refused = refused or put(i) and i end
      print(refused, put(refused), put(1))
      stores[1]:delete("k.json")
      print(put(refused), put(1))
      stores[2] = nil -- collected before anything is refused
      print(put(1))
      """
    let output = try await stage.output(of: script)
    #expect(output == "7\tMemoryFull\tfalse\nfalse\tMemoryFull\nfalse\n")
  }

  // MARK: Lists of sessions

  @Test(arguments: [
    "sso.cache.sqlite { path = 'logins.db' }",
    "sso.cache.encrypted { store = sso.cache.sqlite { path = 'l.db' }, key = ('k'):rep(32) }",
    "sso.cache.layered(sso.cache.memory(), sso.cache.sqlite { path = 'l.db' })",
    listing, "sso.cache.layered(sso.cache.memory(), \(listing))",
    "sso.cache.encrypted { store = \(listing), key = ('k'):rep(32) }",
  ])
  func `that lists its keys tells of sessions that no config file names, and forgets them`(
    store: String
  ) async throws {
    var stage = try Stage.open { request, _ in
      request.path == "/logout" ? .json("{}") : deviceService(.token)(request, 1)
    }
    stage.tables = tables
    stage.variables = ["HOME": "/home/me"]
    let output = try await stage.output(
      of: """
        local store = \(store)
        sso.login { start_url = "https://a.awsapps.com/start", region = "eu-west-1", cache = store }
        print(sso.status { cache = store }[1].startUrl, #sso.status {})
        for _, s in ipairs(sso.logout { all = true, cache = store }) do print(s.startUrl, s.endedHere) end
        print(#sso.status { cache = store })
        """)
    #expect(
      output == "https://a.awsapps.com/start\t0\nhttps://a.awsapps.com/start\ttrue\n0\n")
  }

  @Test(arguments: [
    "rows", "sso.cache.layered(sso.cache.memory(), rows)",
    "sso.cache.encrypted { store = rows, key = ('k'):rep(32) }",
  ])
  func `in SQLite forgets with a session what was damaged of it`(store: String) async throws {
    var stage = try Stage.open { request, _ in
      request.path == "/logout" ? .json("{}") : deviceService(.token)(request, 1)
    }
    stage.tables = tables
    stage.variables = ["HOME": "/home/me"]
    let output = try await stage.output(
      of: """
        local rows = sso.cache.sqlite { path = "l.db" }
        local store = \(store)
        local function login()
          sso.login { start_url = "https://a.awsapps.com/start", region = "eu-west-1", cache = store }
        end
        login()
        local key = store:names()[1]
        local damaged = '{"startUrl":"https://a.awsapps.com/start","accessToken":"LEFTOVER"}'
        store:put(key, damaged)
        login()
        print(sso.logout { all = true, cache = store }[1].endedHere)
        """)
    #expect(output == "true\n")
    #expect(!tables.keys("/home/me/l.db").contains { $0.hasPrefix("bad/") })
  }

  @Test func `in SQLite tells what it put aside, and forgets it with the thing`() async throws {
    let table = TableStore(
      table: tables.table("l.db"), folder: MemoryCaches().memory("/tmp/mine"), name: "l.db")
    let item = SignInTarget(startURL: "https://a.awsapps.com/start", region: "eu-west-1").tokenItem
    try await table.write(item, [1], expires: nil)
    #expect(try await table.setAside(item) == "bad/token/\(item.name) in l.db")
    #expect(await table.remains(in: .token) == [CacheRemains(name: item.name, bytes: [1])])
    #expect(await table.remains(in: .credentials).isEmpty)
    try await table.remove(item)
    #expect(await table.remains(in: .token).isEmpty)
  }

  @Test func `in SQLite and the keyring needs the permission for it`() async throws {
    for (call, flag) in [
      ("sqlite { path = 'x.db' }", "--allow-write=/home/me/x.db"),
      ("secret_service()", "--allow-run=secret-tool"),
    ] {
      let failure = try await Stage().failure(of: "sso.cache.\(call)")
      #expect(failure["kind"] == "permission" && failure.message.contains(flag))
    }
  }

  @Test(arguments: [
    // One that asks itself.
    "local t = functions() t.get = function(key) return t.s:get(key) end t.s = sso.cache.layered(t) s = t.s",
    // One that asks a new one each time.
    """
    local function another()
      local t = functions()
      t.get = function(key) return another():get(key) end
      return sso.cache.layered(t)
    end
    s = another()
    """,
    // One that asks itself in tasks of its own.
    """
    local t = functions()
    t.get = function(key)
      return sso.task.timeout(9, function() return sso.task.spawn(t.s.get, t.s, key):join() end)
    end
    t.s = sso.cache.layered(t) s = t.s
    """,
  ])
  func `whose functions ask it without an end fails, and says how deep`(
    store: String
  ) async throws {
    let script = """
      local function functions() return { put = function() end, delete = function() end } end
      local s
      \(store)
      for _ = 1, 2 do
        local ok, err = pcall(s.get, s, "k")
        print(ok, err.code, err.kind, err)
      end
      """
    let line = "false\tTooDeep\tlimit\tcache.get is called inside itself, more than 100 deep\n"
    #expect(try await Stage().output(of: script) == line + line)
  }

  @Test func `may ask another ninety times over, and tasks may call one after the other`()
    async throws
  {
    let script = """
      local function above(store)
        return sso.cache.layered { get = function(key) return store and store:get(key) or key end,
          put = function() end, delete = function() end,
          lock = function(key) return store and store:lock(key) or function() end end }
      end
      local s
      for _ = 1, 90 do s = above(s) end
      for _ = 1, 3 do
        local unlock <close> = s:lock("k")
        print(s:get("k"))
      end
      """
    let ending = try await Stage().run(script)
    #expect(ending.output == "k\nk\nk\n", "\(ending.word)")
    #expect(ending.errors.isEmpty, "\(ending.errors)")
  }

  // MARK: Encrypted

  @Test func `that encrypts shows nothing of what it keeps`() async throws {
    let script = """
      local store = sso.cache.encrypted {
        store = sso.cache.sqlite { path = "l.db" }, passphrase = "correct horse" }
      store:put("a.json", '{"accessToken":"very-secret"}')
      """
    try await stage().run(script)
    let entry = try #require(tables["/home/me/l.db", "token/a.json"])
    #expect(!entry.contains("secret") && entry.contains(#""kdf":"scrypt""#))
  }

  @Test func `of another key is named and left as it is`() async throws {
    let script = """
      local inner = sso.cache.sqlite { path = "l.db" }
      local function with(phrase)
        return sso.cache.encrypted { store = inner, passphrase = phrase }
      end
      with("correct horse"):put("a.json", "{}")
      local before = inner:get("a.json")
      for _, try in ipairs {
        function() return with("wrong horse!"):get("a.json") end,
        function() return with("wrong horse!"):put("a.json", "[]") end } do
        local ok, err = pcall(try)
        print(ok, err.message)
      end
      print(inner:get("a.json") == before, with("correct horse"):get("a.json"))
      """
    let line =
      "false\tsso.store: DoorError: a.json in /home/me/l.db cannot be decrypted: it has another "
      + "key or passphrase, or was changed; it was left as it is; delete it to sign in anew\n"
    let output = try await stage().output(of: script)
    #expect(
      output.replacing("sso.store: DoorError: ", with: "sso.store: ")
        == (line + line).replacing("sso.store: DoorError: ", with: "sso.store: ") + "true\t{}\n")
  }

  /// What a passphrase does not open says nothing about the salt of what is new.
  @Test(
    arguments: [
      #"put("a", '{"encrypted":"AES-256-GCM","data":"AAAA","salt":"AA"}')"#,
      #"put("a", '{"encrypted":"AES-256-GCM","data":"AAAA"}')"#,
      #"put("a", '{"encrypted":"AES-256-GCM","data":"AAAA","salt":"AAAAAAAAAAAAAAAAAAAAAA"}')"#,
    ], ["inner", "sso.cache.layered(inner, sso.cache.memory())"])
  func `of a passphrase takes no salt from what it cannot decrypt`(
    planted: String, below: String
  ) async throws {
    let script = """
      local inner = sso.cache.memory()
      inner:\(planted)
      local store = sso.cache.encrypted { store = \(below), passphrase = "correct horse" }
      print(select(2, pcall(store.get, store, "a")))
      store:put("b", "{}")
      local salt = sso.json.decode(inner:get("b")).salt
      print(#salt, salt:match "^AAAA", store:get "b")
      """
    let output = try await stage().output(of: script)
    #expect(output.hasSuffix("22\tnil\t{}\n"), "\(output)")
    #expect(below != "inner" || output.contains("a cannot be decrypted"), "\(output)")
  }

  @Test(arguments: ["inner", "sso.cache.layered(inner, sso.cache.memory())"])
  func `of a passphrase uses the salt of what it opened`(below: String) async throws {
    let script = """
      local inner = sso.cache.sqlite { path = "l.db" }
      local store = sso.cache.encrypted { store = \(below), passphrase = "correct horse" }
      inner:put("planted", inner:get "a" or "")

      """
    for (byte, work) in [
      (1, "store:put('a', '{}')"), (2, "store:get 'a' store:put('b', '{}') store:put('c', '{}')"),
      (
        3,
        "pcall(store.get, store, 'planted') store:put('d', '{}') store:get 'a' store:put('e', '{}')"
      ),
    ] {
      var stage = try stage()
      stage.randomness = [UInt8(byte)]
      _ = try await stage.output(of: script + work)
    }
    for (key, byte) in [("a", 1), ("b", 1), ("c", 1), ("d", 3), ("e", 3)] {
      let salt = Base64URL.encode([UInt8](repeating: UInt8(byte), count: 16))
      let entry = tables["/home/me/l.db", "token/\(key)"]
      #expect(entry?.contains("\"salt\":\"\(salt)\"") == true, "\(key): \(entry ?? "")")
    }
  }

  @Test func `of a passphrase remembers the keys that opened something, and of others the last`() {
    var keys = ProvenValues<String, Int>()
    for (number, salt) in ["good", "planted", "better", "planted too", "last"].enumerated() {
      keys.add(number, for: salt)
      if ["good", "better"].contains(salt) { keys.prove(salt) }
    }
    #expect(
      ["good", "planted", "better", "planted too", "last"].map { keys[$0] }
        == [0, nil, 2, nil, 4])
  }

  @Test func `does not take an entry for another, nor plain text`() async throws {
    let script = """
      local inner = sso.cache.memory()
      local store = sso.cache.encrypted { store = inner, key = ("k"):rep(32) }
      store:put("a.json", "{}")
      inner:put("b.json", inner:get("a.json"))
      inner:put("c.json", '{"accessToken":"planted"}')
      print(pcall(store.get, store, "b.json"))
      print(pcall(store.get, store, "c.json"))
      """
    let output = try await stage().output(of: script)
    #expect(output.contains("b.json cannot be decrypted"))
    #expect(output.contains("c.json is not encrypted, so it is not used"))
  }

  @Test func `takes the place of plain text, so that people sign in once`() async throws {
    let output = try await `sso.ensure`.stage().output(
      of: """
        local inner = sso.cache.memory()
        local encrypted = sso.cache.encrypted { store = inner, key = ("k"):rep(32) }
        for _, cache in ipairs { inner, encrypted, encrypted } do
          print(sso.ensure { session = "my-sso", cache = cache }.source)
        end
        """)
    #expect(output == "login\nlogin\ncache\n")
  }

  @Test(arguments: [
    ("encrypted { store = sso.cache.memory() }", "give a key or a passphrase"),
    ("encrypted { store = sso.cache.memory(), key = 'x' }", "key must have 32 bytes, got 1"),
    ("encrypted { store = sso.cache.memory(), passphrase = 'short' }", "12 letters"),
    ("encrypted { key = 'x' }", "store"), ("layered()", "store"),
    ("layered(7)", "sso.cache.layered: argument 1 must be"),
    ("layered(sso.cache.memory(), 5)", "sso.cache.layered: argument 2 must be"),
    ("layered(sso.cache.memory(), nil)", "sso.cache.layered: argument 2 is missing (a store)"),
    (
      "layered(sso.cache.memory(), nil, sso.cache.memory())",
      "sso.cache.layered: argument 2 is missing (a store)"
    ),
    ("layered(nil, sso.cache.memory())", "sso.cache.layered: argument 1 (store) is missing"),
    ("encrypted { store = 5 }", "sso.cache.encrypted: store must be"),
    ("encrypted { store = {}, key = ('k'):rep(32) }", "sso.cache.encrypted: store.get must"),
    ("files { directory = '' }", "sso.cache.files: directory is empty"),
    ("files { directory = 'a\\0b' }", "sso.cache.files: directory holds a NUL character"),
    ("sqlite { path = '' }", "sso.cache.sqlite: path is empty"),
  ])
  func `is refused with wrong arguments`(call: String, words: String) async throws {
    let failure = try await stage().failure(of: "safe.cache.\(call)")
    #expect(failure["code"] == "ParamValidationError")
    #expect(failure.message.contains(words), "\(failure.message)")
  }

  // MARK: Layered

  @Test func `in layers fills the upper ones, and asks the last when a token is about to end`()
    async throws
  {
    let script = """
      local log = {}
      local function counting(name, inner)
        return { get = function(k, i) log[#log + 1] = name return inner:get(k, i) end,
          put = function(k, v, i) inner:put(k, v, i) end, delete = function(k, i) inner:delete(k, i) end }
      end
      local function token(left)
        return sso.json.encode { accessToken = "a", expiresAt = sso.time.format(sso.time.now() + left) }
      end
      local a, b = sso.cache.memory(), sso.cache.memory()
      local store = sso.cache.layered(counting("a", a), counting("b", b))
      local item = { layer = "token" }
      b:put("t.json", token(7200), item)
      store:get("t.json", item)
      store:get("t.json", item)
      a:put("t.json", token(60), item)
      print(store:get("t.json", item) == b:get("t.json", item), table.concat(log, " "))
      print(a:get("t.json", item) == b:get("t.json", item))
      """
    #expect(try await stage().output(of: script) == "true\ta b b a a b b\ntrue\n")
  }

  @Test func `in layers goes on where an upper one fails`() async throws {
    let script = """
      local broken = { get = error, put = error, delete = function() end }
      local last = sso.cache.memory()
      local store = sso.cache.layered(broken, last)
      store:put("a.json", "{}")
      print(store:get("a.json"), last:get("a.json"))
      """
    #expect(try await stage().output(of: script) == "{}\t{}\n")
  }

  @Test(arguments: [
    "sso.task.spawn(fails):join()", "sso.task.all { fails }", "sso.task.timeout(1, fails)",
    "sso.task.timeout(1, rests)",
    "local task = sso.task.spawn(rests) sso.time.sleep(1) task:cancel() task:join()",
    "local held = coroutine.create(yields) coroutine.resume(held) coroutine.close(held)",
  ])
  func `gives up a lock whose holder fails, is cancelled or is closed`(way: String) async throws {
    let script = """
      local store = sso.cache.memory()
      local function fails() local unlock <close> = store:lock("k.json") error("failed") end
      local function rests() local unlock <close> = store:lock("k.json") sso.time.sleep(60) end
      local function yields() local unlock <close> = store:lock("k.json") coroutine.yield() end
      pcall(function() \(way) end)
      print(sso.task.timeout(1, function() store:lock("k.json")() return "free" end))
      """
    #expect(try await Stage.open().output(of: script) == "free\n")
  }

  @Test func `gives up a lock by a call in a cancelled task`() async throws {
    let script = """
      local store = sso.cache.memory()
      local task = sso.task.spawn(function()
        local unlock = store:lock("k.json")
        pcall(sso.time.sleep, 60)
        print(pcall(unlock))
      end)
      sso.time.sleep(1)
      task:cancel()
      print(pcall(task.join, task))
      print(sso.task.timeout(1, function() store:lock("k.json")() return "free" end))
      """
    #expect(try await Stage.open().output(of: script) == "true\ntrue\nfree\n")
  }

  @Test func `gives up a lock that came when its task was cancelled`() async throws {
    let script = """
      local store = sso.cache.memory()
      local function work() local unlock <close> = store:lock("k.json") sso.time.sleep(1) return 1 end
      print(sso.task.race { work, work })
      print(sso.task.timeout(1, function() store:lock("k.json")() return "free" end))
      """
    #expect(try await Stage.open().output(of: script) == "1\nfree\n")
  }
}
