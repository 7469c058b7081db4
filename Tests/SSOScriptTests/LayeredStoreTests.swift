import LuaEngine
import SSOOIDC
import Synchronization
import Testing

@testable import SSOScript

@Suite struct `A layered store` {
  private static let target = SignInTarget(
    startURL: "https://example.awsapps.com/start", region: "eu-west-1")
  private static let item = target.tokenItem

  private static func token(_ name: String) -> [UInt8] {
    Array(#"{"accessToken":"\#(name)","expiresAt":"2199-01-01T00:00:00Z"}"#.utf8)
  }

  @Test func `is read where it counts when its quick copy is not to be trusted`() async throws {
    let (quick, last) = (MemoryStore(), MemoryStore())
    let store = LayeredStore(upper: [quick], store: last, clock: try Stage.open().world.clock)
    try await store.write(Self.item, Self.token("old"), expires: nil)
    // As another process does.
    try await last.write(Self.item, Self.token("new"), expires: nil)

    #expect(try await store.read(Self.item) == Self.token("old"))
    #expect(try await store.lasting.read(Self.item) == Self.token("new"))
    #expect(try await store.read(Self.item) == Self.token("new"))
  }

  /// In which somebody else is at work once, after the first reading or before the first removal.
  private final class Meddled: StoreAbove {
    let store: any SignInStore
    let afterReading = Mutex<(@Sendable () async -> Void)?>(nil)
    let beforeRemoving = Mutex<(@Sendable () async -> Void)?>(nil)

    init(_ store: any SignInStore) { self.store = store }

    func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
      let bytes = try await store.read(item)
      await afterReading.withLock { $0.take() }?()
      return bytes
    }

    func remove(_ item: CacheItem) async throws(CacheFolderError) {
      await beforeRemoving.withLock { $0.take() }?()
      try await store.remove(item)
    }
  }

  @Test func `fills no earlier one with what is forgotten while it is read`() async throws {
    let (quick, last) = (MemoryStore(), Meddled(MemoryStore()))
    let store = LayeredStore(upper: [quick], store: last, clock: try Stage.open().world.clock)
    try await last.write(Self.item, Self.token("old"), expires: nil)
    last.afterReading.withLock { $0 = { try? await store.remove(Self.item) } }
    #expect(try await store.read(Self.item) == nil)
    #expect(try await quick.read(Self.item) == nil)
  }

  @Test func `is not filled by whoever reads while something is forgotten`() async throws {
    let (quick, last) = (MemoryStore(), Meddled(MemoryStore()))
    let store = LayeredStore(upper: [quick], store: last, clock: try Stage.open().world.clock)
    try await store.write(Self.item, Self.token("old"), expires: nil)
    last.beforeRemoving.withLock { $0 = { _ = try? await store.read(Self.item) } }
    try await store.remove(Self.item)
    #expect(try await store.read(Self.item) == nil)
  }

  @Test func `is not filled by whoever reads while a script deletes something`() async throws {
    let output = try await Stage.open().output(
      of: """
        local rows, store = {}, nil
        store = sso.cache.layered(sso.cache.memory(), {
          get = function(k) return rows[k] end, put = function(k, v) rows[k] = v end,
          delete = function(k) store:get(k) rows[k] = nil end })
        store:put("k", '{"accessToken":"a","expiresAt":"2199-01-01T00:00:00Z"}')
        store:delete "k"
        print(store:get "k")
        """)
    #expect(output == "nil\n")
  }

  @Test func `gives what somebody put in place of a token while it was read`() async throws {
    let (quick, last) = (MemoryStore(), Meddled(MemoryStore()))
    let store = LayeredStore(upper: [quick], store: last, clock: try Stage.open().world.clock)
    try await last.write(Self.item, Self.token("old"), expires: nil)
    last.afterReading.withLock {
      $0 = { try? await store.write(Self.item, Self.token("new"), expires: nil) }
    }
    #expect(try await store.read(Self.item) == Self.token("new"))
    #expect(try await store.read(Self.item) == Self.token("new"))
  }

  @Test func `does not trust the quick copy of a layered one in it either`() async throws {
    let (clock, inner, last) = (try Stage.open().world.clock, MemoryStore(), MemoryStore())
    let below = LayeredStore(upper: [inner], store: last, clock: clock)
    let store = LayeredStore(upper: [MemoryStore()], store: below, clock: clock)
    try await store.write(Self.item, Self.token("old"), expires: nil)
    try await last.write(Self.item, Self.token("new"), expires: nil)
    #expect(try await store.lasting.read(Self.item) == Self.token("new"))
  }

  /// What cannot be read a second time.
  private final class Failing: StoreAbove {
    let store: any SignInStore
    private let wasRead = Mutex(false)

    init(_ store: any SignInStore) { self.store = store }

    func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
      guard
        wasRead.withLock({ wasRead in
          defer { wasRead = true }; return !wasRead
        })
      else {
        throw CacheFolderError(.unwritable, "cannot be read")
      }
      return try await store.read(item)
    }
  }

  @Test func `fills no earlier one where it cannot look again`() async throws {
    let (quick, last) = (MemoryStore(), Failing(MemoryStore()))
    let store = LayeredStore(upper: [quick], store: last, clock: try Stage.open().world.clock)
    try await last.write(Self.item, Self.token("old"), expires: nil)
    #expect(try await store.read(Self.item) == Self.token("old"))
    #expect(try await quick.read(Self.item) == nil)
  }

  @Test func `tells what is left in any of its parts, as far as keys open it`() async throws {
    let (caches, stage) = (MemoryCaches(), try Stage.open())
    let folder = caches.memory("/tmp/mine")
    let files = EncryptedStore(
      FolderStore(sso: folder, credentials: folder),
      StoreKeys(.key([UInt8](repeating: 7, count: 32))), stage.world.randomness)
    try await files.write(Self.item, Self.token("draft"), expires: nil)
    _ = try folder.setAside(Self.item.name)
    let store = LayeredStore(upper: [files], store: MemoryStore(), clock: stage.world.clock)
    let left = CacheRemains(name: Self.item.name, bytes: Self.token("draft"))
    #expect(await store.remains(in: .token) == [left])
  }

  /// Keeps what it has.
  private struct Stubborn: StoreAbove {
    let store: any SignInStore

    func write(
      _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
    ) async throws(CacheFolderError) {
      throw CacheFolderError(.unwritable, "cannot be written")
    }

    func remove(_ item: CacheItem) async throws(CacheFolderError) {
      throw CacheFolderError(.unwritable, "cannot be removed")
    }
  }

  @Test func `gets rid of what is damaged where it counts, whatever an earlier one does`()
    async throws
  {
    let (clock, last) = (try Stage.open().world.clock, MemoryStore())
    let store = LayeredStore(
      upper: [Stubborn(store: MemoryStore())], store: last, clock: clock)
    try await last.write(Self.item, Array("{".utf8), expires: nil)
    _ = try await store.setAside(Self.item)
    #expect(try await last.read(Self.item) == nil)
  }

  @Test func `that keeps something in an earlier one tells whoever signs out`() async throws {
    let (clock, quick) = (try Stage.open().world.clock, MemoryStore())
    let ended = Array(
      #"{"accessToken":"a","expiresAt":"2001-01-01T00:00:00Z","refreshToken":"r"}"#.utf8)
    try await quick.write(Self.item, ended, expires: nil)
    let layered = LayeredStore(
      upper: [Stubborn(store: quick)], store: MemoryStore(), clock: clock)
    let cache = SignInCache(RememberingStore(store: layered, secrets: SecretKeeper())) { _ in }
    #expect(await cache.forgetToken(of: Self.target) == "cannot be removed")
    let empty = LayeredStore(
      upper: [Stubborn(store: MemoryStore())], store: MemoryStore(), clock: clock)
    #expect(await SignInCache(empty) { _ in }.forgetToken(of: Self.target) == nil)
  }

  /// In the folder /tmp/mine lies a token of another key.
  private static let othersKey = """
    local own = sso.cache.files { directory = '/tmp/mine' }
    local function closed(key) return sso.cache.encrypted { store = own, key = key:rep(32) } end
    sso.ensure { session = 'my-sso', cache = closed 'a' }

    """

  @Test(
    arguments: [
      "sso.cache.layered(closed 'b', sso.cache.memory())",
      "sso.cache.layered(own, sso.cache.memory())",
      "sso.cache.encrypted { store = sso.cache.layered(own, sso.cache.memory()), key = ('b'):rep(32) }",
    ],
    [
      ("", ""),
      (
        "local ended = sso.logout { session = 'my-sso', cache = mine }[1] "
          + "print(ended.endedHere, ended.remainder:match 'it was left as it is')",
        "false\tit was left as it is\n"
      ),
    ])
  func `keeps another key's entry in an earlier one`(
    mine: String, use: (code: String, said: String)
  ) async throws {
    var stage = try `sso.ensure`.stage()
    stage.options.permissions.read = ["/tmp/mine"]
    stage.options.permissions.write = ["/tmp/mine"]
    let ending = try await stage.run(
      Self.othersKey + "local mine = \(mine) sso.ensure { session = 'my-sso', cache = mine } "
        + use.code + "\nprint(sso.ensure { session = 'my-sso', cache = closed 'a' }.source)")
    #expect(ending.output == use.said + "cache\n", "\(ending)")
  }

  /// Whoever deletes by hand does what the refusal of everything else recommends.
  @Test(arguments: [
    "sso.cache.layered(closed 'b', sso.cache.memory())",
    "sso.cache.layered(own, sso.cache.memory())",
    "sso.cache.layered(sso.cache.memory(), closed 'b')",
    "sso.cache.layered(sso.cache.layered(closed 'b', sso.cache.memory()), sso.cache.memory())",
    "sso.cache.encrypted { store = sso.cache.layered(own, sso.cache.memory()), key = ('b'):rep(32) }",
    "closed 'b'",
  ])
  func `forgets another key's entry when a script says so`(mine: String) async throws {
    var stage = try `sso.ensure`.stage()
    stage.options.permissions.read = ["/tmp/mine"]
    stage.options.permissions.write = ["/tmp/mine"]
    let ending = try await stage.run(
      Self.othersKey + """
        local mine = \(mine)
        for _, layer in ipairs { "token", "registration" } do
          for _, key in ipairs(own:names(layer)) do mine:delete(key, { layer = layer }) end
        end
        print(#own:names "token")
        """)
    #expect(ending.output == "0\n", "\(ending)")
  }

  @Test func `is as quick below a key as without`() async throws {
    let ending = try await `sso.ensure`.stage().run(
      """
      local rows = {}
      local slow = { put = function(k, v) rows[k] = v end, delete = print,
        get = function(k) print(rows[k] and "found" or "nothing") return rows[k] end }
      local store = sso.cache.encrypted {
        store = sso.cache.layered(sso.cache.memory(), slow), key = ("k"):rep(32) }
      sso.ensure { session = "my-sso", cache = store }
      print(sso.ensure { session = "my-sso", cache = store }.source)
      """)
    #expect(ending.output.hasSuffix("cache\n") && !ending.output.contains("found"), "\(ending)")
  }

  @Test func `is so beneath the stores that stand above it in a script`() async throws {
    let (quick, last) = (MemoryStore(), MemoryStore())
    let layered = LayeredStore(upper: [quick], store: last, clock: try Stage.open().world.clock)
    let turn = TurnStore(store: layered, turn: LoginTurn("sso.ensure", by: nil))
    let store = RememberingStore(store: turn, secrets: SecretKeeper())
    try await store.write(Self.item, Self.token("old"), expires: nil)
    try await last.write(Self.item, Self.token("new"), expires: nil)
    #expect(try await store.lasting.read(Self.item) == Self.token("new"))
  }
}

@Suite struct `A store above one that is only read` {
  private static let item = SignInTarget(
    startURL: "https://example.awsapps.com/start", region: "eu-west-1"
  ).tokenItem

  private static func token(_ name: String, until end: String) -> [UInt8] {
    Array(#"{"accessToken":"\#(name)","expiresAt":"\#(end)"}"#.utf8)
  }

  /// Its things stay.
  private struct Lender: StoreAbove {
    let store: any SignInStore
    var isBorrowed: Bool { true }

    func remove(_ item: CacheItem) async throws(CacheFolderError) {
      throw CacheFolderError(.unwritable, "the store is read-only")
    }
  }

  private let own = MemoryStore()
  private let lent = MemoryStore()
  private var store: BorrowingStore {
    BorrowingStore(store: own, lender: Lender(store: lent))
  }

  @Test func `gives whichever ends later, and copies nothing`() async throws {
    let (soon, late) = ("2030-01-01T08:00:00Z", "2030-01-01T09:00:00Z")
    try await lent.write(Self.item, Self.token("lent", until: soon), expires: nil)
    #expect(try await store.read(Self.item) == Self.token("lent", until: soon))
    #expect(try await own.read(Self.item) == nil)

    try await store.write(Self.item, Self.token("own", until: late), expires: nil)
    #expect(try await store.read(Self.item) == Self.token("own", until: late))
    #expect(try await store.lasting.read(Self.item) == Self.token("own", until: late))
    #expect(try await lent.read(Self.item) == Self.token("lent", until: soon))

    try await lent.write(Self.item, Self.token("lent", until: "2031-01-01T08:00:00Z"), expires: nil)
    #expect(try await store.read(Self.item) != Self.token("own", until: late))
  }

  @Test func `passes over what is damaged in one of them`() async throws {
    let whole = Self.token("whole", until: "2030-01-01T08:00:00Z")
    try await own.write(Self.item, whole, expires: nil)
    try await lent.write(Self.item, Array("{".utf8), expires: nil)
    #expect(try await store.read(Self.item) == whole)
    try await lent.write(Self.item, whole, expires: nil)
    try await own.write(Self.item, Array("{".utf8), expires: nil)
    #expect(try await store.read(Self.item) == whole)
  }

  @Test func `moves what is damaged in its own out of the way of a new one`() async throws {
    let stage = try Self.stage()
    let folder = stage.caches.memory("/tmp/mine")
    let name = "0ad374308c5a4e22f723adf10145eafad7c4031c.json"
    folder.put(name, "{")
    let ending = try await stage.run(Self.stores + "source(plain)")
    #expect(ending.errors.contains("makes room for a new one; moved to"), "\(ending.errors)")
    #expect(folder.files.keys.contains { $0.hasPrefix("\(name).bad-") })
  }

  private static func stage() throws -> Stage {
    var stage = try `sso.ensure`.stage()
    stage.options.permissions.read = ["/tmp/mine"]
    stage.options.permissions.write = ["/tmp/mine"]
    return stage
  }

  private static let stores = """
    local own = sso.cache.files { directory = '/tmp/mine' }
    local plain = sso.cache.layered(own, sso.cache.files { read_only = true })
    local key = ('k'):rep(32)
    local function source(cache)
      return sso.ensure { session = 'my-sso', cache = cache }.source
    end

    """

  @Test func `leaves another key's entry in its own as it is`() async throws {
    let ending = try await Self.stage().run(
      Self.stores + """
        local closed = sso.cache.encrypted { store = own, key = key }
        print(source(closed), source(plain), source(closed))
        """)
    #expect(ending.output == "login\tlogin\tcache\n")
    #expect(ending.errors.contains("not cached: "), "\(ending.errors)")
  }

  @Test func `encrypts what is new, and asks a person once`() async throws {
    let ending = try await Self.stage().run(
      Self.stores + """
        local closed = sso.cache.encrypted { store = plain, key = key }
        print(source(sso.cache.files {}), source(closed), source(closed))
        """)
    #expect(ending.output == "login\tlogin\tcache\n")
    #expect(!ending.errors.contains("takes its place"), "\(ending.errors)")
  }

  @Test func `keeps another key's entry when somebody signs out`() async throws {
    let stage = try Self.stage()
    let ending = try await stage.run(
      Self.stores + """
        source(sso.cache.encrypted { store = own, key = key })
        source(sso.cache.encrypted { store = sso.cache.files {}, key = ('l'):rep(32) })
        local closed = sso.cache.encrypted { store = plain, key = ('l'):rep(32) }
        local ended = sso.logout { session = 'my-sso', cache = closed }[1]
        print(ended.endedHere, ended.remainder:match "it was left as it is")
        print(#own:names "token")
        """)
    #expect(ending.output == "false\tit was left as it is\n2\n", "\(ending)")
  }

  /// Cannot tell what it has.
  private struct Silent: StoreAbove {
    let store: any SignInStore

    func names(in layer: CacheLayer) async throws(CacheFolderError) -> [String] { [] }
  }

  @Test func `finds what is hidden though its own cannot be listed`() async throws {
    let late = Self.token("lent", until: "2030-01-01T09:00:00Z")
    try await own.write(
      Self.item, Self.token("own", until: "2030-01-01T08:00:00Z"), expires: nil)
    try await lent.write(Self.item, late, expires: nil)
    let store = BorrowingStore(store: Silent(store: own), lender: Lender(store: lent))
    #expect(await store.remains(in: .token).count == 1)
  }

  @Test func `tells whoever signs out of the token that the better one hides`() async throws {
    let (soon, late) = ("2030-01-01T08:00:00Z", "2030-01-01T09:00:00Z")
    try await own.write(Self.item, Self.token("own", until: soon), expires: nil)
    try await lent.write(Self.item, Self.token("lent", until: late), expires: nil)
    let hidden = CacheRemains(name: Self.item.name, bytes: Self.token("own", until: soon))
    #expect(await store.remains(in: .token) == [hidden])
    try await lent.write(Self.item, Self.token("own", until: soon), expires: nil)
    #expect(await store.remains(in: .token).isEmpty)
  }

  @Test func `forgets its own though the other one stays, and says that`() async throws {
    let cache = SignInCache(store) { _ in }
    let target = SignInTarget(startURL: "https://example.awsapps.com/start", region: "eu-west-1")
    for part in [own, lent] {
      try await part.write(Self.item, Self.token("a", until: "2001-01-01T08:00:00Z"), expires: nil)
    }
    #expect(await cache.forgetToken(of: target) == "the store is read-only")
    #expect(try await own.read(Self.item) == nil)
  }

  @Test func `lists what is in either, once, and reads notes of both`() async throws {
    try await own.write(Self.item, [1], expires: nil)
    try await lent.write(Self.item, [2], expires: nil)
    #expect(try await store.names(in: .token) == [Self.item.name])
    try await lent.setNote([3], beside: Self.item)
    #expect(try await store.note(beside: Self.item) == [3])
    try await store.setNote([4], beside: Self.item)
    #expect(try await store.note(beside: Self.item) == [4])
    #expect(try await lent.note(beside: Self.item) == [3])
  }

  @Test func `is what a script gets, with all its parts before the policy`() async throws {
    let stage = try `sso.ensure`.stage()
    let layers = "sso.cache.layered(sso.cache.memory(), sso.cache.files { read_only = true })"
    let output = try await stage.output(
      of: """
        local cache = \(layers)
        for _ = 1, 2 do print(sso.ensure { session = 'my-sso', cache = cache }.source) end
        """)
    #expect(output == "login\ncache\n")
    var ruled = try `sso.ensure`.stage()
    let policy = "local sso = require 'sso' return { allow = { cache = { 'memory' } } }"
    ruled.options.policies = [
      PolicySource(path: "/etc/policy.lua", text: Array(policy.utf8), level: .system)
    ]
    let failure = try await ruled.failure(
      of: "sso.ensure { session = 'my-sso', cache = \(layers) }")
    #expect(failure["code"] == "PolicyRefused")
  }
}
