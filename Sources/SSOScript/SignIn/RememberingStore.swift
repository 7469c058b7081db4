//  RememberingStore.swift - what passes through a store or a transport is remembered as secret.

import SSOOIDC
import StrictJSON

/// A store whose values never reach a line for a person.
struct RememberingStore: StoreAbove {
  let store: any SignInStore
  let secrets: SecretKeeper

  var lasting: any SignInStore { RememberingStore(store: store.lasting, secrets: secrets) }

  var own: any SignInStore { RememberingStore(store: store.own, secrets: secrets) }

  func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    let bytes = try await store.read(item)
    if let bytes { remember(bytes) }
    return bytes
  }

  func remains(in layer: CacheLayer) async -> [CacheRemains] {
    let found = await store.remains(in: layer)
    for remains in found { remember(remains.bytes) }
    return found
  }

  func write(
    _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
  ) async throws(CacheFolderError) {
    remember(bytes)
    try await store.write(item, bytes, expires: expires)
  }

  /// Of JSON, members by their names; of anything else nobody knows which part is the secret.
  private func remember(_ bytes: [UInt8]) {
    switch try? JSON.parse(bytes, limits: .foreign) {
    case .some(.object(let object)): secrets.remember(.object(object))
    case .some(.array(let items)): secrets.remember(.array(items))
    case .some(.string(let text)): secrets.rememberFound(text)
    default: secrets.rememberFound(bytes)
    }
  }
}

/// A transport whose secrets never reach a line for a person, the authorization code included.
struct RememberingTransport: HTTPTransport {
  let transport: any HTTPTransport
  let secrets: SecretKeeper

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    secrets.remember(request)
    if let code = (try? JSON.parse(request.body))?.asObject?["code"]?.asString {
      secrets.remember(code)
    }
    let response = try await transport.send(request)
    secrets.remember(response)
    return response
  }
}
