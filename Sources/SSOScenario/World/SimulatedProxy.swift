//  SimulatedProxy.swift - a proxy between a program and the services, as it is asked over http.
//
//  Knows: what a proxy may do instead of passing a request on, and libcurl's words for that.
//  Does not know: which requests come to it (ProxyRules, from the program's variables).

internal import SSOOIDC
internal import Synchronization

/// One proxy of a scenario.
final class SimulatedProxy: Sendable {
  /// What it does.
  enum Manner: Sendable, Equatable {
    /// Passes on what comes with the right credentials.
    case passes
    /// Nothing listens at its address.
    case refuses
    /// Packets to it vanish.
    case isSilent
    /// Answers every request itself.
    case answers(Int)
  }

  /// What it was asked.
  struct Visit: Sendable, Equatable {
    /// Host and port.
    let target: String
    /// Its own answer; 200 where it passed the request on.
    let status: Int
    /// Since the start of the scenario.
    let time: Duration
  }

  /// What becomes of one request.
  enum Passage: Sendable {
    case through
    /// After so long; nothing of the request was treated.
    case failed(after: Duration, TransportError)
    /// The proxy's own answer, which the program takes for the service's: over plain http.
    case answered(Int)
  }

  /// Host, in lower case as the variables' is, and port.
  let authority: Authority
  /// `user:password` that it wants; `nil` where anybody may come.
  private let credentials: String?
  private let manner: Manner
  private let seen = Mutex<[Visit]>([])

  init(authority: Authority, credentials: String?, manner: Manner) {
    (self.authority, self.credentials, self.manner) = (authority, credentials, manner)
  }

  /// Host and port, to be shown.
  var address: String {
    let host = authority.host.contains(":") ? "[\(authority.host)]" : authority.host
    return "\(host):\(authority.port ?? 0)"
  }

  var visits: [Visit] { seen.withLock { $0 } }

  /// Treats a request for the service at `target`.
  ///
  /// - Parameters:
  ///   - target: The service.
  ///   - isThere: Whether the proxy finds the service.
  ///   - route: How the program names this proxy, credentials included.
  ///   - options: The request's limits.
  ///   - time: Since the start of the scenario.
  /// - Returns: What becomes of it.
  func pass(
    to target: NetworkTarget, isThere: Bool, as route: Proxy, _ options: HTTPOptions,
    at time: Duration
  ) -> Passage {
    if let failure = unreachable(for: target, options) { return failure }
    let status = status(for: route, isThere)
    seen.withLock {
      $0.append(Visit(target: "\(target.host):\(target.port)", status: status, time: time))
    }
    if status == 200 { return .through }
    if target.scheme == "https" {
      return .failed(
        after: .zero,
        failure(target, .proxy, "proxy \(address): CONNECT tunnel failed, response \(status)"))
    }
    guard status == 407 else { return .answered(status) }
    let words = "proxy \(address): it answered 407 (it wants a user name and password)"
    return .failed(after: .zero, failure(target, .proxy, words, .maybeReceived))
  }

  private func unreachable(for target: NetworkTarget, _ options: HTTPOptions) -> Passage? {
    let place = "\(authority.host) port \(authority.port ?? 0)"
    switch manner {
    case .refuses:
      let words = "Failed to connect to \(place) after 0 ms: Couldn't connect to server"
      return .failed(after: .zero, failure(target, .proxy, "proxy \(address): \(words)"))
    case .isSilent:
      let limit = min(options.connectTimeout, options.timeout)
      let words =
        "Failed to connect to \(place) after \(limit.wholeMilliseconds) ms: Timeout was reached"
      return .failed(after: limit, failure(target, .timeout, words))
    case .passes, .answers: return nil
    }
  }

  private func status(for route: Proxy, _ isThere: Bool) -> Int {
    if case .answers(let status) = manner { return status }
    if let credentials, Self.sent(credentials) != route.credentials.map(Self.sent) { return 407 }
    return isThere ? 200 : 502
  }

  /// A name alone goes with an empty password.
  private static func sent(_ credentials: String) -> String {
    credentials.utf8.contains(UInt8(ascii: ":")) ? credentials : "\(credentials):"
  }

  private func failure(
    _ target: NetworkTarget, _ code: TransportError.Code, _ words: String,
    _ delivery: TransportError.Delivery = .neverSent
  ) -> TransportError {
    TransportError(code: code, message: words, host: target.host, delivery: delivery)
  }
}

/// Which proxies one program goes through.
struct ProxyRoutes: Sendable {
  private let rules: ProxyRules
  private let stage: ScenarioStage

  /// `nil` where the program's variables name no proxy.
  init?(_ variables: [String: String], on stage: ScenarioStage) {
    guard variables.keys.contains(where: { $0.hasSuffix("_proxy") || $0.hasSuffix("_PROXY") })
    else { return nil }
    rules = ProxyRules { variables[$0] }
    self.stage = stage
  }

  /// What becomes of a request on its way to the service.
  ///
  /// - Parameters:
  ///   - url: Of the request.
  ///   - target: The same, taken apart.
  ///   - isThere: Whether there is such a service.
  ///   - options: The request's limits.
  /// - Returns: `nil` for a request that goes without a proxy.
  func passage(
    _ url: String, _ target: NetworkTarget, isThere: Bool, _ options: HTTPOptions
  ) -> SimulatedProxy.Passage? {
    func failed(_ words: String) -> SimulatedProxy.Passage {
      .failed(
        after: .zero,
        TransportError(code: .proxy, message: words, host: target.host, delivery: .neverSent))
    }
    guard let origin = Origin(url) else { return nil }
    let route: Proxy?
    do throws(MalformedProxy) {
      route = try rules.proxy(for: origin)
    } catch {
      return failed(error.description)
    }
    guard let route else { return nil }
    guard let authority = route.authority,
      let proxy = stage.proxies.first(where: { $0.authority == authority })
    else {
      let host = route.authority?.host ?? route.name
      return failed("proxy \(route.name): Could not resolve proxy: \(host)")
    }
    stage.note("proxy", "\(proxy.address) is asked for \(target.host)")
    return proxy.pass(to: target, isThere: isThere, as: route, options, at: stage.time.elapsed)
  }
}

extension Proxy {
  /// Host and port, without credentials; where no port is named, libcurl's own for proxies.
  fileprivate var authority: Authority? {
    guard var authority = Authority(name[...]) else { return nil }
    authority.port = authority.port ?? 1080
    return authority
  }
}
