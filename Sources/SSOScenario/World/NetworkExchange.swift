//  NetworkExchange.swift - one request of a program on its way to a service, and what comes back.
//
//  Knows: time on the way, what a fault or a proxy makes of it, what libcurl would have said.
//  Does not know: which fault is due (ScenarioFaults), the rules (SimulatedService).

internal import EventLoop
internal import IdentityService
internal import SSOOIDC
internal import SSOScript
internal import StrictJSON

/// One request on its way.
struct NetworkExchange {
  let request: HTTPRequest
  let target: NetworkTarget
  let service: SimulatedService
  let stage: ScenarioStage
  /// The request as the service gets it, and as faults see it; the latter only for operations.
  let asked: ServiceRequest
  let seen: BehaviourRequest?
  let kind: RequestKind
  var call: ServiceCall
  /// What a proxy makes of it, where there is one.
  var passage: SimulatedProxy.Passage?
  /// Why TLS cannot begin, where the connection is made.
  var distrust: TransportError?
  /// What the service has said, its body read: for secrets, and for the client if it gets the same.
  private var said: HTTPResponse?

  init(
    _ request: HTTPRequest, _ asked: ServiceRequest, _ target: NetworkTarget,
    _ service: SimulatedService, _ process: Int, _ stage: ScenarioStage
  ) {
    (self.request, self.asked, self.target) = (request, asked, target)
    (self.service, self.stage) = (service, stage)
    seen = BehaviourRequest(
      asked,
      // As libcurl does, whatever the flow says of it.
      headers: [HeaderField("Host", target.hostAndPort)]
        + request.headers.filter { !$0.name.equalsIgnoringASCIICase("host") }
        .map { HeaderField($0.name, $0.value) },
      profile: service.profile, at: service.clock.now.serviceTime)
    kind = RequestKind(seen)
    call = ServiceCall(
      process: process, began: stage.time.elapsed, kind: kind,
      credential: seen?.credential(kind.grant),
      client: (seen?.members["clientId"] ?? seen?.members["client_id"])?.asString)
  }

  mutating func run() async throws(TransportError) -> HTTPResponse {
    var result: Result<HTTPResponse, TransportError>
    do throws(TransportError) {
      var response = try await exchanged()
      // What a HEAD is answered ends with its head (RFC 9110, 9.3.2).
      if request.method == "HEAD" { response.body = [] }
      result = .success(response)
    } catch {
      result = .failure(error)
    }
    if let page = service.page {
      let exchange = RecordedExchange(call.process, request, result)
      result = page.turn(exchange, hiding: stage.secrets)
      if case .success(let response) = result { stage.secrets.remember(response) }
    }
    close(result)
    return try result.get()
  }

  private mutating func exchanged() async throws(TransportError) -> HTTPResponse {
    if let response = try await passage?.response(stage) {
      stage.note(SimulatedProcess.name(call.process), kind.name, content)
      return response
    }
    let met = service.nextFault(kind)
    stage.note(SimulatedProcess.name(call.process), kind.name, content)
    if let met, case .network(let fault) = met.fault {
      note(struck: met)
      let (after, error) = fault.outcome(at: target, request.options)
      try await wait(after)
      if let error { throw error }
    }
    if let distrust { throw distrust }
    let outward = delay()
    if outward >= left, met?.fault.letsRulesAnswer ?? true { arriveLate(after: outward) }
    try await travel(outward)
    let reply = try await reply(met)
    try await travel(delay())
    if case .network(let fault) = met?.fault, fault.reach == .service {
      throw fault.error(at: target)
    }
    return try await delivered(reply)
  }

  /// Given up by the caller, it reaches the service all the same.
  private func arriveLate(after outward: Duration) {
    stage.schedule(at: stage.loop.now + outward) { [service, request, asked, kind, seen] in
      guard service.behaves, let seen else {
        _ = try? service.answer(request, asked, kind)
        return
      }
      Task(executorPreference: service.stage.loop.taskExecutor) {
        _ = await service.treat(request, asked, seen, kind)
      }
    }
  }

  /// What the request is about: its body, or else its address.
  private var content: [UInt8] { request.body.isEmpty ? Array(request.url.utf8) : request.body }

  /// What is left of the time that the caller has for the whole request.
  private var left: Duration { request.options.timeout - (stage.time.elapsed - call.began) }

  /// Time on the way, as long as the caller waits.
  private func travel(_ time: Duration) async throws(TransportError) {
    guard time >= left else { return try await wait(time) }
    try await wait(left)
    throw timedOut
  }

  private var timedOut: TransportError {
    failed(
      .timeout,
      "Operation timed out after \(request.options.timeout.wholeMilliseconds) milliseconds with 0 "
        + "bytes received")
  }

  /// What the service says, and what the fault makes of it.
  private mutating func reply(
    _ met: MetFault?
  ) async throws(TransportError) -> BehaviourReply {
    var told: BehaviourReply?
    if met?.fault.letsRulesAnswer ?? true {
      let reply = try await answer()
      remember(reply)
      told = reply
    }
    guard let met, let seen else { return told ?? BehaviourReply(status: 404) }
    let reply = met.fault.struck(told, seen)
    if reply.facts.fault != nil { note(struck: met) }
    return reply
  }

  private mutating func remember(_ reply: BehaviourReply) {
    var response = HTTPResponse(reply)
    response.readBody()
    stage.secrets.remember(response)
    said = response
  }

  // MARK: The service

  /// What it says, as long as the caller waits.
  private mutating func answer() async throws(TransportError) -> BehaviourReply {
    guard service.behaves, let seen else {
      let reply = try service.answer(request, asked, kind)
      call.verdict = reply.facts
      return reply
    }
    let (executor, loop, left) = (stage.loop.taskExecutor, stage.loop, left)
    let patience = Task(executorPreference: executor) { (try? await loop.sleep(for: left)) != nil }
    let work = Task(executorPreference: executor) { [service, request, asked, kind] in
      defer { patience.cancel() }
      return await service.treat(request, asked, seen, kind)
    }
    let isLate = await withTaskCancellationHandler {
      await patience.value
    } onCancel: {
      patience.cancel()
    }
    guard !isLate else { throw timedOut }
    guard !Task.isCancelled else { throw stopped }
    let treated = await work.value
    call.verdict = treated.verdict
    var reply = try treated.result.get()
    if let id = reply.facts.fault { note(struck: id) }
    // What the plan then does is told apart.
    reply.facts.fault = nil
    return reply
  }

  /// A fault of the plan's.
  private mutating func note(struck met: MetFault) {
    call.fault = met.fault.text
    stage.noteStrike("\(kind.name): \(met.fault.text)", met.number)
  }

  /// A fault of the behaviour's.
  private mutating func note(struck id: String) {
    guard let fault = try? Fault.named(id) else { return }
    call.fault = call.fault ?? "\(fault.id) \(fault.summary)"
    stage.noteStrike("\(kind.name): \(fault.id) \(fault.summary)")
  }

  // MARK: Delivery

  private func delivered(_ reply: BehaviourReply) async throws(TransportError) -> HTTPResponse {
    let options = request.options
    switch reply.delivery {
    case .whole, .thenClosed, .thenReset: break
    case .closed: throw failed(.incomplete, "Empty reply from server")
    case .reset, .resetWithin: throw failed(.incomplete, "Recv failure: Connection reset by peer")
    case .short: throw failed(.incomplete, "transfer closed with 100 bytes remaining to read")
    case .cutChunk:
      throw failed(.incomplete, "transfer closed with outstanding read data remaining")
    case .never:
      try await wait(left)
      throw timedOut
    case .slow:
      try await wait(min(.seconds(11), options.timeout))
      throw failed(
        .timeout,
        "Operation too slow. Less than 100 bytes/sec transferred the last 10 seconds")
    }
    return try response(reply)
  }

  /// The limits that the transport keeps.
  private func response(_ reply: BehaviourReply) throws(TransportError) -> HTTPResponse {
    try check(reply.headers)
    let most = request.options.maximumBodySize
    if let words = undecodable(reply) { throw failed(.badAnswer, words) }
    guard reply.body.count <= most, !reply.isDeflated
    else { throw failed(.tooLarge, "the body is larger than \(most) bytes") }
    var response = HTTPResponse(reply)
    response.readBody(as: said)
    return response
  }

  private func check(_ headers: [HeaderField]) throws(TransportError) {
    let (size, count) = (request.options.maximumHeaderLineSize, request.options.maximumHeaderCount)
    if headers.contains(where: { $0.name.utf8.count + $0.value.utf8.count + 2 > size }) {
      throw failed(.tooLarge, "a header line is longer than \(size) bytes")
    }
    guard headers.count <= count else {
      throw failed(.tooLarge, "there are more than \(count) header lines")
    }
  }

  /// What libcurl says of a body that it cannot unpack.
  private func undecodable(_ reply: BehaviourReply) -> String? {
    guard let encoding = reply.encoding, !reply.isDeflated, !reply.body.isEmpty else { return nil }
    guard ["gzip", "x-gzip", "deflate"].contains(encoding) else {
      return "Unrecognized or bad HTTP Content or Transfer-Encoding"
    }
    guard !reply.body.starts(with: [0x1F, 0x8B]) else {
      return "the simulation unpacks no gzip; --world serve does"
    }
    return "Error while processing content unencoding: incorrect header check"
  }

  private func failed(_ code: TransportError.Code, _ message: String) -> TransportError {
    TransportError(code: code, message: message, host: target.host, delivery: .maybeReceived)
  }

  // MARK: Time

  private func delay() -> Duration {
    guard service.jitter > .zero else { return service.latency }
    let most = Int(service.jitter.inMicroseconds)
    return service.latency + .microseconds(stage.draw(below: most + 1))
  }

  private func wait(_ duration: Duration) async throws(TransportError) {
    guard duration > .zero else { return }
    do {
      try await stage.loop.sleep(for: duration)
    } catch {
      throw stopped
    }
  }

  private var stopped: TransportError { failed(.cancelled, "the transfer was stopped") }

  // MARK: The end

  private mutating func close(_ result: Result<HTTPResponse, TransportError>) {
    call.ended = stage.time.elapsed
    switch result {
    case .success(let response):
      call.status = response.status
      call.body = response.body
      if response.status != 200 { call.error = Self.errorWord(response) }
    case .failure(let error):
      call.error = error.code.rawValue
      call.isSent = error.delivery != .neverSent
    }
    let words = [call.status.map(String.init), call.error].compactMap(\.self)
    stage.note("service", "\(kind.name): \(words.joined(separator: " "))")
    service.note(call)
  }

  private static func errorWord(_ response: HTTPResponse) -> String? {
    guard let members = (try? response.json.get())?.asObject else { return nil }
    return members["error"]?.asString ?? members["__type"]?.asString
  }
}

extension ScenarioFault {
  fileprivate var letsRulesAnswer: Bool {
    switch self {
    case .network(let fault): fault.letsRulesAnswer
    case .service(let due), .refusal(let due): due.phase == .after
    }
  }

  fileprivate func struck(_ reply: BehaviourReply?, _ request: BehaviourRequest) -> BehaviourReply {
    switch self {
    case .network: reply ?? BehaviourReply(status: 500)
    case .service(let due), .refusal(let due): due.struck(reply, request)
    }
  }
}

extension SimulatedProxy.Passage {
  /// The proxy's own answer; `nil` where the request goes on.
  ///
  /// - Throws: What libcurl makes of a proxy that lets nothing through.
  func response(_ stage: ScenarioStage) async throws(TransportError) -> HTTPResponse? {
    switch self {
    case .through: return nil
    case .answered(let status):
      return HTTPResponse(
        BehaviourReply(
          status: status, headers: [HeaderField("Content-Type", "text/html")],
          body: Array("<html>\(status)</html>".utf8)))
    case .failed(let after, let error):
      if after > .zero { try? await stage.loop.sleep(for: after) }
      throw error
    }
  }
}
