//  Destinations.swift - whom a URL names, and through which proxy.

internal import SSOOIDC
internal import Synchronization

/// Where a request goes.
struct Destination: Equatable {
  let origin: Origin
  let proxy: Proxy?
}

/// Finds destinations and remembers the latest: polls ask for the same URL again and again.
final class Destinations: Sendable {
  private let proxies: ProxyRules
  private let latest = Mutex<(url: String, destination: Destination)?>(nil)

  init(_ proxies: ProxyRules) { self.proxies = proxies }

  /// - Throws: `TransportError` with `invalidRequest` or `proxy`.
  func destination(of url: String) throws(TransportError) -> Destination {
    if let known = latest.withLock({ $0?.url == url ? $0?.destination : nil }) { return known }
    guard let origin = Origin(url) else {
      throw TransportError(
        code: .invalidRequest, message: "not an absolute http or https URL", host: "",
        delivery: .neverSent)
    }
    let proxy: Proxy?
    do {
      proxy = try proxies.proxy(for: origin)
    } catch {
      throw TransportError(
        code: .proxy, message: error.description, host: origin.description, delivery: .neverSent)
    }
    let found = Destination(origin: origin, proxy: proxy)
    latest.withLock { $0 = (url, found) }
    return found
  }
}
