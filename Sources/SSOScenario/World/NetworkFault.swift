//  NetworkFault.swift - what can go wrong between a program and the service, in libcurl's words.
//
//  Knows: ids N01 to N07, N15, H35 and T01 to T05 of the failure catalogue.
//  Does not know: when one is due (ScenarioFaults).

internal import IdentityService
internal import SSOOIDC
internal import SSOScript

/// One way in which a request, or its answer, does not get through, or gets through late.
struct NetworkFault: Sendable, Equatable {
  /// How long the caller waits before it hears of it.
  enum Wait: Sendable, Equatable {
    case nothing
    case connectTimeout
    /// Where the name has two addresses: what becomes of each.
    case families(AddressFamilies)
  }

  /// How far a request gets.
  enum Reach: Sendable {
    /// Nothing of it leaves.
    case nowhere
    /// It leaves, and the service does not treat it.
    case halfway
    /// The service treats it; the answer is lost.
    case service

    var delivery: TransportError.Delivery { self == .nowhere ? .neverSent : .maybeReceived }
  }

  /// Of the catalogue.
  let id: String
  /// What a scenario may write instead: `dns`.
  let kind: String
  /// One sentence.
  let summary: String
  let code: TransportError.Code
  let wait: Wait
  let reach: Reach
  /// With HOST, PORT and MS in place of what they stand for.
  private let words: String

  init(
    _ id: String, _ kind: String, _ summary: String, _ code: TransportError.Code, _ words: String,
    wait: Wait = .nothing, reach: Reach = .nowhere
  ) {
    (self.id, self.kind, self.summary, self.code) = (id, kind, summary, code)
    (self.wait, self.reach, self.words) = (wait, reach, words)
  }

  /// The same under another id of the catalogue, where it is one of the ways to it.
  func called(_ id: String, _ kind: String, _ summary: String) -> NetworkFault {
    NetworkFault(id, kind, summary, code, words, wait: wait, reach: reach)
  }

  /// What becomes of a request with these limits before the service can treat it.
  ///
  /// - Returns: How long that takes, and the error it ends with; `nil` where it gets through.
  func outcome(
    at target: NetworkTarget, _ options: HTTPOptions
  ) -> (after: Duration, error: TransportError?) {
    let limit = min(options.connectTimeout, options.timeout)
    switch wait {
    case .nothing where reach == .service: return (.zero, nil)
    case .nothing: return (.zero, error(at: target))
    case .connectTimeout: return (limit, error(at: target, after: limit))
    case .families(let families):
      let (after, end) = families.connect(within: limit)
      return (after, end == .connected ? nil : error(at: target, after: after))
    }
  }

  func error(at target: NetworkTarget, after: Duration = .zero) -> TransportError {
    let message = words.replacing("HOST", with: target.host)
      .replacing("PORT", with: String(target.port))
      .replacing("MS", with: String(after.wholeMilliseconds))
    return TransportError(
      code: code, message: message, host: target.host, delivery: reach.delivery)
  }

  /// Whether the service treats the request.
  var letsRulesAnswer: Bool {
    guard case .families(let families) = wait else { return reach == .service }
    return families.connect(within: .seconds(1)).end == .connected
  }

  /// Refuses the phase that it does not have.
  func check(_ phase: Fault.Phase?) throws(BehaviourError) {
    guard let phase, (phase == .after) != letsRulesAnswer else { return }
    throw BehaviourError(
      letsRulesAnswer
        ? "\(id) lets the rules answer: its phase is after"
        : "\(id) lets no request through to the rules: its phase is before")
  }
}

/// Where a request goes.
struct NetworkTarget: Sendable, Equatable {
  let scheme: String
  let host: String
  /// The host as the URL spells it; of an address of IPv6 not all.
  private let spelling: String
  let port: Int
  let path: String
  let query: String
  /// Whether the first service is there: at the endpoints that AWS has in its regions, and at
  /// addresses of this machine.
  let isService: Bool

  /// `nil` for what is no absolute URL of http or https.
  init?(_ url: String) {
    guard let (name, rest) = url.splitAtScheme else { return nil }
    scheme = name.lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let authority = rest.authority
    guard let parts = Authority(authority) else { return nil }
    host = parts.host
    spelling =
      authority == host
      ? host : String(authority.afterLast(UInt8(ascii: "@")).upTo(UInt8(ascii: ":")))
    port = parts.port ?? Self.usualPort(scheme)
    let target = rest[authority.endIndex...].upTo(UInt8(ascii: "#"))
    let path = target.upTo(UInt8(ascii: "?"))
    self.path = path.isEmpty ? "/" : String(path)
    query = String(target[path.endIndex...].dropFirst())
    isService =
      HostPattern.isAWS(host) || ["localhost", "::1"].contains(host) || host.hasPrefix("127.")
  }

  private static func usualPort(_ scheme: String) -> Int { scheme == "https" ? 443 : 80 }

  /// What the header `Host` says.
  var hostAndPort: String {
    // libcurl writes an address of IPv6 anew, and leaves all other names as they are.
    let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : spelling
    return port == Self.usualPort(scheme) ? name : "\(name):\(port)"
  }
}

extension Duration {
  /// Fractions dropped.
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}

extension Substring {
  fileprivate func upTo(_ mark: UInt8) -> Substring {
    self[..<(utf8.firstIndex(of: mark) ?? endIndex)]
  }

  fileprivate func afterLast(_ mark: UInt8) -> Substring {
    self[(utf8.lastIndex(of: mark).map(utf8.index(after:)) ?? startIndex)...]
  }
}
