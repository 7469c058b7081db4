//  Responder.swift - from an HTTP request to the part that answers it, and back.
//
//  Knows: paths, Host names, body limits, and how each part's reply becomes a response.
//  Does not know: what the replies mean.

#if Server
  internal import HTTPTypes
  internal import HummingbirdCore
  internal import IdentityService
  internal import Logging
  internal import NIOCore

  /// Answers every request of the server.
  struct Responder: Sendable {
    let host: ServiceHost
    let hostNames: HostNames
    /// `http` or `https`.
    let scheme: String
    let journal: Journal
    let log: Logger
    let pages: PageFlow
    let control: Control

    /// Reads one request whole and answers it.
    ///
    /// Concurrent as the writer's own methods are, so that it need not be sent anywhere.
    @concurrent func respond(
      to request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel
    ) async throws {
      let isWaiting = request.isWaitingForWord
      if isWaiting && !isTooLong(request) {
        try await writer.writeInformationalHead(HTTPResponse(status: .continue))
      }
      // A client that waits to be told that it may send its body is refused before it does.
      guard !(isWaiting && isTooLong(request)), let body = try await body(of: request) else {
        let refusal = await bodyRefusal(request, channel)
        try await writer.write(response: refusal.head, body: refusal.body)
        throw BodyTooLarge()
      }
      let behaved = await behaved(request, body, channel)
      let answer = if let behaved { behaved } else { try await decided(request, body, channel) }
      note(request, answer)
      if let broken = answer.broken {
        await BrokenDelivery(reply: broken, channel: channel).send()
        throw ConnectionBroken()
      }
      var response = answer.response
      if request.method == .head { response = response.withoutBody }
      try await writer.write(response: response.head, body: response.body)
    }

    /// An answer; where the service decides in place of a person, after the time that one would take.
    ///
    /// The browser waits meanwhile, so that a client which does no more than follow redirects gets its
    /// code too; for one that has gone nothing is decided.
    private func decided(
      _ request: Request, _ body: [UInt8], _ channel: any Channel
    ) async throws -> Answer {
      let answer = await kept(request, body, channel)
      guard let wait = answer.wait else { return answer }
      guard await channel.stays(during: { [host] in try await host.clock.sleep(for: wait) }) else {
        throw ConnectionBroken()
      }
      return await kept(request, body, channel, waited: wait)
    }

    /// An answer whose changes are in the state file, or the word that they could not be.
    func kept(
      _ request: Request, _ body: [UInt8], _ channel: any Channel, waited: Duration = .zero
    ) async -> Answer {
      guard !host.isShut else {
        return notKept(request, Answer(finished(.plain(.serviceUnavailable, ""))))
      }
      guard host.store != nil else { return answer(to: request, body: body, channel, waited) }
      let receipt = Receipt()
      let answer = Receipt.$current.withValue(receipt) {
        self.answer(to: request, body: body, channel, waited)
      }
      return await host.settle(receipt) ? answer : notKept(request, answer)
    }

    /// In place of an answer that is not true any more; what it named never was.
    private func notKept(_ request: Request, _ answer: Answer) -> Answer {
      let facts = answer.facts.map { known in
        var facts = ExchangeFacts()
        (facts.operation, facts.grantType) = (known.operation, known.grantType)
        facts.error = "server_error"
        return facts
      }
      let path = String((request.head.path ?? "/").prefix { $0 != "?" })
      guard PageFlow.paths[path] == nil else {
        return Answer(finished(notKeptPage(request)), facts)
      }
      let word = NotKept(insteadOf: answer, at: path, host.profile.dialect)
      var refusal = Answer(finished(.notKept(word)), facts)
      refusal.body = word.body
      return refusal
    }

    private func notKeptPage(_ request: Request) -> Response {
      response(
        pages.notKept(
          cookies: request.headers[.cookie], acceptLanguage: request.headers[.acceptLanguage]))
    }

    private func answer(
      to request: Request, body: [UInt8], _ channel: any Channel, _ waited: Duration
    ) -> Answer {
      let (path, query) = request.head.target
      guard let name = request.head.authority, hostNames.accept(name) else {
        var facts = ExchangeFacts()
        facts.error = "misdirected_request"
        return Answer(
          finished(.plain(.misdirectedRequest, "This server does not have that name.\n")), facts)
      }
      guard ![.trace, .connect].contains(request.method) else {
        return Answer(finished(.notAllowed("GET, HEAD, POST")))
      }
      switch path {
      case _ where PageFlow.paths[path] != nil:
        return page(request, path, query, body, channel, waited)
      case "/device/style.css": return Answer(finished(.stylesheet))
      case "/healthz":
        guard [.get, .head].contains(request.method) else {
          return Answer(finished(.notAllowed("GET, HEAD")))
        }
        return Answer(finished(.plain(.ok, "ok\n")))
      default:
        if path.utf8.starts(with: Control.prefix) {
          return Answer(finished(control(request, path, body)))
        }
        return operation(request, path, query, body, channel)
      }
    }

    /// The service's own replies carry their date; all others get it here.
    func finished(_ response: Response) -> Response {
      var response = response
      response.headers[.date] = host.clock.now.httpDate
      return response
    }
  }

  extension NotKept {
    fileprivate init(insteadOf answer: Answer, at path: String, _ dialect: Dialect) {
      if let operation = answer.facts?.operation {
        self = operation.isPortal && dialect == .aws ? .portal : .exception
      } else if path == Control.path + "/clock", answer.response.status == .ok {
        self = .clock
      } else {
        self = path.utf8.starts(with: Control.prefix) ? .control : .plain
      }
    }
  }

  extension Request {
    /// Whether the client sends its body only when it is told to; one without a body is not told
    /// (RFC 9110, 10.1.1).
    fileprivate var isWaitingForWord: Bool {
      guard headers[.expect]?.lowercased() == "100-continue" else { return false }
      return headers[.transferEncoding] != nil || headers[.contentLength].map { $0 != "0" } ?? false
    }
  }

  /// A response, and what the journal may say about it.
  struct Answer {
    let response: Response
    /// `nil` for what does not belong into the journal.
    let facts: ExchangeFacts?
    /// What the rules said, where it was they who answered.
    var reply: ServiceReply?
    /// For how long this is not to be sent yet, but asked for again.
    var wait: Duration?
    /// The bytes of a response that is not the rules', for behaviours to see.
    var body: [UInt8] = []
    /// Set when the response is not to leave as it should.
    var broken: BehaviourReply?

    init(_ response: Response, _ facts: ExchangeFacts? = nil) {
      self.response = response
      self.facts = facts
    }
  }
#endif
