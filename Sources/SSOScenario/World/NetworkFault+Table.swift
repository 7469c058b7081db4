//  NetworkFault+Table.swift - the faults of the network, by id.

internal import SSOOIDC

extension NetworkFault {
  /// All of them.
  static let all: [NetworkFault] = names + connections + security + streams

  /// The one of this id or kind.
  static func named(_ name: String) -> NetworkFault? {
    all.first { $0.id.lowercased() == name.lowercased() || $0.kind == name }
  }

  /// What hosts that are not there meet.
  static let unresolved = Self(
    "N01", "dns", "The name does not resolve.", .resolve, "Could not resolve host: HOST")

  /// What meets whoever asks a port at which nothing listens.
  static let refused = Self(
    "N03", "refused", "Nothing listens.", .connect,
    "Failed to connect to HOST port PORT after 0 ms: Couldn't connect to server")

  private static let names: [NetworkFault] = [
    unresolved,
    Self(
      "N02", "ipv6_silent", "IPv6 drops packets, IPv4 works.", .connect, "",
      wait: .families(AddressFamilies(ipv6: .isSilent, ipv4: .accepts))),
    Self(
      "N02b", "ipv6_refused", "IPv6 refuses, IPv4 works.", .connect, "",
      wait: .families(AddressFamilies(ipv6: .refuses, ipv4: .accepts))),
    Self(
      "N02c", "both_silent", "IPv6 and IPv4 drop packets.", .timeout,
      "Failed to connect to HOST port PORT after MS ms: Timeout was reached",
      wait: .families(AddressFamilies(ipv6: .isSilent, ipv4: .isSilent))),
    Self(
      "N02d", "both_refused", "IPv6 and IPv4 refuse.", .connect,
      "Failed to connect to HOST port PORT after MS ms: Couldn't connect to server",
      wait: .families(AddressFamilies(ipv6: .refuses, ipv4: .refuses))),
    Self(
      "N02e", "ipv6_silent_ipv4_refused", "IPv6 drops packets, IPv4 refuses.", .timeout,
      "Failed to connect to HOST port PORT after MS ms: Timeout was reached",
      wait: .families(AddressFamilies(ipv6: .isSilent, ipv4: .refuses))),
  ]

  private static let connections: [NetworkFault] = [
    refused,
    Self(
      "N05", "hang", "Connecting hangs.", .timeout,
      "Connection timed out after MS milliseconds", wait: .connectTimeout),
    Self(
      "N07", "reset_early", "The connection is reset before the request is sent.", .incomplete,
      "Send failure: Connection reset by peer"),
    Self(
      "N15", "proxy", "The proxy answers 407.", .proxy,
      "proxy http://proxy.example:3128: CONNECT tunnel failed, response 407"),
  ]

  private static let security: [NetworkFault] = [
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

  /// Of HTTP/2 (RFC 9113).
  private static let streams: [NetworkFault] = [
    Self(
      "H35", "stream_reset", "The stream is reset when the service has acted.", .incomplete,
      "HTTP/2 stream 1 was not closed cleanly: INTERNAL_ERROR (err 2)", reach: .service),
    Self(
      "H35b", "goaway", "The service goes away before it looks at the request.", .incomplete,
      "Error in the HTTP2 framing layer", reach: .halfway),
  ]
}
