//  ProxyRules.swift - which proxy the environment asks for. Pure.
//
//  Knows: the variables as curl and Python's urllib (botocore) read them.
//  Does not know: how to talk to a proxy (CurlTransport; in a scenario, the simulated network).

/// The proxy variables of one environment.
package struct ProxyRules {
  private let http: String?
  private let https: String?
  private let exceptions: [Substring]

  package init(environment: (String) -> String?) {
    /// Lower case wins, even when it is empty: that is how one proxy is switched off.
    func variable(_ name: String) -> String? {
      if let value = environment(name) { return value }
      // In a CGI program HTTP_PROXY comes from the client's "Proxy:" header.
      if name == "http_proxy", environment("REQUEST_METHOD") != nil { return nil }
      return environment(name.uppercased())
    }
    let forAll = variable("all_proxy")
    http = variable("http_proxy") ?? forAll
    https = variable("https_proxy") ?? forAll
    exceptions = (variable("no_proxy") ?? "").lowercased()
      .split { $0 == "," || $0 == " " || $0 == "\t" }
  }

  /// The proxy for an origin; `nil` for a direct connection, as always to this machine.
  ///
  /// - Throws: ``MalformedProxy`` when the variable's value is not a proxy's URL.
  package func proxy(for origin: Origin) throws(MalformedProxy) -> Proxy? {
    guard let value = origin.scheme == .http ? http : https, !value.isEmpty, !origin.isLoopback,
      !exceptions.contains(where: { excludes($0, origin) })
    else { return nil }
    guard let proxy = Proxy(value) else { throw MalformedProxy(scheme: origin.scheme) }
    return proxy
  }

  /// `*`, a host, or a domain with all below it; each with or without a port.
  private func excludes(_ exception: Substring, _ origin: Origin) -> Bool {
    if exception == "*" { return true }
    // A bare IPv6 address has colons of its own.
    let isBareIPv6 = exception.first != "[" && exception.count { $0 == ":" } > 1
    let text = isBareIPv6 ? "[\(exception)]" : exception
    guard let pattern = Authority(text), pattern.port ?? origin.port == origin.port else {
      return false
    }
    let name = pattern.host.drop { $0 == "." }
    return !name.isEmpty && (origin.host == name || origin.host.hasSuffix(".\(name)"))
  }
}

/// A proxy variable that cannot be used.
///
/// Its value may hold a password, so it is not kept.
package struct MalformedProxy: Error {
  package let scheme: Origin.Scheme

  package var description: String {
    "the \(scheme.rawValue)_proxy (or all_proxy) variable is not a proxy URL such as http://host:3128"
  }
}

/// One proxy as libcurl takes it.
package struct Proxy: Equatable {
  /// With its credentials.
  package let url: String
  /// Host and port, to be shown.
  package let name: String
  /// `user:password`; never shown.
  package let credentials: String?

  /// A value without a scheme means http, as everywhere.
  package init?(_ value: String) {
    let schemes = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"]
    let parts = value.splitAtScheme
    let scheme = parts?.scheme.lowercased() ?? "http"
    let authority = (parts?.rest ?? value[...]).authority
    guard schemes.contains(scheme), value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      let server = Authority(authority), !server.host.isEmpty
    else { return nil }
    url = "\(scheme)://\(authority)"
    credentials = server.credentials
    let host = server.host.contains(":") ? "[\(server.host)]" : server.host
    name = server.port.map { "\(host):\($0)" } ?? host
  }
}
