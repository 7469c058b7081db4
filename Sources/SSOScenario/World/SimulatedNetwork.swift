//  SimulatedNetwork.swift - what lies between one program and the services: in process, without
//  sockets.
//
//  Knows: where a request goes, what keeps it from being sent.
//  Does not know: what happens to it on its way (NetworkExchange).

internal import IdentityService
internal import SSOOIDC
internal import SSOScript
internal import Synchronization

/// The network of one program.
final class SimulatedNetwork: HTTPTransport {
  /// A program that asks so often while no time passes asks for ever.
  private static let callsWithoutTime = 1000

  private let process: Int
  private let services: [SimulatedService]
  private let stage: ScenarioStage
  private let disk: SimulatedDisk
  private let proxies: ProxyRoutes?
  /// Whether the program can still ask.
  private let isAlive: @Sendable () -> Bool
  /// Called when the program asks for ever.
  private let onFlood: @Sendable () -> Void
  private let flood = Mutex((time: Duration.zero, calls: 0))
  /// Where the last request went: who polls asks the same address again and again.
  private let latest = Mutex<(url: String, target: NetworkTarget?)>(("", nil))

  init(
    process: Int, services: [SimulatedService], home: SimulatedHome, proxies: ProxyRoutes?,
    isAlive: @escaping @Sendable () -> Bool, onFlood: @escaping @Sendable () -> Void
  ) {
    (self.process, self.services, stage, disk) = (process, services, home.stage, home.disk)
    (self.proxies, self.isAlive, self.onFlood) = (proxies, isAlive, onFlood)
  }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    try begin()
    let target = target(of: request.url)
    var asked = ServiceRequest(request, target)
    asked.readBody()
    // Also those of a request that arrives nowhere are in what is kept of it.
    stage.secrets.remember(request, reading: try? asked.json.get())
    guard let target else { throw Self.invalid("not an absolute http or https URL", "") }
    try check(request.headers, target)
    try check(caFile: request.options.caBundle, target.host)
    let service = service(at: target)
    let passage = proxies?.passage(
      request.url, target, isThere: service != nil, request.options)
    guard let service else {
      if let response = try await passage?.response(stage) { return response }
      stage.note("network", "\(target.host) does not resolve")
      throw NetworkFault.unresolved.error(at: target)
    }
    var exchange = NetworkExchange(request, asked, target, service, process, stage)
    exchange.passage = passage
    exchange.distrust = distrust(request, target)
    return try await exchange.run()
  }

  /// Ends what a program that is gone would still ask.
  private func begin() throws(TransportError) {
    guard isAlive() else {
      throw TransportError(
        code: .cancelled, message: DoorError.killed.message, host: "", delivery: .neverSent)
    }
    countFlood()
  }

  private func target(of url: String) -> NetworkTarget? {
    latest.withLock { latest in
      if latest.url != url { latest = (url, NetworkTarget(url)) }
      return latest.target
    }
  }

  private func service(at target: NetworkTarget) -> SimulatedService? {
    target.isService ? services.first : nil
  }

  /// In the words of CurlTransport: a variable, too, may hold what would be a second header.
  private func check(
    _ headers: HTTPHeaders, _ target: NetworkTarget
  ) throws(TransportError) {
    for field in headers where field.value.breaksHeader {
      throw Self.invalid(
        "the value of header \(field.name) holds a line break or NUL", target.host)
    }
  }

  private static func invalid(_ message: String, _ host: String) -> TransportError {
    TransportError(code: .invalidRequest, message: message, host: host, delivery: .neverSent)
  }

  /// In the words of CurlTransport.
  private func check(caFile path: String?, _ host: String) throws(TransportError) {
    guard let path else { return }
    guard let node = node(path) else {
      throw Self.invalid("CA file \"\(path)\": No such file or directory", host)
    }
    guard let bytes = node.bytes else {
      throw Self.invalid("CA file \"\(path)\": not a file", host)
    }
    guard !bytes.isEmpty else { throw Self.invalid("CA file \"\(path)\": the file is empty", host) }
  }

  /// What libcurl says of a file without certificates, when TLS begins.
  private func distrust(_ request: HTTPRequest, _ target: NetworkTarget) -> TransportError? {
    guard target.scheme == "https", let path = request.options.caBundle,
      let bytes = node(path)?.bytes, !CertificateFile.holdsAny(bytes)
    else { return nil }
    return Self.invalid("error setting certificate file: \(path)", target.host)
  }

  private func node(_ path: String) -> DiskNode? { disk.look { $0[$0.canonical(path)] } }

  private func countFlood() {
    let isFlood = flood.withLock { flood in
      let now = stage.time.elapsed
      flood = (now, flood.time == now ? flood.calls + 1 : 1)
      return flood.calls == Self.callsWithoutTime
    }
    if isFlood { onFlood() }
  }
}

extension SimulatedNetwork: MailTransport {
  /// Nobody takes mail: names of mail servers do not resolve, and nothing listens on this machine.
  func send(_ mail: Mail) async throws(TransportError) {
    try begin()
    guard let (scheme, rest) = mail.url.splitAtScheme, let parts = Authority(rest.authority),
      let target = NetworkTarget(
        "http://\(rest.authority)" + (parts.port == nil ? ":\(Self.port(of: scheme))" : ""))
    else {
      throw Self.invalid("not an smtp or smtps URL", "")
    }
    try check(caFile: mail.caBundle, String(rest.authority))
    stage.note(
      "network", "\(target.host) \(target.isService ? "takes no mail" : "does not resolve")")
    let error = (target.isService ? NetworkFault.refused : .unresolved).error(at: target)
    throw TransportError(
      code: error.code, message: error.message, host: String(rest.authority),
      delivery: error.delivery)
  }

  private static func port(of scheme: some StringProtocol) -> Int {
    scheme.lowercased() == "smtps" ? 465 : 25
  }
}

extension ServiceRequest {
  fileprivate init(_ request: HTTPRequest, _ target: NetworkTarget?) {
    var headers = RequestHeaders()
    for field in request.headers { headers.add(field.name, field.value) }
    self.init(
      method: request.method, path: target?.path ?? "", query: target?.query ?? "",
      headers: headers, body: request.body,
      requester: Requester(
        address: "192.0.2.1", userAgent: request.headers["User-Agent"] ?? ""))
  }
}
