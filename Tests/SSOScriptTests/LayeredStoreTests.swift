import LuaEngine
import SSOOIDC
import Testing

@testable import SSOScript

@Suite struct `A layered store` {
  private static let item = SignInTarget(
    startURL: "https://example.awsapps.com/start", region: "eu-west-1"
  ).tokenItem

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
