import LuaEngine
import SSOOIDC
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
