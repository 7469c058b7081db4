//  NetworkFault.swift - what can go wrong before a request reaches the service, in libcurl's words.
//
//  Knows: ids N01 to N07, N15 and T01 to T05 of the failure catalogue.
//  Does not know: when one is due (ScenarioFaults).

internal import IdentityService
internal import SSOOIDC

/// One way in which a request does not get through.
struct NetworkFault: Sendable, Equatable {
  /// How long the caller waits before it hears of it.
  enum Wait: Sendable {
    case nothing
    case connectTimeout
    case timeout
  }

  /// Of the catalogue.
  let id: String
  /// What a scenario may write instead: `dns`.
  let kind: String
  /// One sentence.
  let summary: String
  let code: TransportError.Code
  let wait: Wait
  let delivery: TransportError.Delivery
  /// With HOST, PORT and MS in place of what they stand for.
  private let words: String

  /// All of them.
  static let all: [NetworkFault] = [
    Self("N01", "dns", "The name does not resolve.", .resolve, "Could not resolve host: HOST"),
    Self(
      "N03", "refused", "Nothing listens.", .connect,
      "Failed to connect to HOST port PORT after 0 ms: Couldn't connect to server"),
    Self(
      "N05", "hang", "Connecting hangs.", .timeout,
      "Connection timed out after MS milliseconds", wait: .connectTimeout),
    Self(
      "N07", "reset_early", "The connection is reset before the request is sent.", .incomplete,
      "Send failure: Connection reset by peer"),
    Self(
      "N15", "proxy", "The proxy answers 407.", .proxy,
      "proxy http://proxy.example:3128: CONNECT tunnel failed, response 407"),
    Self(
      "T01", "tls_expired", "The certificate has expired.", .tls,
      "SSL certificate problem: certificate has expired"),
    Self(
      "T02", "tls_unknown", "Nobody known has signed the certificate.", .tls,
      "SSL certificate problem: unable to get local issuer certificate"),
    Self(
      "T03", "tls_name", "The certificate is another host's.", .tls,
      "SSL: no alternative certificate subject name matches target host name 'HOST'"),
    Self(
      "T04", "tls_old", "The server speaks old TLS only.", .tls,
      "TLS connect error: error:0A000102:SSL routines::unsupported protocol"),
    Self(
      "T05", "tls_hang", "The TLS handshake stalls.", .timeout, "SSL connection timeout",
      wait: .connectTimeout),
  ]

  private init(
    _ id: String, _ kind: String, _ summary: String, _ code: TransportError.Code, _ words: String,
    wait: Wait = .nothing, delivery: TransportError.Delivery = .neverSent
  ) {
    (self.id, self.kind, self.summary, self.code) = (id, kind, summary, code)
    (self.wait, self.delivery, self.words) = (wait, delivery, words)
  }

  /// How long a request with these limits takes to fail.
  func duration(_ options: HTTPOptions) -> Duration {
    switch wait {
    case .nothing: .zero
    case .connectTimeout: min(options.connectTimeout, options.timeout)
    case .timeout: options.timeout
    }
  }

  func error(at target: NetworkTarget, _ options: HTTPOptions) -> TransportError {
    let message = words.replacing("HOST", with: target.host)
      .replacing("PORT", with: String(target.port))
      .replacing("MS", with: String(duration(options).wholeMilliseconds))
    return TransportError(code: code, message: message, host: target.host, delivery: delivery)
  }
}

/// Where a request goes.
struct NetworkTarget: Sendable, Equatable {
  let scheme: String
  let host: String
  let port: Int
  let path: String
  let query: String

  /// `nil` for what is no absolute URL of http or https.
  init?(_ url: String) {
    guard let mark = url.firstRange(of: "://") else { return nil }
    scheme = url[..<mark.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let rest = url[mark.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let name = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    let colon = name.last == "]" ? nil : name.lastIndex(of: ":")
    host = (colon.map { name[..<$0] } ?? name).lowercased()
    port = colon.flatMap { Int(name[$0...].dropFirst()) } ?? (scheme == "https" ? 443 : 80)
    let target = rest[authority.endIndex...].prefix { $0 != "#" }
    let path = target.prefix { $0 != "?" }
    self.path = path.isEmpty ? "/" : String(path)
    query = String(target[path.endIndex...].dropFirst())
  }
}

extension Duration {
  /// Fractions dropped.
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}
