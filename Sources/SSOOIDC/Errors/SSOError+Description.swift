//  SSOError+Description.swift - the one line a person reads.

extension SSOError: CustomStringConvertible {
  /// One line: operation, host, cause and next step, never a secret.
  public var description: String {
    var line = operation
    line.reserveCapacity(240)
    if !host.isEmpty { line += line.isEmpty ? "at " + host : " at " + host }
    if !line.isEmpty { line += ": " }
    line += code.rawValue
    if let status, code != .status(status) { line += " (HTTP " + String(status) + ")" }
    if !message.isEmpty, message != code.rawValue { line += ": " + message }
    if let nextStep { line += (line.utf8.last == UInt8(ascii: ".") ? " " : ". ") + nextStep }
    if let requestID { line += " (request id " + requestID + ")" }
    return line
  }

  /// What to do now, as one sentence; `nil` where nothing general can be said.
  public var nextStep: String? {
    switch kind {
    case .transport, .limit: transportStep
    case .validation, .permission, .cancelled: nil
    case .service, .parse: isAPoll ? Self.pollStep : codeStep ?? statusStep
    }
  }

  private var transportStep: String? {
    switch transport?.code {
    case .resolve: "Check the spelling of the host, the network and the DNS server."
    case .connect where isLoopback:
      isNotification ? "Is the server running there?" : "Is `ssoscript serve` running there?"
    case .connect: "Check the network, the proxy and the endpoint."
    case .timeout, .incomplete: "Check the network and try again."
    case .tls: "Check the CA file, the clock and the host name."
    case .proxy: "Check the proxy settings."
    case .tooLarge: "Check the endpoint, its port and the proxy."
    default: nil
    }
  }

  /// Whether a chat or a mail server was to be told something.
  private var isNotification: Bool { operation.hasPrefix("sso.notify.") }

  private static let pollStep = "Add five seconds to the interval, then ask again."

  /// Whether a poll came too soon: the same code tells of a busy service elsewhere.
  private var isAPoll: Bool { code == .slowDown && operation == "CreateToken" }

  private var codeStep: String? { Self.nextSteps.first { $0.code == code }?.step }

  private var statusStep: String? {
    guard let status else { return nil }
    return switch status {
    case 403 where code == .status(403): "Check the network: a firewall or proxy may stand between."
    case 429: "Ask again later."
    case 500...: "The service has a problem: try again later."
    default: nil
    }
  }

  private var isLoopback: Bool { URLParts("http://\(host)")?.isLoopback ?? false }

  /// A list: the first use of a hash table costs more than a short script.
  private static let nextSteps: [(code: Code, step: String)] = [
    (.accessDenied, "The request was declined; start the login again if that was a mistake."),
    (.authorizationPending, "Confirm the code in the browser, then ask again."),
    (.expiredToken, "Start the login again."),
    (.invalidClient, "Register the client again, then start the login again."),
    (.invalidGrant, "Log in again."),
    (.invalidRequest, "Check the members; a start URL answers in its own region only."),
    (.invalidRequestRegion, "Ask in the region that is named."),
    (.slowDown, "Ask again later."),
    (.tooManyRequests, "Ask again later."),
    (.unauthorized, "Log in again."),
    (.forbidden, "Check account and role: this user does not have it."),
    (.resourceNotFound, "Check account and role."),
    (.captivePortal, "Open a browser and join the network, then try again."),
    (.redirect, "Check the endpoint."),
    (.invalidResponse, "Check the endpoint, its port and the proxy."),
    ("bad_answer", "Check the endpoint, its port and the proxy."),
  ]
}
